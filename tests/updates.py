"""Updates as Telegram sends them."""

from typing import Any

DAY = 1790000000
RIGHTS = (
    *("is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
    *("can_delete_stories", "can_be_edited"),
)
"""What Telegram tells of an administrator."""
_MORE: dict[str, Any] = {"kicked": {"until_date": 0}, "administrator": dict.fromkeys(RIGHTS, False)}


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


def in_group(text: str | None = None, *, group: int = -5, user: int = 7, number: int = 1, **more: Any) -> Any:
    """A message in a group."""
    body = message(text, chat=user, number=number, **more)
    if text and "@askfirst_test_bot" in text and not text.startswith("/"):
        start = text.index("@askfirst_test_bot")
        body["entities"] = [{"type": "mention", "offset": start, "length": len("@askfirst_test_bot")}]
    return {**body, "chat": {"id": group, "type": "supergroup", "title": "G"}}


def membership(before: str, after: str, *, chat: int = -5, kind: str = "group", user: int = 7, code: str = "en") -> Any:
    """What Telegram says when the bot is added to a chat or removed from it."""
    bot = {"id": 4242, "is_bot": True, "first_name": "AskFirst", "username": "askfirst_test_bot"}

    def as_member(status: str) -> Any:
        return {"status": status, "user": bot, **_MORE.get(status, {})}

    return {
        "chat": {"id": chat, "type": kind, "title": "G"},
        "from": {"id": user, "is_bot": False, "first_name": "P", "language_code": code},
        "date": DAY,
        "old_chat_member": as_member(before),
        "new_chat_member": as_member(after),
    }


def inline_query(query: str, *, user: int = 7, code: str = "en", number: str = "77") -> Any:
    """The bot's name and some words, in any chat."""
    who = {"id": user, "is_bot": False, "first_name": "P", "language_code": code}
    return {"id": number, "from": who, "query": query, "offset": "", "chat_type": "group"}


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
