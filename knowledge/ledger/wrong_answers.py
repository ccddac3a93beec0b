"""Notes of people that an answer was wrong: what the answer was, and, if they wish, their text as it may be read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from knowledge.database.store import Deletion, Store
from knowledge.documents.golden import Concern
from knowledge.ledger.audit import Undone, add_to_audit, against_undoing, latest_act, stored
from knowledge.ledger.contact_report_rows import oldest
from knowledge.ledger.keyed_hash import keyed

NOTES_A_DAY = 10
"""Notes of one person that are taken in a day."""
AS_CASE = "case"
"""The outcome of a note that became a proposal, which has its text now and is taken back instead."""
_COLUMNS = "day, concern, pattern, language, masked, person"


@dataclass(frozen=True)
class WrongNote:
    """A note that waits for a moderator; nothing in it leads to the person."""

    id: int
    day: date
    concern: Concern
    """What the answer said."""
    pattern: str | None
    """The id of the pattern it named."""
    language: str
    masked: str | None
    """The text as private.py masked it; None where the person kept it to themselves."""


@dataclass(frozen=True)
class ConsentedNote:
    """A note whose author agreed that moderators see its text."""

    id: int
    language: str
    masked: str
    person: str
    """A keyed hash."""


def consented_notes(store: Store) -> tuple[ConsentedNote, ...]:
    """Return the notes that nobody has settled and whose authors agreed to show the text, the oldest first."""
    query = "SELECT id, language, masked, person FROM wrong_notes WHERE masked IS NOT NULL ORDER BY id"
    with store.reading() as db:
        return tuple(ConsentedNote(*row) for row in db.execute(query))


class WrongNotes:
    """The notes in a store; every method may be called from any thread."""

    def __init__(self, store: Store, key: bytes) -> None:
        """Take the store and the key of its folder."""
        self._store = store
        self._key = key

    def note(
        self, concern: Concern, pattern: str | None, language: str, masked: str | None, person: int, now: datetime
    ) -> Literal["kept", "again", "many"]:
        """Keep a note: ``again`` where the person has left the same one already, ``many`` beyond ten a day.

        Raises:
            sqlite3.IntegrityError: the masked text has more than 4,000 characters, or the pattern is no id.
        """
        today, who = now.date().isoformat(), self._hash(person)
        with self._store.transaction() as db:
            same = """SELECT 1 FROM wrong_notes WHERE person = ? AND concern = ? AND coalesce(pattern, '') = ?
                AND coalesce(masked, '') = ? AND (day = ? OR masked IS NOT NULL)"""
            if db.execute(same, (who, concern, pattern or "", masked or "", today)).fetchone():
                return "again"
            count = "SELECT count(*) FROM wrong_notes WHERE person = ? AND day = ?"
            if db.execute(count, (who, today)).fetchone()[0] >= NOTES_A_DAY:
                return "many"
            db.execute(
                "INSERT INTO wrong_notes (day, concern, pattern, language, masked, person) VALUES (?, ?, ?, ?, ?, ?)",
                (today, concern, pattern, language, masked, who),
            )
        return "kept"

    def waiting(self) -> tuple[WrongNote, ...]:
        """Return the notes that nobody has settled, the oldest first."""
        with self._store.reading() as db:
            rows = db.execute("SELECT id, day, concern, pattern, language, masked FROM wrong_notes ORDER BY id")
            return tuple(WrongNote(number, date.fromisoformat(day), *rest) for number, day, *rest in rows)

    def settle(self, note: int, moderator: int, now: datetime, outcome: str) -> bool:
        """Close a note that a moderator has dealt with; the audit keeps what came of it, and no word of its text.

        For as long as that can be taken back the note is kept, one AS_CASE excepted; then ``forget_closed`` erases it.
        Return False, and do nothing, where there is no such note any more.
        """
        with self._store.transaction() as db:
            row = db.execute(f"DELETE FROM wrong_notes WHERE id = ? RETURNING {_COLUMNS}", (note,)).fetchone()
            if row is None:
                return False
            before = dict(zip(("day", "concern", "pattern", "language"), row[:4], strict=True))
            act = add_to_audit(db, moderator, now, f"settle-note {note}", before, {"outcome": outcome})
            if outcome != AS_CASE:
                db.execute(_CLOSE, (act, stored(now), note, *row))
        self._store.clear_log()
        return True

    def expire(self, today: date) -> int:
        """Delete what is older than 180 days, and return how many notes that were."""
        (expired,) = self._store.erase([("DELETE FROM wrong_notes WHERE day < ?", (oldest(today),))])
        return expired

    def deletion(self, person: int) -> Deletion:
        """Return what deletes a person's notes in any copy of the database."""
        return "DELETE FROM wrong_notes WHERE person = ?", (self._hash(person),)

    def closed_deletion(self, person: int) -> Deletion:
        """Return what deletes those that moderators have settled, and might open again for some minutes."""
        return "DELETE FROM closed_notes WHERE person = ?", (self._hash(person),)

    def _hash(self, person: int) -> str:
        return keyed(self._key, "person", str(person))


def take_back(store: Store, note: int, moderator: int, now: datetime) -> Undone:
    """Take back that a moderator settled a note, which then waits again as it was, and the audit says so."""
    with store.transaction() as db:
        act = latest_act(db, ("settle-note", "undo-note"), str(note))
        if against := against_undoing(act, moderator, now):
            return against
        assert act is not None
        if not db.execute(_REOPEN, (act.id,)).rowcount:
            return "changed"
        db.execute("DELETE FROM closed_notes WHERE act = ?", (act.id,))
        add_to_audit(db, moderator, now, f"undo-note {note}", act.after, act.before)
    return "undone"


_CLOSE = f"INSERT INTO closed_notes (act, closed, note, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_REOPEN = f"""INSERT INTO wrong_notes (id, {_COLUMNS}) SELECT note, {_COLUMNS} FROM closed_notes WHERE act = ?
ON CONFLICT DO NOTHING"""
