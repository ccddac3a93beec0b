"""What moderators do with an item, and did before: the same functions, and rows of the audit, as in Telegram."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.console.call import Call
from bot.moderation import parts, review_cards
from bot.moderation.lookup import decided_before
from bot.moderation.queue import undo
from knowledge.ledger.audit import AuditRow, Undone
from knowledge.ledger.contact_report_decisions import confirm_contact, remove_reports
from knowledge.ledger.safelist import Contact, Listing, listed, put_on_safelist, take_off_safelist
from knowledge.proposals.proposal import Decision

LONGEST_REASON = 1000
YES, NO, WEEK, WITHDRAW, AS_DONE = "yes", "no", "week", "withdraw", "done"
SAFE, UNSAFE = "safe", "unsafe"


@dataclass(frozen=True)
class Outcome:
    """What became of an act."""

    said: Markup
    done: bool
    """Whether this act settled the item."""
    undoable: bool = False


def act_on(call: Call, ref: str, act: str, mark: str = "", reason: str = "") -> Outcome:
    """Do something with an item: YES approves or confirms it, NO rejects, removes or deletes it.

    ``mark`` is that of the view that was seen of a proposal, see review_cards.View.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if ref[:1] == "p" and ref[1:].isascii() and ref[1:].isdigit() and len(ref) < 17:
        return _on_proposal(call, int(ref[1:]), act, mark, reason)
    if ref[:1] == "s":
        return _on_wish(call, ref[1:], act, reason)
    if ref[:1] in ("a", "c"):
        return _on_contact(call, ref, act, reason)
    if ref[:1] == "n" and ref[1:].isascii() and ref[1:].isdigit() and len(ref) < 17:
        return _on_note(call, int(ref[1:]), act)
    return Outcome(call.words.of("nothing_such"), done=False)


def _on_proposal(call: Call, number: int, act: str, mark: str, reason: str) -> Outcome:
    desk, words = call.desk, call.for_moderators
    approving = act in (YES, WEEK)
    if act == WITHDRAW:
        return _outcome(call, desk.proposals.withdraw(number, call.person, desk.now))
    proposal = desk.proposals.get(number)
    undecided = approving and proposal is not None and not proposal.decided
    if undecided and proposal and review_cards.view_of(desk.proposing, proposal, desk.today).mark != mark:
        return Outcome(words.of("document_changed"), done=False)
    decision = desk.proposals.decide(
        number,
        approving,
        call.person,
        desk.now,
        is_moderator=desk.roles.is_moderator,
        urgent=act == WEEK,
        reason=reason,
    )
    return _outcome(call, decision)


def _outcome(call: Call, decision: Decision) -> Outcome:
    done = decision.outcome in ("approved", "rejected", "withdrawn")
    said = parts.outcome(decision, call.for_moderators)
    if decision.proposal:
        draft = decision.proposal.draft
        what = parts.what(draft, call.desk.patterns(), call.for_moderators)
        said = Markup("{}\n{}").format(call.for_moderators.of("proposal", number=decision.proposal.id, what=what), said)
    return Outcome(said, done, undoable=decision.outcome in ("approved", "rejected"))


def _on_contact(call: Call, ref: str, act: str, reason: str) -> Outcome:
    desk, words, name = call.desk, call.for_moderators, ref[1:]
    row = desk.reports.of(name, desk.today)
    if act == SAFE and row:
        return put_on(call, Contact(name, row.kind, row.masked), reason)
    outcome, said = "gone", Markup()
    if act == YES:
        outcome = confirm_contact(desk.store, name, call.person, desk.now, alone=desk.settings.alone)
        said = words.of("contact_confirmed_now")
    elif act == NO and remove_reports(desk.store, name, call.person, desk.now, reason):
        outcome, said = "removed", words.of("contact_removed_now")
    if outcome in ("gone", "already"):
        return Outcome(parts.already(desk.store, name, ref[0], words)[0], done=False)
    if outcome in ("second", "yours"):
        said = words.of("contact_second_now" if outcome == "second" else "contact_yours")
    named = Markup("{}: {}").format(row.masked if row else "", said)
    return Outcome(named, done=outcome != "yours", undoable=outcome != "yours")


def _on_wish(call: Call, name: str, act: str, reason: str) -> Outcome:
    desk, words = call.desk, call.for_moderators
    wish = listed(desk.store, name, desk.today)
    if wish is None or wish.in_force:
        return Outcome(parts.already(desk.store, name, "s", words)[0], done=False)
    if act == YES:
        return put_on(call, Contact(name, wish.kind, wish.masked), reason)
    if act != NO or not take_off_safelist(desk.store, name, call.person, desk.now):
        return Outcome(words.of("settled_gone"), done=False)
    return Outcome(Markup("{}: {}").format(wish.masked, words.of("safelist_no_now")), done=True, undoable=True)


def put_on(call: Call, contact: Contact, reason: str) -> Outcome:
    """Put a contact on the safelist, or be the first of two who want it there."""
    desk, why = call.desk, reason.strip()[:LONGEST_REASON]
    outcome = put_on_safelist(desk.store, contact, call.person, desk.now, why, alone=desk.settings.alone)
    named = Markup("{}: {}").format(contact.masked, call.for_moderators.of(_PUT[outcome]))
    done = outcome in ("listed", "second")
    return Outcome(named, done=done, undoable=done)


def take_off(call: Call, contact: Contact) -> Outcome:
    """Take a contact off the safelist."""
    done = take_off_safelist(call.desk.store, contact.identifier, call.person, call.desk.now)
    said = call.for_moderators.of("unsafelisted_now" if done else "settled_gone")
    return Outcome(Markup("{}: {}").format(contact.masked, said), done=done, undoable=done)


def take_back(call: Call, ref: str) -> Outcome:
    """Take back what was decided on an item some minutes ago."""
    desk, numbered = call.desk, ref[1:].isascii() and ref[1:].isdigit() and len(ref) < 17
    known = ref[:1] in ("a", "c", "s") or (ref[:1] in ("p", "n") and numbered)
    undone: Undone = undo(desk.store, desk.roles, ref, call.person, desk.now) if known else "gone"
    said = _UNDONE[undone]
    if undone == "undone" and ref[0] in ("a", "c") and desk.reports.of(ref[1:], desk.today) is None:
        said = "undo_only"  # nothing of it waited, or waits
    return Outcome(call.for_moderators.of(said), done=undone == "undone")


_PUT: dict[Listing, str] = {
    "listed": "safelisted_now",
    "second": "safelist_second_now",
    "yours": "safelist_yours",
    "already": "safelist_already",
}
_UNDONE: dict[Undone, str] = {
    "undone": "undo_done",
    "late": "undo_late",
    "changed": "undo_changed",
    "published": "undo_published",
    "not-yours": "undo_not_yours",
    "not-moderator": "undo_not_yours",
    "gone": "undo_changed",
}


def _on_note(call: Call, number: int, act: str) -> Outcome:
    desk, words = call.desk, call.for_moderators
    outcome = "deleted" if act == NO else "done"
    if desk.notes.settle(number, call.person, desk.now, outcome):
        return Outcome(words.of("note_deleted" if act == NO else "note_done"), done=True, undoable=True)
    return Outcome(parts.already(desk.store, str(number), "n", words)[0], done=False)


def did(call: Call, ref: str, act: AuditRow) -> Markup:
    """Say when what was decided, and on what."""
    verb, _, name = act.what.partition(" ")
    what: object = act.after.get("masked") or act.before.get("masked") or name
    if ref[0] == "p":
        what = call.words.of("did_proposal", number=name, pattern=act.before.get("pattern", ""))
    if ref[0] == "n":
        what = call.words.of("did_note", number=name)
    return Markup("{} {}").format(f"{act.when:%H:%M}", call.words.of(_DID[verb], what=what))


_DID = {
    "approve": "did_approve",
    "reject": "did_reject",
    "confirm-first": "did_confirm_first",
    "confirm": "did_confirm",
    "remove": "did_remove",
    "safelist-first": "did_safelist_first",
    "safelist": "did_safelist",
    "unsafelist": "did_unsafelist",
    "settle-note": "did_settle_note",
}
"""The words for each of DECISIONS."""


def before(call: Call, identifier_hash: str) -> list[Markup]:
    """Say what was decided on a contact before, by whom, when and why."""
    lines = []
    for act in decided_before(call.desk.store, identifier_hash):
        who = parts.who(act.who, call.for_moderators)
        line = call.words.of(_DID[act.what.partition(" ")[0]], what=f"{act.when:%Y-%m-%d} · {who}")
        reason = str(act.after.get("reason") or "")
        lines.append(line + call.words.of("did_why", reason=reason) if reason else line)
    return lines
