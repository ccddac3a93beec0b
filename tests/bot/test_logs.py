import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterator

import pytest

from bot.logs import JsonLines, LogSettings, PlainLines, discreet_loop, log_to_stderr, read_log_settings
from bot.settings import BadSetting

TOKEN, SECRET, MARK = "12:secret", "the-webhooks-secret", "kalypso-marker"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root, names = logging.getLogger(), ("bot", "index", "knowledge", "telegram")
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in names:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture(params=[False, True], ids=["plain", "json"])
def log(request: pytest.FixtureRequest) -> LogSettings:
    return LogSettings(json=request.param)


def failure(error: Exception) -> Exception:
    try:
        try:
            raise ValueError(f"could not read {MARK}")
        except ValueError as first:
            raise error from first
    except type(error) as fault:
        return fault


def test_neither_token_nor_secret_stands_in_a_line(log: LogSettings, capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(log, TOKEN, SECRET)
    fault = failure(OSError(f"https://api.example/bot{TOKEN}/getMe"))
    logging.getLogger("bot.x").error("at bot%s with %s", TOKEN, SECRET, exc_info=fault)
    line = capsys.readouterr().err
    assert TOKEN not in line
    assert SECRET not in line
    assert "<token>" in line


def test_a_traceback_says_where_and_what_kind_but_quotes_nobody(
    log: LogSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr(log, TOKEN)
    logging.getLogger("bot.x").error("update %s failed", 5, exc_info=failure(RuntimeError(MARK)))
    line = capsys.readouterr().err
    for part in ("ValueError", "RuntimeError", "and then:", "test_logs.py", "in failure", "update 5 failed"):
        assert part in line
    assert f"could not read {MARK}" not in line
    assert f": {MARK}" not in line


def test_what_the_database_says_is_told(log: LogSettings, capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(log)
    logging.getLogger("bot.x").error("not kept", exc_info=sqlite3.OperationalError("database is locked"))
    assert "sqlite3.OperationalError: database is locked" in capsys.readouterr().err


def test_a_library_may_not_show_what_it_received(log: LogSettings, capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(LogSettings(log.json, "DEBUG"))
    libraries = logging.getLogger("telegram.helpers"), logging.getLogger("aiohttp.server")
    for library in libraries:
        library.error("received %r", MARK)
        library.error("received %(what)s", {"what": MARK})
        library.error("number %d", 5)
        library.debug("calling with %s", MARK)
    logging.getLogger("bot.x").debug("of our own")
    shown = capsys.readouterr().err
    assert MARK not in shown
    assert (shown.count("received %r"), shown.count("number 5"), shown.count("of our own")) == (2, 2, 1)
    assert "calling" not in shown


def test_json_has_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(LogSettings(json=True), TOKEN)
    logging.getLogger("bot.x").info("two\nlines", extra={"text": MARK})
    logging.getLogger("bot.x").error("failed", exc_info=failure(RuntimeError("x")))
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert first.keys() == {"time", "level", "logger", "message"}
    assert (first["level"], first["logger"], first["message"]) == ("INFO", "bot.x", "two\nlines")
    assert second["traceback"].splitlines()[-1] == "RuntimeError"


def test_the_level_is_that_of_our_own_lines(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(LogSettings(level="WARNING"))
    logging.getLogger("bot.x").info("quiet")
    logging.getLogger("telegram.ext").info("quiet")
    assert capsys.readouterr().err == ""


def test_a_record_is_left_as_it_was_for_others() -> None:
    record = logging.LogRecord("telegram", 40, "f", 1, "got %s", (MARK,), None)
    for lines in (PlainLines(), JsonLines()):
        assert MARK not in lines.format(record)
    assert record.getMessage() == f"got {MARK}"


@pytest.mark.anyio
async def test_what_nobody_waited_for_is_told_by_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(LogSettings())
    loop = asyncio.get_running_loop()
    discreet_loop(loop)
    loop.call_exception_handler({"message": MARK, "exception": RuntimeError(MARK)})
    shown = capsys.readouterr().err
    assert "something failed that nobody waited for" in shown
    assert "RuntimeError" in shown
    assert MARK not in shown


def test_settings_of_the_log_are_read_and_wrong_ones_named() -> None:
    assert read_log_settings({}) == LogSettings()
    given = {"ASKFIRST_LOG": "JSON", "ASKFIRST_LOG_LEVEL": "debug"}
    assert read_log_settings(given) == LogSettings(json=True, level="DEBUG")
    with pytest.raises(BadSetting, match="ASKFIRST_LOG=xml: expected json, or plain or nothing"):
        read_log_settings({"ASKFIRST_LOG": "xml"})
    with pytest.raises(BadSetting, match="ASKFIRST_LOG_LEVEL=LOUD: expected one of DEBUG, INFO"):
        read_log_settings({"ASKFIRST_LOG_LEVEL": "loud"})
