import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from knowledge.database.backups import backup
from knowledge.database.store import Store
from knowledge.ledger.inbox import Inbox, Waiting

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
FIRST, SECOND = Waiting(101, 7, 1, "de"), Waiting(102, 8, None, None)


def test_what_was_taken_is_left_until_it_is_answered_and_its_number_until_it_is_acknowledged(store: Store) -> None:
    inbox = Inbox(store)
    inbox.take([SECOND, FIRST], NOW)
    assert inbox.left() == ((FIRST, SECOND), frozenset())
    inbox.answered([101])
    assert inbox.left() == ((SECOND,), frozenset({101}))
    inbox.acknowledged(101)
    assert inbox.left() == ((SECOND,), frozenset({101}))
    inbox.acknowledged(102)
    assert inbox.left() == ((SECOND,), frozenset())
    inbox.acknowledged(200)
    assert Inbox(store).left() == ((SECOND,), frozenset())


def test_a_number_that_is_never_acknowledged_goes_after_a_day(store: Store) -> None:
    inbox = Inbox(store)
    inbox.take([FIRST, SECOND], NOW)
    inbox.answered([101])
    inbox.expire(NOW + timedelta(hours=23))
    assert inbox.left()[1] == {101}
    inbox.expire(NOW + timedelta(hours=25))
    assert inbox.left() == ((SECOND,), frozenset())


def test_of_whom_was_answered_nothing_stays_in_any_file(tmp_path: Path) -> None:
    chat, message = 7_700_770_077, 5_551_555_155
    marks = [number.to_bytes(6, "big") for number in (chat, message)]
    store = Store(tmp_path / "a.db")
    inbox = Inbox(store)
    inbox.take([Waiting(101, chat, message, "de")], NOW)

    def found() -> bool:
        return any(mark in file.read_bytes() for file in tmp_path.glob("a.db*") for mark in marks)

    assert found()
    inbox.answered([101])
    assert not found()
    store.close()


def test_a_backup_has_nobody_who_waits(store: Store, tmp_path: Path) -> None:
    Inbox(store).take([FIRST], NOW)
    with closing(sqlite3.connect(backup(store, tmp_path / "backups", NOW))) as copy:
        assert copy.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
