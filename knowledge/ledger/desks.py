"""Each moderator's desk: what they were told of, what they passed over on their way through the queue, and how far."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.database.store import Store
from knowledge.ledger.audit import stored

_GONE = timedelta(hours=1)
"""What waits again sooner, as after a decision was taken back, is nothing new."""


@dataclass(frozen=True)
class Desk:
    """One moderator's desk. Items are references as the queue has them."""

    told: frozenset[str] = frozenset()
    """What they know to be waiting."""
    passed: frozenset[str] = frozenset()
    """What they skipped on this way through the queue."""
    decided: int = 0
    """How much they decided on this way."""
    last: datetime | None = None
    """When they were written to of what waits."""


class Desks:
    """The desks in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, person: int) -> Desk:
        """Return a moderator's desk."""
        with self._store.reading() as db:
            row = db.execute("SELECT told, decided FROM desks WHERE person = ?", (person,)).fetchone()
            items = db.execute("SELECT item, passed FROM desk_items WHERE person = ?", (person,)).fetchall()
        last, decided = row or (None, 0)
        return Desk(
            frozenset(item for item, _ in items),
            frozenset(item for item, passed in items if passed),
            decided,
            datetime.fromisoformat(last) if last else None,
        )

    def tell(self, person: int, items: Iterable[str], written: datetime | None = None) -> None:
        """Note that a moderator knows of items, and when they were written to of them."""
        with self._store.transaction() as db:
            rows = [(person, item) for item in items]
            db.executemany("INSERT OR IGNORE INTO desk_items (person, item) VALUES (?, ?)", rows)
            if written:
                query = """INSERT INTO desks (person, told) VALUES (?, ?)
                    ON CONFLICT (person) DO UPDATE SET told = excluded.told"""
                db.execute(query, (person, stored(written)))

    def skip(self, person: int, item: str) -> None:
        """Note that a moderator leaves an item for the next way through the queue."""
        with self._store.transaction() as db:
            query = """INSERT INTO desk_items (person, item, passed) VALUES (?, ?, 1)
                ON CONFLICT (person, item) DO UPDATE SET passed = 1"""
            db.execute(query, (person, item))

    def count(self, person: int, more: int = 1) -> None:
        """Count a decision on this way through the queue; -1 where one was taken back."""
        with self._store.transaction() as db:
            query = """INSERT INTO desks (person, decided) VALUES (:person, max(0, :more))
                ON CONFLICT (person) DO UPDATE SET decided = max(0, decided + :more)"""
            db.execute(query, {"person": person, "more": more})

    def begin(self, person: int) -> None:
        """Begin the way through the queue from its first item again."""
        with self._store.transaction() as db:
            db.execute("UPDATE desks SET decided = 0 WHERE person = ?", (person,))
            db.execute("UPDATE desk_items SET passed = 0 WHERE person = ? AND passed", (person,))

    def tidy(self, waiting: Iterable[str], people: Iterable[int], now: datetime) -> None:
        """Forget what waits no more, once it has not come back for an hour, and the desks of who is no moderator."""
        known = {"items": json.dumps(list(waiting)), "people": json.dumps(list(people))}
        values = {**known, "now": stored(now), "until": stored(now - _GONE)}
        with self._store.reading() as db:
            due = any(db.execute(f"SELECT 1 FROM {what} LIMIT 1", values).fetchone() for what, _ in _UNTIDY)
        if due:
            with self._store.transaction() as db:
                _tidied(db, values)


_WAITS = "item IN (SELECT value FROM json_each(:items))"
_OTHERS = "person NOT IN (SELECT value FROM json_each(:people))"
_UNTIDY = (
    (f"desk_items WHERE gone IS NOT NULL AND {_WAITS}", "UPDATE desk_items SET gone = NULL"),
    (f"desk_items WHERE gone IS NULL AND NOT {_WAITS}", "UPDATE desk_items SET gone = :now"),
    ("desk_items WHERE gone < :until", "DELETE FROM desk_items"),
    (f"desk_items WHERE {_OTHERS}", "DELETE FROM desk_items"),
    (f"desks WHERE {_OTHERS}", "DELETE FROM desks"),
)
"""What is to be tidied, and how."""


def _tidied(db: sqlite3.Connection, values: dict[str, str]) -> None:
    for what, change in _UNTIDY:
        db.execute(f"{change} WHERE {what.partition(' WHERE ')[2]}", values)
