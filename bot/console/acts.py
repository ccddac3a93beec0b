"""What moderators do with an item of the queue: the same functions, and the same rows of the audit, as in Telegram."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.console.call import Call
from bot.moderation import deciding, parts
from knowledge.ledger.audit import Undone
from knowledge.ledger.contact_report_decisions import confirm_contact, remove_reports
from knowledge.ledger.contact_report_decisions import take_back as contact_taken_back
from knowledge.proposals.proposal import Decision
from knowledge.proposals.taking_back import take_back as proposals_taken_back

LONGEST_REASON = 1000
YES, NO, WEEK, WITHDRAW, AS_DONE = "yes", "no", "week", "withdraw", "done"


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
    if undecided and proposal and deciding.view_of(desk.proposing, proposal, desk.today).mark != mark:
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
    outcome, said = "gone", Markup()
    if act == YES:
        outcome = confirm_contact(desk.store, name, call.person, desk.now, alone=desk.settings.alone)
        said = words.of("contact_confirmed_now")
    elif remove_reports(desk.store, name, call.person, desk.now, reason):
        outcome, said = "removed", words.of("contact_removed_now")
    if outcome in ("gone", "already"):
        return Outcome(Markup(deciding.already(desk.store, name, ref[0], words)), done=False)
    if outcome in ("second", "yours"):
        said = call.words.of("confirm_second" if outcome == "second" else "confirm_yours")
    named = Markup("{}: {}").format(row.masked if row else "", said)
    return Outcome(named, done=outcome != "yours", undoable=outcome != "yours")


def take_back(call: Call, ref: str) -> Outcome:
    """Take back what was decided on an item some minutes ago."""
    desk = call.desk
    if ref[:1] == "p" and ref[1:].isascii() and ref[1:].isdigit() and len(ref) < 17:
        undone, _ = proposals_taken_back(
            desk.store, int(ref[1:]), call.person, desk.now, is_moderator=desk.roles.is_moderator
        )
    elif ref[:1] in ("a", "c"):
        undone = contact_taken_back(desk.store, ref[1:], call.person, desk.now)
    else:
        undone = "gone"
    return Outcome(call.words.of(_UNDONE[undone]), done=undone == "undone")


_UNDONE: dict[Undone, str] = {
    "undone": "undone",
    "late": "undo_late",
    "changed": "undo_changed",
    "published": "undo_published",
    "not-yours": "undo_not_yours",
    "gone": "undo_gone",
    "not-moderator": "undo_gone",
}


def _on_note(call: Call, number: int, act: str) -> Outcome:
    desk, words = call.desk, call.for_moderators
    outcome = "deleted" if act == NO else "done"
    if desk.notes.settle(number, call.person, desk.now, outcome):
        return Outcome(words.of("note_deleted" if act == NO else "note_done"), done=True)
    return Outcome(Markup(deciding.already(desk.store, str(number), "n", words)), done=False)
