"""The Telegram application and its handlers."""
