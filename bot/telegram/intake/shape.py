"""What an update must look like to be read at all: the library takes whatever it is given, and stumbles later."""

from collections.abc import Mapping
from typing import Any

from knowledge.text.markup import writable

_LARGEST_ID = 2**52  # Telegram's ids have at most 52 significant bits
_LARGEST = 2**63
_NAMES: dict[type, tuple[str, ...]] = {
    int: (
        *("update_id", "message_id", "date", "edit_date", "file_size", "width", "height", "duration", "length"),
        *("migrate_to_chat_id", "message_thread_id", "user_id", "position"),
    ),
    str: (
        *(
            "text",
            "caption",
            "first_name",
            "last_name",
            "username",
            "title",
            "language_code",
            "url",
            "query",
            "file_id",
        ),
        *("file_unique_id", "file_name", "mime_type", "phone_number", "author_signature", "sender_user_name"),
        *("callback_data", "chat_instance", "inline_message_id", "media_group_id", "status"),
    ),
    bool: ("is_bot", "is_topic_message", "is_member", "is_forum"),
    list: ("entities", "caption_entities", "inline_keyboard", "new_chat_members"),
    dict: (
        *("message", "edited_message", "reply_to_message", "callback_query", "inline_query", "my_chat_member", "chat"),
        *("from", "user", "sender_chat", "sender_user", "via_bot", "quote", "contact", "document", "voice", "audio"),
        *("video_note", "forward_origin", "reply_markup", "old_chat_member", "new_chat_member", "left_chat_member"),
    ),
}
_TYPES = {name: kind for kind, names in _NAMES.items() for name in names}
_MESSAGES = (
    *("message", "edited_message", "reply_to_message", "channel_post", "edited_channel_post"),
    *("business_message", "edited_business_message"),
)
_MESSAGE, _CHAT, _USER = ("message_id", "date", "chat"), ("id", "type"), ("id", "first_name")
_NEEDED = {
    **dict.fromkeys(_MESSAGES, _MESSAGE),
    **dict.fromkeys(("chat", "sender_chat"), _CHAT),
    **dict.fromkeys(("from", "user", "sender_user", "via_bot", "left_chat_member"), _USER),
    "callback_query": ("id", "from"),
    "inline_query": ("id", "from", "query"),
    "my_chat_member": ("chat", "from", "date", "old_chat_member", "new_chat_member"),
    "contact": ("phone_number", "first_name"),
    "quote": ("text",),
}
_IDS = {"chat", "sender_chat", "from", "user", "sender_user", "via_bot"}
_ENTITIES = {"entities", "caption_entities"}
_DEEPEST = 40


def fault_of(raw: Mapping[str, Any]) -> str | None:
    """Say where an update is not as the Bot API says, by the name of the field; None where nothing is amiss."""
    return _fault("", raw, 0)


def _fault(name: str, value: object, depth: int) -> str | None:
    if depth > _DEEPEST:
        return "nested too deep"
    if name in _ENTITIES and isinstance(value, list) and not all(map(_is_entity, value)):
        return f"{name}: expected each with a type, an offset and a length"
    if isinstance(value, list):
        return next((fault for each in value if (fault := _fault("", each, depth + 1))), None)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _LARGEST:
        return f"{name}: too large"
    if not isinstance(value, Mapping):
        return None
    return _own_fault(name, value) or next(
        (fault for inner, each in value.items() if (fault := _typed(inner, each) or _fault(inner, each, depth + 1))),
        None,
    )


def writable_strings(value: Any) -> Any:
    """Return what JSON gave with halves of letters, which no text that is sent or kept can hold, taken out."""
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, list):
        return [writable_strings(each) for each in value]
    if isinstance(value, Mapping):
        return {writable(name): writable_strings(each) for name, each in value.items()}
    return value


def _own_fault(name: str, value: Mapping[str, Any]) -> str | None:
    missing = [each for each in _NEEDED.get(name, ()) if each not in value]
    if missing:
        return f"{name}.{missing[0]}: missing"
    if name in _IDS and not (type(value["id"]) is int and abs(value["id"]) < _LARGEST_ID):
        return f"{name}.id: expected a number of at most 52 bits"
    if name in ("callback_query", "inline_query") and not isinstance(value["id"], str):
        return f"{name}.id: expected a text"
    if name == "chat" and not isinstance(value["type"], str):
        return "chat.type: expected a text"
    if name == "callback_query" and not isinstance(value.get("data", ""), str):
        return "callback_query.data: expected a text"
    return None


def _is_entity(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    return isinstance(value.get("type"), str) and all(type(value.get(name)) is int for name in ("offset", "length"))


def _typed(name: str, value: object) -> str | None:
    expected = _TYPES.get(name)
    return None if expected is None or type(value) is expected else f"{name}: expected {expected.__name__}"
