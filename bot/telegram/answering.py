"""The answer to what people tell: read, judge, render, send; several messages that are one account have one answer."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from typing import Literal, cast

from telegram import Update
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.checking.case import Turn
from bot.checking.conversation import Account, Read
from bot.checking.dialogue import Choice
from bot.checking.situation import Situation
from bot.checking.statement import with_pictures
from bot.moderation import draft_cards
from bot.telegram import incoming, people
from bot.telegram.incoming import Person, data_of, person_of, pressed_id, user_of
from bot.telegram.sending import expect, pressed, send
from bot.telegram.services import Context, Services
from bot.telegram.threads import run
from bot.words import answers, choices
from bot.words.conversing import question_reply, turn_reply
from bot.words.reply import Reply
from knowledge.documents.reporting import find_country


async def keep_pace(update: Update, context: Context) -> None:
    """Leave unanswered what one chat sends faster than anybody can read; moderators may be quick."""
    chat, services = update.effective_chat, context.bot_data
    if chat is None or services.chats.pace.allows(chat.id, time.monotonic()):
        return
    if not await services.ask(services.ledger.moderates, user_of(update)):
        services.metrics.refused("pace")
        await pressed(update)
        raise ApplicationHandlerStop


async def drop_old_cases(context: Context) -> None:
    """Let go of what was asked a while ago."""
    chats = context.bot_data.chats
    chats.gathering.drop_old(chats.clock())


async def check(update: Update, context: Context) -> None:
    """Answer a message, together with those that came just before it; a newer one makes this answer stale."""
    with context.bot_data.metrics.answering() as answered:
        if await _answer(update, context):
            answered()


async def _answer(update: Update, context: Context) -> bool:
    """Answer a message; False where a newer one is answered instead."""
    message, services = update.effective_message, context.bot_data
    assert message is not None
    account = services.chats.gathering.opened(message.chat_id, message.message_id, services.chats.clock())
    turn, number = account.turn, message.message_id
    async with _typing(context, message.chat_id):
        with account.reading():
            reading = incoming.read(message, services, lambda: account.wants(number, turn))
            read, person = await asyncio.gather(reading, person_of(update, context))  # pictures wait in their order
            if account.wants(number, turn):
                account.put(number, read)
        await services.chats.gathering.settled()
        if not await account.all_read(turn):
            return False
        whole = account.whole()
        if not whole.text.strip():
            await send(context, person, answers.unread_reply(person.texts, whole), answers=message)
            return True
        here = person.settings.country
        expect(context)
        async with account.judging:
            heard, apart = await run(
                services.threads.checks,
                lambda: _heard(services, person, account) if account.turn == turn else (None, False),
            )
    if heard is None or account.turn != turn:
        return False
    account.was_answered(heard.case, apart=apart)
    now = services.chats.clock()
    services.chats.gathering.cases.keep(message.chat_id, with_pictures(heard.case, whole.digests), now)
    if heard.says in ("country", "language"):
        person = await people.keep_named(context, person, heard)
    reply = await services.ask(_reply, services, person, user_of(update), heard, None if apart else whole)
    stale, account.answer = account.answer, await send(context, person, reply, answers=message)
    _count(services, heard, here or heard.place or None)
    await people.keep_named(context, person, heard)
    if stale is not None and not apart:
        with suppress(TelegramError):  # the person may have deleted it
            await context.bot.delete_message(person.chat, stale)
    return True


def _heard(services: Services, person: Person, account: Account) -> tuple[Turn, bool]:
    """Hear what an account tells, and say whether its newest words were heard apart from the others.

    So they are where they answer what the latest answer asked: a quick "no" is no more of the story.
    """
    language, country, talk = person.texts.language, person.settings.country, services.engine.talk
    newest = account.newest()
    if account.heard and account.heard.asked and newest.text.strip() and newest.origin is None:
        turn = talk.hear(Situation(newest.text, language, country), account.heard)
        if turn.intent == "answer":
            return turn, True
    told = account.told()
    return talk.hear(Situation(told.text, language, country, told.origin, told.names_only), account.before), False


def _count(services: Services, heard: Turn, country: str | None) -> None:
    if heard.judged and heard.intent in ("situation", "follow_up", "answer"):
        services.ledger.count(heard.judged, country)
        services.metrics.checked(heard.judged.concern, "private")


def _typing(context: Context, chat: int) -> AbstractAsyncContextManager[None]:
    """Show "typing…" while the block runs."""
    return context.bot_data.chats.typing.shown(chat, lambda: context.bot.send_chat_action(chat, ChatAction.TYPING))


async def say(update: Update, context: Context) -> None:
    """Take the answer of a button to the question that was asked."""
    _, answer, pattern = data_of(update).split(":", 2)
    person, services = await person_of(update, context), context.bot_data
    case = services.chats.gathering.cases.of(person.chat, services.chats.clock())
    if case is None or case.pattern(pattern) is None:
        await send(context, person, answers.plain_reply(person.texts, "button_stale"))
    else:
        talk, asked = services.engine.talk, replace(case, asked=pattern)
        said = cast(Literal["yes", "no", "unknown"], answer)
        language, country = person.texts.language, person.settings.country
        heard = await run(services.threads.checks, lambda: talk.answered(asked, said, language, country))
        await _tell(update, context, person, heard)
    await pressed(update)


async def ask(update: Update, context: Context) -> None:
    """Offer what can be said in answer to who, how or what."""
    person = await person_of(update, context)
    await send(context, person, choices.options_reply(person.texts, pressed_id(update)))
    await pressed(update)


async def tell(update: Update, context: Context) -> None:
    """Take one of the sentences that were offered."""
    person, services = await person_of(update, context), context.bot_data
    sentence = choices.told(person.texts, pressed_id(update))
    if sentence is None:
        await send(context, person, answers.plain_reply(person.texts, "button_stale"))
    else:
        case = services.chats.gathering.cases.of(person.chat, services.chats.clock())
        talk, language, country = services.engine.talk, person.texts.language, person.settings.country
        heard = await run(services.threads.checks, lambda: talk.added(case, sentence, language, country))
        await _tell(update, context, person, heard)
    await pressed(update)


async def question(update: Update, context: Context) -> None:
    """Answer one of the questions that were offered."""
    person, services = await person_of(update, context), context.bot_data
    spoken, name = services.words.spoken, pressed_id(update)
    if name in spoken.questions:
        reply = question_reply(name, person.texts, spoken, services.engine.patterns(), person.settings.country)
    else:
        reply = answers.plain_reply(person.texts, "button_stale")
    await send(context, person, reply)
    await pressed(update)


async def more(update: Update, context: Context) -> None:
    """Tell all that stands behind the last answer; a command or a button, which names the pattern."""
    person, services = await person_of(update, context), context.bot_data
    case = services.chats.gathering.cases.of(person.chat, services.chats.clock())
    known = services.engine.patterns().get(pressed_id(update))
    named = answers.named_pattern(case.assessment) if case and case.assessment else None
    if case and case.assessment and (known is None or (named and named.id == known.id)):
        account = services.chats.gathering.latest(person.chat)
        read = account.whole() if account else None
        words, settings, told = services.words, person.settings, services.ledger.told
        language = choices.reply_language(settings.language, case.assessment.language, person.texts.language)
        texts = words.people[language].pointing(case)
        reply = await services.ask(
            answers.details_reply, case.assessment, texts, words.countries, settings.country, read, told
        )
    else:
        reply = (
            answers.pattern_reply(person.texts, known, person.settings.country)
            if known
            else answers.plain_reply(person.texts, "nothing_yet")
        )
    await send(context, person, reply)
    await pressed(update)


async def country(update: Update, context: Context) -> None:
    """Take the country of a button or of ``/country NAME`` as one named in words; without one, offer them all."""
    person, services = await person_of(update, context), context.bot_data
    given = pressed_id(update) or " ".join(context.args or [])
    code = find_country(given, services.words.countries) or services.engine.naming.country(given)
    if code:
        await _choose(update, context, person, "country", code)
    else:
        await send(context, person, choices.country_reply(person.texts, services.words.countries, given, None))
    await pressed(update)


async def language(update: Update, context: Context) -> None:
    """Take the language of a button or of ``/language CODE`` as one named in words; without one, offer them all."""
    person, services = await person_of(update, context), context.bot_data
    given = pressed_id(update) or " ".join(context.args or [])
    code = choices.find_language(given, services.words.people)
    if code is None:
        await send(context, person, choices.language_reply(person.texts, services.words.people, given))
    else:
        await _choose(update, context, person, "language", code)
    await pressed(update)


async def _choose(update: Update, context: Context, person: Person, kind: Choice, code: str) -> None:
    """Answer a choice in the light of the case; after a language without one, ask for the country that is not known."""
    services = context.bot_data
    case = services.chats.gathering.cases.of(person.chat, services.chats.clock())
    talk, language = services.engine.talk, person.texts.language
    heard = await run(services.threads.checks, lambda: talk.chosen(case, kind, code, language))
    person = await people.keep_named(context, person, heard)
    await _tell(update, context, person, heard)
    if kind == "language" and person.settings.country is None and heard.case is None:
        await send(context, person, choices.country_reply(person.texts, services.words.countries, "", None))


async def new(update: Update, context: Context) -> None:
    """Set the case aside."""
    person = await person_of(update, context)
    context.bot_data.chats.gathering.close(person.chat)
    await send(context, person, answers.plain_reply(person.texts, "new_done"))


async def _tell(update: Update, context: Context, person: Person, heard: Turn) -> None:
    """Answer a tap, to the message whose answer it is under, and take that for the answer from now on."""
    services, under = context.bot_data, update.effective_message
    services.chats.gathering.cases.keep(person.chat, heard.case, services.chats.clock())
    account = services.chats.gathering.latest(person.chat)
    if account:
        account.end()
    reply = await services.ask(_reply, services, person, user_of(update), heard, None)
    sent = await send(context, person, reply, answers=under.reply_to_message if under else None)
    if account:
        account.answer = sent


def _reply(services: Services, person: Person, user: int, heard: Turn, whole: Read | None) -> Reply:
    """Render a turn, with what others have reported; a moderator can make a case of it."""
    words, country = services.words, person.settings.country
    detected = heard.shown.language if heard.shown else ""
    language = choices.reply_language(person.settings.language, detected, person.texts.language)
    patterns = services.engine.patterns()
    reply = turn_reply(heard, words.people[language], words.spoken, patterns, country, whole, services.ledger.told)
    if services.ledger.moderates(user):
        return draft_cards.with_case_button(reply, words.moderators[language])
    return reply
