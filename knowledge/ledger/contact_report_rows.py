"""What moderators see of reports and appeals, and what the audit keeps of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from knowledge.database.connection import Connection
from knowledge.ledger.audit import stored

KEPT_DAYS = 180
"""Reports, appeals, confirmations and the safelist count on the day they are from and on as many days after."""
COLUMNS = {
    "reports": "kind, identifier, masked, day, reporter, pattern, country",
    "appeals": "kind, identifier, masked, day, appellant",
}
"""What is kept of reports and appeals, by table."""


@dataclass(frozen=True)
class ReportedRow:
    """An identifier that is reported."""

    identifier: str
    """Its keyed hash, 43 characters of URL-safe base64, so that it fits into a button."""
    kind: str
    masked: str
    count: int
    """People who reported it, one or more."""
    since: date
    last: date
    confirmed: bool
    appeals: int
    """People who say that the reports are wrong, of appeals not yet decided."""
    patterns: tuple[str, ...]
    countries: tuple[str, ...]
    confirmed_on: date | None = None
    first: int | None = None
    """The moderator who would confirm what one person reported; a second one has to."""

    def said_by(self, moderator: int | None) -> bool:
        """Say whether a moderator has confirmed it already, so that only another one can."""
        return self.count == 1 and self.first is not None and self.first == moderator


@dataclass(frozen=True)
class AppealRow:
    """An identifier whose reports somebody says are wrong."""

    identifier: str
    """Its keyed hash, as in ReportedRow."""
    kind: str
    masked: str
    count: int
    """People who appealed, one or more."""
    since: date


@dataclass(frozen=True)
class ReportedOn:
    """How many people reported an identifier on one day."""

    identifier: str
    """Its keyed hash, as in ReportedRow."""
    masked: str
    day: date
    count: int
    """One or more."""


@dataclass(frozen=True)
class ReportCount:
    """How many reports there were of contacts of one kind, from one country, on one day."""

    day: date
    kind: str
    country: str
    """Two letters; empty where nobody said."""
    count: int


def oldest(today: date) -> str:
    """Return the first day, in ISO form, that still counts."""
    return (today - timedelta(days=KEPT_DAYS)).isoformat()


def reported_rows(db: Connection, today: date) -> tuple[ReportedRow, ...]:
    """Return what is reported, what most people reported first."""
    return tuple(map(_reported, db.execute(_REPORTED.format(which=""), {"oldest": oldest(today)})))


def reported_days(db: Connection, since: date, until: date) -> tuple[ReportedOn, ...]:
    """Return what was reported on the days from one to another, both included, day by day."""
    rows = db.execute(_DAYS, (since.isoformat(), until.isoformat()))
    return tuple(
        ReportedOn(identifier, masked, date.fromisoformat(day), count) for identifier, masked, day, count in rows
    )


def report_counts(db: Connection, since: date, until: date) -> tuple[ReportCount, ...]:
    """Return how much was reported on the days from one to another, both included."""
    rows = db.execute(_COUNTS, (since.isoformat(), until.isoformat()))
    return tuple(ReportCount(date.fromisoformat(day), kind, country, count) for day, kind, country, count in rows)


def state(db: Connection, identifier: str, today: date) -> ReportedRow | None:
    """Return what is reported of one identifier, given by its hash; None where nothing is."""
    named = {"oldest": oldest(today), "identifier": identifier}
    row = db.execute(_REPORTED.format(which="AND identifier = :identifier"), named).fetchone()
    return _reported(row) if row else None


def appealed_rows(db: Connection, today: date) -> tuple[AppealRow, ...]:
    """Return the appeals not yet decided on what is still reported, by identifier, the oldest first."""
    rows = db.execute(_APPEALED, {"oldest": oldest(today)})
    return tuple(
        AppealRow(identifier, kind, masked, count, date.fromisoformat(since))
        for identifier, kind, masked, count, since in rows
    )


def audited(row: ReportedRow) -> dict[str, Any]:
    """Return what the audit keeps of a row: nothing that leads to the people who reported."""
    kept = {
        "masked": row.masked,
        "reports": row.count,
        "since": row.since.isoformat(),
        "confirmed": row.confirmed,
        "appeals": row.appeals,
    }
    kept |= {"confirmed_on": row.confirmed_on.isoformat()} if row.confirmed_on else {}
    return kept | ({"patterns": list(row.patterns)} if row.patterns else {})


def close(db: Connection, identifier: str, act: int, now: datetime, tables: Sequence[str]) -> None:
    """Take rows out of their tables, and keep them for as long as the act can be taken back."""
    for table in tables:
        columns, closed = COLUMNS[table], (act, stored(now), identifier)
        db.execute(
            f"INSERT INTO closed_{table} (act, closed, {columns}) SELECT ?, ?, {columns} FROM {table}"
            " WHERE identifier = ?",
            closed,
        )
        db.execute(f"DELETE FROM {table} WHERE identifier = ?", (identifier,))


_REPORTED = """
SELECT identifier, min(kind), min(masked), count(*), min(day), max(day),
    (SELECT day FROM confirmations AS other WHERE other.identifier = reports.identifier AND other.day >= :oldest),
    (SELECT count(*) FROM appeals AS other WHERE other.identifier = reports.identifier AND other.day >= :oldest),
    group_concat(DISTINCT pattern), group_concat(DISTINCT country),
    (SELECT person FROM first_confirmations AS other
        WHERE other.identifier = reports.identifier AND other.day >= :oldest)
FROM reports WHERE day >= :oldest {which}
GROUP BY identifier ORDER BY count(*) DESC, max(day) DESC, identifier
"""
_DAYS = """
SELECT identifier, min(masked), day, count(*) FROM reports WHERE day BETWEEN ? AND ?
GROUP BY day, identifier ORDER BY day, identifier
"""
_COUNTS = """
SELECT day, kind, coalesce(country, '') AS place, count(*) FROM reports WHERE day BETWEEN ? AND ?
GROUP BY day, kind, coalesce(country, '') ORDER BY day, kind, place
"""
_APPEALED = """
SELECT identifier, min(kind), min(masked), count(*), min(day)
FROM appeals WHERE day >= :oldest AND identifier IN (SELECT identifier FROM reports WHERE day >= :oldest)
GROUP BY identifier ORDER BY min(day), identifier
"""


def _reported(row: tuple[Any, ...]) -> ReportedRow:
    identifier, kind, masked, count, since, last, confirmed, appeals, patterns, countries, first = row
    return ReportedRow(
        identifier,
        kind,
        masked,
        count,
        date.fromisoformat(since),
        date.fromisoformat(last),
        confirmed is not None,
        appeals,
        _sorted(patterns),
        _sorted(countries),
        date.fromisoformat(confirmed) if confirmed else None,
        first,
    )


def _sorted(joined: str | None) -> tuple[str, ...]:
    return tuple(sorted(joined.split(","))) if joined else ()
