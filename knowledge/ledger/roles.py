"""Who may curate: the owners that the settings name, and the moderators they add."""

from dataclasses import dataclass
from datetime import date, datetime

from knowledge.database.connection import Connection
from knowledge.database.store import Store
from knowledge.ledger.audit import add_to_audit, stored

OPERATOR = 0
"""Whoever works at the terminal; no Telegram id is 0."""
_LONGEST_ID = 52  # bits of a Telegram id


@dataclass(frozen=True)
class Moderator:
    """Somebody an owner has added."""

    person: int
    since: date
    added_by: int


class Roles:
    """Who is what, read from the store at each question: whoever is removed may do nothing from then on."""

    def __init__(self, store: Store, owners: frozenset[int]) -> None:
        self._store = store
        self._owners = owners

    def is_owner(self, person: int) -> bool:
        """Whether a person may add and remove moderators."""
        return person == OPERATOR or person in self._owners

    def is_moderator(self, person: int) -> bool:
        """Whether a person may propose and decide; owners may too."""
        if self.is_owner(person):
            return True
        with self._store.reading() as db:
            return is_added(db, person)

    def moderators(self) -> tuple[Moderator, ...]:
        """Return those who were added, the first ones first, without owners."""
        with self._store.reading() as db:
            rows = db.execute("SELECT person, since, added_by FROM moderators ORDER BY since, person").fetchall()
        return tuple(
            Moderator(person, datetime.fromisoformat(since).date(), added_by)
            for person, since, added_by in rows
            if person not in self._owners
        )

    def everyone(self) -> frozenset[int]:
        """Return all who are to be told what moderators are told."""
        with self._store.reading() as db:
            added = {person for (person,) in db.execute("SELECT person FROM moderators")}
        return (self._owners | added) - {OPERATOR}

    def add(self, person: int, by: int, now: datetime) -> bool:
        """Make a person a moderator; False where they are one already.

        Raises:
            ValueError: that is no person's id.
        """
        if self.is_owner(person):
            return False
        if not 0 < person < 1 << _LONGEST_ID:
            raise ValueError(f"moderator: {person}, expected a person's Telegram id, a positive number")
        with self._store.transaction() as db:
            if is_added(db, person):
                return False
            since = stored(now)
            db.execute("INSERT INTO moderators (person, since, added_by) VALUES (?, ?, ?)", (person, since, by))
            add_to_audit(db, by, now, f"add-moderator {person}", {}, {"since": since, "added_by": by})
        return True

    def remove(self, person: int, by: int, now: datetime) -> bool:
        """Let a person be no moderator any more; False where nobody had added them. What they did stays."""
        with self._store.transaction() as db:
            row = _row(db, person)
            if row is None:
                return False
            for table in ("moderators", "first_confirmations"):  # a first word of theirs counts no more
                db.execute(f"DELETE FROM {table} WHERE person = ?", (person,))
            db.execute("DELETE FROM safelist WHERE person = ? AND second IS NULL", (person,))
            add_to_audit(db, by, now, f"remove-moderator {person}", {"since": row[0], "added_by": row[1]}, {})
        return True


def is_added(db: Connection, person: int) -> bool:
    """Whether a person was added as a moderator, as this connection sees it."""
    return _row(db, person) is not None


def _row(db: Connection, person: int) -> tuple[str, int] | None:
    if abs(person) >> _LONGEST_ID:
        return None
    row: tuple[str, int] | None = db.execute(
        "SELECT since, added_by FROM moderators WHERE person = ?", (person,)
    ).fetchone()
    return row
