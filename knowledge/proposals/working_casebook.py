"""The shipped casebook with what moderators approved replayed on it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.toml import KNOWLEDGE
from knowledge.proposals.overlay import HeldBack, overlaid
from knowledge.proposals.proposal import Proposal
from knowledge.proposals.queue import Proposals
from knowledge.proposals.situations import with_situations


@dataclass(frozen=True)
class WorkingCasebook:
    """The shipped casebook with what moderators approved."""

    casebook: Casebook
    approved: tuple[Proposal, ...]
    """All that counts, in the order of approval."""
    held_back: tuple[HeldBack, ...]
    """What of it could not be taken."""


def working_casebook(store: Store, today: date, *, alone: bool = False, knowledge: Path = KNOWLEDGE) -> WorkingCasebook:
    """Read the shipped casebook, and replay on it what moderators approved.

    Raises:
        InvalidDocument: the shipped documents are faulty.
    """
    shipped, approved = read_casebook(knowledge), Proposals(store, alone=alone).approved(today)
    documents, held_back = overlaid(shipped.documents, approved)
    revised = shipped if documents == shipped.documents else shipped.revised(documents)
    casebook, unasked = with_situations(revised, approved)
    return WorkingCasebook(casebook, approved, (*held_back, *unasked))
