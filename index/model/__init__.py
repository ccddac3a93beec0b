"""The language model: its weights, and texts to unit vectors."""
