"""What people may do in a private chat beside asking: read, ask, render, send. No words and no thresholds here."""

from dataclasses import replace

from telegram import Update

from bot.checking.case import Case, Turn
from bot.telegram.incoming import Person, person_of, pressed_id, user_of
from bot.telegram.sending import pressed, send, set_menu
from bot.telegram.services import Context
from bot.words import answers, choices
from bot.words.conversing import minor_reply
from knowledge.documents.pattern import Kind
from knowledge.documents.stages import Stage
from knowledge.ledger.chat_settings import keep_settings


async def voice(update: Update, context: Context) -> None:
    """Say that voices cannot be listened to, with the steps for what is already gone."""
    person = await person_of(update, context)
    reply = answers.voice_reply(person.texts, context.bot_data.words.countries, person.settings.country)
    await send(context, person, reply, answers=update.effective_message)


async def not_text(update: Update, context: Context) -> None:
    """Answer what cannot be read: stickers, pictures without a caption, voice, places."""
    person = await person_of(update, context)
    await send(context, person, answers.not_text_reply(person.texts), answers=update.effective_message)


async def start(update: Update, context: Context) -> None:
    """Greet, and offer the languages; the country comes after."""
    person = await person_of(update, context)
    await send(context, person, choices.start_reply(person.texts, context.bot_data.words.people))
    services = context.bot_data
    if await services.ask(services.ledger.roles.is_moderator, user_of(update)):
        await set_menu(context, person)


async def help_(update: Update, context: Context) -> None:
    """Say how to use the bot."""
    person = await person_of(update, context)
    await send(context, person, answers.plain_reply(person.texts, "help"))


async def privacy(update: Update, context: Context) -> None:
    """Say what is kept."""
    person = await person_of(update, context)
    await send(context, person, answers.plain_reply(person.texts, "privacy"))


async def unknown_command(update: Update, context: Context) -> None:
    """Answer a command that does not exist."""
    person = await person_of(update, context)
    await send(context, person, answers.plain_reply(person.texts, "unknown_command"))


async def report(update: Update, context: Context) -> None:
    """Say where to report; a command or a button."""
    person, chats = await person_of(update, context), context.bot_data.chats
    texts = person.texts.pointing(chats.gathering.cases.of(person.chat, chats.clock()))
    await send(context, person, answers.report_reply(texts, context.bot_data.words.countries, person.settings.country))
    await pressed(update)


async def paid(update: Update, context: Context) -> None:
    """Give the first-hour steps; a command or a button, which says so where it hangs under an accomplice trap."""
    person = await person_of(update, context)
    words, took_part = context.bot_data.words, pressed_id(update) == Kind.ACCOMPLICE
    case = _note_stage(context, person, "after")
    lost = case.assessment.lost if case and case.assessment else None
    country = person.settings.country
    reply = answers.paid_reply(person.texts.pointing(case), words.countries, country, took_part=took_part, lost=lost)
    await send(context, person, reply)
    await pressed(update)


async def gone_no(update: Update, context: Context) -> None:
    """Answer somebody who was asked and says that nothing is gone."""
    person = await person_of(update, context)
    _note_stage(context, person, "before")
    await send(context, person, answers.plain_reply(person.texts, "gone_no"))
    await pressed(update)


async def minor(update: Update, context: Context) -> None:
    """Tell somebody under 18 who is blackmailed with pictures what helps."""
    person = await person_of(update, context)
    await send(context, person, minor_reply(person.texts, context.bot_data.words.spoken, person.settings.country))
    await pressed(update)


def _note_stage(context: Context, person: Person, stage: Stage) -> Case | None:
    """Let the case know how far it has gone, so that what is told next is answered in that light, and return it."""
    gathering, now = context.bot_data.chats.gathering, context.bot_data.chats.clock()
    if case := gathering.cases.of(person.chat, now):
        gathering.cases.keep(person.chat, case.at(stage), now)
    if account := gathering.latest(person.chat):
        account.end()
    return case


async def pattern(update: Update, context: Context) -> None:
    """Say what the pattern of a button is."""
    person = await person_of(update, context)
    known = context.bot_data.engine.patterns().get(pressed_id(update))
    texts, country = person.texts, person.settings.country
    reply = answers.pattern_reply(texts, known, country) if known else answers.plain_reply(texts, "pattern_gone")
    await send(context, person, reply)
    await pressed(update)


async def keep_named(context: Context, person: Person, heard: Turn) -> Person:
    """Keep the country or the language that somebody has named, and return them as they are to be answered then."""
    settings, services = choices.with_named(person.settings, heard), context.bot_data
    if settings == person.settings:
        return person
    await services.keep(keep_settings, services.ledger.store, person.chat, settings)
    if heard.says != "language":
        return replace(person, settings=settings)
    person = replace(person, settings=settings, texts=services.words.people[heard.named])
    await set_menu(context, person)
    return person


async def stale_button(update: Update, context: Context) -> None:
    """Answer a button that an older version put there."""
    person = await person_of(update, context)
    await send(context, person, answers.plain_reply(person.texts, "button_stale"))
    await pressed(update)


async def send_failure(update: Update, context: Context, *, kept: bool = True) -> None:
    """Tell somebody whose update could not be handled where help is, or that the database did not keep it."""
    person = await person_of(update, context)
    if kept:
        countries, country = context.bot_data.words.countries, person.settings.country
        await send(context, person, answers.failed_reply(person.texts, countries, country))
    else:
        await send(context, person, answers.plain_reply(person.texts, "not_kept"))
        await pressed(update)
