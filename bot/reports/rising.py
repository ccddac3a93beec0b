"""What rises beyond its own past: patterns named, and contacts reported, more often than chance would have it.

The week is the last seven whole days, and its past the eight weeks before, as far as anything was counted then. Of a
past of n weeks with the counts y, the mean is m = (sum y + 1/2) / n, and the dispersion f = max(1, s² / m), where s² is
the weeks' variance (a quasi-Poisson past: Farrington, Andrews, Beale and Catchpole, "A statistical algorithm for the
early detection of outbreaks of infectious disease", J. R. Statist. Soc. A 159, 1996). The week's own variance about an
uncertain mean is then v = f m (1 + 1/n), and the chance of a count of x or more is the tail of the negative binomial
distribution with that mean and variance: P(X >= x), with r = m² / (v - m) and p = m / v. Where f is 1 it is what a
Poisson count with Jeffreys' prior predicts. Of all that is looked at together, a tenth of what is named may be chance
(Benjamini and Hochberg, "Controlling the false discovery rate", J. R. Statist. Soc. B 57, 1995), and small counts are
never named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from bot.reports.tables import Table
from knowledge.database.store import Store
from knowledge.ledger.answer_counts import Count, Counters
from knowledge.ledger.contact_report_rows import ReportedOn, reported_days

PAST = 8
"""Weeks that a week is compared with."""
FEWEST_WEEKS = 4
"""Of a shorter past nothing is said."""
FEWEST_ANSWERS, FEWEST_PEOPLE = 5, 3
"""Counts below which nothing is named: answers that name a pattern, and people who report a contact."""
FALSE_SHARE = 0.1
WEEK = 7


@dataclass(frozen=True)
class Rise:
    """Something that rises beyond its own past."""

    name: str
    """A pattern's id, or the masked form of a contact."""
    count: int
    """In the week."""
    usual: float
    """The mean of the weeks before."""
    chance: float
    """The chance of as many or more, had nothing changed."""

    @property
    def line(self) -> str:
        """It in one line of any language: what, how many, and in brackets how many are usual."""
        return f"{self.name}: {self.count} ({self.usual:.1f})"


def first_day(today: date) -> date:
    """Return the first day that is looked at."""
    return today - timedelta(days=WEEK * (PAST + 1))


def rising(store: Store, today: date) -> tuple[tuple[Rise, ...], tuple[Rise, ...]]:
    """Return the patterns and the contacts that rise in the week before ``today``, of what is kept in a store."""
    with store.reading() as db:
        reported = reported_days(db, first_day(today), today)
    return rising_patterns(Counters(store).rows(first_day(today), today), today), rising_contacts(reported, today)


def rising_patterns(counts: Iterable[Count], today: date) -> tuple[Rise, ...]:
    """Return the patterns that were named more often in the week before ``today``, the surest first."""
    rows = [(one.pattern, one.day, one.count) for one in counts]
    return _rising(rows, today, FEWEST_ANSWERS)


def rising_contacts(reports: Iterable[ReportedOn], today: date) -> tuple[Rise, ...]:
    """Return the contacts that more people reported in the week before ``today``, the surest first."""
    rows = [((one.identifier, one.masked), one.day, one.count) for one in reports]
    found = _rising(
        [(f"{masked}\0{hashed}", day, count) for (hashed, masked), day, count in rows], today, FEWEST_PEOPLE
    )
    return tuple(Rise(one.name.partition("\0")[0], one.count, one.usual, one.chance) for one in found)


def table(title: str, rises: Sequence[Rise]) -> Table:
    """Return what rises as a table."""
    rows = [(one.name, str(one.count), f"{one.usual:.1f}", f"{one.chance:.1g}") for one in rises]
    return Table(title, ("what", "this week", "usual", "chance"), rows)


def tail(count: int, past: Sequence[int]) -> float:
    """Return the chance of a count of so many or more after the weeks before; see the module."""
    from scipy.special import betainc  # type: ignore[import-untyped] # slow to import

    if count <= 0:
        return 1.0
    weeks = np.asarray(past, dtype=np.float64)
    mean = (weeks.sum() + 0.5) / len(weeks)
    dispersion = max(1.0, float(weeks.var(ddof=1)) / mean)
    variance = dispersion * mean * (1 + 1 / len(weeks))
    return float(betainc(count, mean**2 / (variance - mean), 1 - mean / variance))


def discoveries(chances: Mapping[str, float], share: float = FALSE_SHARE) -> frozenset[str]:
    """Return the names that stand out so that no more than a share of them is to be expected by chance."""
    ordered = sorted(chances, key=lambda name: (chances[name], name))
    passing = [rank for rank, name in enumerate(ordered, 1) if chances[name] <= share * rank / len(ordered)]
    return frozenset(ordered[: max(passing, default=0)])


def _rising(rows: Iterable[tuple[str | None, date, int]], today: date, fewest: int) -> tuple[Rise, ...]:
    """Rows name something, a day and a count; those of no name tell only that counting had begun."""
    start = first_day(today)
    known = [row for row in rows if start <= row[1] < today]
    weeks: dict[str, list[int]] = {}
    for name, day, count in known:
        if name is not None:
            weeks.setdefault(name, [0] * (PAST + 1))[(day - start).days // WEEK] += count
    began = min((day for _, day, _ in known), default=today)
    missing = -(-(began - start).days // WEEK)  # weeks that were not counted, or not from their first day
    if PAST - missing < FEWEST_WEEKS:
        return ()
    chances = {name: tail(own[-1], own[missing:-1]) for name, own in weeks.items()}
    found = discoveries(chances)
    rises = [
        Rise(name, own[-1], sum(own[missing:-1]) / (PAST - missing), chances[name])
        for name, own in weeks.items()
        if name in found and own[-1] >= fewest
    ]
    return tuple(sorted(rises, key=lambda one: (one.chance, one.name)))
