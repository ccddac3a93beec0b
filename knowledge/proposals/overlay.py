"""The shipped documents with what moderators approved replayed on top."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from knowledge.documents.toml import Fault, InvalidDocument, append_case, parse_pattern, quote
from knowledge.proposals.proposal import Proposal

_CASE = re.compile(r"cases\.(\d+)\b")
_TOLD_FAULTS = 3


@dataclass(frozen=True)
class HeldBack:
    """Something approved that cannot be taken."""

    proposal: int
    pattern: str
    reason: str
    """One line."""


def overlaid(documents: Mapping[str, str], approved: Iterable[Proposal]) -> tuple[dict[str, str], tuple[HeldBack, ...]]:
    """Replay proposals in the order given, and leave out those that cannot be.

    A case goes to the end of its pattern's document; a pattern or an edit takes the document's place, but for cases
    that were approved after it was written; a pattern that is retired is gone. A proposal about a pattern that is not
    there, or whose document would be invalid with it, is left out and the rest go on. The documents are taken to be
    valid, and those that nothing is said about are not read. Situations of the examination are none of the documents'.

    Returns:
        The documents in alphabetical order, and what was left out in the order given.
    """
    proposals = [one for one in approved if one.draft.kind != "golden"]
    steps: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        steps.setdefault(proposal.draft.pattern, []).append(proposal)
    after = dict(documents)
    reasons: dict[int, str] = {}
    for pattern, own in steps.items():  # what is proposed for one pattern changes no other
        document = _replayed(after.pop(pattern, None), own, reasons)
        if document is not None:
            after[pattern] = document
    held_back = (HeldBack(one.id, one.draft.pattern, reasons[one.id]) for one in proposals if one.id in reasons)
    return dict(sorted(after.items())), tuple(held_back)


def _replayed(document: str | None, steps: list[Proposal], reasons: dict[int, str]) -> str | None:
    """Return one pattern's document after its proposals, None where it is gone; note why some were left out."""
    cases: list[Proposal] = []
    for is_case, group in groupby(steps, lambda step: step.draft.kind == "case"):
        run = list(group)
        if is_case and document is not None:
            document = _with_cases(document, run, reasons)
            cases += run
            continue
        for step in run:
            if document is None and step.draft.kind != "pattern":
                reasons[step.id] = f"{step.draft.pattern}: no such pattern, expected one that is there"
            elif step.draft.kind == "retire":
                document = None
            elif faults := _faults(step.draft.content, step.draft.pattern):
                reasons[step.id] = _line(faults)
            else:
                document = _with_cases(step.draft.content, _unseen(cases, step, reasons), reasons)
    return document


def _unseen(cases: Iterable[Proposal], edit: Proposal, reasons: Mapping[int, str]) -> list[Proposal]:
    """Return the cases that were approved after an edit was written: its author has not seen them, and drops none."""
    late = (one for one in cases if one.decided and one.decided > edit.made and one.id not in reasons)
    return [one for one in late if one.draft.case and quote(one.draft.case.text) not in edit.draft.content]


def _with_cases(document: str, run: list[Proposal], reasons: dict[int, str]) -> str:
    """Return a document with cases at its end, checked all at once; faults name the cases that are left out."""
    left = run
    while left:
        pattern = run[0].draft.pattern
        longer = _appended(document, left)
        faults = _faults(longer, pattern)
        if not faults:
            return longer
        wrong = _by_case(faults, _cases_in(document, pattern)) or dict.fromkeys(range(len(left)), faults)
        for number, own in wrong.items():
            reasons[left[number].id] = _line(own)
        left = [step for number, step in enumerate(left) if number not in wrong]
    return document


def _by_case(faults: list[Fault], before: int | None) -> dict[int, list[Fault]]:
    """Return the faults of each added case, counted from 0; nothing where the document itself bears no case."""
    found: dict[int, list[Fault]] = {}
    for fault in faults:
        match = _CASE.match(fault.place)
        if match is None or before is None or int(match[1]) < before:
            return {}
        found.setdefault(int(match[1]) - before, []).append(fault)
    return found


def _appended(document: str, run: list[Proposal]) -> str:
    """Return what append_case makes of the document, case by case, in a time that grows as the text does."""
    cases = (step.draft.case for step in run)
    blocks = [append_case("", case.language, case.text, emergency=case.emergency).rstrip() for case in cases if case]
    return "".join([document.rstrip(), *blocks, "\n"])


def _cases_in(document: str, pattern: str) -> int | None:
    try:
        return len(parse_pattern(document, f"{pattern}.toml").cases)
    except InvalidDocument:
        return None


def _faults(document: str, pattern: str) -> list[Fault]:
    try:
        parse_pattern(document, f"{pattern}.toml")
    except InvalidDocument as invalid:
        return invalid.faults
    return []


def _line(faults: list[Fault]) -> str:
    return " ".join("; ".join(map(str, faults[:_TOLD_FAULTS])).split())
