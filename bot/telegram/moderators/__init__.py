"""What moderators may do in Telegram."""
