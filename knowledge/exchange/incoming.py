"""What a bundle would change here, as drafts of proposals: nothing of ours is lost by it, and nothing comes twice."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from knowledge.documents.pattern import Case, Pattern
from knowledge.documents.toml import InvalidDocument, parse_pattern
from knowledge.exchange.bundle import Bundle, Packed
from knowledge.exchange.keys import BadExchange, fingerprint
from knowledge.proposals.case_texts import KnownTexts, private_taken_out
from knowledge.proposals.drafting import Drafting
from knowledge.proposals.files import BadRows
from knowledge.proposals.proposal import Draft

_CASES = re.compile(r"(?m)^[ \t]*\[\[[ \t]*cases[ \t]*\]\]")


@dataclass
class Incoming:
    """What comes of a bundle."""

    drafts: list[Draft] = field(default_factory=list)
    known: int = 0
    """Documents that say nothing new."""
    copies: int = 0
    """Cases that are nearly ones there are, and are left out."""
    waiting: int = 0
    """Drafts that wait for review already, and are left out."""


def incoming(bundle: Bundle, name: str, drafting: Drafting, today: date) -> Incoming:
    """Return a draft for each new pattern, for each changed guidance, and for each case that is not here yet.

    Of a pattern that is known here the cases stay as they are: the bundle's come beside them, masked, each to be
    decided by itself.

    Args:
        bundle: one whose signature was verified.
        name: what whoever signed it is called here.
        drafting: what checks drafts against the documents in use.
        today: the day, UTC.

    Raises:
        BadRows: naming every fault; nothing is to be taken then.
    """
    came, bad = Incoming(), list[str]()
    for one in bundle.documents:
        try:
            _take(one, drafting, today, came)
        except InvalidDocument as invalid:
            bad += [f"{one.pattern}: {fault}" for fault in invalid.faults]
        except BadExchange as fault:
            bad.append(f"{one.pattern}: {fault}")
    if bad:
        raise BadRows(bad)
    why = f"from {name} (key {fingerprint(bundle.key)}), {bundle.licence}, {bundle.day}"
    batch = f"bundle {bundle.digest[:12]} from {name}"
    came.drafts = [replace(draft, reason=why, batch=batch) for draft in came.drafts]
    there = {_content(one.draft) for one in drafting.proposals.queue()}
    fresh = [draft for draft in came.drafts if _content(draft) not in there]
    came.waiting, came.drafts = len(came.drafts) - len(fresh), fresh
    return came


def _take(one: Packed, drafting: Drafting, today: date, came: Incoming) -> None:
    ours = drafting.documents(today).get(one.pattern)
    if ours is None:
        came.drafts.append(drafting.document_draft(one.text, f"{one.pattern}.toml", today))
        return
    if ours.rstrip() == one.text.replace("\r\n", "\n").rstrip():
        came.known += 1
        return
    theirs_read = parse_pattern(one.text, f"{one.pattern}.toml")
    ours_read, before = parse_pattern(ours, one.pattern), len(came.drafts)
    if replace(theirs_read, cases=ours_read.cases) != ours_read:
        merged = _with_our_cases(one.text, theirs_read, ours, ours_read)
        came.drafts.append(drafting.document_draft(merged, f"{one.pattern}.toml", today))
    copies = came.copies
    came.drafts += _cases(theirs_read, ours_read.cases, came)
    came.known += len(came.drafts) == before and came.copies == copies


def _with_our_cases(theirs: str, theirs_read: Pattern, ours: str, ours_read: Pattern) -> str:
    """Return their document with our cases in place of theirs."""
    theirs = theirs.replace("\r\n", "\n")
    head, tail = _CASES.search(theirs), _CASES.search(ours)
    merged = theirs[: head.start()] + ours[tail.start() :] if head and tail else ""
    wanted = replace(theirs_read, cases=ours_read.cases)
    try:
        fits = parse_pattern(merged, "merged") == wanted
    except InvalidDocument:
        fits = False
    if not fits:
        raise BadExchange("cases: stand before other parts of the document, expected [[cases]] at its end")
    return merged


def _cases(theirs: Pattern, ours: Iterable[Case], came: Incoming) -> list[Draft]:
    known, texts = KnownTexts(ours), {case.text for case in ours}
    drafts = []
    for number, case in enumerate(theirs.cases):
        if case.text in texts:
            continue
        words = private_taken_out(case.text)
        if known.copy_of(words):
            came.copies += 1
            continue
        known.add(words, f"the bundle's cases.{number}")
        drafts.append(Draft("case", theirs.id, case=replace(case, text=words)))
    return drafts


def _content(draft: Draft) -> tuple[object, ...]:
    return draft.kind, draft.pattern, draft.content, draft.case
