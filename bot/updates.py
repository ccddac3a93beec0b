"""What an update says: who asks, in which language, about what, and what a button carries."""

from collections.abc import Mapping
from dataclasses import dataclass

from telegram import Update

from bot import reading
from bot.contact_replies import undefused
from bot.services import Context
from bot.texts import Texts
from knowledge.languages import INTERFACE, detect, interface_language
from knowledge.store import ChatSettings


@dataclass(frozen=True)
class Person:
    """The chat an update is from, what it has chosen, and the words to speak to it with."""

    chat: int
    settings: ChatSettings
    texts: Texts


def person_of(update: Update, context: Context) -> Person:
    """Return who is asking; their language is their choice, else that of the message they tap under, or Telegram's."""
    chat, user = update.effective_chat, update.effective_user
    assert chat is not None, "handlers are registered for updates of private chats alone"
    settings = context.bot_data.store.settings_of(chat.id)
    own = interface_language(user.language_code if user else None)
    code = settings.language or _language_under(update, context.bot_data.texts) or own
    return Person(chat.id, settings, context.bot_data.texts[code])


def _language_under(update: Update, texts: Mapping[str, Texts]) -> str | None:
    """Return the language of the message that the pressed button hangs under: of its buttons, or else of its words."""
    message = update.effective_message if update.callback_query else None
    if message is None or data_of(update).startswith("mod_"):  # cards for moderators show words of anybody's
        return None
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    labels = [button.text for row in rows for button in row]
    said = {code: sum(map(each.says, labels)) for code, each in texts.items()}
    best = [code for code, count in said.items() if count and count == max(said.values())]
    told = best[0] if len(best) == 1 else detect(message.text or "")
    return told if told in INTERFACE else None


def asked(update: Update, context: Context) -> str:
    """Return what the answer above the button was about: all of it while at hand, else the message that it answers."""
    message = update.effective_message
    if message is None:
        return ""
    if case := context.bot_data.gathering.answered(message.chat.id, message.message_id):
        return case.whole().text
    return undefused(reading.words_of(message.reply_to_message)) if message.reply_to_message else ""


def user_of(update: Update) -> int:
    """Return the Telegram id of who sent an update."""
    assert update.effective_user is not None, "handlers are registered for updates of private chats alone"
    return update.effective_user.id


def known_pattern(context: Context, given: str) -> str | None:
    """Return a pattern's id that a button carries, where there still is such a pattern."""
    return given if given in context.bot_data.patterns() else None


def data_of(update: Update) -> str:
    """Return what the button of an update carries; empty where it is none."""
    return (update.callback_query and update.callback_query.data) or ""


def pressed_id(update: Update) -> str:
    """Return what the button of an update carries behind its verb."""
    return data_of(update).partition(":")[2]
