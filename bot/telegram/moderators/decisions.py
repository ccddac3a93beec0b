"""Moderators decide on what was proposed, and its author is told."""

from datetime import UTC, datetime

from telegram import Update

from bot.moderation import parts
from bot.moderation.review_cards import View
from bot.telegram.incoming import Person, person_of, pressed_id, user_of
from bot.telegram.moderators import walk
from bot.telegram.moderators.reports import reason_for
from bot.telegram.moderators.review import LONGEST_REASON
from bot.telegram.moderators.shared import recast, say, stale, words_for
from bot.telegram.moderators.telling import tell_author
from bot.telegram.moderators.walk import Above, view_of
from bot.telegram.sending import send
from bot.telegram.services import Context, Services
from bot.words.reply import Reply
from knowledge.proposals.proposal import Decision


async def approve(update: Update, context: Context) -> None:
    """Approve the proposal of the button."""
    await _decide(update, context, approving=True)


async def approve_for_a_week(update: Update, context: Context) -> None:
    """Approve the proposal of the button as urgent, for a few days."""
    await _decide(update, context, approving=True, urgent=True)


async def reject(update: Update, context: Context) -> None:
    """Reject the proposal of the button."""
    await _decide(update, context, approving=False)


async def _decide(update: Update, context: Context, *, approving: bool, urgent: bool = False) -> None:
    services, person = context.bot_data, await person_of(update, context)
    number, _, mark = pressed_id(update).partition(":")
    reason = reason_for(update, context)

    def decide() -> Decision | View:
        proposal = services.ledger.proposals.get(int(number))
        if approving and proposal and not proposal.decided and (view := view_of(services, proposal)).mark != mark:
            return view
        return _decision(services, int(number), user_of(update), reason, approving=approving, urgent=urgent)

    await _answer(update, context, await services.aside(decide), person)


def _decision(
    services: Services, number: int, moderator: int, reason: str, *, approving: bool, urgent: bool = False
) -> Decision:
    return services.ledger.proposals.decide(
        number,
        approving,
        moderator,
        datetime.now(UTC),
        is_moderator=services.ledger.roles.is_moderator,
        urgent=urgent,
        reason=reason,
    )


async def _answer(update: Update, context: Context, decision: Decision | View, person: Person) -> None:
    """Say what became of a decision: on the card where it still waits, else above the next one; tell the author."""
    services, words = context.bot_data, words_for(context, person)
    if isinstance(decision, View):
        await _again(update, context, decision, person, str(words.of("document_changed")))
        return
    if decision.outcome == "not-moderator":
        await stale(update, context)
        return
    if decision.proposal is None:
        await say(update, context, "decision_gone")
        return
    said = parts.outcome(decision, words)
    if not decision.proposal.decided:
        view = await services.aside(view_of, services, decision.proposal)
        await _again(update, context, view, person, str(said))
        return
    taken, viewer = decision.outcome in ("approved", "rejected"), user_of(update)
    if taken:
        await services.keep(services.ledger.desks.count, viewer)
    what = parts.what(decision.proposal.draft, services.engine.patterns(), words)
    line = words.of("proposal", number=decision.proposal.id, what=what)
    undo = f"p{decision.proposal.id}" if decision.proposal.decided_by == viewer else ""
    await walk.go_on(update, context, Above(f"{line}\n{said}", undo))
    if taken:
        await tell_author(context, decision.proposal)


async def _again(update: Update, context: Context, view: View, person: Person, first: str) -> None:
    """Show the card that was decided on again, with what stands against the decision."""
    services, words = context.bot_data, words_for(context, person)
    reply = await services.aside(walk.proposal_card, services, view, words, user_of(update), first=first)
    await recast(update, context, reply)


async def reject_why(update: Update, context: Context) -> None:
    """Reject a proposal with a reason: ``/reject N why``."""
    number, *why = context.args or [""]
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        await say(update, context, "reject_usage")
        return
    services, person = context.bot_data, await person_of(update, context)
    reason = " ".join(why)[:LONGEST_REASON]
    decision = await services.keep(_decision, services, int(number), user_of(update), reason, approving=False)
    words = words_for(context, person)
    head = ""
    if decision.proposal:
        what = parts.what(decision.proposal.draft, services.engine.patterns(), words)
        head = f"{words.of('proposal', number=decision.proposal.id, what=what)}\n"
    await send(context, person, Reply(f"{head}{parts.outcome(decision, words)}"))
    if decision.proposal and decision.outcome == "rejected":
        await tell_author(context, decision.proposal)
