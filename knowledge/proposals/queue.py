"""What moderators propose to change in the documents, and what becomes of it: tried, then decided, each act audited."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from knowledge.database.connection import Connection
from knowledge.database.store import Store
from knowledge.documents.toml import Fault, InvalidDocument, parse_pattern
from knowledge.ledger.audit import add_to_audit, stored
from knowledge.ledger.roles import OPERATOR, is_added
from knowledge.proposals.edits import Edit, edit, edits_of
from knowledge.proposals.proposal import Decision, Draft, Edited, Outcome, Proposal, Slowed
from knowledge.proposals.proposal_rows import SELECT, add_row, proposal_of, row_of, write_decision

URGENT_DAYS = 7
"""Days that an urgent approval counts, the day of the approval among them."""
AN_HOUR = 30
A_DAY = 100
A_DAY_WHEN_REJECTED = 3
"""Proposals a day of somebody of whose last 10 decided ones 5 or more were rejected."""
_LATELY, _REJECTED = 10, 5
_LASTS = "(expires IS NULL OR expires > ?)"
ApprovedMark = tuple[int, int]
"""The place of what was approved last, and how many of the approved count: nothing is ever approved out of turn."""


class Proposals:
    """The proposals in a store; any number of processes may decide at once, and each is decided once."""

    def __init__(self, store: Store, *, alone: bool) -> None:
        """Take the store; whoever is ``alone`` may approve their own."""
        self._store = store
        self.alone = alone

    def propose(self, drafts: Sequence[Draft], author: int, now: datetime) -> tuple[Proposal, ...]:
        """Put drafts into the queue, all of them or none.

        Raises:
            InvalidDocument: a draft is not of its kind, or its document or case is invalid.
            Slowed: the author has proposed too much lately.
        """
        for draft in drafts:
            _check(draft)
        with self._store.transaction() as db:
            if drafts and author != OPERATOR:
                _slow_down(db, author, len(drafts), now)
            return tuple(add_row(db, draft, author, now) for draft in drafts)

    def get(self, id: int) -> Proposal | None:
        """Return a proposal by its number."""
        with self._store.reading() as db:
            return row_of(db, id)

    def queue(self) -> tuple[Proposal, ...]:
        """Return what is not decided, the oldest first."""
        return self._those("state IN ('waiting', 'held') ORDER BY id")

    def untried(self) -> tuple[Proposal, ...]:
        """Return what waits for a trial, the oldest first."""
        return self._those("state = 'waiting' AND effect IS NULL ORDER BY id")

    def tried(
        self,
        ids: Iterable[int],
        impact: Mapping[str, Any],
        held: str,
        now: datetime,
        contents: Mapping[int, str] = MappingProxyType({}),
    ) -> None:
        """Keep what a trial of some proposals together found, and hold them where it says why.

        Those that were decided or held meanwhile stay as they are, and those whose document, in ``contents`` as it was
        tried, was edited meanwhile wait for the next trial.
        """
        why, found = " ".join(held.split()), json.dumps(impact, allow_nan=False)
        state = "held" if why else "waiting"
        with self._store.transaction() as db:
            for id in ids:
                query = "UPDATE proposals SET effect = ?, held = ?, state = ? WHERE id = ? AND state = 'waiting'"
                row: tuple[object, ...] = (found, why, state, id)
                if id in contents:
                    query, row = f"{query} AND content = ?", (*row, contents[id])
                if db.execute(query, row).rowcount and why:
                    after = {"state": "held", "held": why}
                    add_to_audit(db, OPERATOR, now, f"hold {id}", {"state": "waiting"}, after)

    def again(self) -> int:
        """Forget what trials found of what is waiting, since another build serves now; return how many are untried."""
        with self._store.transaction() as db:
            query = "UPDATE proposals SET effect = NULL WHERE state = 'waiting' AND effect IS NOT NULL"
            return db.execute(query).rowcount

    def decide(
        self,
        id: int,
        approve: bool,
        moderator: int,
        now: datetime,
        *,
        is_moderator: Callable[[int], bool],
        urgent: bool = False,
        reason: str = "",
    ) -> Decision:
        """Approve a proposal or reject it, unless something stands against it.

        What is held or was not tried can only be rejected; what is approved as urgent counts for a week.

        Raises:
            sqlite3.IntegrityError: the reason is longer than 1,000 characters; nothing is decided.
        """
        with self._store.reading() as db:
            added = is_added(db, moderator)
        if not is_moderator(moderator):
            return Decision("not-moderator", None)
        with self._store.transaction() as db:
            if added and not is_added(db, moderator):  # removed since the question
                return Decision("not-moderator", None)
            proposal = row_of(db, id)
            if proposal is None:
                return Decision("gone", None)
            if against := self._against(proposal, approve, moderator):
                return Decision(against, proposal)
            state: Literal["approved", "rejected"] = "approved" if approve else "rejected"
            expires = now.date() + timedelta(days=URGENT_DAYS) if approve and urgent else None
            return Decision(state, write_decision(db, proposal, state, moderator, now, reason, expires))

    def _against(self, proposal: Proposal, approve: bool, moderator: int) -> Outcome | None:
        if proposal.decided:
            return "already"
        if not approve:
            return None
        if proposal.author == moderator and not self.alone:
            return "own"
        if moderator in proposal.edited_by and not self.alone:
            return "edited"
        if proposal.state == "held":
            return "held"
        return "untried" if proposal.impact is None else None

    def edit(self, opened: Proposal, content: str, person: int, now: datetime) -> Edited:
        """Let another document take the place of the one that is proposed; see edits.py."""
        return edit(self._store, opened, content, person, now)

    def edits(self, id: int) -> tuple[Edit, ...]:
        """Return the edits of a proposal, the first first."""
        return edits_of(self._store, id)

    def withdraw(self, id: int, author: int, now: datetime) -> Decision:
        """Let an author take a proposal back before it is decided."""
        with self._store.transaction() as db:
            proposal = row_of(db, id)
            if proposal is None or proposal.author != author:
                return Decision("gone", None)
            if proposal.decided:
                return Decision("already", proposal)
            return Decision("withdrawn", write_decision(db, proposal, "withdrawn", author, now, "", None))

    def approved(self, today: date) -> tuple[Proposal, ...]:
        """Return what is approved, in the order of approval, without what was urgent and has ended."""
        counts = f"state = 'approved' AND ended = 0 AND {_LASTS} ORDER BY approval"
        return self._those(counts, today.isoformat())

    def approved_mark(self, today: date) -> ApprovedMark:
        """Return what tells whether ``approved`` of a day would return the same as it did before."""
        query = f"""SELECT coalesce(max(approval), 0), count(*) FILTER (WHERE ended = 0 AND {_LASTS})
            FROM proposals WHERE state = 'approved'"""
        with self._store.reading() as db:
            last, count = db.execute(query, (today.isoformat(),)).fetchone()
        return last, count

    def approved_after(self, id: int) -> frozenset[int]:
        """Return the numbers of what was approved after a proposal was; of all that was where there is no such one."""
        query = """SELECT id FROM proposals
            WHERE approval > coalesce((SELECT approval FROM proposals WHERE id = ?), 0)"""
        with self._store.reading() as db:
            return frozenset(number for (number,) in db.execute(query, (id,)))

    def end_urgent(self, now: datetime) -> tuple[int, ...]:
        """Note, once for each, which urgent ones have ended, and return their numbers."""
        with self._store.transaction() as db:
            query = (
                "SELECT id, expires FROM proposals WHERE state = 'approved' AND ended = 0 AND expires <= ? ORDER BY id"
            )
            due = db.execute(query, (now.date().isoformat(),)).fetchall()
            for number, expires in due:
                db.execute("UPDATE proposals SET ended = 1 WHERE id = ?", (number,))
                before, after = {"ended": False, "expires": expires}, {"ended": True}
                add_to_audit(db, OPERATOR, now, f"expire {number}", before, after)
        return tuple(number for number, _ in due)

    def _those(self, which: str, *values: str) -> tuple[Proposal, ...]:
        with self._store.reading() as db:
            return tuple(map(proposal_of, db.execute(f"{SELECT} WHERE {which}", values)))


_DRAFT = TypeAdapter(Draft)


def _check(draft: Draft) -> None:
    """Raise InvalidDocument where a draft is not what its kind says, or its document or case is invalid."""
    name = f"{draft.pattern}.toml"
    try:
        _DRAFT.validate_python(asdict(draft))
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
        raise InvalidDocument(name, [Fault(".".join(map(str, one["loc"])), one["msg"]) for one in errors]) from invalid
    if (draft.case is not None) != (draft.kind == "case"):
        wrong = "given" if draft.case else "missing"
        raise InvalidDocument(name, [Fault("case", f"{wrong}, expected with proposals of the kind case and no other")])
    if (draft.situation is not None) != (draft.kind == "golden"):
        wrong = "given" if draft.situation else "missing"
        raise InvalidDocument(
            name, [Fault("situation", f"{wrong}, expected with proposals of the kind golden and no other")]
        )
    if draft.kind in ("pattern", "edit"):
        parse_pattern(draft.content, name)
    elif draft.content:
        raise InvalidDocument(name, [Fault("content", f"given, expected none with the kind {draft.kind}")])


def _slow_down(db: Connection, author: int, count: int, now: datetime) -> None:
    decided = db.execute(
        "SELECT state FROM proposals WHERE author = ? AND state IN ('approved', 'rejected')"
        f" ORDER BY decided DESC, id DESC LIMIT {_LATELY}",
        (author,),
    ).fetchall()
    rejected = decided.count(("rejected",)) >= _REJECTED
    day, hour = timedelta(days=1), timedelta(hours=1)
    for most, span, words in (
        (A_DAY_WHEN_REJECTED if rejected else A_DAY, day, "24 hours"),
        (AN_HOUR, hour, "an hour"),
    ):
        query = "SELECT made FROM proposals WHERE author = ? AND made > ? ORDER BY made"
        made = [datetime.fromisoformat(row[0]) for row in db.execute(query, (author, stored(now - span)))]
        if (over := len(made) + count - most) > 0:
            until = made[min(over, len(made)) - 1] + span if made else now
            wrong = f"{count} more after {len(made)} within {words}, expected at most {most} together"
            raise Slowed(f"proposals: {wrong}; next from {until:%Y-%m-%d %H:%M} UTC", until)
