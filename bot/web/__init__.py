"""What the bot shows over HTTP: whether it is alive and ready, its figures, and the door for Telegram's updates."""
