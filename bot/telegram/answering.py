"""The answer to what people tell: read, judge, render, send; several messages that are one account have one answer."""

import time
from contextlib import AbstractAsyncContextManager, suppress

from telegram import Update
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.checking.conversation import Read
from bot.checking.situation import Assessment, Situation
from bot.moderation import draft_cards
from bot.telegram import incoming
from bot.telegram.incoming import Person, person_of, user_of
from bot.telegram.sending import send
from bot.telegram.services import Context, Services
from bot.telegram.threads import run
from bot.words import answers, choices
from bot.words.reply import Reply


async def keep_pace(update: Update, context: Context) -> None:
    """Leave unanswered what one chat sends faster than anybody can read; moderators may be quick."""
    chat, services = update.effective_chat, context.bot_data
    if chat is None or services.chats.pace.allows(chat.id, time.monotonic()):
        return
    if not await services.ask(services.ledger.roles.is_moderator, user_of(update)):
        raise ApplicationHandlerStop


async def drop_old_cases(context: Context) -> None:
    """Let go of what was asked a while ago."""
    context.bot_data.chats.gathering.drop_old(time.monotonic())


async def check(update: Update, context: Context) -> None:
    """Answer a message, together with those that came just before it; a newer one makes this answer stale."""
    message, services = update.effective_message, context.bot_data
    assert message is not None
    account = services.chats.gathering.opened(message.chat_id, message.message_id, time.monotonic())
    turn, number = account.turn, message.message_id
    async with _typing(context, message.chat_id):
        with account.reading():
            person = await person_of(update, context)
            read = await incoming.read(message, services, lambda: account.wants(number, turn))
            if account.wants(number, turn):
                account.put(number, read)
        await services.chats.gathering.settled()
        if not await account.all_read(turn):
            return
        whole = account.whole()
        if not whole.text.strip():
            await send(context, person, answers.unread_reply(person.texts, whole), answers=message)
            return
        language, country = person.texts.language, person.settings.country
        situation = Situation(whole.text, language, country, whole.origin, whole.names_only)
        checks = services.threads.checks
        assessment = await run(
            checks, lambda: services.engine.checker.check(situation) if account.turn == turn else None
        )
    if assessment is None or account.turn != turn:
        return
    reply = await services.ask(_reply, services, person, user_of(update), assessment, whole)
    stale, account.answer = account.answer, await send(context, person, reply, answers=message)
    services.ledger.count(assessment, country)
    if stale is not None:
        with suppress(TelegramError):  # the person may have deleted it
            await context.bot.delete_message(person.chat, stale)


def _typing(context: Context, chat: int) -> AbstractAsyncContextManager[None]:
    """Show "typing…" while the block runs."""
    return context.bot_data.chats.typing.shown(chat, lambda: context.bot.send_chat_action(chat, ChatAction.TYPING))


def _reply(services: Services, person: Person, user: int, assessment: Assessment, whole: Read) -> Reply:
    """Render an assessment, with what others have reported; a moderator can make a case of it."""
    words, country = services.words, person.settings.country
    language = choices.reply_language(person.settings.language, assessment.language, person.texts.language)
    reply = answers.assessment_reply(
        assessment, words.people[language], words.countries, country, whole, services.ledger.told
    )
    if services.ledger.roles.is_moderator(user):
        return draft_cards.with_case_button(reply, words.moderators[language])
    return reply
