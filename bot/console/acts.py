"""What moderators do with an item of the queue: the same functions, and the same rows of the audit, as in Telegram."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.console.call import Call
from bot.moderation import deciding, parts
from knowledge.ledger.contact_report_decisions import remove_reports
from knowledge.proposals.proposal import Decision

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
    return Outcome(said, done)


def _on_contact(call: Call, ref: str, act: str, reason: str) -> Outcome:
    desk, words, name = call.desk, call.for_moderators, ref[1:]
    row = desk.reports.of(name, desk.today)
    if act == YES:
        done = deciding.confirm(desk.store, desk.reports, name, call.person, desk.now)
    else:
        done = remove_reports(desk.store, name, call.person, desk.now, reason)
    if not done:
        return Outcome(Markup(deciding.already(desk.store, name, ref[0], words)), done=False)
    said = words.of("contact_confirmed_now" if act == YES else "contact_removed_now")
    return Outcome(Markup("{}: {}").format(row.masked if row else "", said), done=True)


def _on_note(call: Call, number: int, act: str) -> Outcome:
    desk, words = call.desk, call.for_moderators
    outcome = "deleted" if act == NO else "done"
    if desk.notes.settle(number, call.person, desk.now, outcome):
        return Outcome(words.of("note_deleted" if act == NO else "note_done"), done=True)
    return Outcome(Markup(deciding.already(desk.store, str(number), "n", words)), done=False)
