"""``askfirst database copy``, as an operator runs it."""

from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import main
from knowledge.database.store import Store
from knowledge.ledger.chat_settings import ChatSettings, keep_settings, settings_of
from tests.postgres import Server


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "a.db"
    with closing(Store(file)) as store:
        for chat in range(3):
            keep_settings(store, chat, ChatSettings("SG", "zh"))
    return file


def test_a_file_is_moved_to_a_server_once(postgres: Server, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    address = postgres.fresh()
    assert main(["database", "copy", str(file), address]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "chats: 3" in shown
    assert "3 rows copied; the file `key`" in shown[-1]
    with closing(Store(address)) as store:
        assert settings_of(store, 2) == ChatSettings("SG", "zh")
    assert main(["database", "copy", str(file), address]) == 1
    assert "chats: has rows already, expected a database without any" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "target", "complaint"),
    [
        ("none.db", "b.db", "none.db: no such file, expected a database of AskFirst"),
        ("a.db", "mysql://bot:secret@db/x", "target=mysql://bot:…@db/x: expected postgresql://"),
        ("a.db", "postgresql://bot:secret@127.0.0.1:1/x", "127.0.0.1:1/x: "),
    ],
)
def test_what_cannot_be_copied_is_told_in_one_line(
    file: Path, source: str, target: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = target if "://" in target else str(file.with_name(target))
    assert main(["database", "copy", str(file.with_name(source)), given]) == 1
    shown = capsys.readouterr().err
    assert complaint in shown
    assert "secret" not in shown
    assert shown.count("\n") == 1
