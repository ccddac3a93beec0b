"""Reporting a contact, and asking that a report be looked at: read, ask, render, send."""

from datetime import UTC, datetime

from telegram import Update

from bot.telegram import incoming
from bot.telegram.incoming import Person, data_of, known_pattern, person_of, user_of
from bot.telegram.sending import pressed, send
from bot.telegram.services import Context
from bot.words import answers, contact_reports
from knowledge.identifiers.finding import Identifier


async def report_contact(update: Update, context: Context) -> None:
    """Show what would be kept of a report on the contact of a button, and ask."""
    person = await person_of(update, context)
    name, given = contact_reports.split_data(data_of(update))
    pattern = known_pattern(context, given) or ""
    identifier = _meant(update, context, name, person)
    if identifier is None:
        await send(context, person, answers.plain_reply(person.texts, "report_contact_gone"))
    else:
        message = update.effective_message
        original = message.reply_to_message if message else None  # found anew in it when the choice is made
        await send(context, person, contact_reports.asked(identifier, pattern, person.texts), answers=original)
    await pressed(update)


async def report_contact_yes(update: Update, context: Context) -> None:
    """Keep a report on the contact of a button."""
    person, services = await person_of(update, context), context.bot_data
    name, pattern = contact_reports.split_data(data_of(update))
    identifier = _meant(update, context, name, person)
    if identifier is None:
        reply = answers.plain_reply(person.texts, "report_contact_gone")
    else:
        owner = services.engine.contacts.owner(identifier)
        known = known_pattern(context, pattern)
        country, now = person.settings.country, datetime.now(UTC)
        own = owner.id if owner else None
        outcome = await services.keep(
            services.ledger.reports.report, identifier, known, country, user_of(update), own, now
        )
        reply = contact_reports.outcome_reply(outcome, owner, person.texts)
    await send(context, person, reply)
    await pressed(update)


async def report_contact_no(update: Update, context: Context) -> None:
    """Keep nothing."""
    person = await person_of(update, context)
    await send(context, person, answers.plain_reply(person.texts, "report_contact_dropped"))
    await pressed(update)


async def appeal(update: Update, context: Context) -> None:
    """Ask moderators to look at a contact that was reported: ``/appeal CONTACT``."""
    person, services = await person_of(update, context), context.bot_data
    outcome = "usage"
    for identifier in services.engine.contacts.find(" ".join(context.args or []), person.settings.country)[:1]:
        outcome = await services.keep(services.ledger.reports.appeal, identifier, user_of(update), datetime.now(UTC))
    await send(context, person, contact_reports.appeal_reply(outcome, person.texts))


def _meant(update: Update, context: Context, name: str, person: Person) -> Identifier | None:
    """Return the contact of a button, from the message it hangs under and the one that answers."""
    message = update.effective_message
    around = [message.reply_to_message, message] if message else []
    texts = [incoming.own_words(each) for each in around if each]
    return contact_reports.meant(
        name, texts, lambda text: context.bot_data.engine.contacts.find(text, person.settings.country)
    )
