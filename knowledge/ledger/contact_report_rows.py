"""What moderators see of reports and appeals, and what the audit keeps of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from knowledge.database.connection import Connection

KEPT_DAYS = 180
"""Reports, appeals and confirmations count on the day they are from and on as many days after."""


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


def oldest(today: date) -> str:
    """Return the first day, in ISO form, that still counts."""
    return (today - timedelta(days=KEPT_DAYS)).isoformat()


def reported_rows(db: Connection, today: date) -> tuple[ReportedRow, ...]:
    """Return what is reported, what most people reported first."""
    return tuple(map(_reported, db.execute(_REPORTED.format(which=""), {"oldest": oldest(today)})))


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
    return {
        "masked": row.masked,
        "reports": row.count,
        "since": row.since.isoformat(),
        "confirmed": row.confirmed,
        "appeals": row.appeals,
    }


_REPORTED = """
SELECT identifier, min(kind), min(masked), count(*), min(day), max(day),
    EXISTS (SELECT 1 FROM confirmations AS other WHERE other.identifier = reports.identifier AND other.day >= :oldest),
    (SELECT count(*) FROM appeals AS other WHERE other.identifier = reports.identifier AND other.day >= :oldest),
    group_concat(DISTINCT pattern), group_concat(DISTINCT country)
FROM reports WHERE day >= :oldest {which}
GROUP BY identifier ORDER BY count(*) DESC, max(day) DESC, identifier
"""
_APPEALED = """
SELECT identifier, min(kind), min(masked), count(*), min(day)
FROM appeals WHERE day >= :oldest AND identifier IN (SELECT identifier FROM reports WHERE day >= :oldest)
GROUP BY identifier ORDER BY min(day), identifier
"""


def _reported(row: tuple[Any, ...]) -> ReportedRow:
    identifier, kind, masked, count, since, last, confirmed, appeals, patterns, countries = row
    days = date.fromisoformat(since), date.fromisoformat(last)
    return ReportedRow(
        identifier, kind, masked, count, *days, bool(confirmed), appeals, _sorted(patterns), _sorted(countries)
    )


def _sorted(joined: str | None) -> tuple[str, ...]:
    return tuple(sorted(joined.split(","))) if joined else ()
