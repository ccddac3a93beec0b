"""Answering people: the judgement, the words of a reply, the terminal and Telegram."""
