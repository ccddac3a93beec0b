"""How often which answer was given, and how much reported, from counts that know no person: as tables and a picture."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from bot.reports.tables import Table
from index.judging.evaluation import CONCERNS
from index.judging.extra import require
from knowledge.documents.pattern import Pattern
from knowledge.ledger.answer_counts import Count
from knowledge.ledger.contact_report_rows import ReportCount

_COLOURS = {"likely": "#d1495b", "possible": "#edae49", "unclear": "#8d96a3", "no_match": "#00798c"}
_NONE = "(none)"


def tables(counts: Sequence[Count], patterns: Mapping[str, Pattern]) -> list[Table]:
    """Return a table each by day, concern, family, language and country; no rows where nothing was counted."""
    families = {name: pattern.family for name, pattern in patterns.items()}
    return [
        _by("day", counts, lambda one: one.day.isoformat(), by_count=False),
        _by("concern", counts, lambda one: one.concern),
        _by("family", counts, lambda one: _family(one, families)),
        _by("language", counts, lambda one: one.language),
        _by("country", counts, lambda one: one.country or _NONE),
    ]


def reported(counts: Sequence[ReportCount]) -> list[Table]:
    """Return a table each of reported contacts by day, kind and country; nothing where none was reported."""
    if not counts:
        return []
    keys: dict[str, Callable[[ReportCount], str]] = {
        "day": lambda one: one.day.isoformat(),
        "kind": lambda one: one.kind,
        "country": lambda one: one.country or _NONE,
    }
    return [_reported(name, counts, key) for name, key in keys.items()]


def _reported(name: str, counts: Sequence[ReportCount], key: Callable[[ReportCount], str]) -> Table:
    sums = Counter[str]()
    for one in counts:
        sums[key(one)] += one.count
    order = sorted(sums) if name == "day" else sorted(sums, key=lambda group: (-sums[group], group))
    return Table(f"Reports by {name}", (name, "reports"), [(group, str(sums[group])) for group in order])


def _family(one: Count, families: Mapping[str, str]) -> str:
    return families.get(one.pattern, "(retired)") if one.pattern else _NONE


def _by(name: str, counts: Sequence[Count], key: Callable[[Count], str], *, by_count: bool = True) -> Table:
    sums: dict[str, Counter[str]] = {}
    for one in counts:
        sums.setdefault(key(one), Counter())[one.concern] += one.count
    order = sorted(sums, key=lambda group: (-sums[group].total() if by_count else 0, group))
    rows = [(group, *(str(sums[group][concern]) for concern in CONCERNS), str(sums[group].total())) for group in order]
    columns = ("answers", "share") if name == "concern" else (*CONCERNS, "answers")
    if name == "concern":
        total = sum(each.total() for each in sums.values())
        rows = [(group, str(sums[group].total()), f"{sums[group].total() / total:.1%}") for group in order]
    return Table(f"Answers by {name}", (name, *columns), rows)


def draw(counts: Sequence[Count], patterns: Mapping[str, Pattern], days: Sequence[date], file: Path) -> None:
    """Draw the answers by concern a day, and by family, into a PNG file.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    require("matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # slow to import, and only a picture needs it
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 8), layout="constrained")
    above, below = figure.subplots(2)
    base = [0] * len(days)
    for concern in CONCERNS:
        sums = Counter[date]()
        for one in counts:
            sums[one.day] += one.count if one.concern == concern else 0
        heights = [sums[day] for day in days]
        above.bar(days, heights, bottom=base, label=concern, color=_COLOURS[concern])
        base = [low + height for low, height in zip(base, heights, strict=True)]
    above.set_title("Answers a day, by concern")
    above.legend()
    above.xaxis_date()
    family = next(table for table in tables(counts, patterns) if table.columns[0] == "family")
    rows = [(row[0], int(row[-1])) for row in reversed(family.rows)]
    below.barh([name for name, _ in rows], [count for _, count in rows], color="#2e4057")
    below.set_title("Answers by family")
    above.tick_params(axis="x", rotation=30)
    FigureCanvasAgg(figure).print_figure(str(file), format="png", dpi=110)


def days_until(today: date, count: int) -> list[date]:
    """Return the last days, the given one among them, oldest first."""
    return [today - timedelta(days=back) for back in reversed(range(count))]
