"""What people report of strangers' numbers, links and accounts, and what may be told of it to others.

A report holds no word of anybody's and no name: only keyed hashes of what is reported and of who reports it, a masked
form for moderators, a pattern, a country and a day. Without the key, a file beside the database, hashes tell nothing.
"""

from collections import deque
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol

from knowledge.database.connection import Connection
from knowledge.database.store import Deletion, Store
from knowledge.identifiers.masked_form import comparable, mask
from knowledge.ledger.contact_report_rows import (
    AppealRow,
    ReportedRow,
    appealed_rows,
    oldest,
    reported_rows,
    state,
)
from knowledge.ledger.keyed_hash import BadKey, keyed
from knowledge.ledger.safelist import Contact, Listed, listed_row, wishes

THRESHOLD = 3
"""Different people whose reports are told to others without a moderator's word."""
REPORTS_A_DAY = 10
FIRST_DAY_REPORTS = 3
"""Reports of one person on the first day they report anything."""
REPORTS_AN_HOUR = 200
"""New reports of everybody together in any 60 minutes, counted in this process: hours are not kept on disk."""
APPEALS_A_DAY = 3
REPORTABLE = frozenset({"phone", "link", "email", "handle", "iban", "wallet"})
"""Of a card only the last four digits are ever known, which thousands of cards share."""
ReportOutcome = Literal["kept", "again", "own", "many", "safelisted"]
"""Kept; known from this person already; an official body's published one; more than is taken now; on the safelist."""


class Reported(Protocol):
    """What is reported: an identifier as in identifiers.py."""

    @property
    def kind(self) -> str:
        """One of REPORTABLE, or ``card``, which is never kept."""

    @property
    def value(self) -> str:
        """The form for comparing."""


@dataclass(frozen=True)
class Reputation:
    """What may be told to others of an identifier."""

    count: int
    """People who reported it in the last 180 days, one or more."""
    since: date
    """The day of the first of these reports."""
    confirmed: bool
    """A moderator has confirmed it."""


class ContactReports:
    """The reports in a store; every method may be called from any thread. Make one for a store, for its hourly cap."""

    def __init__(self, store: Store, key: bytes) -> None:
        """Take the store and the key of its folder.

        Raises:
            BadKey: the store holds reports that were kept with another key.
        """
        self._store = store
        self._key = key
        self._lately: deque[datetime] = deque(maxlen=REPORTS_AN_HOUR)
        mark = self._hash("key", "")
        with store.transaction() as db:
            other = db.execute("SELECT 1 FROM report_key WHERE mark != ?", (mark,)).fetchone()
            kept = " UNION ".join(f"SELECT 1 FROM {table}" for table in ("reports", "appeals", "safelist"))
            if other and db.execute(kept).fetchone():
                raise BadKey("key: not the one that the database's reports were kept with; put it back from a backup")
            db.execute(_KEEP_KEY, (mark,))

    def report(
        self,
        identifier: Reported,
        pattern: str | None,
        country: str | None,
        reporter: int,
        owner: str | None,
        now: datetime,
    ) -> ReportOutcome:
        """Keep a person's report, once for each identifier.

        Args:
            identifier: what is reported; its kind is one of REPORTABLE.
            pattern: the id of the pattern that the person's situation matches.
            country: two letters, upper-case.
            reporter: the person's Telegram id.
            owner: the official body whose published contact point this is; it is then not kept.
            now: the time, always in the same zone; its date is what is kept.

        Raises:
            ValueError: the kind cannot be reported.
            sqlite3.IntegrityError: the pattern is no id or the country is not two letters; nothing is kept.
        """
        if identifier.kind not in REPORTABLE:
            raise ValueError(f"kind {identifier.kind!r} cannot be reported, expected one of {sorted(REPORTABLE)}")
        if owner is not None:
            return "own"
        kind, value = comparable(identifier.kind, identifier.value)
        hashed, person = self._hash(kind, value), self._hash("person", str(reporter))
        with self._store.transaction() as db:
            if (one := listed_row(db, hashed, now.date())) and one.in_force:
                return "safelisted"
            mine = (hashed, person)
            expired = (*mine, oldest(now.date()))
            db.execute("DELETE FROM reports WHERE identifier = ? AND reporter = ? AND day < ?", expired)
            if db.execute("SELECT 1 FROM reports WHERE identifier = ? AND reporter = ?", mine).fetchone():
                return "again"
            if self._too_many(db, person, now):
                return "many"
            masked, day = mask(identifier.kind, identifier.value), now.date().isoformat()
            db.execute(_REPORT, (kind, hashed, masked, day, person, pattern, country))
            self._lately.append(now)
        return "kept"

    def _too_many(self, db: Connection, person: str, now: datetime) -> bool:
        if len(self._lately) == REPORTS_AN_HOUR and now - self._lately[0] < timedelta(hours=1):
            return True
        today = now.date().isoformat()
        count, first = db.execute(
            "SELECT count(*) FILTER (WHERE day = ?), min(day) FROM reports WHERE reporter = ? AND day >= ?",
            (today, person, oldest(now.date())),
        ).fetchone()
        return bool(count >= (REPORTS_A_DAY if first and first < today else FIRST_DAY_REPORTS))

    def known(self, identifier: Reported, today: date) -> Reputation | None:
        """Return what may be told of an identifier; None below the threshold, unless a moderator has confirmed it."""
        with self._store.reading() as db:
            row = state(db, self._hash(*comparable(identifier.kind, identifier.value)), today)
        if row is None or (row.count < THRESHOLD and not row.confirmed):
            return None
        return Reputation(row.count, row.since, row.confirmed)

    def appeal(self, identifier: Reported, appellant: int, now: datetime) -> Literal["kept", "none", "many"]:
        """Keep, once a person, that the reports on an identifier are wrong; ``none`` where it has none."""
        kind, value = comparable(identifier.kind, identifier.value)
        hashed, person, today = self._hash(kind, value), self._hash("person", str(appellant)), now.date().isoformat()
        with self._store.transaction() as db:
            mine = db.execute(
                "SELECT identifier, day FROM appeals WHERE appellant = ? AND day >= ?", (person, oldest(now.date()))
            ).fetchall()
            if hashed in (known for known, _ in mine):
                return "kept"
            if sum(day == today for _, day in mine) >= APPEALS_A_DAY:
                return "many"
            if state(db, hashed, now.date()) is None:
                return "none"
            row = (kind, hashed, mask(identifier.kind, identifier.value), today, person)
            db.execute(_APPEAL, row)
        return "kept"

    def wishes(self, today: date) -> tuple[Listed, ...]:
        """Return the contacts that one moderator wants on the safelist, the oldest wish first."""
        return wishes(self._store, today)

    def appeals(self, today: date) -> tuple[AppealRow, ...]:
        """Return what is appealed against and not yet decided, the oldest appeal first."""
        with self._store.reading() as db:
            return appealed_rows(db, today)

    def reported(self, today: date) -> tuple[ReportedRow, ...]:
        """Return all that is reported, also below the threshold; what most people reported comes first."""
        with self._store.reading() as db:
            return reported_rows(db, today)

    def of(self, identifier_hash: str, today: date) -> ReportedRow | None:
        """Return what is reported of one identifier, given by its hash; None where nothing is."""
        with self._store.reading() as db:
            return state(db, identifier_hash, today)

    def held(self, identifier: Reported, today: date) -> ReportedRow | None:
        """Return what is reported of an identifier, for moderators; None where nothing is."""
        return self.of(self._hash(*comparable(identifier.kind, identifier.value)), today)

    def contact(self, identifier: Reported) -> Contact:
        """Return an identifier as the ledger knows it, whether or not anything is reported of it."""
        kind, value = comparable(identifier.kind, identifier.value)
        return Contact(self._hash(kind, value), kind, mask(identifier.kind, identifier.value))

    def deletions(self, reporter: int) -> tuple[Deletion, Deletion]:
        """Return what deletes a person's reports, and their appeals, in any copy of the database."""
        person = (self._hash("person", str(reporter)),)
        return ("DELETE FROM reports WHERE reporter = ?", person), ("DELETE FROM appeals WHERE appellant = ?", person)

    def closed_deletions(self, reporter: int) -> tuple[Deletion, Deletion]:
        """Return what deletes those that moderators have closed, and might open again for some minutes."""
        person = (self._hash("person", str(reporter)),)
        return (
            ("DELETE FROM closed_reports WHERE reporter = ?", person),
            ("DELETE FROM closed_appeals WHERE appellant = ?", person),
        )

    def expire(self, today: date) -> int:
        """Delete what is older than 180 days, and return how many reports that were."""
        tables = [*("reports", "appeals", "confirmations", "first_confirmations", "closed_reports", "closed_appeals")]
        tables.append("safelist")
        reports, *_ = self._store.erase([(f"DELETE FROM {table} WHERE day < ?", (oldest(today),)) for table in tables])
        return reports

    def _hash(self, what: str, value: str) -> str:
        return keyed(self._key, what, value)


_KEEP_KEY = "INSERT INTO report_key (id, mark) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark"
_REPORT = """INSERT INTO reports (kind, identifier, masked, day, reporter, pattern, country)
VALUES (?, ?, ?, ?, ?, ?, ?)"""
_APPEAL = """INSERT INTO appeals (kind, identifier, masked, day, appellant) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (identifier, appellant) DO UPDATE SET kind = excluded.kind, masked = excluded.masked, day = excluded.day"""
