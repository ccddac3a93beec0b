import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from knowledge.database.backups import backup
from knowledge.database.store import Store
from knowledge.ledger.audit import audit_rows
from knowledge.ledger.contact_report_decisions import forget_closed
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.erasing import forget
from knowledge.ledger.keyed_hash import keyed
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.wrong_answers import NOTES_A_DAY, WrongNote, WrongNotes, take_back

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
KEY = bytes(range(32))


@pytest.fixture
def notes(store: Store) -> WrongNotes:
    return WrongNotes(store, KEY)


def note(notes: WrongNotes, person: int = 1, masked: str | None = "••• wrote", now: datetime = NOW) -> str:
    return notes.note("likely", "parcel-smish", "en", masked, person, now)


def test_a_note_waits_with_what_the_answer_was(notes: WrongNotes) -> None:
    assert note(notes) == "kept"
    assert notes.note("no_match", None, "zh", None, 2, NOW) == "kept"
    assert notes.waiting() == (
        WrongNote(1, NOW.date(), "likely", "parcel-smish", "en", "••• wrote"),
        WrongNote(2, NOW.date(), "no_match", None, "zh", None),
    )


def test_the_same_note_counts_once_for_a_person(notes: WrongNotes) -> None:
    assert [note(notes), note(notes), note(notes, person=2), note(notes, now=NOW + DAY)] == [
        "kept",
        "again",
        "kept",
        "again",
    ]


def test_without_a_text_the_same_note_may_come_back_on_another_day(notes: WrongNotes) -> None:
    days = [NOW, NOW, NOW + DAY]
    assert [note(notes, masked=None, now=now) for now in days] == ["kept", "again", "kept"]


def test_ten_notes_of_a_person_are_taken_in_a_day(notes: WrongNotes) -> None:
    outcomes = [note(notes, masked=f"text {number}") for number in range(NOTES_A_DAY + 1)]
    assert outcomes == ["kept"] * NOTES_A_DAY + ["many"]
    assert note(notes, person=2, masked="text") == "kept"
    assert note(notes, masked="tomorrow", now=NOW + DAY) == "kept"


def test_a_settled_note_is_gone_with_its_text_and_in_the_audit_without_it(
    store: Store, notes: WrongNotes, tmp_path: Path
) -> None:
    note(notes, masked="a text about a parcel")
    assert notes.settle(1, 77, NOW, "case")
    assert not notes.settle(1, 77, NOW, "case")
    assert notes.waiting() == ()
    (row,) = audit_rows(store)
    assert (row.who, row.what, row.after) == (77, "settle-note 1", {"outcome": "case"})
    assert row.before == {"day": "2026-11-26", "concern": "likely", "pattern": "parcel-smish", "language": "en"}
    raw = b"".join(file.read_bytes() for file in tmp_path.glob("a.db*"))  # no file at all on a server
    assert b"about a parcel" not in raw


def test_a_settled_note_waits_again_as_it_was(store: Store, notes: WrongNotes) -> None:
    note(notes)
    note(notes, person=2)
    before = notes.waiting()
    for outcome in ("done", "deleted"):
        assert notes.settle(1, 77, NOW, outcome)
        assert take_back(store, 1, 78, NOW) == "not-yours"
        assert take_back(store, 1, 77, NOW + 10 * MINUTE) == "undone"
        assert notes.waiting() == before
        assert take_back(store, 1, 77, NOW) == "changed"
    assert note(notes) == "again"
    acts = [(row.what, row.before, row.after) for row in audit_rows(store, 2)]
    assert acts[0] == ("undo-note 1", acts[1][2], acts[1][1])


def test_a_note_is_not_taken_back_too_late_nor_where_it_became_a_case(store: Store, notes: WrongNotes) -> None:
    assert take_back(store, 1, 77, NOW) == "gone"
    note(notes)
    note(notes, person=2)
    notes.settle(1, 77, NOW, "done")
    assert take_back(store, 1, 77, NOW + 11 * MINUTE) == "late"
    notes.settle(2, 77, NOW, "case")
    assert take_back(store, 2, 77, NOW) == "changed"
    assert notes.waiting() == ()


def test_the_text_of_a_settled_note_is_erased_after_ten_minutes_and_stands_in_no_backup(
    store: Store, notes: WrongNotes, tmp_path: Path
) -> None:
    note(notes, masked="a text about a parcel")
    notes.settle(1, 77, NOW, "done")
    assert b"about a parcel" not in backup(store, tmp_path / "backups", NOW).read_bytes()
    assert forget_closed(store, NOW + 10 * MINUTE) == 0
    assert forget_closed(store, NOW + 11 * MINUTE) == 1
    assert b"about a parcel" not in b"".join(file.read_bytes() for file in tmp_path.glob("a.db*"))


def test_a_settled_note_is_forgotten_with_its_person(store: Store, notes: WrongNotes, tmp_path: Path) -> None:
    note(notes)
    notes.settle(1, 77, NOW, "done")
    reports, backups = ContactReports(store, KEY), tmp_path / "backups"
    assert forget(store, reports, notes, Askers(store), backups, 1, 1).notes == 1
    assert take_back(store, 1, 77, NOW) == "changed"


def test_notes_expire_after_180_days(notes: WrongNotes) -> None:
    note(notes)
    note(notes, masked="later", now=NOW + DAY)
    assert notes.expire((NOW + 180 * DAY).date()) == 0
    assert notes.expire((NOW + 181 * DAY).date()) == 1
    assert [one.masked for one in notes.waiting()] == ["later"]


def test_a_person_is_forgotten_and_others_are_not(store: Store, notes: WrongNotes) -> None:
    note(notes)
    note(notes, person=2)
    assert store.erase([notes.deletion(1)]) == [1]
    assert store.erase([notes.deletion(1)]) == [0]
    assert len(notes.waiting()) == 1


def test_of_a_person_only_the_hash_that_reports_have_too_is_kept(store: Store, notes: WrongNotes) -> None:
    note(notes, person=123456789)
    with store.reading() as db:
        assert db.execute("SELECT person FROM wrong_notes").fetchone() == (keyed(KEY, "person", "123456789"),)
    (_, values), _ = ContactReports(store, KEY).deletions(123456789)
    assert values == (keyed(KEY, "person", "123456789"),)
    assert store.erase([WrongNotes(store, bytes(32)).deletion(123456789)]) == [0]


def test_a_text_that_is_too_long_is_refused(notes: WrongNotes) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        note(notes, masked="a" * 4001)
    assert notes.waiting() == ()
