"""What an update says: who asks, in which language, about what, and what a message or a button carries."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from telegram import (
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
)
from telegram.error import TelegramError

from bot.checking.conversation import Read
from bot.checking.situation import Origin
from bot.pictures.text import MAX_BYTES, UnreadablePicture
from bot.telegram.outbox.handling import HANDLED
from bot.telegram.services import Context, Services
from bot.telegram.threads import run
from bot.words.contacts import undefused
from bot.words.texts import Texts
from knowledge.ledger.chat_settings import ChatSettings, settings_of
from knowledge.text.languages import INTERFACE, detect, interface_language
from knowledge.text.markup import writable

_BRACKETS = str.maketrans("[]", "()")
_LONGEST_NAME = 200  # characters of the words of a link


async def read(message: Message, services: Services, wanted: Callable[[], bool] = lambda: True) -> Read:
    """Read a message; its picture is read in the pictures' own process, and nothing of it is kept.

    ``wanted`` is asked when it is the picture's turn; one that is not wanted any more is not even fetched.
    """
    words = words_of(message)
    origin = origin_of(message.forward_origin)
    picture = message.photo[-1] if message.photo else message.document
    if picture is None:
        return Read(words, origin, names_only=message.contact is not None)
    if (picture.file_size or 0) > MAX_BYTES:
        services.metrics.picture("too-large")
        return Read(words, origin, unreadable=("too-large",))
    digests: tuple[str, ...] = ()
    try:
        async with services.chats.turns.turn(message.chat_id):
            if not wanted():
                return Read(words, origin)
            file = await picture.get_file()
            data = bytes(await file.download_as_bytearray())
            digests = (sha256(data).hexdigest(),)
            seen = await run(services.threads.pictures, services.chats.pictures.read, data)
    except UnreadablePicture as unreadable:
        services.metrics.picture(unreadable.reason)
        return Read(words, origin, unreadable=(unreadable.reason,), digests=digests)
    except TelegramError:  # the words beside it are answered all the same
        services.metrics.picture("failed")
        return Read(words, origin, unreadable=("failed",))
    services.metrics.picture("read")
    text = "\n".join(filter(None, (words, seen.text, *seen.codes)))
    return Read(text, origin, (seen,), digests=digests)


def words_of(message: Message) -> str:
    """Return a message's text, caption or shared contact, after the text it quotes unless that is the bot's own.

    A link that hides behind words or a button is told as ``[words](link)``.
    """
    own = own_words(message)
    replied = message.reply_to_message
    if message.contact:
        card = message.contact
        own = " ".join(filter(None, (card.first_name, card.last_name, _international(card.phone_number))))
    if message.quote:
        quoted = _unhidden(message.quote.text, message.quote.entities or ())
    elif replied and not (replied.from_user and replied.from_user.is_bot):
        quoted = own_words(replied)
    else:
        quoted = ""
    return f"{quoted}\n{own}".strip()


def own_words(message: Message) -> str:
    """Return a message's text or caption, with the links behind its words and its buttons."""
    if message.text is not None:
        shown = _unhidden(message.text, message.entities)
    else:
        shown = _unhidden(message.caption or "", message.caption_entities)
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    buttons = [_link(button.text, button.url) for row in rows for button in row if button.url]
    return "\n".join(filter(None, (shown, *map(writable, buttons))))


def _unhidden(text: str, entities: Iterable[MessageEntity]) -> str:
    """Return a text with each link that stands behind words of it after them; Telegram counts in UTF-16 units."""
    units, at, parts = text.encode("utf-16-le", "surrogatepass"), 0, []
    for entity in sorted(entities, key=lambda entity: entity.offset):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        if entity.type == MessageEntity.TEXT_LINK and entity.url and at <= start < end:
            words = units[start:end].decode("utf-16-le", "replace")
            parts += [units[at:start].decode("utf-16-le", "replace"), _link(words, entity.url)]
            at = end
    return writable("".join([*parts, units[at:].decode("utf-16-le", "surrogatepass")]))


def _link(words: str, url: str) -> str:
    """Write a link behind words as Markdown does; one that says where it goes is left as it is."""
    if words.strip().rstrip("/") == url.rstrip("/"):
        return words
    named = " ".join(words.translate(_BRACKETS).split())
    address = url.replace("(", "%28").replace(")", "%29")
    return f"[{named}]({address})" if len(named) <= _LONGEST_NAME else f"{words} [{named[:_LONGEST_NAME]}]({address})"


def _international(number: str) -> str:
    """Write a contact card's number as Telegram means it: with its country, and without blanks."""
    return number if number.startswith("+") else f"+{number}"


def origin_of(origin: MessageOrigin | None) -> Origin | None:
    """Return where a message says it was forwarded from; Telegram tells it in one of four ways."""
    match origin:
        case None:
            return None
        case MessageOriginUser():
            return Origin(origin.sender_user.full_name, origin.sender_user.username or "")
        case MessageOriginHiddenUser():
            return Origin()
        case MessageOriginChat():
            return Origin(origin.sender_chat.effective_name or "", origin.sender_chat.username or "")
        case MessageOriginChannel():
            return Origin(origin.chat.effective_name or "", origin.chat.username or "")
    return Origin()


@dataclass(frozen=True)
class Person:
    """The chat an update is from, what it has chosen, and the words to speak to it with."""

    chat: int
    settings: ChatSettings
    texts: Texts


async def person_of(update: Update, context: Context) -> Person:
    """Return who is asking; their language is their choice, else that of the message they tap under, or Telegram's.

    Where the database cannot be read they have chosen nothing, and are answered.
    """
    services = context.bot_data
    try:
        settings = await services.ask(settings_of, services.ledger.store, _chat_of(update))
    except sqlite3.Error:
        settings = ChatSettings()
    return person_with(update, context, settings)


def person_with(update: Update, context: Context, settings: ChatSettings) -> Person:
    """Return who is asking, where it is known what they have chosen."""
    words, user = context.bot_data.words.people, update.effective_user
    own = interface_language(user.language_code if user else None)
    texts = words[settings.language or _language_under(update, words) or own]
    if handling := HANDLED.get():
        handling.texts = texts
    return Person(_chat_of(update), settings, texts)


def _chat_of(update: Update) -> int:
    assert update.effective_chat is not None, "handlers are registered for updates of private chats alone"
    return update.effective_chat.id


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
    if account := context.bot_data.chats.gathering.answered(message.chat.id, message.message_id):
        return account.whole().text
    return undefused(words_of(message.reply_to_message)) if message.reply_to_message else ""


def user_of(update: Update) -> int:
    """Return the Telegram id of who sent an update."""
    assert update.effective_user is not None, "handlers are registered for updates of private chats alone"
    return update.effective_user.id


def known_pattern(context: Context, given: str) -> str | None:
    """Return a pattern's id that a button carries, where there still is such a pattern."""
    return given if given in context.bot_data.engine.patterns() else None


def data_of(update: Update) -> str:
    """Return what the button of an update carries; empty where it is none."""
    return (update.callback_query and update.callback_query.data) or ""


def pressed_id(update: Update) -> str:
    """Return what the button of an update carries behind its verb."""
    return data_of(update).partition(":")[2]
