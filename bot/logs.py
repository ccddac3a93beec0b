"""The bot's log on standard error: plain or JSON lines, in which neither a token nor anybody's words stand."""

import asyncio
import logging
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from bot.settings import BadSetting

_OURS = ("bot", "index", "knowledge")
_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@dataclass(frozen=True)
class LogSettings:
    """How the bot logs."""

    json: bool = False
    level: str = "INFO"
    """The lowest level of our own lines; libraries, which may log what they send, stay at INFO or above."""


def read_log_settings(environment: Mapping[str, str]) -> LogSettings:
    """Read them from environment variables.

    Raises:
        BadSetting: one of them cannot be used.
    """
    form = environment.get("ASKFIRST_LOG", "").strip().lower()
    if form not in ("", "plain", "json"):
        raise BadSetting(f"ASKFIRST_LOG={form}: expected json, or plain or nothing")
    level = environment.get("ASKFIRST_LOG_LEVEL", "").strip().upper() or "INFO"
    if level not in _LEVELS:
        raise BadSetting(f"ASKFIRST_LOG_LEVEL={level}: expected one of {', '.join(_LEVELS)}")
    return LogSettings(form == "json", level)


class _Discreet(logging.Formatter):
    """Lines that say where and what kind a fault is, and nothing that may quote a person or the token."""

    def __init__(self, *args: Any, secrets: tuple[str, ...] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with secrets blotted out; the record stays as it was for other handlers."""
        own = logging.LogRecord(record.name, record.levelno, "", 0, record.msg, None, record.exc_info)
        own.created, own.msecs = record.created, record.msecs
        if _is_ours(record.name) or all(isinstance(each, int | float) for each in _arguments(record)):
            own.args = record.args
        line = super().format(own)  # of a library otherwise the template: what it puts in may be what it received
        for secret in self._secrets:
            line = line.replace(secret, "<token>")
        return line

    def formatException(self, ei: _ExcInfo) -> str:
        """Return a traceback without the exceptions' own words: they may quote what somebody wrote."""
        return "\n".join(_told(ei[1])) if ei[1] else ""


class PlainLines(_Discreet):
    """One line a record, for people; a traceback follows it."""

    def __init__(self, *secrets: str) -> None:
        super().__init__(_PLAIN, secrets=secrets)


class JsonLines(_Discreet, JsonFormatter):
    """One JSON object a record: time, level, logger, message, and the traceback where there is one."""

    def __init__(self, *secrets: str) -> None:
        names = {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "traceback"}
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            secrets=secrets,
            rename_fields=names,
            json_ensure_ascii=False,
            datefmt="%Y-%m-%dT%H:%M:%S%z",
        )


def log_to_stderr(how: LogSettings, *secrets: str) -> None:
    """Send the bot's log to standard error; ``secrets`` are never in it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(*secrets) if how.json else PlainLines(*secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(how.level)
    quiet = max(logging.getLevelNamesMapping()[how.level], logging.INFO)
    logging.getLogger("telegram").setLevel(quiet)


def discreet_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Let the event loop report what nobody waited for without printing it."""

    def report(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        logging.getLogger(__name__).error("something failed that nobody waited for", exc_info=context.get("exception"))

    loop.set_exception_handler(report)


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in _OURS


def _arguments(record: logging.LogRecord) -> tuple[object, ...]:
    given = record.args or ()
    return tuple(given.values()) if isinstance(given, Mapping) else given


def _told(error: BaseException) -> list[str]:
    """Return a traceback's lines; of operating system and database faults their words too, which are nobody's."""
    lines = []
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        lines += [*_told(before), "", "and then:", ""]
    lines += ["Traceback (most recent call last):", *"".join(traceback.format_tb(error.__traceback__)).splitlines()]
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    said = f": {error}" if isinstance(error, OSError) or type(error).__module__ == "sqlite3" else ""
    return [*lines, kind + said]
