"""Running the Telegram bot until it is stopped."""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from telegram.error import InvalidToken

from bot.checking.engine import Engine
from bot.pictures.reader import Pictures
from bot.settings import BadSetting, Settings
from bot.telegram.application import build_application
from bot.telegram.intake.running import fetching, running, warm
from bot.telegram.services import Services, open_services, read_words

logger = logging.getLogger(__name__)
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGABRT)


class WithoutToken(logging.Formatter):
    """Log lines in which the bot's token never stands, not even in a traceback."""

    def __init__(self, token: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with the token blotted out."""
        return super().format(record).replace(self._token, "<token>")


def log_to_stderr(token: str) -> None:
    """Send warnings and our own lines to standard error; request addresses hold the token, so httpx is quiet."""
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutToken(token))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "sentence_transformers"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def run_bot(settings: Settings, engine: Engine) -> int:
    """Answer people until the process is told to stop; return the exit status.

    Raises:
        BadSetting: Telegram does not know the token.
    """
    log_to_stderr(settings.required_token())
    with Pictures() as pictures, open_services(settings, engine, read_words(), pictures) as services:
        services.ledger.reports.expire(datetime.now(UTC).date())
        try:
            with suppress(asyncio.CancelledError):  # told to stop before it could begin
                asyncio.run(serve(settings, services))
        except InvalidToken:  # its own words hold the token
            raise BadSetting(f"TELEGRAM_BOT_TOKEN: {settings.base_url} does not know this token") from None
    return 0


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
        await warm(services)
        _when_told_to_stop(stop.set)
        async with fetching(application, intake):
            logger.info("answering as @%s", application.bot.username)
            await stop.wait()
            logger.info("stopping: nothing new is taken, and what was begun is finished")


def _when_told_to_stop(do: Callable[[], object]) -> None:
    for each in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(each, do)
