"""Moderators settle what people say: reports of contacts, appeals against them, and wrong answers."""

from datetime import UTC, datetime

from markupsafe import Markup
from telegram import Update

from bot.moderation import review_cards
from bot.moderation.in_hand import CardInHand
from bot.telegram.incoming import person_of, pressed_id, user_of
from bot.telegram.moderators import cases, walk
from bot.telegram.moderators.shared import today, words_for
from bot.telegram.moderators.walk import Above, already, find_note
from bot.telegram.sending import pressed
from bot.telegram.services import Context, Services
from bot.words.texts import Texts
from knowledge.ledger.contact_report_decisions import confirm_contact, remove_reports
from knowledge.ledger.contact_report_rows import ReportedRow

_CONFIRMED = {"confirmed": "contact_confirmed_now", "second": "contact_second_now", "yours": "contact_yours"}


def reason_for(update: Update, context: Context) -> str:
    """Return the reason that was given for the card of the button."""
    card = card_under(update, context)
    return card.reason if card else ""


def card_under(update: Update, context: Context) -> CardInHand | None:
    """Return the card of the review that the button stands under; None where it stands under none."""
    message = update.effective_message
    found = context.bot_data.curating.drafts.under(message.chat.id, message.message_id) if message else None
    return found[1] if found and isinstance(found[1], CardInHand) else None


async def confirm(update: Update, context: Context) -> None:
    """Let the reports on a contact be told to others, and close the appeals; or be the first of two who say so."""
    services, name, now = context.bot_data, pressed_id(update), datetime.now(UTC)
    store, alone = services.ledger.store, services.curating.alone
    outcome = await services.keep(confirm_contact, store, name, user_of(update), now, alone=alone)
    row = await services.ask(services.ledger.reports.of, name, today())
    await _settled(update, context, f"c{name}", _CONFIRMED.get(outcome, ""), row, counts=outcome != "yours")


async def remove(update: Update, context: Context) -> None:
    """Delete the reports on a contact."""
    services, name = context.bot_data, pressed_id(update)
    reason, now = reason_for(update, context), datetime.now(UTC)
    row = await services.ask(services.ledger.reports.of, name, today())
    done = await services.keep(remove_reports, services.ledger.store, name, user_of(update), now, reason)
    await _settled(update, context, f"c{name}", "contact_removed_now" if done else "", row)


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
    await _settled(update, context, f"n{name}", key if settled else "")


async def note_as_case(update: Update, context: Context) -> None:
    """Make a case of the text of a note."""
    services = context.bot_data
    note = await services.ask(find_note, services, int(pressed_id(update)))
    if note is None or note.masked is None:
        await _settled(update, context, f"n{pressed_id(update)}", "")
        return
    await cases.take(update, context, note.masked, note=note.id)
    await pressed(update)


async def _settled(
    update: Update, context: Context, ref: str, done: str, row: ReportedRow | None = None, *, counts: bool = True
) -> None:
    """Go on to what comes next, and say above it what came of the item: by this tap, or by whom it was before.

    ``row`` is the contact that was decided on.
    """
    services, viewer = context.bot_data, user_of(update)
    words = words_for(context, await person_of(update, context))
    by: int | None = viewer
    if done:
        said = _said(done, row, words)
    else:
        said, by = await services.ask(_already, services, ref, words)
    if done and counts:
        await services.keep(services.ledger.desks.count, viewer)
    undo = ref if by == viewer and (done or ref[0] == "c") else ""
    await walk.go_on(update, context, Above(said, undo))


def _said(key: str, row: ReportedRow | None, words: Texts) -> str:
    said = words.of(key)
    return Markup("{}\n{}").format(said, review_cards.contact(row, words)) if row else said


def _already(services: Services, ref: str, words: Texts) -> tuple[str, int | None]:
    return already(services, ref[1:], ref[0], words)
