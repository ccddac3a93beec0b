"""Answers on their way to Telegram: at its pace, fair between chats, and tried again while it refuses them."""
