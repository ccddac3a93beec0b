"""What the application does by itself as it begins and ends, and what people hear where an update has failed."""

import logging
import sqlite3
from typing import Any

from telegram import BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import Application, CallbackContext

from bot.telegram import people
from bot.telegram.elsewhere import groups
from bot.telegram.logs import Seldom
from bot.telegram.moderators import shared
from bot.telegram.outbox.handling import Undelivered
from bot.telegram.sending import GROUP_COMMANDS, menu
from bot.telegram.services import Context, Services

logger = logging.getLogger(__name__)
App = Application[Any, Any, Any, Any, Any, Any]
_seldom = Seldom(logger)


async def begin(application: App) -> None:
    """Set the menus."""
    await _set_menus(application)
    await shared.set_menus(CallbackContext(application))


async def tidy(context: Context) -> None:
    """Keep no more of who was answered than is needed."""
    await context.bot_data.unanswered.tidy()


async def end(application: App) -> None:
    """Break off trials, and write down what was counted."""
    services: Services = application.bot_data
    await services.curating.trials.stop()
    try:
        await services.keep(services.ledger.counters.flush)
    except sqlite3.Error as fault:
        logger.warning("the last counts could not be written (%s)", fault)


async def _set_menus(application: App) -> None:
    """Set the command menus: one a language that Telegram can tell, English for the rest; it works without them too."""
    services: Services = application.bot_data
    words, bot = services.words.people, application.bot
    private, in_groups = BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats()
    two_letters = [code for code in words if "-" not in code]  # those of Telegram; Traditional Chinese is set by chat
    try:
        for code in (None, *two_letters):
            texts = words[code or "en"]
            await bot.set_my_commands(menu(texts), scope=private, language_code=code)
            await bot.set_my_commands(menu(texts, GROUP_COMMANDS), scope=in_groups, language_code=code)
    except TelegramError as error:
        logger.warning("the command menus could not be set (%s)", type(error).__name__)


async def failed(update: object, context: Context) -> None:
    """Answer with the emergency guidance when an update could not be handled; log its id and the traceback, no text."""
    error = context.error
    number = update.update_id if isinstance(update, Update) else None
    if isinstance(error, Forbidden):
        logger.info("update %s: the person has blocked the bot", number)
        return
    if isinstance(error, BadRequest) and "query is too old" in str(error).lower():
        logger.info("update %s: it was asked too long ago to be answered", number)
        return
    if isinstance(error, Undelivered):
        _seldom.warning("undelivered", f"update {number}: the answer is {error.message}; the person is told later")
        return
    context.bot_data.metrics.failed()
    refused = isinstance(error, sqlite3.Error)
    if refused:
        _seldom.warning("database", f"update {number}: the database refuses ({error}); nothing was kept")
    else:
        logger.error("update %s could not be handled", number, exc_info=error)
    chat = update.effective_chat if isinstance(update, Update) else None
    if isinstance(update, Update) and chat:
        telling = people if chat.type == ChatType.PRIVATE else groups
        await telling.send_failure(update, context, kept=not refused)
