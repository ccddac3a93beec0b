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
    CallbackContext,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot import (
    afterwards,
    authoring,
    contact_handlers,
    deciding,
    handlers,
    menus,
    moderation,
    operating,
    settling,
    teaching,
)
from bot.after_replies import TELL_ME, WRONG, WRONG_NO, WRONG_WITH, WRONG_WITHOUT
from bot.drafts import CardInHand, CaseInHand, DocumentInHand
from bot.moderation import ModeratorButton, OnCard, Only, PrivateButton
from bot.nightly import Nightly
from bot.services import Context, Services
from bot.settings import Settings

logger = logging.getLogger(__name__)
App = Application[Any, Any, Any, Any, Any, Any]
_TRIES = 4
_PAUSE = 0.5  # seconds before the second try, doubled each time
_RETRIES_WHEN_FLOODED = 3
_TRY_EVERY, _READY_EVERY, _DROP_EVERY, _SOON = 300, 60, 60, 5  # seconds
_OWN = ~filters.FORWARDED & ~filters.VIA_BOT
"""What a person has written: nobody else's words are a command of theirs."""
_READABLE = filters.TEXT | filters.CAPTION | filters.PHOTO | filters.Document.ALL | filters.CONTACT


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


def build_application(settings: Settings, services: Services, nightly: Nightly | None = None) -> App:
    """Put the bot together; whoever calls this runs it.

    Args:
        settings: the operator's.
        services: what handlers need.
        nightly: what it does by itself; made from the settings where left out.

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
        .post_init(_begin)
        .post_stop(_end)
        .build()
    )
    application.add_handlers(_pace(), group=0)
    handling = [*_moderator_handlers(services), *_moderator_buttons(services), *_handlers()]
    application.add_handlers(handling, group=1)
    assert application.job_queue is not None, "the extra job-queue is installed"
    (nightly or Nightly(settings, services.moderator_texts, operating.drawn)).schedule(application.job_queue, services)
    application.job_queue.run_repeating(moderation.try_what_waits, _TRY_EVERY, first=_SOON)
    application.job_queue.run_repeating(moderation.keep_ready, _READY_EVERY, first=_SOON)
    application.job_queue.run_repeating(handlers.drop_old_cases, _DROP_EVERY)
    application.add_error_handler(failed)
    return application


def _pace() -> list[BaseHandler[Any, Context, None]]:
    """Return what keeps one chat from taking all answers; situations have one answer for many messages already."""
    each = filters.ChatType.PRIVATE & (filters.COMMAND | ~_READABLE)
    return [MessageHandler(each, handlers.keep_pace), PrivateButton(handlers.keep_pace)]


def _handlers() -> list[BaseHandler[Any, Context, None]]:
    """Return every handler, in the order they are tried."""
    private = filters.ChatType.PRIVATE
    incoming = private & (filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE)
    voices = filters.VOICE | filters.AUDIO | filters.VIDEO_NOTE
    own = private & _OWN
    return [
        CommandHandler("start", handlers.start, own),
        CommandHandler("help", handlers.help_, own),
        CommandHandler("country", handlers.country, own),
        CommandHandler("language", handlers.language, own),
        CommandHandler("report", handlers.report, own),
        CommandHandler("paid", handlers.paid, own),
        CommandHandler("privacy", handlers.privacy, own),
        CommandHandler("appeal", contact_handlers.appeal, own),
        CommandHandler("forget", afterwards.forget, own),
        MessageHandler(incoming & filters.COMMAND & _OWN, handlers.unknown_command),
        MessageHandler(incoming & voices, handlers.voice),
        MessageHandler(incoming & _READABLE, handlers.check),
        MessageHandler(incoming & ~filters.StatusUpdate.ALL, handlers.not_text),
        PrivateButton(handlers.paid, "^paid:"),
        PrivateButton(handlers.report, "^report:"),
        PrivateButton(handlers.pattern, "^pattern:"),
        PrivateButton(handlers.country, "^country:"),
        PrivateButton(handlers.language, "^language:"),
        PrivateButton(contact_handlers.report_contact, "^contact:"),
        PrivateButton(contact_handlers.report_contact_yes, "^contact_yes:"),
        PrivateButton(contact_handlers.report_contact_no, "^contact_no:"),
        PrivateButton(afterwards.wrong, f"^{WRONG}:"),
        PrivateButton(afterwards.wrong_tell, f"^({WRONG_WITH}|{WRONG_WITHOUT}):"),
        PrivateButton(afterwards.wrong_no, f"^{WRONG_NO}:"),
        PrivateButton(afterwards.tell_me, f"^{TELL_ME}:"),
        PrivateButton(handlers.stale_button),
    ]


def _moderator_handlers(services: Services) -> list[BaseHandler[Any, Context, None]]:
    """Return what moderators may write; for all others there is nothing of it."""
    private, roles, drafts = filters.ChatType.PRIVATE, services.roles, services.drafts
    those = private & Only(roles.is_moderator)
    theirs = those & _OWN
    replying = filters.TEXT & ~filters.COMMAND & filters.REPLY & those
    return [
        CommandHandler("review", deciding.review, theirs),
        CommandHandler("reject", deciding.reject_why, theirs),
        CommandHandler("case", teaching.from_command, theirs),
        CommandHandler("newpattern", authoring.new_pattern, theirs),
        CommandHandler("edit", authoring.edit, theirs),
        CommandHandler("retire", authoring.retire, theirs),
        CommandHandler("patterns", authoring.patterns, theirs),
        CommandHandler("builds", operating.builds, theirs),
        CommandHandler("rollback", operating.roll_back, theirs),
        CommandHandler("stats", operating.statistics, theirs),
        CommandHandler("audit", operating.audit, theirs),
        CommandHandler("moderators", operating.moderators, private & _OWN & Only(roles.is_owner)),
        MessageHandler(filters.Document.FileExtension("toml") & those, authoring.from_file),
        MessageHandler(filters.Regex(authoring.DOCUMENT) & theirs, authoring.from_text),
        MessageHandler(replying & OnCard(drafts, CaseInHand), teaching.from_text),
        MessageHandler(replying & OnCard(drafts, DocumentInHand), authoring.why),
        MessageHandler(replying & OnCard(drafts, CardInHand), deciding.reason),
    ]


def _moderator_buttons(services: Services) -> list[BaseHandler[Any, Context, None]]:
    """Return the buttons of moderators, each with the whole of what it may carry."""
    key, number, contact, pattern = "[A-Za-z0-9_-]{8}", "[0-9]{1,15}", "[A-Za-z0-9_-]{43}", "[a-z0-9-]{1,40}"
    buttons = [
        (teaching.from_answer, "case:"),
        (teaching.paid, f"paid:{key}"),
        (teaching.propose, f"as:{key}:{pattern}"),
        (teaching.drop, f"drop:({key})?"),
        (teaching.withdraw, f"withdraw:{number}"),
        (authoring.show, f"show:{key}:[A-Za-z-]{{2,8}}"),
        (authoring.propose, f"propose:{key}"),
        (deciding.next_, f"next:([pn]{number}|[ac]{contact})"),
        (deciding.approve, f"approve:{number}:[0-9a-f]{{8}}"),
        (deciding.approve_for_a_week, f"week:{number}:[0-9a-f]{{8}}"),
        (deciding.reject, f"reject:{number}"),
        (deciding.preview, f"preview:{number}"),
        (deciding.document, f"file:{number}"),
        (settling.confirm, f"confirm:{contact}"),
        (settling.remove, f"remove:{contact}"),
        (settling.done, f"done:{number}"),
        (settling.delete, f"delete:{number}"),
        (settling.note_as_case, f"note:{number}"),
        (operating.roll_back_now, "rollback:[0-9A-Za-z-]{1,40}"),
    ]
    return [ModeratorButton(action, f"^mod_{data}$", services.roles.is_moderator) for action, data in buttons]


async def _begin(application: App) -> None:
    """Set the menus."""
    await _set_menus(application)
    await moderation.set_menus(CallbackContext(application))


async def _end(application: App) -> None:
    """Break off trials, and write down what was counted."""
    services: Services = application.bot_data
    await services.trials.stop()
    services.counters.flush()


async def _set_menus(application: App) -> None:
    """Set the command menus: one a language that Telegram can tell, English for the rest; it works without them too."""
    services: Services = application.bot_data
    private = BotCommandScopeAllPrivateChats()
    try:
        await application.bot.set_my_commands(menus.menu(services.texts["en"]), scope=private)
        for code, texts in services.texts.items():
            if "-" not in code:  # Telegram has two letters; Traditional Chinese is set by chat
                await application.bot.set_my_commands(menus.menu(texts), scope=private, language_code=code)
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
