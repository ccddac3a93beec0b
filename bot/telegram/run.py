"""Running the Telegram bot until it is stopped."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime

from filelock import FileLock, Timeout
from telegram.error import InvalidToken, TelegramError

from bot.checking.engine import Engine
from bot.checking.situation import Situation
from bot.pictures.reader import Pictures
from bot.settings import BadSetting, Settings
from bot.telegram.application import ALLOWED_UPDATES, App, build_application
from bot.telegram.intake.fetching import Fetching
from bot.telegram.intake.interrupted import tell_interrupted
from bot.telegram.intake.taking import Intake
from bot.telegram.logs import Seldom, log_to_stderr
from bot.telegram.outbox.outbox import Outbox
from bot.telegram.outbox.patience import longer
from bot.telegram.sending import QuietRequest
from bot.telegram.services import Services, open_services, read_words
from bot.telegram.threads import run

logger = logging.getLogger(__name__)
Pause = Callable[[float], Awaitable[object]]
_FIRST = Situation("A text message says that my parcel is held and that I have to pay a fee by a link.")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGABRT)


def run_bot(settings: Settings, engine: Engine) -> int:
    """Answer people until the process is told to stop; return the exit status.

    Raises:
        BadSetting: Telegram does not know the token.
    """
    log_to_stderr(settings.required_token(), as_json=settings.json_logs)
    with Pictures() as pictures, open_services(settings, engine, read_words(), pictures) as services:
        services.ledger.reports.expire(datetime.now(UTC).date())
        try:
            with suppress(asyncio.CancelledError):  # told to stop before it could begin
                asyncio.run(serve(settings, services))
        except InvalidToken:  # its own words hold the token
            raise BadSetting(f"TELEGRAM_BOT_TOKEN: {settings.base_url} does not know this token") from None
    return 0


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Let no other bot work in the data folder, until the block ends.

    Raises:
        BadSetting: another one does already.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.data / "bot.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise BadSetting(f"{settings.data}: another bot works in this folder, expected one a folder") from None
    try:
        yield
    finally:
        lock.release()


async def serve(settings: Settings, services: Services) -> None:
    """Answer people until the process gets a signal; what was begun by then is finished.

    Raises:
        InvalidToken: Telegram does not know the token.
        CancelledError: the signal came before it could begin.
    """
    stop, beginning = asyncio.Event(), asyncio.current_task()
    assert beginning is not None
    _when_told_to_stop(beginning.cancel)
    application = build_application(settings, services)
    async with running(application) as intake:
        await _warm(services)
        _when_told_to_stop(stop.set)
        async with fetching(application, intake):
            logger.info("answering as @%s", application.bot.username)
            await stop.wait()
            logger.info("stopping: nothing new is taken, and what was begun is finished")


def _when_told_to_stop(do: Callable[[], object]) -> None:
    for each in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(each, do)


async def _warm(services: Services) -> None:
    """Do once what every check and every picture does, so that the first person waits no longer than the next."""
    done = await asyncio.gather(
        run(services.threads.checks, services.engine.talk.hear, _FIRST, None),
        run(services.threads.pictures, services.chats.pictures.warm),
        return_exceptions=True,
    )
    for fault in done:
        if isinstance(fault, Exception):  # people are told, should it happen again
            logger.warning("the first check or the first picture failed (%s)", type(fault).__name__)


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
        try:
            yield Intake(application)
        finally:
            outbox.patience.stop()
            await _ended(telling)
            await application.stop()
            await services.unanswered.close()
            await application.post_stop(application)  # type: ignore[misc]
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
    async with QuietRequest(connection_pool_size=1) as request:
        more = {"timeout": timeout} if timeout is not None else {}
        fetcher = Fetching(application.bot, request, intake, ALLOWED_UPDATES, pause=pause, **more)
        task = asyncio.create_task(fetcher.run())
        try:
            yield
        finally:
            await _ended(task)
            await fetcher.acknowledge()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
