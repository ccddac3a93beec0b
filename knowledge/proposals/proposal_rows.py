"""Proposals as rows of the database: reading one, adding one, and writing what was decided."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from knowledge.database.connection import Connection
from knowledge.documents.golden import GoldenSituation
from knowledge.documents.pattern import Case
from knowledge.identifiers.masked_form import mask_identifiers
from knowledge.ledger.audit import add_to_audit, stored
from knowledge.proposals.proposal import Draft, Proposal, State

_LARGEST_ID = (1 << 63) - 1
SELECT = """SELECT id, kind, pattern, content, why, batch, author, made, state, effect, held, reason,
    decided_by, decided, expires, (SELECT group_concat(DISTINCT CAST(person AS TEXT)) FROM edits
        WHERE edits.proposal = proposals.id) FROM proposals"""


def add_row(db: Connection, draft: Draft, author: int, now: datetime) -> Proposal:
    """Put a draft into the queue, with its row in the audit."""
    told = draft.case or draft.situation
    content = json.dumps(asdict(told), ensure_ascii=False) if told else draft.content
    row = (draft.kind, draft.pattern, content, draft.reason, draft.batch, author, stored(now), "waiting")
    columns = "kind, pattern, content, why, batch, author, made, state"
    insert = f"INSERT INTO proposals ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
    (number,) = db.execute(insert, row).fetchone()
    after = {"kind": draft.kind, "pattern": draft.pattern, "batch": draft.batch, "state": "waiting"}
    add_to_audit(db, author, now, f"propose {number}", {}, after)
    return proposal_of(db.execute(f"{SELECT} WHERE id = ?", (number,)).fetchone())


def write_decision(
    db: Connection,
    proposal: Proposal,
    state: State,
    who: int,
    now: datetime,
    reason: str,
    expires: date | None,
) -> Proposal | None:
    """Write a decision and its audit row; identifiers in the reason are masked there, where it stays for ever."""
    ends = expires.isoformat() if expires else None
    place = "(SELECT coalesce(max(id), 0) + 1 FROM audit)" if state == "approved" else "NULL"  # never the same twice
    db.execute(
        f"UPDATE proposals SET state = ?, decided_by = ?, decided = ?, reason = ?, expires = ?, approval = {place}"
        " WHERE id = ?",
        (state, who, stored(now), reason, ends, proposal.id),
    )
    verb = {"approved": "approve", "rejected": "reject", "withdrawn": "withdraw"}[state]
    head = {"kind": proposal.draft.kind, "pattern": proposal.draft.pattern}
    after = {**head, "state": state, "reason": mask_identifiers(reason), "expires": ends}
    add_to_audit(db, who, now, f"{verb} {proposal.id}", {**head, "state": proposal.state}, after)
    return row_of(db, proposal.id)


def row_of(db: Connection, number: int) -> Proposal | None:
    """Return a proposal by its number, as this connection sees it."""
    if not 0 < number <= _LARGEST_ID:
        return None
    row = db.execute(f"{SELECT} WHERE id = ?", (number,)).fetchone()
    return proposal_of(row) if row else None


def proposal_of(row: tuple[Any, ...]) -> Proposal:
    """Return the proposal of a row that SELECT found."""
    number, kind, pattern, content, why, batch, author, made, state, *rest = row
    impact, held, reason, by, decided, expires, edited = rest
    case = Case(**json.loads(content)) if kind == "case" else None
    situation = _situation(json.loads(content)) if kind == "golden" else None
    return Proposal(
        id=number,
        draft=Draft(kind, pattern, "" if case or situation else content, case, why, batch, situation),
        author=author,
        made=datetime.fromisoformat(made),
        state=state,
        impact=json.loads(impact) if impact else None,
        held=held,
        reason=reason,
        decided_by=by,
        decided=datetime.fromisoformat(decided) if decided else None,
        expires=date.fromisoformat(expires) if expires else None,
        edited_by=frozenset(map(int, edited.split(","))) if edited else frozenset(),
    )


def _situation(row: dict[str, Any]) -> GoldenSituation:
    return GoldenSituation(**{**row, "patterns": tuple(row["patterns"]), "must_not": tuple(row["must_not"])})
