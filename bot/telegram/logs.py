"""What no log may show, and what it need not say again and again."""

import logging
import time
from collections.abc import Callable

_ONCE_IN = 60.0  # seconds
_SHOWING = (
    *("telegram.Bot", "telegram.ext.ExtBot", "telegram.request.BaseRequest"),
    *("telegram.ext.Application", "telegram.ext.Updater"),
)
"""Loggers of the library that put into a line what was received or is sent."""


def quiet_the_library() -> None:
    """Keep out of every log what the Telegram library would put into its lines of what it receives and sends."""
    logging.getLogger("telegram").setLevel(logging.INFO)
    logging.getLogger("telegram.ext.AIORateLimiter").setLevel(logging.CRITICAL)  # refusals are the outbox's to tell
    for name in _SHOWING:
        shows = logging.getLogger(name)
        if _without_values not in shows.filters:
            shows.addFilter(_without_values)


def _without_values(record: logging.LogRecord) -> bool:
    """Leave out a line's values and its traceback, which ends in them."""
    if record.args or record.exc_info:
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = f"{record.funcName}: left out{f' ({kind.__name__})' if kind else ''}"
        record.args, record.exc_info, record.exc_text = None, None, None
    return True


class Seldom:
    """Logs one line of each kind a minute, and says how many more there were."""

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._logger, self._clock = logger, clock
        self._said: dict[str, float] = {}
        self._since: dict[str, int] = {}

    def warning(self, kind: str, words: str) -> None:
        """Log a line, or count it where one of its kind was logged less than a minute ago."""
        now = self._clock()
        if now - self._said.get(kind, now - _ONCE_IN) < _ONCE_IN:
            self._since[kind] = self._since.get(kind, 0) + 1
            return
        self._said[kind] = now
        more = self._since.pop(kind, 0)
        self._logger.warning("%s%s", words, f" (and {more} times since the last such line)" if more else "")
