"""The patterns with their cases, and what a proposal would show people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from bot.console.answers import seen_in
from bot.console.call import Call, for_moderators, missing
from bot.console.cards import card_of
from bot.console.rendering import as_csv
from bot.moderation import review_cards
from bot.reports.tables import Table
from index.builds.build import Build
from index.builds.near_copies import Alike, alike_cases
from knowledge.documents.pattern import Pattern
from knowledge.documents.toml import InvalidDocument
from knowledge.proposals.waiting import Filters, last_decided

_LISTED = 200  # cases
_LONGEST = 100  # characters that are searched for


@dataclass(frozen=True)
class Line:
    """A pattern as the list shows it."""

    pattern: Pattern
    title: str
    languages: Mapping[str, int]
    """How many cases it has by language, most first."""
    golden: tuple[int, int]
    """Golden situations that may be it, and how many of them get it or another right one first."""
    changed: str
    """The day a change was approved last; empty where none was."""
    said: int
    """How many of its cases have the words that were searched for."""


def show_all(call: Call) -> Response:
    """List the patterns; those that are called by some words, or have a case with them."""
    desk, words = call.desk, call.asked("words").strip()[:_LONGEST]
    documents, golden, decided = desk.proposing.documents(desk.today), _golden(call), last_decided(desk.store)
    lines = [
        Line(
            pattern,
            pattern.guidance_in(call.language).title,
            dict(Counter(case.language for case in pattern.cases).most_common()),
            golden.get(name, (0, 0)),
            decided[name][0][:10] if name in decided else "",
            _with(words, pattern),
        )
        for name, pattern in sorted(desk.patterns().items())
    ]
    lines = [one for one in lines if one.said or _has(words, f"{one.pattern.id} {one.title}")]
    coming = sorted(set(documents) - set(desk.patterns()))
    going = sorted(set(desk.patterns()) - set(documents))
    values: dict[str, Any] = {"lines": lines, "searched": words, "coming": coming, "going": going}
    return call.page("patterns.html", here="patterns", back="/patterns", **values)


def _with(words: str, pattern: Pattern) -> int:
    return sum(_has(words, case.text) for case in pattern.cases) if words else 0


def _has(words: str, text: str) -> bool:
    return words.casefold() in text.casefold()


def table(call: Call) -> Response:
    """Send the patterns as CSV, with how many cases each has by language."""
    golden, decided = _golden(call), last_decided(call.desk.store)
    every = sorted({case.language for one in call.desk.patterns().values() for case in one.cases})
    rows = []
    for name, one in sorted(call.desk.patterns().items()):
        count, (known, right) = Counter(case.language for case in one.cases), golden.get(name, (0, 0))
        changed = decided[name][0][:10] if name in decided else ""
        title = one.guidance_in(call.language).title
        cells = (name, title, one.kind, one.family, len(one.cases), known, right, changed)
        rows.append((*map(str, cells), *(str(count[code]) for code in every)))
    columns = ("pattern", "title", "kind", "family", "cases", "golden", "golden right first", "changed", *every)
    return as_csv("patterns", Table("Patterns", columns, rows))


def cases_table(call: Call) -> Response:
    """Send a pattern's cases as CSV, as they can be brought in again."""
    pattern = call.desk.patterns().get(call.path["id"])
    if pattern is None:
        return missing(call)
    rows = [(pattern.id, one.language, one.text, "true" if one.emergency else "false") for one in pattern.cases]
    return as_csv(f"cases-of-{pattern.id}", Table("Cases", ("pattern", "language", "text", "emergency"), rows))


def _golden(call: Call) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for one in call.desk.engine.serving.build().golden:
        for name in one.patterns:
            known, right = found.get(name, (0, 0))
            found[name] = known + 1, right + (one.ranked[:1] != () and one.ranked[0] in one.patterns)
    return found


def cases(call: Call) -> Response:
    """List a pattern's cases, of all languages or one, with those near to others; or those alone, or with words."""
    build, language, near = call.desk.engine.serving.build(), call.asked("language"), call.asked("near") == "1"
    words = call.asked("words").strip()[:_LONGEST]
    pattern = build.patterns.get(call.path["id"])
    if pattern is None:
        return missing(call)
    alike = alike_cases(build, pattern.id)
    own = [
        (number, case)
        for number, case in enumerate(pattern.cases)
        if language in ("", case.language) and (number in alike or not near) and _has(words, case.text)
    ]
    counts = Counter(case.language for case in pattern.cases).most_common()
    values: dict[str, Any] = {"pattern": pattern, "language_of": language, "counts": counts, "all": len(own)}
    values |= {"alike": alike, "near": near, "searched": words, "texts": _texts(build, alike)}
    first = int(call.asked("from")) if call.asked("from").isdigit() and len(call.asked("from")) < 7 else 0
    page = f"/patterns/{pattern.id}/cases"
    return call.page(
        "cases.html",
        here="patterns",
        back=page,
        cases=own[first : first + _LISTED],
        first=first,
        step=_LISTED,
        **values,
    )


def _texts(build: Build, alike: Mapping[int, Sequence[Alike]]) -> dict[Alike, str]:
    return {one: build.patterns[one.pattern].cases[one.number].text for near in alike.values() for one in near}


def proposal(call: Call) -> Response:
    """Show a proposal in a language as people would see it, with what it changes and what can be done."""
    desk, number = call.desk, call.path["number"]
    one = desk.proposals.get(int(number)) if number.isdigit() and len(number) < 16 else None
    if one is None:
        return missing(call)
    values: dict[str, Any] = {"one": one, "card": card_of(call, f"p{one.id}"), "after": "", "filters": Filters()}
    values |= {"faults": (), "seen": None, "diff": review_cards.view_of(desk.proposing, one, desk.today).body}
    try:
        pattern = None if one.draft.situation else desk.proposing.preview(one.draft, desk.today)
    except InvalidDocument as invalid:
        values["faults"] = invalid.faults
    else:
        values["seen"] = pattern and seen_in(call, pattern, call.asked("language") or call.language)
    return call.page("proposal.html", here="queue", back=f"/proposals/{one.id}", **values)


ROUTES = [
    Route("/patterns", for_moderators(show_all)),
    Route("/patterns.csv", for_moderators(table)),
    Route("/patterns/{id}/cases.csv", for_moderators(cases_table)),
    Route("/patterns/{id}/cases", for_moderators(cases)),
    Route("/proposals/{number}", for_moderators(proposal)),
]
