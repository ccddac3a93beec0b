"""What moderators do and what the night does, the same in the terminal and in Telegram."""
