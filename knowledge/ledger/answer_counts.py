"""How many answers of which sort were given, a day at a time: counts, and nothing of anybody."""

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import date

from knowledge.database.store import Store

_Key = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Count:
    """How many answers were alike on one day."""

    day: date
    language: str
    concern: str
    pattern: str | None
    """The id of the pattern that was named."""
    country: str | None
    """Two letters, where the person had chosen one."""
    count: int
    """One or more."""


class Counters:
    """The counts in a store, and those that are not in it yet; every method may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: Counter[_Key] = Counter()
        self._lock = threading.Lock()

    def add(self, day: date, language: str, concern: str, pattern: str | None, country: str | None) -> None:
        """Count an answer, in memory only, so that no answer waits for the disk."""
        with self._lock:
            self._new[day.isoformat(), language, concern, pattern or "", country or ""] += 1

    def flush(self) -> None:
        """Write what is new; where that fails it stays in memory for the next time."""
        with self._lock:
            taken, self._new = self._new, Counter()
        if not taken:
            return
        try:
            with self._store.transaction() as db:
                db.executemany(_ADD, [(*key, count) for key, count in taken.items()])
        except BaseException:
            with self._lock:
                self._new.update(taken)
            raise

    def rows(self, since: date, until: date) -> tuple[Count, ...]:
        """Return what was written of the days from one to another, both included, day by day."""
        with self._store.reading() as db:
            rows = db.execute(_ROWS, (since.isoformat(), until.isoformat())).fetchall()
        return tuple(
            Count(date.fromisoformat(day), language, concern, pattern or None, country or None, count)
            for day, language, concern, pattern, country, count in rows
        )


_ADD = """INSERT INTO counts (day, language, concern, pattern, country, count) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (day, language, concern, pattern, country) DO UPDATE SET count = counts.count + excluded.count"""
_ROWS = """SELECT day, language, concern, pattern, country, count FROM counts
WHERE day BETWEEN ? AND ? ORDER BY day, language, concern, pattern, country"""
