"""Moderators walk through what waits, one card at a time."""

from dataclasses import replace

from telegram import Update
from telegram.constants import ParseMode

from bot.moderation import deciding, draft_cards, parts, review_cards
from bot.moderation.in_hand import CardInHand
from bot.moderation.queue import following
from bot.moderation.review_cards import View
from bot.telegram.incoming import Person, person_of, pressed_id, user_of
from bot.telegram.moderators.reports import already, find_note, reported
from bot.telegram.moderators.shared import (
    answered,
    expected,
    say,
    today,
    words_for,
)
from bot.telegram.sending import pressed, send
from bot.telegram.services import Context, Services
from bot.words.reply import Reply
from bot.words.texts import Texts
from knowledge.documents.toml import InvalidDocument
from knowledge.proposals.proposal import Proposal

LONGEST_REASON = 1000
"""Characters of a reason."""


async def review(update: Update, context: Context) -> None:
    """Show the first of what waits."""
    items = await context.bot_data.ask(context.bot_data.ledger.queue)
    if items:
        await _show(update, context, items[0])
    else:
        await say(update, context, "review_empty")


async def next_(update: Update, context: Context) -> None:
    """Show what comes after the card of the button."""
    items = await context.bot_data.ask(context.bot_data.ledger.queue)
    ref = following(items, pressed_id(update))
    if ref is None:
        await say(update, context, "review_end", count=len(items))
        return
    await _show(update, context, ref)
    await pressed(update)


async def _show(update: Update, context: Context, ref: str, reason: str = "") -> None:
    """Show the card of an item; of one that was settled at this moment, that it was."""
    services, person = context.bot_data, await person_of(update, context)
    reply = await services.aside(_card, services, person, user_of(update), ref, reason)
    key = services.curating.drafts.put(person.chat, CardInHand(ref, reason))
    services.curating.drafts.shown(person.chat, key, await send(context, person, reply))
    if ref in {f"p{one.id}" for one in await services.ask(services.ledger.proposals.untried)}:
        services.curating.trials.ask()


def _card(services: Services, person: Person, viewer: int, ref: str, reason: str) -> Reply:
    words = services.words.moderators[person.texts.language]
    kind, name = ref[0], ref[1:]
    patterns = services.engine.patterns()
    if kind == "p" and (proposal := services.ledger.proposals.get(int(name))):
        return proposal_card(services, view_of(services, proposal), words, viewer, reason=reason)
    if kind == "n" and (note := find_note(services, int(name))):
        return review_cards.note_card(note, patterns, words)
    row = reported(services, name)
    if row and kind == "a":
        for appeal in services.ledger.reports.appeals(today()):
            if appeal.identifier == name:
                return review_cards.appeal_card(appeal, row, words, reason=reason)
    if row and kind in "ac":
        return review_cards.contact_card(row, words, reason=reason)
    return review_cards.settled(already(services, name, kind, words), ref, words)


def proposal_card(
    services: Services, view: View, words: Texts, viewer: int, *, reason: str = "", first: str = ""
) -> Reply:
    """Render a proposal as one person sees it: nobody decides on their own where a second one is needed."""
    own = view.proposal.author == viewer and not services.curating.alone
    return review_cards.proposal_card(
        view, services.engine.patterns(), expected(services), words, own=own, reason=reason, first=first
    )


def view_of(services: Services, proposal: Proposal) -> View:
    """Return a proposal with what it changes of the document in use."""
    return deciding.view_of(services.curating.proposing, proposal, today())


async def reason(update: Update, context: Context) -> None:
    """Take a reply to a card as the reason for what is decided on it next."""
    key, card, message = answered(update, context, CardInHand)
    given = (message.text or "").strip()[:LONGEST_REASON]
    context.bot_data.curating.drafts.change(message.chat_id, key, replace(card, reason=given))
    await _show(update, context, card.ref, given)


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
