"""What a Telegram message says: its words, its picture, a shared contact, and where it was forwarded from."""

import asyncio

from telegram import (
    Message,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)
from telegram.error import TelegramError

from bot.checking import Origin
from bot.gathering import Read
from bot.picture_text import MAX_BYTES, UnreadablePicture
from bot.pictures import Pictures


async def read(message: Message, pictures: Pictures) -> Read:
    """Read a message; its picture is read in the pictures' own process, and nothing of it is kept."""
    words = words_of(message)
    origin = origin_of(message.forward_origin)
    picture = message.photo[-1] if message.photo else message.document
    if picture is None:
        return Read(words, origin)
    if (picture.file_size or 0) > MAX_BYTES:
        return Read(words, origin, unreadable=("too-large",))
    try:
        file = await picture.get_file()
        data = bytes(await file.download_as_bytearray())
        seen = await asyncio.get_running_loop().run_in_executor(None, pictures.read, data)
    except UnreadablePicture as unreadable:
        return Read(words, origin, unreadable=(unreadable.reason,))
    except TelegramError:  # the words beside it are answered all the same
        return Read(words, origin, unreadable=("failed",))
    text = "\n".join(filter(None, (words, seen.text, *seen.codes)))
    return Read(text, origin, (seen,))


def words_of(message: Message) -> str:
    """Return a message's text, caption or shared contact, after the text it quotes unless that is the bot's own."""
    own = message.text or message.caption or ""
    replied = message.reply_to_message
    if message.contact:
        card = message.contact
        own = " ".join(filter(None, (card.first_name, card.last_name, _international(card.phone_number))))
    if message.quote:
        quoted = message.quote.text
    elif replied and not (replied.from_user and replied.from_user.is_bot):
        quoted = replied.text or replied.caption or ""
    else:
        quoted = ""
    return f"{quoted}\n{own}".strip()


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
