"""Moderators look a contact up, and put it on the safelist or take it off."""

from collections.abc import Sequence
from datetime import UTC, datetime

from markupsafe import Markup
from telegram import Update

from bot.moderation.lookup import Held, contact_meant, held_reply, look_up
from bot.moderation.review_cards import undoable
from bot.telegram.incoming import own_words, person_of, pressed_id, user_of
from bot.telegram.moderators import walk
from bot.telegram.moderators.reports import card_under, reason_for
from bot.telegram.moderators.shared import recast, say, today, words_for
from bot.telegram.sending import send
from bot.telegram.services import Context
from bot.words.contacts import unlinked
from bot.words.reply import Reply
from knowledge.ledger.safelist import listed, put_on_safelist, take_off_safelist

_SAID = {
    "listed": "safelisted_now",
    "second": "safelist_second_now",
    "yours": "safelist_yours",
    "already": "safelist_already",
}


async def held(update: Update, context: Context) -> None:
    """Show what is held on a contact: ``/held CONTACT``."""
    person, found = await person_of(update, context), await _looked_up(update, context, " ".join(context.args or []))
    if not found:
        await say(update, context, "held_usage")
        return
    words, alone = words_for(context, person), context.bot_data.curating.alone
    reply = held_reply(found, words, user_of(update), alone=alone)
    await send(context, person, reply, answers=update.effective_message)  # it is read anew when a button is tapped


async def put_on(update: Update, context: Context) -> None:
    """Put the contact of the button on the safelist, or be the first of two who want it there."""
    services, viewer, name = context.bot_data, user_of(update), pressed_id(update)
    ledger, alone, now = services.ledger, services.curating.alone, datetime.now(UTC)
    found = await _looked_up(update, context, _asked(update))
    contact = await services.ask(contact_meant, name, found, ledger.reports, ledger.store, today())
    if contact is None:  # the message that named it is gone
        await say(update, context, "held_usage")
        return
    waited = await services.ask(ledger.reports.of, name, today())
    why = reason_for(update, context)
    outcome = await services.keep(put_on_safelist, ledger.store, contact, viewer, now, why, alone=alone)
    if _under_wish(update, context):
        await _next(update, context, contact.masked, _SAID[outcome], done=outcome == "listed")
        return
    if outcome == "listed" and waited:
        await services.keep(ledger.desks.count, viewer)
    await _again(update, context, _SAID[outcome], f"c{name}" if outcome == "listed" else "")


async def take_off(update: Update, context: Context) -> None:
    """Take the contact of the button off the safelist."""
    services, viewer, name = context.bot_data, user_of(update), pressed_id(update)
    before = await services.ask(listed, services.ledger.store, name, today())
    done = await services.keep(take_off_safelist, services.ledger.store, name, viewer, datetime.now(UTC))
    if _under_wish(update, context):
        said = "safelist_no_now" if done else "settled_gone"
        await _next(update, context, before.masked if before else "", said, done=done)
        return
    await _again(update, context, "unsafelisted_now" if done else "settled_gone", f"c{name}" if done else "")


def _under_wish(update: Update, context: Context) -> bool:
    """Say whether a button stands under a card of the review that is about a wish for the safelist."""
    card = card_under(update, context)
    return card is not None and card.ref[0] == "s"


async def _next(update: Update, context: Context, masked: str, key: str, *, done: bool) -> None:
    """Go on to what comes next in the review, and say above it what became of the wish."""
    services, viewer = context.bot_data, user_of(update)
    if done:
        await services.keep(services.ledger.desks.count, viewer)
    words = words_for(context, await person_of(update, context))
    said = Markup("{}\n{}").format(words.of(key), unlinked(masked)) if masked else words.of(key)
    await walk.go_on(update, context, walk.Above(said, f"s{pressed_id(update)}" if done else ""))


async def _looked_up(update: Update, context: Context, text: str) -> Sequence[Held]:
    services, person = context.bot_data, await person_of(update, context)
    ledger, country = services.ledger, person.settings.country
    return await services.aside(
        look_up, text, services.engine.contacts, ledger.reports, ledger.store, person.texts, today(), country
    )


def _asked(update: Update) -> str:
    """Return what was asked, from the message that the one of the button answers; empty where that is gone."""
    message = update.effective_message
    replied = message.reply_to_message if message else None
    return " ".join(own_words(replied).split()[1:]) if replied else ""


async def _again(update: Update, context: Context, key: str, undo: str) -> None:
    """Show in the place of the pressed message what became of it, and what is held now."""
    words = words_for(context, await person_of(update, context))
    found = await _looked_up(update, context, _asked(update))
    said = words.of("quoted", text=Markup(words.of(key)))
    reply = held_reply(found, words, user_of(update), alone=context.bot_data.curating.alone)
    shown = Reply("\n\n".join(filter(None, [said, reply.html])), reply.buttons)
    await recast(update, context, undoable(shown, undo, words))
