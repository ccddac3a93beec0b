"""Sending as Telegram takes it: requests that are tried again, replies, and each chat's menu of commands."""

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest

from bot.telegram.incoming import Person
from bot.telegram.outbox.handling import HANDLED
from bot.telegram.services import Context, Services
from bot.web.health import LastContact
from bot.words.reply import Button, Reply
from bot.words.texts import Texts
from knowledge.ledger.chat_settings import settings_of

logger = logging.getLogger(__name__)
_TRIES = 4
_PAUSE = 0.5  # seconds before the second try, doubled each time


class QuietRequest(HTTPXRequest):
    """Requests whose answers are never logged, also where they cannot be read."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the JSON of an answer.

        Raises:
            TelegramError: it is none.
        """
        try:
            parsed: dict[str, Any] = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise TelegramError("an answer that is no JSON") from None
        return parsed


class NotingRequest(QuietRequest):
    """Requests that note when Telegram answered."""

    def __init__(self, contact: LastContact, **more: Any) -> None:
        super().__init__(**more)
        self._contact = contact

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Send one request.

        Raises:
            NetworkError: Telegram could not be reached.
        """
        status, payload = await super().do_request(*args, **kwargs)
        if status < 500:
            self._contact.heard()
        return status, payload


class PatientRequest(NotingRequest):
    """Requests that are tried again after a broken connection, a time-out or a 5xx: a person waits for the answer."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Send one request; the last try's outcome counts.

        Raises:
            NetworkError: Telegram could not be reached.
        """
        for attempt in range(_TRIES - 1):
            try:
                status, payload = await super().do_request(*args, **kwargs)
            except NetworkError:
                logger.info("Telegram not reached, try %d of %d", attempt + 1, _TRIES)
            else:
                if status < 500:
                    return status, payload
            await asyncio.sleep(_PAUSE * 2**attempt)
        return await super().do_request(*args, **kwargs)


async def send(context: Context, person: Person, reply: Reply, *, answers: Message | None = None) -> int:
    """Send a reply and return its message's id."""
    sent = await context.bot.send_message(
        person.chat,
        reply.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=markup(reply),
        reply_parameters=ReplyParameters(answers.message_id, allow_sending_without_reply=True) if answers else None,
    )
    return sent.message_id


def markup(reply: Reply) -> InlineKeyboardMarkup | None:
    """Return a reply's buttons as Telegram takes them."""
    rows = [[_as_telegram(button) for button in row] for row in reply.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def _as_telegram(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=button.data)


def expect(context: Context) -> None:
    """Note that an answer is on its way: all is read, and only others are before it."""
    outbox: Any = context.bot.rate_limiter
    outbox.expect()


async def pressed(update: Update) -> None:
    """Stop the button's spinner, where the update was a button; after the reply, which matters more."""
    handling = HANDLED.get()
    if update.callback_query and not (handling and handling.spinner_stopped):
        try:
            await update.callback_query.answer()
        except TelegramError as error:  # it was pressed too long ago, or Telegram refuses just now
            logger.info("update %s: a spinner could not be stopped (%s)", update.update_id, type(error).__name__)


COMMANDS = (
    *("more", "new", "paid", "report", "statement", "share", "practice", "country", "language"),
    *("help", "privacy", "forget", "appeal", "start"),
)
GROUP_COMMANDS = ("check", "quiet")
MODERATOR_COMMANDS = (
    *("review", "case", "newpattern", "edit", "retire", "patterns"),
    *("builds", "rollback", "stats", "audit", "held", "console"),
)
OWNER_COMMANDS = ("moderators",)


def menu(texts: Texts, commands: Sequence[str] = COMMANDS) -> list[BotCommand]:
    """Return a command menu in a language: of a private chat, or another one."""
    return [BotCommand(name, texts.plain(f"command_{name}")) for name in commands]


async def menu_of(services: Services, person: int, texts: Texts) -> list[BotCommand]:
    """Return the command menu of one person, in a language; of moderators with what they alone may use."""
    roles = services.ledger.roles
    own = [*(MODERATOR_COMMANDS if await services.ask(roles.is_moderator, person) else ())]
    own += OWNER_COMMANDS if roles.is_owner(person) else ()
    words = services.words.moderators[texts.language]
    return [*menu(texts), *(BotCommand(name, words.plain(f"command_{name}")) for name in own)]


async def set_menu(context: Context, person: Person) -> None:
    """Put a person's menu into their chat, in the language they are spoken to."""
    menu = await menu_of(context.bot_data, person.chat, person.texts)  # in private, a chat has its person's id
    await context.bot.set_my_commands(menu, scope=BotCommandScopeChat(person.chat))


async def set_menu_of(context: Context, person: int) -> bool:
    """Put into a chat's menu what its person may use; False where they have never written to the bot."""
    services, scope = context.bot_data, BotCommandScopeChat(person)
    language = (await services.ask(settings_of, services.ledger.store, person)).language
    kept = language is not None or await services.ask(services.ledger.roles.is_moderator, person)
    try:
        if kept:
            menu = await menu_of(services, person, services.words.people[language or "en"])
            await context.bot.set_my_commands(menu, scope=scope)
        else:
            await context.bot.delete_my_commands(scope=scope)
    except TelegramError as error:
        logger.info("a menu could not be set (%s)", type(error).__name__)
        return False
    return True
