"""Moderators teach a case: the text of a message, masked, and one tap on the pattern that it belongs to."""

import logging
from dataclasses import replace
from datetime import UTC, datetime

from telegram import Update
from telegram.error import TelegramError

from bot.moderation import draft_cards, parts
from bot.moderation.in_hand import CardInHand, CaseInHand
from bot.moderation.proposing import NotModerator
from bot.telegram import incoming
from bot.telegram.incoming import Person, asked, data_of, person_of, pressed_id, user_of
from bot.telegram.moderators import walk
from bot.telegram.moderators.shared import (
    answered,
    change,
    expected,
    recast,
    replied_draft,
    say,
    say_slowed,
    stale,
    today,
    words_for,
)
from bot.telegram.moderators.walk import Above
from bot.telegram.sending import pressed, send
from bot.telegram.services import Context
from bot.words.contacts import undefused
from bot.words.reply import Reply
from knowledge.documents.toml import InvalidDocument
from knowledge.masking.text import CannotMask
from knowledge.proposals.proposal import Draft, Proposal, Slowed

logger = logging.getLogger(__name__)


async def from_answer(update: Update, context: Context) -> None:
    """Make a case of what the answer above the button was about."""
    await take(update, context, asked(update, context))
    await pressed(update)


async def from_command(update: Update, context: Context) -> None:
    """Make a case of the message that ``/case`` or ``/case PATTERN`` replies to."""
    message = update.effective_message
    assert message is not None
    replied = message.reply_to_message
    wanted = (context.args or [""])[0]
    found = replied_draft(update, context.bot_data.curating.drafts)
    note = None
    if found and isinstance(found[1], CaseInHand):
        text, note = found[1].text, found[1].note
    elif message.quote:
        text = undefused(message.quote.text)
    elif replied is None:
        text = ""
    elif replied.from_user and replied.from_user.is_bot:
        case = context.bot_data.chats.gathering.answered(message.chat_id, replied.message_id)
        text = case.whole().text if case else ""
    else:
        text = (await incoming.read(replied, context.bot_data)).text
    await take(update, context, text, wanted=wanted, note=note)


async def from_text(update: Update, context: Context) -> None:
    """Take a reply to a case's card as its text from now on."""
    key, item, message = answered(update, context, CaseInHand)
    await take(update, context, message.text or "", instead_of=(key, item))


async def take(
    update: Update,
    context: Context,
    text: str,
    *,
    wanted: str = "",
    note: int | None = None,
    instead_of: tuple[str, CaseInHand] | None = None,
) -> None:
    """Show a text, masked, as a case to be; nothing is kept of one that cannot be masked."""
    services, person = context.bot_data, await person_of(update, context)
    words = words_for(context, person)
    if not text.strip():
        await send(context, person, parts.plain(words, "case_usage"))
        return
    try:
        masked = await services.aside(services.mask, text.strip())
    except CannotMask:
        await send(context, person, parts.plain(words, "case_cannot_mask"))
        return
    nearest = await services.aside(services.curating.proposing.nearest, masked)
    if wanted and wanted not in await services.aside(services.curating.proposing.documents, today()):
        await send(context, person, parts.plain(words, "pattern_unknown", pattern=wanted[:60]))
        wanted = ""
    case = CaseInHand(masked, nearest, wanted=wanted, note=note)
    if instead_of:
        key, before = instead_of
        case = replace(before, text=masked, nearest=nearest)
        services.curating.drafts.drop(person.chat, key)
    key = services.curating.drafts.put(person.chat, case)
    card = draft_cards.case_card(key, case, services.engine.patterns(), words)
    services.curating.drafts.shown(
        person.chat, key, await send(context, person, card, answers=update.effective_message)
    )


async def paid(update: Update, context: Context) -> None:
    """Change whether something is already gone in a case."""
    services, person, key = context.bot_data, await person_of(update, context), pressed_id(update)
    case = services.curating.drafts.get(person.chat, key)
    if not isinstance(case, CaseInHand):
        await stale(update, context)
        return
    case = replace(case, emergency=not case.emergency)
    services.curating.drafts.change(person.chat, key, case)
    card = draft_cards.case_card(key, case, services.engine.patterns(), words_for(context, person))
    await recast(update, context, card)


async def propose(update: Update, context: Context) -> None:
    """Propose a case for the pattern of the button."""
    services, person = context.bot_data, await person_of(update, context)
    _, key, pattern = data_of(update).split(":", 2)
    case = services.curating.drafts.get(person.chat, key)
    if not isinstance(case, CaseInHand):
        await stale(update, context)
        return
    try:
        draft = await services.aside(_draft, context, pattern, case)
    except InvalidDocument as invalid:
        await send(context, person, parts.faults(invalid, words_for(context, person)))
        await pressed(update)
        return
    if await put_forward(update, context, key, draft) and case.note is not None:
        await services.keep(services.ledger.notes.settle, case.note, user_of(update), datetime.now(UTC), "case")


def _draft(context: Context, pattern: str, case: CaseInHand) -> Draft:
    return context.bot_data.curating.proposing.case_draft(pattern, case.text, emergency=case.emergency, today=today())


async def put_forward(update: Update, context: Context, key: str, draft: Draft) -> bool:
    """Propose a draft that is still in hand, turn its card into what was proposed, and have it tried out."""
    services, person = context.bot_data, await person_of(update, context)
    taken = services.curating.drafts.take(person.chat, key)
    if taken is None:  # a second tap came in between
        await stale(update, context)
        return False
    try:
        (proposal,) = await services.keep(
            services.curating.proposing.propose, [draft], user_of(update), datetime.now(UTC)
        )
    except Slowed as slowed:
        services.curating.drafts.give_back(person.chat, key, taken)
        await say_slowed(update, context, slowed)
        return False
    except NotModerator:
        await stale(update, context)
        return False
    words = words_for(context, person)
    await recast(update, context, draft_cards.proposed(proposal, services.engine.patterns(), {}, words))
    message = update.effective_message
    assert message is not None
    _try_out(context, person, message.message_id, proposal)
    return True


def _try_out(context: Context, person: Person, number: int, proposal: Proposal) -> None:
    """Have a proposal tried out in the background, and the message that is its card say then what it would change."""
    services, words = context.bot_data, words_for(context, person)

    async def tell() -> None:
        now = await services.ask(services.ledger.proposals.get, proposal.id) or proposal
        untried = now.impact is None and not now.held
        reply = draft_cards.proposed(now, services.engine.patterns(), expected(services), words, failed=untried)
        try:
            await change(context, person.chat, number, reply)
        except TelegramError as error:
            logger.info("the card of proposal %d could not be changed (%s)", proposal.id, type(error).__name__)

    services.curating.trials.ask(tell)


async def drop(update: Update, context: Context) -> None:
    """Drop a draft."""
    person = await person_of(update, context)
    context.bot_data.curating.drafts.drop(person.chat, pressed_id(update))
    await recast(update, context, parts.plain(words_for(context, person), "dropped"))


async def withdraw(update: Update, context: Context) -> None:
    """Take a proposal of one's own back."""
    services, person = context.bot_data, await person_of(update, context)
    words = words_for(context, person)
    number = int(pressed_id(update))
    decision = await services.keep(services.ledger.proposals.withdraw, number, user_of(update), datetime.now(UTC))
    if decision.proposal is None:
        await say(update, context, "decision_gone")
        return
    head = words.of(
        "proposal",
        number=decision.proposal.id,
        what=parts.what(decision.proposal.draft, services.engine.patterns(), words),
    )
    said = f"{head}\n{parts.outcome(decision, words)}"
    message = update.effective_message
    shown = services.curating.drafts.under(person.chat, message.message_id) if message else None
    if shown and isinstance(shown[1], CardInHand):
        await walk.go_on(update, context, Above(said))
    else:
        await recast(update, context, Reply(said))
