"""The week: how often which answer was given, where people were not understood, and what waits; tables as CSV too."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from bot.console.call import Call, for_moderators, missing
from bot.console.rendering import as_csv
from bot.reports import rising, stats
from bot.reports.tables import Table
from index.judging.evaluation import CONCERNS
from knowledge.ledger.answer_counts import Count
from knowledge.ledger.contact_report_rows import report_counts
from knowledge.proposals.waiting import Filters, waiting_refs

_SPANS = (7, 30, 90, 365)
_HIGH, _WIDE = 160, 720


@dataclass(frozen=True)
class Bar:
    """A part of a day's bar in the picture; lengths in units of the picture."""

    x: float
    y: float
    width: float
    height: float
    concern: str
    day: date
    count: int


def show(call: Call) -> Response:
    """Show the answers of the last days."""
    days = _days(call)
    counts, tables = _counts(call, days), _tables(call, days)
    refs = waiting_refs(call.desk.store, Filters(), call.desk.today)
    return call.page(
        "week.html",
        here="week",
        back=f"/week?days={len(days)}",
        span=len(days),
        spans=_SPANS,
        tables=tables.items(),
        bars=_bars(counts, days) if counts else (),
        days=days,
        rising=[
            (kind, one) for kind, rises in zip("pc", call.desk.rising.of(call.desk.now), strict=True) for one in rises
        ],
        titles={name: one.guidance_in(call.language).title for name, one in call.desk.patterns().items()},
        waiting={**dict.fromkeys("acpsn", 0), **Counter(ref[0] for ref in refs)},
    )


def table(call: Call) -> Response:
    """Send one of the tables as CSV."""
    name = call.path["name"].removesuffix(".csv")
    found = _tables(call, _days(call))
    if name == "rising":
        found[name] = rising.table(name, [one for rises in call.desk.rising.of(call.desk.now) for one in rises])
    wanted = found.get(name)
    if wanted is None:
        return missing(call)
    return as_csv(name if name == "rising" or "-by-" in name else f"answers-by-{name}", wanted)


def _days(call: Call) -> list[date]:
    asked = call.asked("days")
    span = int(asked) if asked in map(str, _SPANS) else _SPANS[0]
    return stats.days_until(call.desk.today, span)


def _counts(call: Call, days: Sequence[date]) -> tuple[Count, ...]:
    return call.desk.counters.rows(days[0], days[-1])


def _tables(call: Call, days: Sequence[date]) -> dict[str, Table]:
    """Return the tables of some days, each by what its file is called."""
    counts = _counts(call, days)
    answers = [*stats.tables(counts, call.desk.patterns()), _unheard(counts)] if counts else []
    with call.desk.store.reading() as db:
        reports = stats.reported(report_counts(db, days[0], days[-1]))
    return {
        **{one.columns[0]: one for one in answers},
        **{f"reports-by-{one.columns[0]}": one for one in reports},
    }


def _unheard(counts: Sequence[Count]) -> Table:
    """Return by language how many answers understood nothing: unclear, or no match without a pattern named."""
    asked, deaf = Counter[str](), Counter[str]()
    for one in counts:
        asked[one.language] += one.count
        deaf[one.language] += one.count if one.concern == "unclear" or not one.pattern else 0
    rows = [
        (code, str(deaf[code]), str(asked[code]), f"{deaf[code] / asked[code]:.0%}")
        for code in sorted(asked, key=lambda code: (-deaf[code], code))
    ]
    return Table("Answers that named no pattern, by language", ("unheard", "no pattern", "answers", "share"), rows)


def _bars(counts: Sequence[Count], days: Sequence[date]) -> list[Bar]:
    sums: dict[date, Counter[str]] = {day: Counter() for day in days}
    for one in counts:
        sums[one.day][one.concern] += one.count
    most = max((day.total() for day in sums.values()), default=0) or 1
    step, bars = _WIDE / len(days), []
    for number, day in enumerate(days):
        top = float(_HIGH)
        for concern in CONCERNS:
            if height := sums[day][concern] * _HIGH / most:
                top -= height
                size = round(number * step, 1), round(top, 1), round(step * 0.85, 1), height
                bars.append(Bar(*size, concern, day, sums[day][concern]))
    return bars


ROUTES = [Route("/week", for_moderators(show)), Route("/week/{name}", for_moderators(table))]
