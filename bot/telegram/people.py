"""What people may do in a private chat: read, ask, render, send. No words, no thresholds and no deciding here."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

from telegram import Update
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.checking.situation import Situation
from bot.moderation import draft_cards
from bot.telegram import incoming
from bot.telegram.incoming import Person, person_of, pressed_id, user_of
from bot.telegram.sending import pressed, send, set_menu
from bot.telegram.services import Context
from bot.words import answers, choices
from knowledge.documents.reporting import find_country


async def keep_pace(update: Update, context: Context) -> None:
    """Leave unanswered what one chat sends faster than anybody can read; moderators may be quick."""
    chat, services = update.effective_chat, context.bot_data
    if chat is None or services.pace.allows(chat.id, time.monotonic()):
        return
    if not services.roles.is_moderator(user_of(update)):
        raise ApplicationHandlerStop


async def drop_old_cases(context: Context) -> None:
    """Let go of what was asked a while ago."""
    context.bot_data.gathering.drop_old(time.monotonic())


async def check(update: Update, context: Context) -> None:
    """Answer a message, together with those that came just before it; a newer one makes this answer stale."""
    message, services, person = update.effective_message, context.bot_data, person_of(update, context)
    assert message is not None
    case = services.gathering.opened(person.chat, message.message_id, time.monotonic())
    turn = case.turn
    async with services.typing.shown(person.chat, lambda: context.bot.send_chat_action(person.chat, ChatAction.TYPING)):
        case.put(message.message_id, await incoming.read(message, services.pictures))
        await services.gathering.settled()
        whole = case.whole()
        if case.turn != turn:
            return
        if not whole.text.strip():
            await send(context, person, answers.unread_reply(person.texts, whole), answers=message)
            return
        language, country = person.texts.language, person.settings.country
        situation = Situation(whole.text, language, country, whole.origin, whole.names_only)
        run = asyncio.get_running_loop().run_in_executor
        assessment = await run(
            services.worker, lambda: services.checker.check(situation) if case.turn == turn else None
        )
    if assessment is None or case.turn != turn:
        return
    texts = services.texts[choices.reply_language(person.settings.language, assessment.language, person.texts.language)]
    reply = answers.assessment_reply(assessment, texts, services.countries, situation.country, whole, services.told)
    if services.roles.is_moderator(user_of(update)):
        reply = draft_cards.with_case_button(reply, services.moderator_texts[texts.language])
    stale, case.answer = case.answer, await send(context, person, reply, answers=message)
    services.count(assessment, situation.country)
    if stale is not None:
        with suppress(TelegramError):  # the person may have deleted it
            await context.bot.delete_message(person.chat, stale)


async def voice(update: Update, context: Context) -> None:
    """Say that voices cannot be listened to, with the steps for what is already gone."""
    person = person_of(update, context)
    reply = answers.voice_reply(person.texts, context.bot_data.countries, person.settings.country)
    await send(context, person, reply, answers=update.effective_message)


async def not_text(update: Update, context: Context) -> None:
    """Answer what cannot be read: stickers, pictures without a caption, voice, places."""
    person = person_of(update, context)
    await send(context, person, answers.not_text_reply(person.texts), answers=update.effective_message)


async def start(update: Update, context: Context) -> None:
    """Greet, and offer the languages; the country comes after."""
    person = person_of(update, context)
    await send(context, person, choices.start_reply(person.texts, context.bot_data.texts))
    if context.bot_data.roles.is_moderator(user_of(update)):
        await set_menu(context, person)


async def help_(update: Update, context: Context) -> None:
    """Say how to use the bot."""
    person = person_of(update, context)
    await send(context, person, answers.plain_reply(person.texts, "help"))


async def privacy(update: Update, context: Context) -> None:
    """Say what is kept."""
    person = person_of(update, context)
    await send(context, person, answers.plain_reply(person.texts, "privacy"))


async def unknown_command(update: Update, context: Context) -> None:
    """Answer a command that does not exist."""
    person = person_of(update, context)
    await send(context, person, answers.plain_reply(person.texts, "unknown_command"))


async def report(update: Update, context: Context) -> None:
    """Say where to report; a command or a button."""
    person = person_of(update, context)
    await send(context, person, answers.report_reply(person.texts, context.bot_data.countries, person.settings.country))
    await pressed(update)


async def paid(update: Update, context: Context) -> None:
    """Give the first-hour steps; a command or a button."""
    person = person_of(update, context)
    await send(context, person, answers.paid_reply(person.texts, context.bot_data.countries, person.settings.country))
    await pressed(update)


async def pattern(update: Update, context: Context) -> None:
    """Say what the pattern of a button is."""
    person = person_of(update, context)
    known = context.bot_data.patterns().get(pressed_id(update))
    reply = answers.pattern_reply(person.texts, known) if known else answers.plain_reply(person.texts, "pattern_gone")
    await send(context, person, reply)
    await pressed(update)


async def country(update: Update, context: Context) -> None:
    """Keep the country of a button or of ``/country NAME``; without one, offer them all."""
    person, services = person_of(update, context), context.bot_data
    given = pressed_id(update) or " ".join(context.args or [])
    if code := find_country(given, services.countries):
        services.store.keep(person.chat, replace(person.settings, country=code))
    await send(context, person, choices.country_reply(person.texts, services.countries, given, code))
    await pressed(update)


async def language(update: Update, context: Context) -> None:
    """Keep the language of a button or of ``/language CODE``; without one, offer them all."""
    person, services = person_of(update, context), context.bot_data
    given = pressed_id(update) or " ".join(context.args or [])
    code = choices.find_language(given, services.texts)
    if code is None:
        reply = choices.language_reply(person.texts, services.texts, given)
        await send(context, person, reply)
    else:
        services.store.keep(person.chat, replace(person.settings, language=code))
        await _chosen_language(context, replace(person, texts=services.texts[code]))
    await pressed(update)


async def _chosen_language(context: Context, person: Person) -> None:
    """Confirm a language, put the chat's menu in it, and ask for the country where it is not known."""
    await send(context, person, answers.plain_reply(person.texts, "language_set"))
    await set_menu(context, person)
    if person.settings.country is None:
        await send(context, person, choices.country_reply(person.texts, context.bot_data.countries, "", None))


async def stale_button(update: Update, context: Context) -> None:
    """Answer a button that an older version put there."""
    person = person_of(update, context)
    await send(context, person, answers.plain_reply(person.texts, "button_stale"))
    await pressed(update)


async def send_failure(update: Update, context: Context) -> None:
    """Tell somebody whose update could not be handled where help is."""
    person = person_of(update, context)
    await send(context, person, answers.failed_reply(person.texts, context.bot_data.countries, person.settings.country))
