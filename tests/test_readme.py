"""Whatever the README states about commands, settings and bot commands exists, and the other way round."""

import re

import pytest

from bot.cli import main
from bot.telegram.sending import COMMANDS
from tests.paths import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    code = "".join((ROOT / "bot" / name).read_text("utf-8") for name in ("settings.py", "web/settings.py", "logs.py"))
    used = set(re.findall(r'"(ASKFIRST_\w+|TELEGRAM_\w+)"', code))
    assert set(re.findall(r"\b(?:ASKFIRST_|TELEGRAM_BOT_)[A-Z_]+", README)) == used


def test_every_command_of_the_command_line_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = capsys.readouterr().out.partition("commands:")[2]
    commands = set(re.findall(r"^    ([a-z]+)  ", listed, flags=re.MULTILINE))
    assert len(commands) > 5
    assert set(re.findall(r"(?:bin/|`)askfirst ([a-z]+)", README)) == commands


def test_every_bot_command_is_documented() -> None:
    table = set(re.findall(r"^\| `/([a-z]+)` \|", README, flags=re.MULTILINE))
    assert table == set(COMMANDS)


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", README)) <= targets
    assert {"chat", "bot", "test", "check", "rebuild", "bench"} <= targets
