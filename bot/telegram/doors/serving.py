"""The bot from its start until it is told to stop: its servers, and updates by polling or by a webhook."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.settings import BadSetting
from bot.telegram.application import ALLOWED_UPDATES
from bot.telegram.doors.life import App
from bot.telegram.doors.readiness import Readiness, build_age
from bot.telegram.intake.running import fetching, looking, warm
from bot.telegram.intake.running import running as begun
from bot.telegram.services import Services
from bot.web.health import health
from bot.web.server import listening
from bot.web.settings import Webhook, WebSettings
from bot.web.webhook import Take, webhook_door

logger = logging.getLogger(__name__)
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LONGEST_PAUSE = 30.0  # seconds between tries to reach Telegram at the start
_ASK_EVERY = 30.0  # seconds between questions to Telegram how it gets on with the webhook


async def serve(application: App, web: WebSettings) -> None:
    """Answer people until the process is told to stop; then nothing new is taken, and what was begun is finished.

    Raises:
        BadSetting: a server of ours cannot listen where it should, or Telegram refuses the webhook.
        InvalidToken: Telegram does not know the token.
    """
    loop, working = asyncio.get_running_loop(), asyncio.ensure_future(_for_ever(application, web))
    for number in _SIGNALS:
        loop.add_signal_handler(number, _once(working.cancel))
    with suppress(asyncio.CancelledError):
        await working


async def _for_ever(application: App, web: WebSettings) -> None:
    async with running(application, web):
        await asyncio.Event().wait()


def _once(do: Callable[[], object]) -> Callable[[], None]:
    """Return what does something the first time alone: a second signal does not break off what is being finished."""
    left = [do]

    def act() -> None:
        if left:
            left.pop()()

    return act


@asynccontextmanager
async def running(application: App, web: WebSettings) -> AsyncIterator[None]:
    """Take updates and answer them until the block ends."""
    async with AsyncExitStack() as stack:
        readiness = await stack.enter_async_context(watched(application, web))
        intake = await stack.enter_async_context(begun(application))
        await warm(application.bot_data)
        if web.webhook:
            await intake.unanswered.take_over(None)
            await stack.enter_async_context(looking(application.bot_data))
            taking = brought(application, web.webhook, intake.take)
        else:
            taking = fetching(application, intake)
        await stack.enter_async_context(taking)
        readiness.untaken = ""
        logger.info("answering as @%s", application.bot.username)
        try:
            yield
        finally:
            readiness.untaken = "stopping, takes no more updates"


@asynccontextmanager
async def watched(application: App, web: WebSettings) -> AsyncIterator[Readiness]:
    """Show whether an application is ready, and its figures, until the block ends; before it is even started."""
    services: Services = application.bot_data
    readiness = Readiness(services)
    services.metrics.watch("updates", lambda: len(services.unanswered))
    services.metrics.watch("pictures", lambda: services.chats.turns.waiting)
    services.metrics.watch_ages(lambda: build_age(services), services.contact.age)
    async with AsyncExitStack() as stack:
        if web.http:
            shown = health(readiness.checks(), services.metrics)
            await stack.enter_async_context(listening(web.http, shown, "ASKFIRST_HTTP"))
        yield readiness


@asynccontextmanager
async def brought(application: App, webhook: Webhook, take: Take) -> AsyncIterator[None]:
    """Let Telegram bring updates to ``take`` until the block ends; it is not told then: they wait there.

    Raises:
        BadSetting: it cannot listen where it should, or Telegram refuses the webhook.
    """
    services: Services = application.bot_data

    async def heard(raw: dict[str, Any]) -> bool:
        services.contact.heard()
        return await take(raw)

    async def tell() -> None:
        await application.bot.set_webhook(webhook.url, secret_token=webhook.secret, allowed_updates=ALLOWED_UPDATES)

    door = webhook_door(webhook, heard, services.metrics)
    async with listening(webhook.listen, door, "ASKFIRST_WEBHOOK_LISTEN"):
        try:
            await _reached(tell)
        except BadRequest as refused:
            raise BadSetting(f"ASKFIRST_WEBHOOK_URL={webhook.url}: Telegram refuses it ({refused})") from None
        asking = asyncio.create_task(_keep_asking(application))
        try:
            yield
        finally:
            asking.cancel()


async def _keep_asking(application: App) -> None:
    """Ask Telegram now and then whether it reaches us: silence alone would not tell."""
    told = None
    while True:
        await asyncio.sleep(_ASK_EVERY)
        try:
            info = await application.bot.get_webhook_info()
        except TelegramError as error:
            logger.warning("Telegram could not be asked about the webhook (%s)", type(error).__name__)
            continue
        if info.last_error_date and info.last_error_date != told:
            told = info.last_error_date
            logger.warning("Telegram could not bring an update; %d wait there", info.pending_update_count)


async def _reached(do: Callable[[], Awaitable[None]]) -> None:
    """Do what needs Telegram, again and again while it cannot be reached.

    Raises:
        BadRequest: it refuses what was asked.
        InvalidToken: it does not know the token.
    """
    pause = 1.0
    while True:
        try:
            return await do()
        except (BadRequest, InvalidToken):
            raise
        except RetryAfter as told:
            wait = told.retry_after
            seconds = wait if isinstance(wait, int | float) else wait.total_seconds()
        except NetworkError as error:
            logger.warning("Telegram is not reached (%s); trying again in %.0f s", type(error).__name__, pause)
            seconds, pause = pause, min(2 * pause, _LONGEST_PAUSE)
        await asyncio.sleep(seconds)
