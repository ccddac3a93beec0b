import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from knowledge.database.backups import BackupFailed, backup
from knowledge.database.connection import Address
from knowledge.database.store import Store
from knowledge.ledger.chat_settings import ChatSettings, keep_settings, settings_of
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.erasing import Forgotten, forget
from knowledge.ledger.inbox import Inbox, Waiting
from knowledge.ledger.keyed_hash import keyed
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.wrong_answers import WrongNotes
from tests.databases import on_sqlite

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
KEY = bytes(range(32))
CHAT, PERSON, OTHER = 5, 77, 88


@dataclass(frozen=True)
class Contact:
    kind: str
    value: str


@dataclass(frozen=True)
class Kept:
    """A store and what is kept in it, with the folder of its copies."""

    store: Store
    reports: ContactReports
    notes: WrongNotes
    askers: Askers
    backups: Path

    def forget(self) -> Forgotten:
        return forget(self.store, self.reports, self.notes, self.askers, self.backups, CHAT, PERSON)


@pytest.fixture
def kept(store: Store, tmp_path: Path) -> Kept:
    kept = Kept(store, ContactReports(store, KEY), WrongNotes(store, KEY), Askers(store), tmp_path / "backups")
    for chat, person in ((CHAT, PERSON), (OTHER, OTHER)):
        keep_settings(store, chat, ChatSettings("SG", "zh"))
        for number in range(2):
            contact = Contact("phone", f"+659123456{number}")
            kept.reports.report(contact, None, None, person, None, NOW)
        kept.reports.appeal(Contact("phone", "+6591234560"), person, NOW)
        kept.notes.note("likely", None, "en", "a masked text", person, NOW)
        with closing(Inbox(store)) as inbox:
            inbox.take([Waiting(chat, chat, 1, "en")], NOW)
        kept.askers.keep(chat, np.ones(384, dtype=np.float32), NOW.date(), "hashing")
    return kept


def counts(address: Address) -> dict[str, int]:
    tables = ("chats", "reports", "appeals", "wrong_notes", "askers")
    with closing(Store(address)) as store, store.reading() as db:
        return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def test_everything_of_a_person_and_their_chat_is_erased_and_counted(kept: Kept, address: Address) -> None:
    assert kept.forget() == Forgotten(settings=True, reports=2, appeals=1, notes=1, questions=1)
    assert counts(address) == {"chats": 1, "reports": 2, "appeals": 1, "wrong_notes": 1, "askers": 1}
    assert kept.forget() == Forgotten(settings=False, reports=0, appeals=0, notes=0, questions=0)


def test_the_copies_forget_too(kept: Kept) -> None:
    files = [backup(kept.store, kept.backups, NOW + timedelta(days=day)) for day in range(2)]
    assert counts(files[0])["wrong_notes"] == 2
    kept.forget()
    for file in files:
        assert counts(file) == {"chats": 0, "reports": 2, "appeals": 1, "wrong_notes": 1, "askers": 0}


@on_sqlite
def test_no_byte_that_leads_to_the_person_is_left(kept: Kept, tmp_path: Path) -> None:
    backup(kept.store, kept.backups, NOW)
    kept.forget()
    person = keyed(KEY, "person", str(PERSON)).encode()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) > 2
    assert [file.name for file in files if person in file.read_bytes()] == []


@contextmanager
def reader(file: Path) -> Iterator[None]:
    """Another process that has begun to read, and is not done."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM chats").fetchone()
        yield


def traces(folder: Path, words: bytes) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.is_file() and words in file.read_bytes()]


MARKER = "a text nobody else would write"


@pytest.fixture
def marked(kept: Kept) -> Kept:
    """Kept with words of the person's, in the database and in a copy, that another process may be reading."""
    kept.notes.note("likely", None, "en", MARKER, PERSON, NOW)
    backup(kept.store, kept.backups, NOW)
    return kept


@on_sqlite
def test_what_a_reader_keeps_in_the_log_is_gone_after_the_next_that_is_written(marked: Kept, tmp_path: Path) -> None:
    with reader(tmp_path / "a.db"):
        assert marked.forget().notes == 2
        assert not marked.store.clear_log()
        assert traces(tmp_path, MARKER.encode()) == ["a.db-wal"]
    keep_settings(marked.store, OTHER, ChatSettings("MY", "ms"))
    assert traces(tmp_path, MARKER.encode()) == []


@on_sqlite
def test_what_a_reader_keeps_in_the_log_is_gone_after_the_next_erasing(marked: Kept, tmp_path: Path) -> None:
    with reader(tmp_path / "a.db"):
        marked.forget()
    marked.forget()
    assert traces(tmp_path, MARKER.encode()) == []


@on_sqlite
def test_what_a_reader_keeps_in_the_log_is_gone_when_the_store_is_closed(marked: Kept, tmp_path: Path) -> None:
    other = Store(tmp_path / "a.db")  # SQLite empties the log by itself only when the last one closes
    with reader(tmp_path / "a.db"):
        marked.forget()
    marked.store.close()
    assert traces(tmp_path, MARKER.encode()) == []
    other.close()


@on_sqlite
def test_what_a_reader_keeps_in_the_log_is_gone_when_another_process_opens_the_file(
    marked: Kept, tmp_path: Path
) -> None:
    with reader(tmp_path / "a.db"):
        marked.forget()
    Store(tmp_path / "a.db").close()
    assert traces(tmp_path, MARKER.encode()) == []


@on_sqlite
def test_others_read_and_write_while_the_log_waits_for_a_reader(marked: Kept, tmp_path: Path) -> None:
    with reader(tmp_path / "a.db"), ThreadPoolExecutor(1) as thread:
        erasing = thread.submit(marked.forget)
        done = 0
        while not erasing.done():
            keep_settings(marked.store, OTHER, ChatSettings("MY", "ms"))
            assert settings_of(marked.store, OTHER).country == "MY"
            done += 1
    assert done > 1


def test_a_copy_that_cannot_be_changed_is_named_and_all_else_is_erased(kept: Kept, address: Address) -> None:
    whole, broken = (backup(kept.store, kept.backups, NOW + timedelta(days=day)) for day in range(2))
    broken.write_bytes(b"no database" * 1000)
    with pytest.raises(BackupFailed, match=broken.name):
        kept.forget()
    assert counts(whole)["reports"] == 2
    assert counts(address)["reports"] == 2
