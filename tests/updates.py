"""Updates as Telegram sends them."""

from typing import Any

DAY = 1790000000


def message(text: str | None = None, *, chat: int = 7, code: str | None = "en", number: int = 1, **more: Any) -> Any:
    """A private message; a leading slash makes it a command."""
    user = {"id": chat, "is_bot": False, "first_name": "P", **({"language_code": code} if code else {})}
    body: dict[str, Any] = {
        "message_id": number,
        "date": DAY,
        "chat": {"id": chat, "type": "private", "first_name": "P"},
        "from": user,
        **more,
    }
    if text is not None:
        body["text"] = text
        if text.startswith("/"):
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    return body


def press(data: str, *, chat: int = 7, code: str = "en", under: str = "…", **more: Any) -> Any:
    """A press on a button under one of the bot's messages."""
    user = {"id": chat, "is_bot": False, "first_name": "P", "language_code": code}
    return {
        "id": "55",
        "from": user,
        "chat_instance": "1",
        "data": data,
        "message": {"message_id": 9, "date": DAY, "chat": {"id": chat, "type": "private"}, "text": under, **more},
    }
