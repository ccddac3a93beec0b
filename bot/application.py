"""The Telegram application: every handler in one list, in the order they are tried, and what happens when one fails."""

import asyncio
import logging
from typing import Any, cast

from telegram import BotCommandScopeAllPrivateChats, Update
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot import handlers
from bot.handlers import Context, Services
from bot.settings import Settings

logger = logging.getLogger(__name__)
App = Application[Any, Any, Any, Any, Any, Any]
_TRIES = 4
_PAUSE = 0.5  # seconds before the second try, doubled each time
_RETRIES_WHEN_FLOODED = 3


class PatientRequest(HTTPXRequest):
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


def build_application(settings: Settings, services: Services) -> App:
    """Put the bot together; whoever calls this runs it.

    Raises:
        BadSetting: there is no token.
    """
    application = (
        ApplicationBuilder()
        .token(settings.required_token())
        .base_url(f"{settings.base_url}/bot")
        .base_file_url(f"{settings.base_url}/file/bot")
        .request(PatientRequest(connection_pool_size=64))
        .context_types(ContextTypes(bot_data=cast(type[Services], lambda: services)))
        .rate_limiter(AIORateLimiter(max_retries=_RETRIES_WHEN_FLOODED))
        .concurrent_updates(True)
        .post_init(_set_menus)
        .build()
    )
    application.add_handlers(_handlers())
    application.add_error_handler(failed)
    return application


def _handlers() -> list[BaseHandler[Any, Context, None]]:
    """Return every handler, in the order they are tried."""
    private = filters.ChatType.PRIVATE
    incoming = private & (filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE)
    pictures = filters.PHOTO | filters.Document.ALL
    readable = filters.TEXT | filters.CAPTION | pictures | filters.CONTACT
    voices = filters.VOICE | filters.AUDIO | filters.VIDEO_NOTE
    return [
        CommandHandler("start", handlers.start, private),
        CommandHandler("help", handlers.help_, private),
        CommandHandler("country", handlers.country, private),
        CommandHandler("language", handlers.language, private),
        CommandHandler("report", handlers.report, private),
        CommandHandler("paid", handlers.paid, private),
        CommandHandler("privacy", handlers.privacy, private),
        CommandHandler("appeal", handlers.appeal, private),
        MessageHandler(incoming & filters.COMMAND & ~filters.FORWARDED, handlers.unknown_command),
        MessageHandler(incoming & voices, handlers.voice),
        MessageHandler(incoming & readable, handlers.check),
        MessageHandler(incoming & ~filters.StatusUpdate.ALL, handlers.not_text),
        CallbackQueryHandler(handlers.paid, "^paid:"),
        CallbackQueryHandler(handlers.report, "^report:"),
        CallbackQueryHandler(handlers.pattern, "^pattern:"),
        CallbackQueryHandler(handlers.country, "^country:"),
        CallbackQueryHandler(handlers.language, "^language:"),
        CallbackQueryHandler(handlers.report_contact, "^contact:"),
        CallbackQueryHandler(handlers.report_contact_yes, "^contact_yes:"),
        CallbackQueryHandler(handlers.report_contact_no, "^contact_no:"),
        CallbackQueryHandler(handlers.stale_button),
    ]


async def _set_menus(application: App) -> None:
    """Set the command menus: one a language that Telegram can tell, English for the rest; it works without them too."""
    services: Services = application.bot_data
    private = BotCommandScopeAllPrivateChats()
    try:
        await application.bot.set_my_commands(handlers.menu(services.texts["en"]), scope=private)
        for code, texts in services.texts.items():
            if "-" not in code:  # Telegram has two letters; Traditional Chinese is set by chat
                await application.bot.set_my_commands(handlers.menu(texts), scope=private, language_code=code)
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
        logger.info("update %s: a button was pressed too long ago to stop its spinner", number)
        return
    logger.error("update %s could not be handled", number, exc_info=error)
    if isinstance(update, Update) and update.effective_chat:
        await handlers.send_failure(update, context)
