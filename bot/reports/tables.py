"""The tables of a report on judged situations, and of the comparison with baselines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from rich.table import Table as RichTable
from rich.text import Text

from index.judging.baselines import Baseline, caught
from index.judging.evaluation import (
    CONCERNS,
    GROUP_OF,
    Judged,
    brier,
    calibration_error,
    figures,
    reliability,
    share,
)
from knowledge.documents.golden import GoldenSituation
from knowledge.documents.pattern import Pattern
from knowledge.documents.stages import Stage

_LISTED = 110  # characters of a text in a list


@dataclass(frozen=True)
class Table:
    """A table of the report: a title, the columns' names, and rows of cells."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def report(judged: Sequence[Judged], patterns: Mapping[str, Pattern]) -> Iterator[Table]:
    """Yield the tables of a report on judged situations, those that have any row."""
    tables = (
        _ranking(judged, "language or group", lambda one: one.group),
        _ranking(judged, "family", lambda one: patterns[one.patterns[0]].family),
        _concerns(judged),
        _concerns_by(judged, "group", lambda one: one.group),
        *_by_form(judged),
        _missed(judged),
        _alarms(judged),
        _harmful(judged),
        _emergency(judged),
        _stages(judged),
        _calibration(judged),
    )
    return (table for table in tables if table.rows)


def _ranking(judged: Sequence[Judged], name: str, key: Callable[[Judged], str]) -> Table:
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        if one.patterns:
            groups.setdefault(key(one), []).append(one)
    rows = [(group, *_ranked(of)) for group, of in sorted(groups.items())]
    if len(rows) > 1:
        rows.append(("all", *_ranked([one for of in groups.values() for one in of])))
    return Table(f"Expected pattern, by {name}", (name, "situations", "first", "among three"), rows)


def _ranked(of: Sequence[Judged]) -> tuple[str, str, str]:
    found = figures(of)
    return str(len(of)), f"{found.first:.0%}", f"{found.among_three:.0%}"


def _concerns(judged: Sequence[Judged]) -> Table:
    kinds = [kind for kind in (*GROUP_OF, "unknown") if any(one.kind == kind for one in judged)]
    rows = [(kind, *_counts([one for one in judged if one.kind == kind])) for kind in kinds]
    return Table("Concern", ("really", *CONCERNS), rows)


def _concerns_by(judged: Sequence[Judged], name: str, key: Callable[[Judged], str]) -> Table:
    groups: dict[tuple[str, str], list[Judged]] = {}
    for one in judged:
        groups.setdefault((key(one), one.truth), []).append(one)
    rows = [(*of, str(len(groups[of])), *_shares(groups[of])) for of in sorted(groups)]
    return Table(f"Concern, by {name}", (name, "really", "texts", *CONCERNS, "gone"), rows)


def _shares(of: Sequence[Judged]) -> tuple[str, ...]:
    shares = [share(one.concern == concern for one in of) for concern in CONCERNS]
    return tuple(f"{part:.1%}" for part in (*shares, share(one.gone for one in of)))


def _by_form(judged: Sequence[Judged]) -> list[Table]:
    """Return the figures of each form, where there are several."""
    if len({one.form for one in judged}) < 2:
        return []
    return [
        _ranking(judged, "form", lambda one: one.form),
        _concerns_by(judged, "form", lambda one: one.form),
    ]


def _stages(judged: Sequence[Judged]) -> Table:
    rows = []
    for expected in get_args(Stage):
        found = [one.stage for one in judged if one.staged == expected]
        if found:
            rows.append((expected, str(len(found)), *(str(found.count(stage)) for stage in get_args(Stage))))
    return Table("Stage, expected (rows) and found (columns)", ("expected", "situations", *get_args(Stage)), rows)


def _counts(of: Sequence[Judged]) -> tuple[str, ...]:
    counts = [sum(one.concern == concern for one in of) for concern in CONCERNS]
    return tuple(f"{count} ({count / len(of):.1%})" if count else "0" for count in counts)


def _missed(judged: Sequence[Judged]) -> Table:
    missed = [one for one in judged if one.truth == "danger" and one.concern == "no_match"]
    rows = [(one.id, ", ".join(one.patterns), _short(one.text)) for one in missed]
    return Table("Dangerous, taken for harmless", ("situation", "expected", "text"), rows)


def _alarms(judged: Sequence[Judged]) -> Table:
    alarms = [one for one in judged if one.truth == "harmless" and one.concern == "likely"]
    return Table("Harmless, called likely", ("situation", "text"), [(one.id, _short(one.text)) for one in alarms])


def _harmful(judged: Sequence[Judged]) -> Table:
    rows = [(one.id, one.concern, _short(one.text)) for one in judged if one.harmful]
    return Table("Answers that would do harm", ("situation", "concern", "text"), rows)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LISTED else line[: _LISTED - 1] + "…"


def _emergency(judged: Sequence[Judged]) -> Table:
    told = [one for one in judged if one.emergency is not None]
    found = figures(told)
    counts = [(one.emergency, one.gone) for one in told]
    rows = [
        (
            str(sum(bool(true) for true, _ in counts)),
            str(sum(gone for _, gone in counts)),
            f"{found.emergency_precision:.0%}",
            f"{found.emergency_recall:.0%}",
        )
    ]
    return Table("Emergency", ("situations with one", "said", "precision", "recall"), rows if told else [])


def _calibration(judged: Sequence[Judged]) -> Table:
    bins = reliability(judged)
    rows = [(str(one.count), f"{one.predicted:.2f}", f"{one.dangerous:.2f}") for one in bins]
    title = f"Calibration: expected error {calibration_error(bins):.3f}, Brier score {brier(judged):.3f}"
    return Table(title, ("situations", "probability of danger", "share dangerous"), rows)


def comparison(
    golden: Sequence[GoldenSituation], judged: Sequence[Judged], ours: Baseline, others: Sequence[Baseline]
) -> list[Table]:
    """Return the tables of the judgement beside its baselines: ranking by language, and telling danger apart."""
    every = (ours, *others)
    names = tuple(one.name for one in every)
    languages = sorted({one.language.partition("-")[0] for one in golden})
    rows = [(language, *(_beside(one, golden, language) for one in every)) for language in (*languages, "all")]
    danger = np.array([one.truth == "danger" for one in judged])
    harmless = np.array([one.truth == "harmless" for one in judged])
    found = ("dangerous found", *(f"{caught(one.danger, danger, harmless):.0%}" for one in every))
    return [
        Table("First / among three, beside what one would build instead", ("language", *names), rows),
        Table("Where one harmless text in fifty is called dangerous", ("", *names), [found]),
    ]


def _beside(baseline: Baseline, golden: Sequence[GoldenSituation], language: str) -> str:
    part, of = baseline.only(golden, language) if language != "all" else (baseline, golden)
    return f"{part.first(of):.0%} / {part.among_three(of):.0%}"


def as_text(table: Table) -> RichTable:
    """Return a table for the terminal; only the last column is broken into lines where it is too narrow."""
    drawn = RichTable(title=table.title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    for name in table.columns:
        drawn.add_column(name, no_wrap=name != table.columns[-1])
    for row in table.rows:
        drawn.add_row(*map(Text, row))
    return drawn
