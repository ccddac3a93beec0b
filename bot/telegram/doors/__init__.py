"""How updates come in and how the bot is watched: polling or a webhook, and the server of its health."""
