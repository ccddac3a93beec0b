"""What is known: patterns, where to report, golden situations, and the store. No vectors, no Telegram."""
