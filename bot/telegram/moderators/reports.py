"""Moderators settle what people say: reports of contacts, appeals against them, and wrong answers."""

from datetime import UTC, datetime

from telegram import Update

from bot.moderation import deciding, review_cards
from bot.moderation.in_hand import CardInHand
from bot.telegram.incoming import person_of, pressed_id, user_of
from bot.telegram.moderators import cases
from bot.telegram.moderators.shared import recast, today, words_for
from bot.telegram.sending import pressed
from bot.telegram.services import Context, Services
from bot.words.texts import Texts
from knowledge.ledger.contact_report_decisions import confirm_reports, remove_reports
from knowledge.ledger.contact_report_rows import ReportedRow
from knowledge.ledger.wrong_answers import WrongNote


def find_note(services: Services, number: int) -> WrongNote | None:
    """Return a note that nobody has settled."""
    return next((note for note in services.ledger.notes.waiting() if note.id == number), None)


def reported(services: Services, identifier: str) -> ReportedRow | None:
    """Return what is reported of a contact, by its hash."""
    return next((row for row in services.ledger.reports.reported(today()) if row.identifier == identifier), None)


def already(services: Services, name: str, kind: str, words: Texts) -> str:
    """Say who has settled a contact or a note."""
    return deciding.already(services.ledger.store, name, kind, words)


def reason_for(update: Update, context: Context) -> str:
    """Return the reason that was given for the card of the button."""
    message = update.effective_message
    found = context.bot_data.curating.drafts.under(message.chat.id, message.message_id) if message else None
    return found[1].reason if found and isinstance(found[1], CardInHand) else ""


async def confirm(update: Update, context: Context) -> None:
    """Let the reports on a contact be told to others, and close the appeals."""
    services, name = context.bot_data, pressed_id(update)
    row = await services.ask(reported, services, name)
    done = row is not None and (not row.confirmed or row.appeals > 0)
    store, now = services.ledger.store, datetime.now(UTC)
    done = done and await services.keep(confirm_reports, store, name, user_of(update), now)
    await _settled(update, context, "c", name, done="contact_confirmed_now" if done else "")


async def remove(update: Update, context: Context) -> None:
    """Delete the reports on a contact."""
    services, name = context.bot_data, pressed_id(update)
    reason, now = reason_for(update, context), datetime.now(UTC)
    done = await services.keep(remove_reports, services.ledger.store, name, user_of(update), now, reason)
    await _settled(update, context, "c", name, done="contact_removed_now" if done else "")


async def done(update: Update, context: Context) -> None:
    """Put a note on a wrong answer aside as dealt with."""
    await _settle_note(update, context, "done", "note_done")


async def delete(update: Update, context: Context) -> None:
    """Delete a note on a wrong answer that is of no use."""
    await _settle_note(update, context, "deleted", "note_deleted")


async def _settle_note(update: Update, context: Context, outcome: str, key: str) -> None:
    services, name = context.bot_data, pressed_id(update)
    now = datetime.now(UTC)
    settled = await services.keep(services.ledger.notes.settle, int(name), user_of(update), now, outcome)
    await _settled(update, context, "n", name, done=key if settled else "")


async def note_as_case(update: Update, context: Context) -> None:
    """Make a case of the text of a note."""
    services = context.bot_data
    note = await services.ask(find_note, services, int(pressed_id(update)))
    if note is None or note.masked is None:
        await _settled(update, context, "n", pressed_id(update), done="")
        return
    await cases.take(update, context, note.masked, note=note.id)
    await pressed(update)


async def _settled(update: Update, context: Context, kind: str, name: str, *, done: str) -> None:
    """Say on the card that an item is settled by this tap, or by whom it was before."""
    services, person = context.bot_data, await person_of(update, context)
    words = words_for(context, person)
    ref = _ref(update, context) or f"{kind}{name}"
    html = words.of(done) if done else await services.ask(already, services, name, kind, words)
    await recast(update, context, review_cards.settled(html, ref, words))


def _ref(update: Update, context: Context) -> str:
    """Return which item the card of the button shows, where that is still known."""
    message = update.effective_message
    found = context.bot_data.curating.drafts.under(message.chat.id, message.message_id) if message else None
    return found[1].ref if found and isinstance(found[1], CardInHand) else ""
