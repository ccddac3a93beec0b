"""The nightly runs: when each began and ended, what it reported, and which reports moderators were not told yet."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from knowledge.ledger.audit import stored
from knowledge.ledger.store import Store


class Nights:
    """The nights in a store. Whoever begins one makes sure that no other is running."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def last_finished(self) -> datetime | None:
        """Return when a night last ran to its end."""
        with self._store.reading() as db:
            (last,) = db.execute("SELECT max(finished) FROM nights").fetchone()
        return datetime.fromisoformat(last) if last else None

    def begin(self, now: datetime) -> int:
        """Note that a night begins and return its number; earlier ones that never ended are noted as interrupted."""
        with self._store.transaction() as db:
            unfinished = "SELECT id, began, report FROM nights WHERE finished IS NULL AND NOT interrupted"
            for number, began, kept in db.execute(unfinished).fetchall():
                report = json.loads(kept) if kept else {}
                fault = f"night {number}: begun at {began}, interrupted before its end"
                report["faults"] = [*report.get("faults", ()), fault]
                row = (json.dumps(report), number)
                db.execute("UPDATE nights SET interrupted = 1, report = ? WHERE id = ?", row)
            number = db.execute("INSERT INTO nights (began) VALUES (?)", (stored(now),)).lastrowid
        assert number is not None  # a row was inserted
        return number

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

    def untold(self) -> tuple[tuple[int, dict[str, Any]], ...]:
        """Return number and report of each night that moderators were not told of, the first one first.

        The report of an interrupted night is what was kept of it, if anything, with one more line in ``faults``.
        """
        query = "SELECT id, report FROM nights WHERE NOT told AND (finished IS NOT NULL OR interrupted) ORDER BY id"
        with self._store.reading() as db:
            return tuple((number, json.loads(report)) for number, report in db.execute(query))

    def told(self, id: int) -> None:
        """Note that moderators were told of a night."""
        with self._store.transaction() as db:
            db.execute("UPDATE nights SET told = 1 WHERE id = ?", (id,))
