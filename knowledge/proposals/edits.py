"""Editing a proposed document while it waits: it is tried anew, and whoever edits it cannot approve it."""

from dataclasses import dataclass
from datetime import datetime

from knowledge.database.store import Store
from knowledge.documents.toml import parse_pattern
from knowledge.ledger.audit import add_to_audit, stored
from knowledge.proposals.proposal import Edited, Proposal
from knowledge.proposals.proposal_rows import row_of


@dataclass(frozen=True)
class Edit:
    """One edit of a proposed document."""

    person: int
    made: datetime
    before: str
    """The document as it was before it."""


def edit(store: Store, opened: Proposal, content: str, person: int, now: datetime) -> Edited:
    """Let another document take the place of the one that is proposed, which then waits for a trial again.

    ``opened`` is the proposal as whoever edits it has seen it.

    Raises:
        InvalidDocument: the document is invalid.
        ValueError: it is another pattern's, or no document is proposed.
    """
    if opened.draft.kind not in ("pattern", "edit") or parse_pattern(content, "document").id != opened.draft.pattern:
        raise ValueError(f"proposal {opened.id}: expected a document of {opened.draft.pattern}")
    with store.transaction() as db:
        known = row_of(db, opened.id)
        if known is None or known.decided:
            return "already" if known else "gone"
        if known.draft.content != opened.draft.content:
            return "changed"
        number = "SELECT coalesce(max(number), 0) + 1 FROM edits WHERE proposal = ?"
        row = (known.id, known.id, person, stored(now), known.draft.content)
        db.execute(f"INSERT INTO edits (proposal, number, person, made, before) VALUES (?, ({number}), ?, ?, ?)", row)
        anew = "UPDATE proposals SET content = ?, state = 'waiting', held = '', effect = NULL WHERE id = ?"
        db.execute(anew, (content, known.id))
        before = {"kind": known.draft.kind, "pattern": known.draft.pattern, "state": known.state}
        add_to_audit(db, person, now, f"edit {known.id}", before, {**before, "state": "waiting"})
    return "edited"


def edits_of(store: Store, number: int) -> tuple[Edit, ...]:
    """Return the edits of a proposal, the first first."""
    query = "SELECT person, made, before FROM edits WHERE proposal = ? ORDER BY number"
    with store.reading() as db:
        rows = db.execute(query, (number,)).fetchall()
    return tuple(Edit(person, datetime.fromisoformat(made), before) for person, made, before in rows)
