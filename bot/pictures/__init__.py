"""Pictures to text, in memory."""
