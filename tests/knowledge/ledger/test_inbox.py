import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from knowledge.database.alive import Alive
from knowledge.database.backups import backup
from knowledge.database.store import Store
from knowledge.ledger.inbox import Inbox, Waiting
from tests.postgres import Server

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
FIRST, SECOND, THIRD = Waiting(101, 7, 1, "de"), Waiting(102, 8, None, None), Waiting(103, 9, 2, "en")
NOTHING: tuple[tuple[Waiting, ...], frozenset[int]] = ((), frozenset())


def left_by_a_kill(store: Store, *waiting: Waiting, answered: tuple[int, ...] = ()) -> None:
    """Leave rows as a taker does whose process ends."""
    with closing(Inbox(store)) as gone:
        gone.take(waiting, NOW)
        gone.answered(answered)


def test_what_was_taken_is_left_until_it_is_answered_and_its_number_until_it_is_acknowledged(store: Store) -> None:
    left_by_a_kill(store, SECOND, FIRST)
    with closing(Inbox(store)) as inbox:
        assert inbox.left() == ((FIRST, SECOND), frozenset())
        inbox.answered([101])
        assert inbox.left() == ((), frozenset({101}))
        inbox.acknowledged(101)
        assert inbox.left() == ((), frozenset({101}))
        inbox.acknowledged(102)
        assert inbox.left() == NOTHING
        inbox.acknowledged(200)
    with closing(Inbox(store)) as next_:
        assert next_.left() == ((SECOND,), frozenset())


def test_a_number_that_is_never_acknowledged_goes_after_a_day(store: Store) -> None:
    left_by_a_kill(store, FIRST, SECOND, answered=(101,))
    with closing(Inbox(store)) as inbox:
        inbox.expire(NOW + timedelta(hours=23))
        assert inbox.left() == ((SECOND,), frozenset({101}))
        inbox.expire(NOW + timedelta(hours=25))
        assert inbox.left() == NOTHING
    with closing(Inbox(store)) as next_:
        assert next_.left() == ((SECOND,), frozenset())


def test_a_taker_is_left_nothing_of_its_own_and_what_nobody_has_taken_is_everybodys(store: Store) -> None:
    with closing(Inbox(store)) as inbox:
        inbox.take([FIRST, SECOND], NOW)
        assert inbox.left() == NOTHING
        with store.transaction() as db:
            db.execute("UPDATE inbox SET taker = NULL WHERE update_id = ?", (101,))
        assert inbox.left() == ((FIRST,), frozenset())
        assert inbox.left() == NOTHING


def test_what_a_taker_has_left_is_taken_over_once_as_it_is_seen_gone_twice(store: Store) -> None:
    with closing(Inbox(store)) as inbox:
        left_by_a_kill(store, THIRD, FIRST)
        inbox.take([SECOND], NOW)
        assert inbox.abandoned() == ()
        assert inbox.abandoned() == (FIRST, THIRD)
        assert inbox.abandoned() == ()


def test_on_a_server_of_the_living_nothing_is_left_and_one_alone_takes_over_from_the_dead(
    postgres: Server,
) -> None:
    address = postgres.fresh()
    with closing(Store(address)) as here, closing(Store(address)) as there:
        living, other = Inbox(here), Inbox(there)
        living.take([FIRST], NOW)
        left_by_a_kill(there, SECOND)
        assert other.left() == ((SECOND,), frozenset())
        assert [living.left(), living.abandoned(), living.abandoned()] == [NOTHING, (), ()]
        other.close()
        assert [living.abandoned(), living.abandoned()] == [(), (SECOND,)]
        living.close()


def test_whoever_lost_its_connection_has_its_name_again_before_it_counts_as_gone(postgres: Server) -> None:
    with closing(Store(postgres.fresh())) as store, closing(Inbox(store)) as one, closing(Inbox(store)) as two:
        one.take([FIRST], NOW)
        two.take([SECOND], NOW)
        with store.reading() as db:
            db.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        assert [one.abandoned(), two.abandoned()] == [(), ()]
        assert [one.abandoned(), two.abandoned()] == [(), ()]


def test_on_a_file_no_taker_holds_anything(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "a.db")) as store, closing(Alive(store)) as one:
        assert not one.is_gone(one.name)
        assert one.is_gone("bot-0")
        assert [file.name for file in tmp_path.iterdir() if "bot-" in file.name] == []


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
    left_by_a_kill(store, FIRST)
    with closing(sqlite3.connect(backup(store, tmp_path / "backups", NOW))) as copy:
        assert copy.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
