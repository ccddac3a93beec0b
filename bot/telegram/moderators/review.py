"""Moderators walk through what waits, one card at a time, and take back what they decided by mistake."""

from dataclasses import replace
from datetime import UTC, datetime

from telegram import Update
from telegram.constants import ParseMode

from bot.moderation import draft_cards, parts
from bot.moderation.in_hand import CardInHand
from bot.moderation.queue import undo as undo_decision
from bot.telegram.incoming import person_of, pressed_id, user_of
from bot.telegram.moderators import walk
from bot.telegram.moderators.shared import answered, recast, say, today, words_for
from bot.telegram.moderators.telling import tell_author_undone
from bot.telegram.moderators.walk import Above, view_of
from bot.telegram.sending import pressed, send
from bot.telegram.services import Context
from knowledge.documents.toml import InvalidDocument

LONGEST_REASON = 1000
"""Characters of a reason."""
_NOT_UNDONE = {
    "late": "undo_late",
    "changed": "undo_changed",
    "published": "undo_published",
    "not-yours": "undo_not_yours",
    "not-moderator": "undo_not_yours",
    "gone": "undo_changed",
}


async def review(update: Update, context: Context) -> None:
    """Show where the moderator stopped: a command, or the button under what tells that work waits."""
    services, viewer = context.bot_data, user_of(update)
    await services.keep(services.ledger.desks.tell, viewer, await services.ask(services.ledger.queue, viewer))
    await walk.go_on(update, context, here=update.callback_query is not None)


async def skip(update: Update, context: Context) -> None:
    """Leave the item of the button for the next way through the queue."""
    services = context.bot_data
    await services.keep(services.ledger.desks.skip, user_of(update), pressed_id(update))
    await walk.go_on(update, context)


async def open_(update: Update, context: Context) -> None:
    """Show the card of an item, wherever the moderator is on their way."""
    await walk.show(update, context, pressed_id(update), here=True)


async def undo(update: Update, context: Context) -> None:
    """Take back what was decided on the item of the button, and show its card again."""
    services, viewer, ref = context.bot_data, user_of(update), pressed_id(update)
    ledger, now = services.ledger, datetime.now(UTC)
    outcome = await services.keep(undo_decision, ledger.store, ledger.roles, ref, viewer, now)
    if outcome != "undone":
        await say(update, context, _NOT_UNDONE[outcome])
        return
    words = words_for(context, await person_of(update, context))
    if ref[0] == "c" and await services.ask(ledger.reports.of, ref[1:], today()) is None:
        await recast(update, context, parts.plain(words, "undo_only"))  # nothing of it waited, or waits
        return
    await services.keep(ledger.desks.count, viewer, -1)
    await walk.show(update, context, ref, Above(words.of("undo_done")), here=True)
    if ref[0] == "p":
        await tell_author_undone(context, int(ref[1:]), viewer)


async def reason(update: Update, context: Context) -> None:
    """Take a reply to a card as the reason for what is decided on it next."""
    key, card, message = answered(update, context, CardInHand)
    given = (message.text or "").strip()[:LONGEST_REASON]
    context.bot_data.curating.drafts.change(message.chat_id, key, replace(card, reason=given))
    await walk.show(update, context, card.ref, reason=given)


async def preview(update: Update, context: Context) -> None:
    """Show the pattern of a proposal as people will see it."""
    services, person = context.bot_data, await person_of(update, context)
    proposal = await services.ask(services.ledger.proposals.get, int(pressed_id(update)))
    try:
        pattern = (
            await services.aside(services.curating.proposing.preview, proposal.draft, today()) if proposal else None
        )
    except InvalidDocument as invalid:
        await send(context, person, parts.faults(invalid, words_for(context, person)))
        pattern = None
    if pattern:
        country = person.settings.country
        for reply in draft_cards.previews(pattern, person.texts, services.words.countries, country):
            await send(context, person, reply)
    await pressed(update)


async def document(update: Update, context: Context) -> None:
    """Send the whole document of a proposal, and the whole difference where it is a change."""
    services, person = context.bot_data, await person_of(update, context)
    proposal = await services.ask(services.ledger.proposals.get, int(pressed_id(update)))
    if proposal and proposal.draft.content:
        files = {f"{proposal.draft.pattern}.toml": proposal.draft.content}
        if proposal.draft.kind == "edit":
            files[f"{proposal.draft.pattern}.diff"] = (await services.aside(view_of, services, proposal)).body
        caption = words_for(context, person).of("file_caption", number=proposal.id)
        for name, text in files.items():
            if text:
                await context.bot.send_document(
                    person.chat, text.encode(), caption=caption, filename=name, parse_mode=ParseMode.HTML
                )
    await pressed(update)
