"""Which updates are answered in the order in which they came."""

from telegram import Update
from telegram.constants import ChatType, MessageEntityType

from bot.words.afterwards import TELL_ME, WRONG
from bot.words.choices import TELL
from bot.words.guidance_parts import SAID

_THOUGHT_ABOUT = (f"{SAID}:", f"{TELL}:", f"{TELL_ME}:", f"{WRONG}:", "mod_")
"""Buttons whose answer needs the model, or a look through the casebook."""


def in_order(update: Update) -> int | None:
    """Return the private chat of a command or a button that is answered at once; None of all else.

    What is judged or read from a picture takes a while, and holds nothing up.
    """
    chat, message = update.effective_chat, update.effective_message
    if chat is None or chat.type != ChatType.PRIVATE:
        return None
    if query := update.callback_query:
        return None if (query.data or "").startswith(_THOUGHT_ABOUT) else chat.id
    if message is None or message.forward_origin or message.via_bot or not message.text:
        return None
    first = min(message.entities, key=lambda entity: entity.offset, default=None)
    command = first is not None and first.type == MessageEntityType.BOT_COMMAND and first.offset == 0
    return chat.id if command else None
