"""An application while it runs: once Telegram is reached, warm before anybody is answered, and alone on its data."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from telegram.error import InvalidToken, TelegramError

from bot.checking.situation import Situation
from bot.settings import BadSetting, Settings
from bot.telegram.application import ALLOWED_UPDATES
from bot.telegram.doors.life import App
from bot.telegram.intake.fetching import Fetching
from bot.telegram.intake.interrupted import tell_interrupted
from bot.telegram.intake.taking import Intake
from bot.telegram.logs import Seldom
from bot.telegram.outbox.notes import tell_late
from bot.telegram.outbox.outbox import Outbox
from bot.telegram.outbox.patience import longer
from bot.telegram.sending import NotingRequest
from bot.telegram.services import Services
from bot.telegram.threads import run

logger = logging.getLogger(__name__)
Pause = Callable[[float], Awaitable[object]]
_LOOK_EVERY = 60.0  # seconds between looks for replicas that are gone
_FIRST = Situation("A text message says that my parcel is held and that I have to pay a fee by a link.")


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Let no other bot work on the database in the data folder, until the block ends; a server may serve many.

    Raises:
        BadSetting: another one does already.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    if not isinstance(settings.database, Path):
        yield
        return
    lock = FileLock(settings.data / "bot.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        expected = "expected one a folder, or ASKFIRST_DATABASE=postgresql://… for several"
        raise BadSetting(f"{settings.data}: another bot works with the database in this folder, {expected}") from None
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def running(application: App, pause: Pause = asyncio.sleep) -> AsyncIterator[Intake]:
    """Run an application, which handles what the yielded intake takes; at the end what was begun is finished.

    Raises:
        InvalidToken: Telegram does not know the token.
    """
    services: Services = application.bot_data
    outbox = application.bot.rate_limiter
    assert isinstance(outbox, Outbox)
    await _initialized(application, pause)
    try:
        await application.post_init(application)  # type: ignore[misc]
        await application.start()
        telling = asyncio.create_task(tell_interrupted(application.bot, services, pause))
        late = asyncio.create_task(tell_late(application.bot, outbox))
        try:
            yield Intake(application)
        finally:
            outbox.patience.stop()
            await _ended(telling)
            await application.stop()
            await services.unanswered.close()
            await application.post_stop(application)  # type: ignore[misc]
            await _ended(late)
    finally:
        await application.shutdown()


async def _initialized(application: App, pause: Pause) -> None:
    """Ask Telegram who the bot is, until it answers."""
    waited, seldom = 0.0, Seldom(logger)
    while True:
        try:
            return await application.initialize()
        except InvalidToken:
            await application.bot.shutdown()
            raise
        except TelegramError as fault:
            seldom.warning("start", f"Telegram cannot be reached ({type(fault).__name__}); it is tried again")
            waited = longer(waited)
            await pause(waited)


@asynccontextmanager
async def fetching(
    application: App, intake: Intake, pause: Pause = asyncio.sleep, timeout: int | None = None
) -> AsyncIterator[None]:
    """Fetch updates by polling until the block ends; then Telegram is told what was taken."""
    services: Services = application.bot_data
    async with NotingRequest(services.contact, connection_pool_size=1) as request:
        more = {"timeout": timeout} if timeout is not None else {}
        fetcher = Fetching(application.bot, request, intake, ALLOWED_UPDATES, pause=pause, **more)
        task = asyncio.create_task(fetcher.run())
        try:
            yield
        finally:
            await _ended(task)
            await fetcher.acknowledge()


@asynccontextmanager
async def looking(services: Services, pause: Pause = asyncio.sleep) -> AsyncIterator[None]:
    """Look each minute for whom a replica has left that is gone, until the block ends."""

    async def look() -> None:
        while True:
            await pause(_LOOK_EVERY)
            await services.unanswered.look()

    task = asyncio.create_task(look())
    try:
        yield
    finally:
        await _ended(task)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def warm(services: Services) -> None:
    """Do once what every check and every picture does, so that the first person waits no longer than the next."""
    done = await asyncio.gather(
        run(services.threads.checks, services.engine.talk.hear, _FIRST, None),
        run(services.threads.pictures, services.chats.pictures.warm),
        return_exceptions=True,
    )
    for fault in done:
        if isinstance(fault, Exception):  # people are told, should it happen again
            logger.warning("the first check or the first picture failed (%s)", type(fault).__name__)
