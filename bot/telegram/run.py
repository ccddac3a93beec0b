"""Running the Telegram bot until it is stopped."""

import logging
from datetime import UTC, datetime

from telegram.error import InvalidToken

from bot.checking.engine import Engine
from bot.pictures.reader import Pictures
from bot.settings import BadSetting, Settings
from bot.telegram.application import ALLOWED_UPDATES, build_application
from bot.telegram.services import open_services, read_words

_FOR_EVER = -1


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
            build_application(settings, services).run_polling(
                allowed_updates=ALLOWED_UPDATES, bootstrap_retries=_FOR_EVER
            )
        except InvalidToken:  # its own words hold the token
            raise BadSetting(f"TELEGRAM_BOT_TOKEN: {settings.base_url} does not know this token") from None
    return 0
