import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from knowledge.ledger.backups import BackupFailed, backup
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.erasing import Forgotten, forget
from knowledge.ledger.keyed_hash import keyed
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.store import ChatSettings, Store
from knowledge.ledger.wrong_answers import WrongNotes

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
def kept(tmp_path: Path) -> Iterator[Kept]:
    store = Store(tmp_path / "a.db")
    kept = Kept(store, ContactReports(store, KEY), WrongNotes(store, KEY), Askers(store), tmp_path / "backups")
    for chat, person in ((CHAT, PERSON), (OTHER, OTHER)):
        store.keep(chat, ChatSettings("SG", "zh"))
        for number in range(2):
            contact = Contact("phone", f"+659123456{number}")
            kept.reports.report(contact, None, None, person, None, NOW)
        kept.reports.appeal(Contact("phone", "+6591234560"), person, NOW)
        kept.notes.note("likely", None, "en", "a masked text", person, NOW)
        kept.askers.keep(chat, np.ones(384, dtype=np.float32), NOW.date())
    yield kept
    store.close()


def counts(file: Path) -> dict[str, int]:
    db = sqlite3.connect(file)
    try:
        tables = ("chats", "reports", "appeals", "wrong_notes", "askers")
        return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
    finally:
        db.close()


def test_everything_of_a_person_and_their_chat_is_erased_and_counted(kept: Kept, tmp_path: Path) -> None:
    assert kept.forget() == Forgotten(settings=True, reports=2, appeals=1, notes=1, questions=1)
    assert counts(tmp_path / "a.db") == {"chats": 1, "reports": 2, "appeals": 1, "wrong_notes": 1, "askers": 1}
    assert kept.forget() == Forgotten(settings=False, reports=0, appeals=0, notes=0, questions=0)


def test_the_copies_forget_too(kept: Kept) -> None:
    files = [backup(kept.store, kept.backups, NOW + timedelta(days=day)) for day in range(2)]
    assert counts(files[0])["wrong_notes"] == 2
    kept.forget()
    for file in files:
        assert counts(file) == {"chats": 0, "reports": 2, "appeals": 1, "wrong_notes": 1, "askers": 0}


def test_no_byte_that_leads_to_the_person_is_left(kept: Kept, tmp_path: Path) -> None:
    backup(kept.store, kept.backups, NOW)
    kept.forget()
    person = keyed(KEY, "person", str(PERSON)).encode()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) > 2
    assert [file.name for file in files if person in file.read_bytes()] == []


def test_a_copy_that_cannot_be_changed_is_named_and_all_else_is_erased(kept: Kept, tmp_path: Path) -> None:
    whole, broken = (backup(kept.store, kept.backups, NOW + timedelta(days=day)) for day in range(2))
    broken.write_bytes(b"no database" * 1000)
    with pytest.raises(BackupFailed, match=broken.name):
        kept.forget()
    assert counts(whole)["reports"] == 2
    assert counts(tmp_path / "a.db")["reports"] == 2
