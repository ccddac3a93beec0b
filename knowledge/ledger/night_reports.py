"""The nightly runs: when each began and ended, what it reported, and which reports moderators were not told yet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from knowledge.database.store import Store
from knowledge.ledger.audit import stored

_CLAIM = timedelta(minutes=10)
"""Longer than anybody takes to tell all moderators; whoever claimed reports so long ago was killed."""

_LAST = 400


@dataclass(frozen=True)
class Untold:
    """A night that moderators are to be told of."""

    id: int
    report: dict[str, Any]
    readers: frozenset[int]
    """Moderators who have it already."""


class Nights:
    """The nights in a store. Whoever begins one makes sure that no other is running."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def last_finished(self) -> datetime | None:
        """Return when a night last ran to its end."""
        with self._store.reading() as db:
            (last,) = db.execute("SELECT max(finished) FROM nights").fetchone()
        return datetime.fromisoformat(last) if last else None

    def latest(self) -> tuple[str, str | None, dict[str, Any]] | None:
        """Return when the last night began and ended, in ISO form, and its report so far; None before the first."""
        with self._store.reading() as db:
            row = db.execute("SELECT began, finished, report FROM nights ORDER BY id DESC LIMIT 1").fetchone()
        return (row[0], row[1], json.loads(row[2]) if row[2] else {}) if row else None

    def published(self) -> dict[str, dict[str, Any]]:
        """Return the report of the night that published each build, by the build's name, of the last nights."""
        query = f"SELECT report FROM nights WHERE finished IS NOT NULL ORDER BY id DESC LIMIT {_LAST}"
        with self._store.reading() as db:
            reports = [json.loads(report) for (report,) in db.execute(query) if report]
        return {one["build"]: one for one in reversed(reports) if one.get("published") and one.get("build")}

    def begin(self, now: datetime) -> int:
        """Note that a night begins and return its number; earlier ones that never ended are noted as interrupted."""
        with self._store.transaction() as db:
            unfinished = "SELECT id, began, report FROM nights WHERE finished IS NULL AND interrupted = 0"
            for number, began, kept in db.execute(unfinished).fetchall():
                report = json.loads(kept) if kept else {}
                fault = f"night {number}: begun at {began}, interrupted before its end"
                report["faults"] = [*report.get("faults", ()), fault]
                row = (json.dumps(report), number)
                db.execute("UPDATE nights SET interrupted = 1, report = ? WHERE id = ?", row)
            row = db.execute("INSERT INTO nights (began) VALUES (?) RETURNING id", (stored(now),)).fetchone()
        return int(row[0])

    def keep(self, id: int, report: Mapping[str, Any]) -> None:
        """Keep what a night has to report so far, so that it is told even where the night is interrupted.

        Raises:
            ValueError: JSON cannot hold the report.
        """
        row = (json.dumps(report, allow_nan=False), id)
        with self._store.transaction() as db:
            db.execute("UPDATE nights SET report = ? WHERE id = ?", row)

    def finish(self, id: int, report: Mapping[str, Any], now: datetime) -> None:
        """Note that a night has ended, and keep its report.

        Raises:
            ValueError: there is no such night, or JSON cannot hold the report.
        """
        row = (stored(now), json.dumps(report, allow_nan=False), id)
        with self._store.transaction() as db:
            done = db.execute("UPDATE nights SET finished = ?, interrupted = 0, report = ? WHERE id = ?", row)
            if not done.rowcount:
                raise ValueError(f"night {id}: not there, expected one that has begun")

    def claim(self, now: datetime) -> tuple[Untold, ...]:
        """Take what moderators are still to be told of, the first night first; nothing while somebody else has it.

        What was taken goes back with ``told`` or ``release``, or by itself where whoever took it is gone. The report
        of an interrupted night is what was kept of it, if anything, with one more line in ``faults``.
        """
        due = "told = 0 AND (finished IS NOT NULL OR interrupted = 1)"
        with self._store.transaction() as db:
            if db.execute(f"SELECT 1 FROM nights WHERE {due} AND claimed > ?", (stored(now - _CLAIM),)).fetchone():
                return ()
            db.execute(f"UPDATE nights SET claimed = ? WHERE {due}", (stored(now),))
            rows = db.execute(f"SELECT id, report FROM nights WHERE {due} ORDER BY id").fetchall()
            readers = db.execute("SELECT night, person FROM night_readers").fetchall()
        return tuple(
            Untold(number, json.loads(report), frozenset(person for night, person in readers if night == number))
            for number, report in rows
        )

    def sent(self, id: int, person: int) -> None:
        """Note that a moderator has the report of a night, so that it is not sent to them again."""
        with self._store.transaction() as db:
            db.execute("INSERT INTO night_readers VALUES (?, ?) ON CONFLICT DO NOTHING", (id, person))

    def told(self, id: int) -> None:
        """Note that all moderators were told of a night."""
        with self._store.transaction() as db:
            db.execute("UPDATE nights SET told = 1, claimed = NULL WHERE id = ?", (id,))
            db.execute("DELETE FROM night_readers WHERE night = ?", (id,))

    def release(self, id: int) -> None:
        """Give a night back that somebody could not be told of, for the next time."""
        with self._store.transaction() as db:
            db.execute("UPDATE nights SET claimed = NULL WHERE id = ?", (id,))
