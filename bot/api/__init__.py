"""Answers for other programs, over HTTP and for assistants; nothing of what they ask is kept."""
