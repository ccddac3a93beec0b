"""What people may do in a private chat: read, ask, render, send. No words, no thresholds and no deciding here."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.ext import CallbackContext, ExtBot

from bot import replies
from bot.checking import Checker, Situation
from bot.replies import Reply
from bot.texts import Texts
from knowledge.languages import interface_language
from knowledge.pattern import Pattern
from knowledge.reporting import Country, find_country
from knowledge.store import ChatSettings, Store

COMMANDS = ("paid", "report", "country", "language", "help", "privacy", "start")
_TYPING_EVERY = 4.0  # seconds; Telegram shows "typing…" for five


@dataclass(frozen=True)
class Services:
    """What handlers need; it is the application's ``bot_data``."""

    checker: Checker
    patterns: Callable[[], Mapping[str, Pattern]]
    """The patterns of the build that serves."""
    worker: Executor
    """Where checks run one at a time, so that a slow one never blocks other chats."""
    texts: dict[str, Texts]
    countries: dict[str, Country]
    store: Store


Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], Services]


@dataclass(frozen=True)
class Person:
    """The chat an update is from, what it has chosen, and the words to speak to it with."""

    chat: int
    settings: ChatSettings
    texts: Texts


def person_of(update: Update, context: Context) -> Person:
    """Return who is asking; their language is their choice, or else their Telegram's."""
    chat, user = update.effective_chat, update.effective_user
    assert chat is not None, "handlers are registered for updates of private chats alone"
    settings = context.bot_data.store.settings_of(chat.id)
    code = settings.language or interface_language(user.language_code if user else None)
    return Person(chat.id, settings, context.bot_data.texts[code])


def situation_of(message: Message, person: Person) -> Situation:
    """Turn a message into a situation: its text or caption, after the text it quotes unless that is the bot's own."""
    own = message.text or message.caption or ""
    replied = message.reply_to_message
    if message.quote:
        quoted = message.quote.text
    elif replied and not (replied.from_user and replied.from_user.is_bot):
        quoted = replied.text or replied.caption or ""
    else:
        quoted = ""
    text = f"{quoted}\n{own}".strip()
    return Situation(text, person.texts.language, person.settings.country)


async def check(update: Update, context: Context) -> None:
    """Answer a text, a caption, a forwarded or an edited message."""
    message, services, person = update.effective_message, context.bot_data, person_of(update, context)
    assert message is not None
    situation = situation_of(message, person)
    async with _typing(context, person.chat):
        run = asyncio.get_running_loop().run_in_executor
        assessment = await run(services.worker, services.checker.check, situation)
    texts = services.texts[replies.reply_language(person.settings.language, assessment.language, person.texts.language)]
    reply = replies.assessment_reply(assessment, texts, services.countries, situation.country)
    await _send(context, person, reply, answers=message)


async def not_text(update: Update, context: Context) -> None:
    """Answer what cannot be read: stickers, pictures without a caption, voice, places."""
    person = person_of(update, context)
    await _send(context, person, replies.not_text_reply(person.texts), answers=update.effective_message)


async def start(update: Update, context: Context) -> None:
    """Greet, and offer the languages; the country comes after."""
    person = person_of(update, context)
    await _send(context, person, replies.start_reply(person.texts, context.bot_data.texts))


async def help_(update: Update, context: Context) -> None:
    """Say how to use the bot."""
    person = person_of(update, context)
    await _send(context, person, replies.plain_reply(person.texts, "help"))


async def privacy(update: Update, context: Context) -> None:
    """Say what is kept."""
    person = person_of(update, context)
    await _send(context, person, replies.plain_reply(person.texts, "privacy"))


async def unknown_command(update: Update, context: Context) -> None:
    """Answer a command that does not exist."""
    person = person_of(update, context)
    await _send(context, person, replies.plain_reply(person.texts, "unknown_command"))


async def report(update: Update, context: Context) -> None:
    """Say where to report; a command or a button."""
    person = person_of(update, context)
    await _send(
        context, person, replies.report_reply(person.texts, context.bot_data.countries, person.settings.country)
    )
    await _pressed(update)


async def paid(update: Update, context: Context) -> None:
    """Give the first-hour steps; a command or a button."""
    person = person_of(update, context)
    await _send(context, person, replies.paid_reply(person.texts, context.bot_data.countries, person.settings.country))
    await _pressed(update)


async def pattern(update: Update, context: Context) -> None:
    """Say what the pattern of a button is."""
    person = person_of(update, context)
    known = context.bot_data.patterns().get(_pressed_id(update))
    reply = replies.pattern_reply(person.texts, known) if known else replies.plain_reply(person.texts, "pattern_gone")
    await _send(context, person, reply)
    await _pressed(update)


async def country(update: Update, context: Context) -> None:
    """Keep the country of a button or of ``/country NAME``; without one, offer them all."""
    person, services = person_of(update, context), context.bot_data
    given = _pressed_id(update) or " ".join(context.args or [])
    if code := find_country(given, services.countries):
        services.store.keep(person.chat, replace(person.settings, country=code))
    await _send(context, person, replies.country_reply(person.texts, services.countries, given, code))
    await _pressed(update)


async def language(update: Update, context: Context) -> None:
    """Keep the language of a button or of ``/language CODE``; without one, offer them all."""
    person, services = person_of(update, context), context.bot_data
    given = _pressed_id(update) or " ".join(context.args or [])
    code = replies.find_language(given, services.texts)
    if code is None:
        reply = replies.language_reply(person.texts, services.texts, given)
        await _send(context, person, reply)
    else:
        services.store.keep(person.chat, replace(person.settings, language=code))
        await _chosen_language(context, replace(person, texts=services.texts[code]))
    await _pressed(update)


async def _chosen_language(context: Context, person: Person) -> None:
    """Confirm a language, put the chat's menu in it, and ask for the country where it is not known."""
    await _send(context, person, replies.plain_reply(person.texts, "language_set"))
    await context.bot.set_my_commands(menu(person.texts), scope=BotCommandScopeChat(person.chat))
    if person.settings.country is None:
        await _send(context, person, replies.country_reply(person.texts, context.bot_data.countries, "", None))


async def stale_button(update: Update, context: Context) -> None:
    """Answer a button that an older version put there."""
    person = person_of(update, context)
    await _send(context, person, replies.plain_reply(person.texts, "button_stale"))
    await _pressed(update)


def menu(texts: Texts) -> list[BotCommand]:
    """Return the command menu in a language."""
    return [BotCommand(name, texts.plain(f"command_{name}")) for name in COMMANDS]


async def send_failure(update: Update, context: Context) -> None:
    """Tell somebody whose update could not be handled where help is."""
    person = person_of(update, context)
    await _send(
        context, person, replies.failed_reply(person.texts, context.bot_data.countries, person.settings.country)
    )


async def _send(context: Context, person: Person, reply: Reply, *, answers: Message | None = None) -> None:
    rows = [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in reply.buttons]
    await context.bot.send_message(
        person.chat,
        reply.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=InlineKeyboardMarkup(rows) if rows else None,
        reply_parameters=ReplyParameters(answers.message_id, allow_sending_without_reply=True) if answers else None,
    )


async def _pressed(update: Update) -> None:
    """Stop the button's spinner, where the update was a button; after the reply, which matters more."""
    if update.callback_query:
        await update.callback_query.answer()


def _pressed_id(update: Update) -> str:
    data = (update.callback_query and update.callback_query.data) or ""
    return data.partition(":")[2]


@asynccontextmanager
async def _typing(context: Context, chat: int) -> AsyncIterator[None]:
    """Show "typing…" until the block ends; that it cannot be shown is no reason not to answer."""

    async def keep_showing() -> None:
        while True:
            await context.bot.send_chat_action(chat, ChatAction.TYPING)
            await asyncio.sleep(_TYPING_EVERY)

    showing = asyncio.create_task(keep_showing())
    try:
        yield
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
