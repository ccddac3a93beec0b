"""What a case holds for a report to the police or a bank: what was told, and the facts that stand in it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.checking.case import Case
from knowledge.documents.pattern import Pattern
from knowledge.identifiers.days_and_sums import days_in, sums_in
from knowledge.identifiers.finding import Identifier

_MOST_PICTURES = 20


@dataclass(frozen=True)
class Told:
    """One thing that was told."""

    text: str
    chosen: bool
    """Whether it is a sentence of ours that was tapped, and not in the person's own words."""


@dataclass(frozen=True)
class Statement:
    """A case, laid out to be reported."""

    told: tuple[Told, ...]
    """In order."""
    days: tuple[str, ...]
    """Dates and times, as written."""
    sums: tuple[str, ...]
    """Amounts of money, as written."""
    found: tuple[Identifier, ...]
    """Numbers, links, accounts and wallets."""
    pictures: tuple[str, ...]
    """The SHA-256 of each."""
    pattern: Pattern | None
    """What it looks like."""


def statement_of(case: Case, ours: Collection[str]) -> Statement | None:
    """Lay out a case; None where nothing was told. ``ours`` are the sentences that can be tapped."""
    told = tuple(Told(text, text in ours) for text in case.told if text.strip())
    if not told:
        return None
    own = "\n".join(one.text for one in told if not one.chosen)
    assessment = case.assessment
    return Statement(
        told=told,
        days=days_in(own),
        sums=sums_in(own),
        found=tuple(contact.identifier for contact in assessment.contacts.found) if assessment else (),
        pictures=case.pictures,
        pattern=assessment.named if assessment else None,
    )


def with_pictures(case: Case | None, digests: tuple[str, ...]) -> Case | None:
    """Return a case with the SHA-256 of the pictures that were sent with its newest message."""
    if case is None or not digests:
        return case
    return replace(case, pictures=tuple(dict.fromkeys((*case.pictures, *digests)))[-_MOST_PICTURES:])
