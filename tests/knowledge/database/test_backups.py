import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from knowledge.database.backups import KEPT, BackupFailed, backup, forget_in, kept
from knowledge.database.store import Store
from knowledge.ledger.chat_settings import ChatSettings, keep_settings, settings_of
from knowledge.ledger.night_reports import Nights
from knowledge.ledger.roles import Roles
from tests.fakes import small_files

NOW = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)
DAY = timedelta(days=1)
REPORTER, OTHER = "r" * 43, "o" * 43
INSERT = "INSERT INTO reports (kind, identifier, masked, day, reporter) VALUES ('phone', ?, '1•••', '2026-11-26', ?)"
FORGET = [("DELETE FROM reports WHERE reporter = ?", (REPORTER,))]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "a.db")
    with store.transaction() as db:
        for number, reporter in enumerate((REPORTER, OTHER)):
            db.execute(INSERT, (str(number) * 43, reporter))
    yield store
    store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as db:
        return db.execute(query).fetchall()


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.name != ".lock")


def test_a_copy_is_whole_and_named_after_its_time(store: Store, folder: Path) -> None:
    Roles(store, frozenset()).add(77, 1, NOW)
    file = backup(store, folder, NOW)
    assert file == folder / "askfirst-20261126T033000Z.db"
    assert files(folder) == [file.name]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert rows(file, "SELECT person FROM moderators") == [(77,)]
    assert rows(file, "SELECT what FROM audit") == [("add-moderator 77",)]
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    assert rows(file, "PRAGMA journal_mode") == [("delete",)]


def test_what_belongs_to_single_chats_is_nowhere_in_the_copy(store: Store, folder: Path) -> None:
    for chat in range(500):
        keep_settings(store, 880_000_000 + chat, ChatSettings("SG", f"Klingon-{chat}"))
    with store.transaction() as db:
        db.execute("INSERT INTO askers (chat, vector, day) VALUES (5, ?, '2026-11-26')", (b"a vector of words" * 90,))
    file = backup(store, folder, NOW)
    assert rows(file, "SELECT chat FROM chats UNION SELECT chat FROM askers") == []
    assert b"Klingon" not in file.read_bytes()
    assert b"a vector of words" not in file.read_bytes()
    assert settings_of(store, 880_000_001).country == "SG"


def test_a_copy_opens_as_a_store_with_everything_in_it(store: Store, folder: Path, tmp_path: Path) -> None:
    Nights(store).begin(NOW)
    restored = Store(backup(store, folder, NOW).rename(tmp_path / "restored.db"))
    assert Nights(restored).begin(NOW) == 2
    restored.close()


def test_the_last_14_are_kept_and_other_files_left_alone(store: Store, folder: Path) -> None:
    folder.mkdir()
    (folder / "askfirst-before-the-move.db").write_bytes(b"mine")
    made = [backup(store, folder, NOW + number * DAY) for number in range(KEPT + 3)]
    assert kept(folder) == made[-KEPT:]
    assert len(files(folder)) == KEPT + 1


def test_a_copy_made_after_the_clock_went_back_is_kept_too(store: Store, folder: Path) -> None:
    for number in range(KEPT):
        backup(store, folder, NOW + number * DAY)
    early = backup(store, folder, NOW - 9 * DAY)
    assert early in kept(folder)
    assert len(kept(folder)) == KEPT


def test_on_a_full_disk_the_copies_before_stay_and_no_half_of_one(store: Store, folder: Path) -> None:
    before = [backup(store, folder, NOW - number * DAY) for number in range(KEPT, 0, -1)]
    with small_files(20_000), pytest.raises(BackupFailed, match=r"askfirst-20261126T033000Z\.db: .+, expected room"):
        backup(store, folder, NOW)
    assert kept(folder) == before
    assert len(files(folder)) == KEPT
    assert backup(store, folder, NOW) in kept(folder)


def test_where_no_folder_can_be_made_the_error_names_the_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("a file")
    with pytest.raises(BackupFailed, match=r"backups/askfirst-20261126T033000Z\.db: .*, expected"):
        backup(store, tmp_path / "backups", NOW)


def test_what_a_killed_process_left_is_cleared_away(store: Store, folder: Path) -> None:
    folder.mkdir()
    for name in (".askfirst-20261125T033000Z.db.part", ".askfirst-20261125T033000Z.db.part-journal"):
        (folder / name).write_bytes(b"half")
    assert files(folder) != []
    file = backup(store, folder, NOW)
    assert files(folder) == [file.name]


def test_what_is_forgotten_is_in_no_copy_and_their_times_stay(store: Store, folder: Path) -> None:
    made = [backup(store, folder, NOW + number * DAY) for number in range(3)]
    for number, file in enumerate(made):
        os.utime(file, (1_700_000_000 - number, 1_700_000_000 - number))
    times = [file.stat().st_mtime_ns for file in made]
    forget_in(folder, FORGET)
    for file in made:
        assert rows(file, "SELECT reporter FROM reports") == [(OTHER,)]
        assert REPORTER.encode() not in file.read_bytes()
        assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    assert [file.stat().st_mtime_ns for file in made] == times
    assert files(folder) == [file.name for file in made]


def test_where_there_are_no_copies_there_is_nothing_to_forget(folder: Path) -> None:
    forget_in(folder, FORGET)
    assert not folder.exists()


def test_a_table_that_an_old_copy_does_not_have_keeps_nothing_else_from_being_forgotten(
    store: Store, folder: Path
) -> None:
    file = backup(store, folder, NOW)
    forget_in(folder, [("DELETE FROM not_there_yet WHERE chat = ?", (1,)), *FORGET])
    assert rows(file, "SELECT reporter FROM reports") == [(OTHER,)]


def test_a_broken_copy_is_named_and_the_others_are_changed(store: Store, folder: Path) -> None:
    made = [backup(store, folder, NOW + number * DAY) for number in range(3)]
    made[1].write_bytes(b"no database" * 1000)
    with pytest.raises(BackupFailed, match=r"askfirst-20261127T033000Z\.db: file is not a database, expected"):
        forget_in(folder, FORGET)
    for file in (made[0], made[2]):
        assert rows(file, "SELECT reporter FROM reports") == [(OTHER,)]


def test_deletions_are_done_in_a_copy_all_or_none(store: Store, folder: Path) -> None:
    Roles(store, frozenset()).add(77, 1, NOW)
    file = backup(store, folder, NOW)
    with pytest.raises(BackupFailed, match="append-only"):
        forget_in(folder, [*FORGET, ("DELETE FROM audit", ())])
    assert rows(file, "SELECT count(*) FROM reports") == [(2,)]


def test_forgetting_during_a_backup_leaves_nothing_in_the_new_copy(store: Store, folder: Path, tmp_path: Path) -> None:
    other = Store(tmp_path / "a.db")
    begun = threading.Thread(target=backup, args=(other, folder, NOW))
    begun.start()
    with store.transaction() as db:
        for statement, values in FORGET:
            db.execute(statement, values)
    forget_in(folder, FORGET)
    begun.join()
    for file in kept(folder):
        assert rows(file, "SELECT reporter FROM reports") == [(OTHER,)]
    other.close()
