"""A proposed change of a document, how it stands, and what became of a decision on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from knowledge.documents.golden import GoldenSituation
from knowledge.documents.pattern import Case, PatternId

ProposalKind = Literal["case", "pattern", "edit", "retire", "golden"]
State = Literal["waiting", "held", "approved", "rejected", "withdrawn"]
Outcome = Literal[
    "approved", "rejected", "withdrawn", "already", "own", "edited", "held", "untried", "gone", "not-moderator"
]  # fmt: skip
Edited = Literal["edited", "changed", "already", "gone"]
"""What came of an edit; ``changed``: somebody else has edited it since it was opened; ``already``: it is decided."""


@dataclass(frozen=True)
class Draft:
    """A change of one pattern's document, or one more situation of the examination."""

    kind: ProposalKind
    pattern: PatternId
    """Of a situation that is none's, its kind: ``everyday`` or ``too-little``."""
    content: Annotated[str, Field(max_length=400_000)] = ""
    """The whole document, of a pattern or an edit."""
    case: Case | None = None
    """Of a case."""
    reason: Annotated[str, Field(max_length=1000)] = ""
    """The author's own words."""
    batch: str = ""
    """What was brought in at once has one batch."""
    situation: GoldenSituation | None = None
    """Of the kind golden."""


@dataclass(frozen=True)
class Proposal:
    """A draft that somebody proposed, as it stands now."""

    id: int
    draft: Draft
    author: int
    made: datetime
    state: State
    impact: Mapping[str, Any] | None
    """What it would change among the golden situations; None until it is tried."""
    held: str
    """Why it cannot be approved, in one line; empty where it can."""
    reason: str
    """Of the decision."""
    decided_by: int | None
    decided: datetime | None
    expires: date | None
    """Of what was approved as urgent: the first day on which it counts no more."""
    edited_by: frozenset[int] = frozenset()
    """Who has edited its document since it was proposed; they cannot approve it either."""


@dataclass(frozen=True)
class Decision:
    """What became of a decision, and the proposal as it is after it."""

    outcome: Outcome
    """``already``: decided before; ``own``: its author cannot approve it, nor, ``edited``, can who has edited it;
    ``gone``: there is none, or not theirs."""
    proposal: Proposal | None


class Slowed(Exception):
    """More proposals of one person than are taken now; ``until`` is when as many will be."""

    def __init__(self, message: str, until: datetime) -> None:
        self.until = until
        super().__init__(message)
