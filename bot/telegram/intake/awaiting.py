"""Which updates await an answer, and what is remembered of them."""

from telegram import Update
from telegram.constants import ChatType

from knowledge.ledger.inbox import Waiting
from knowledge.text.languages import interface_language


def awaiting(update: Update, bot: str) -> Waiting | None:
    """Return what is remembered of an update until it is answered; None where nobody waits for an answer.

    Who writes or taps in a private chat waits, and who asks in a group; ``bot`` is the bot's username.
    """
    chat, message = update.effective_chat, update.effective_message
    if chat is None or update.my_chat_member or update.inline_query:
        return None
    private = chat.type == ChatType.PRIVATE
    if not private and (update.callback_query or not message or not _asks(message.text or message.caption or "", bot)):
        return None
    user = update.effective_user
    language = interface_language(user.language_code) if user and user.language_code else None
    return Waiting(update.update_id, chat.id, message.message_id if message else None, language)


def _asks(words: str, bot: str) -> bool:
    words = words.casefold()
    return words.startswith("/check") or f"@{bot}".casefold() in words
