"""Each moderator's desk: what they were told of, what they passed over on their way through the queue, and how far."""

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
            db.executemany("INSERT INTO desk_items (person, item) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
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
            query = """INSERT INTO desks (person, decided) VALUES (:person, :first) ON CONFLICT (person) DO UPDATE
                SET decided = CASE WHEN desks.decided + :more > 0 THEN desks.decided + :more ELSE 0 END"""
            db.execute(query, {"person": person, "more": more, "first": max(0, more)})

    def begin(self, person: int) -> None:
        """Begin the way through the queue from its first item again."""
        with self._store.transaction() as db:
            db.execute("UPDATE desks SET decided = 0 WHERE person = ?", (person,))
            db.execute("UPDATE desk_items SET passed = 0 WHERE person = ? AND passed = 1", (person,))

    def tidy(self, waiting: Iterable[str], people: Iterable[int], now: datetime) -> None:
        """Forget what waits no more, once it has not come back for an hour, and the desks of who is no moderator."""
        still, known = frozenset(waiting), frozenset(people)
        until = stored(now - _GONE)
        with self._store.reading() as db:
            items = db.execute("SELECT person, item, gone FROM desk_items").fetchall()
            desks = [person for (person,) in db.execute("SELECT person FROM desks")]
        changes: dict[str, list[tuple[object, ...]]] = {
            _BACK: [(person, item) for person, item, gone in items if gone and item in still],
            _LEFT: [(stored(now), person, item) for person, item, gone in items if not gone and item not in still],
            _OLD: [
                (person, item, until) for person, item, gone in items if gone and gone < until and item not in still
            ],
            _NO_ITEMS: [(person,) for person in {person for person, *_ in items} - known],
            _NO_DESK: [(person,) for person in desks if person not in known],
        }
        if any(changes.values()):
            with self._store.transaction() as db:
                for change, rows in changes.items():
                    db.executemany(change, rows)


_BACK = "UPDATE desk_items SET gone = NULL WHERE person = ? AND item = ?"
_LEFT = "UPDATE desk_items SET gone = ? WHERE person = ? AND item = ? AND gone IS NULL"
_OLD = "DELETE FROM desk_items WHERE person = ? AND item = ? AND gone < ?"
_NO_ITEMS = "DELETE FROM desk_items WHERE person = ?"
_NO_DESK = "DELETE FROM desks WHERE person = ?"
