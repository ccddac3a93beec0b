"""Taking a decision on a proposal back, for some minutes and as long as nothing of it was published."""

from collections.abc import Callable
from datetime import datetime, timedelta

from knowledge.database.connection import Connection
from knowledge.database.store import Store
from knowledge.ledger.audit import Undone, add_to_audit, against_undoing, latest_act, stored
from knowledge.proposals.proposal import Proposal
from knowledge.proposals.proposal_rows import row_of

_ACTS = ("approve", "reject", "withdraw", "expire", "undo")
_LONGEST_NIGHT = timedelta(hours=6)
"""A night that began before and has not ended was killed."""


def take_back(
    store: Store, number: int, moderator: int, now: datetime, *, is_moderator: Callable[[int], bool]
) -> tuple[Undone, Proposal | None]:
    """Take back what a moderator decided on a proposal, which then waits again; return it as it is after that.

    What was approved can be taken back only before a build is made with it.
    """
    if not is_moderator(moderator):
        return "not-moderator", None
    with store.transaction() as db:
        proposal = row_of(db, number)
        if proposal is None:
            return "gone", None
        act = latest_act(db, _ACTS, str(number))
        if against := against_undoing(act, moderator, now):
            return against, proposal
        assert act is not None
        if act.what.partition(" ")[0] not in ("approve", "reject"):
            return "changed", proposal
        if proposal.state == "approved" and _published(db, act.id, now):
            return "published", proposal
        before = {"kind": proposal.draft.kind, "pattern": proposal.draft.pattern, "state": proposal.state}
        db.execute(
            "UPDATE proposals SET state = ?, decided_by = NULL, decided = NULL, reason = '', expires = NULL,"
            " approval = NULL WHERE id = ?",
            (act.before["state"], number),
        )
        add_to_audit(db, moderator, now, f"undo {number}", before, {**before, "state": act.before["state"]})
        return "undone", row_of(db, number)


def _published(db: Connection, act: int, now: datetime) -> bool:
    """Whether a build was published since an act, or a night is making one."""
    if db.execute("SELECT 1 FROM audit WHERE id > ? AND substr(what, 1, 8) = 'rebuild '", (act,)).fetchone():
        return True
    running = "SELECT 1 FROM nights WHERE finished IS NULL AND interrupted = 0 AND began > ?"
    return db.execute(running, (stored(now - _LONGEST_NIGHT),)).fetchone() is not None
