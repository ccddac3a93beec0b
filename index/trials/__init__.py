"""What a proposal would do to the answers, found in memory."""
