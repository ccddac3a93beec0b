"""What waits for moderators, one reference an item, and a moderator's way through it.

A reference is one letter and a name: ``p12`` a proposal, ``a…`` appeals and ``c…`` reports of a contact by its hash,
``s…`` a contact that a moderator wants on the safelist, ``n5`` a note on a wrong answer.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from knowledge.database.store import Store
from knowledge.ledger import contact_report_decisions, wrong_answers
from knowledge.ledger.audit import UNDO_MINUTES, AuditRow, Undone, acts_since
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.desk.desks import Desk
from knowledge.ledger.roles import Roles
from knowledge.ledger.wrong_answers import AS_CASE, WrongNotes
from knowledge.proposals import taking_back
from knowledge.proposals.queue import Proposals

KINDS = {"p": "proposal", "a": "appeal", "c": "report", "s": "safelist", "n": "note"}
"""The kinds of items, in the order they are walked through."""
DECISIONS = {
    **dict.fromkeys(("approve", "reject"), "p"),
    **dict.fromkeys(("confirm-first", "confirm", "remove", "safelist-first", "safelist", "unsafelist"), "c"),
    "settle-note": "n",
}
"""The verbs of the audit that can be taken back, with the letter of what they are about."""
_SINCE = {"undo": "", "undo-note": "n", "withdraw": "p", "expire": "p"}
"""Those that stand in the way of it where they came later; ``undo`` is of proposals and of contacts."""


@dataclass(frozen=True)
class Place:
    """Where a moderator is on their way through the queue."""

    ref: str
    number: int
    """Of this item, from 1 on; what was decided and skipped on this way counts."""
    total: int


def queue(
    proposals: Proposals, reports: ContactReports, notes: WrongNotes, today: date, viewer: int | None = None
) -> tuple[str, ...]:
    """Return everything that waits. A contact is one item: its appeals, else its reports, else the safelist.

    For a ``viewer``, what they may not decide comes last; what needs only a second moderator beside them is left out.
    """
    rows, proposed = reports.reported(today), proposals.queue()
    theirs = {one.id for one in proposed if one.author == viewer and not proposals.alone}
    said = {row.identifier for row in rows if row.said_by(viewer)}
    waiting = {row.identifier for row in rows if row.appeals or not row.confirmed}
    wanted = [one for one in reports.wishes(today) if proposals.alone or one.person != viewer]
    return (
        *(f"p{one.id}" for one in proposed if one.id not in theirs),
        *(f"a{one.identifier}" for one in reports.appeals(today) if one.identifier not in said),
        *(f"c{one.identifier}" for one in rows if not (one.confirmed or one.appeals or one.identifier in said)),
        *(f"s{one.identifier}" for one in wanted if one.identifier not in waiting),
        *(f"n{one.id}" for one in notes.waiting()),
        *(f"p{number}" for number in sorted(theirs)),
    )


def by_kind(items: Sequence[str]) -> dict[str, int]:
    """Count items by kind, without the kinds of which there are none."""
    counted = Counter(KINDS[item[0]] for item in items)
    return {kind: counted[kind] for kind in KINDS.values() if counted[kind]}


def next_place(items: Sequence[str], desk: Desk) -> Place | None:
    """Return the first item that a moderator has not passed over on this way; None at its end."""
    ref = next((item for item in items if item not in desk.passed), None)
    return place_of(ref, items, desk) if ref else None


def place_of(ref: str, items: Sequence[str], desk: Desk) -> Place:
    """Return where an item stands on a moderator's way."""
    passed = sum(item in desk.passed and item != ref for item in items)
    return Place(ref, desk.decided + passed + 1, desk.decided + len(items))


def undo(store: Store, roles: Roles, ref: str, moderator: int, now: datetime) -> Undone:
    """Take back what a moderator decided last on an item within ten minutes; see Undone."""
    if not roles.is_moderator(moderator):
        return "not-moderator"
    kind, name = ref[0], ref[1:]
    if kind == "p":
        return taking_back.take_back(store, int(name), moderator, now, is_moderator=roles.is_moderator)[0]
    if kind == "n":
        return wrong_answers.take_back(store, int(name), moderator, now)
    return contact_report_decisions.take_back(store, name, moderator, now)


def undoable(store: Store, moderator: int, now: datetime) -> tuple[tuple[str, AuditRow], ...]:
    """Return what a moderator decided within ten minutes and may still take back, each with its item, newest first."""
    found: list[tuple[str, AuditRow]] = []
    seen: set[tuple[bool, str]] = set()
    published = False
    for act in acts_since(store, now - timedelta(minutes=UNDO_MINUTES)):
        verb, _, name = act.what.partition(" ")
        published |= verb == "rebuild"
        thing = ({**DECISIONS, **_SINCE}.get(verb) == "n", name)
        if verb not in (*DECISIONS, *_SINCE) or thing in seen:
            continue
        seen.add(thing)
        kept = act.after.get("outcome") != AS_CASE and not (verb == "approve" and published)
        if verb in DECISIONS and act.who == moderator and kept:
            found.append((f"{DECISIONS[verb]}{name}", act))
    return tuple(found)
