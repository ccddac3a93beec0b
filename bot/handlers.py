"""What people may do in a private chat: read, ask, render, send. No words, no thresholds and no deciding here."""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
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
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, CallbackContext, ExtBot

from bot import choices, contact_reporting, reading, replies, review_queue, teaching_replies
from bot.busy import Pace, Typing
from bot.checking import Assessment, Checker, Situation
from bot.contact_replies import undefused
from bot.contacts import OfficialContacts
from bot.curation import Curation
from bot.drafts import Drafts
from bot.gathering import SETTLES, Gathering
from bot.pictures import Pictures
from bot.reply import Reply
from bot.texts import Texts
from bot.trials import Trials
from index.build import Build
from knowledge.askers import Askers
from knowledge.contact_reports import ContactReports, Known
from knowledge.counters import Counters
from knowledge.feedback import WrongNotes
from knowledge.identifiers import Identifier
from knowledge.languages import INTERFACE, detect, interface_language
from knowledge.pattern import Pattern
from knowledge.proposals import Proposals
from knowledge.reporting import Country, find_country
from knowledge.roles import Roles
from knowledge.store import ChatSettings, Store

COMMANDS = ("paid", "report", "country", "language", "help", "privacy", "forget", "appeal", "start")
MODERATOR_COMMANDS = (
    *("review", "case", "newpattern", "edit", "retire", "patterns"),
    *("builds", "rollback", "stats", "audit"),
)
OWNER_COMMANDS = ("moderators",)


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
    pictures: Pictures
    contacts: OfficialContacts
    reports: ContactReports
    notes: WrongNotes
    askers: Askers
    counters: Counters
    roles: Roles
    backups: Path
    build: Callable[[], Build]
    """The build that serves."""
    builds: Path
    proposals: Proposals
    curation: Curation
    moderator_texts: dict[str, Texts]
    alone: bool = False
    """Whether authors may approve their own proposals."""
    trials: Trials = field(default_factory=Trials)
    drafts: Drafts = field(default_factory=Drafts)
    gathering: Gathering = field(default_factory=Gathering)
    typing: Typing = field(default_factory=Typing)
    pace: Pace = field(default_factory=Pace)

    def told(self, identifier: Identifier) -> Known | None:
        """Return what may be told of the reports on an identifier."""
        return self.reports.known(identifier, datetime.now(UTC).date())

    def queue(self) -> tuple[str, ...]:
        """Return what waits for moderators, see review_queue.py."""
        return review_queue.queue(self.proposals, self.reports, self.notes, datetime.now(UTC).date())

    def waiting(self) -> int:
        """Return how much waits for moderators."""
        return len(self.queue())

    def count(self, assessment: Assessment, country: str | None) -> None:
        """Count an answer, without anything of who asked or what."""
        pattern = replies.named_pattern(assessment)
        name = pattern.id if pattern else None
        self.counters.add(datetime.now(UTC).date(), assessment.language, assessment.concern, name, country)


Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], Services]


@dataclass(frozen=True)
class Person:
    """The chat an update is from, what it has chosen, and the words to speak to it with."""

    chat: int
    settings: ChatSettings
    texts: Texts


def person_of(update: Update, context: Context) -> Person:
    """Return who is asking; their language is their choice, else that of the message they tap under, or Telegram's."""
    chat, user = update.effective_chat, update.effective_user
    assert chat is not None, "handlers are registered for updates of private chats alone"
    settings = context.bot_data.store.settings_of(chat.id)
    own = interface_language(user.language_code if user else None)
    code = settings.language or _language_under(update, context.bot_data.texts) or own
    return Person(chat.id, settings, context.bot_data.texts[code])


def _language_under(update: Update, texts: Mapping[str, Texts]) -> str | None:
    """Return the language of the message that the pressed button hangs under: of its buttons, or else of its words."""
    message = update.effective_message if update.callback_query else None
    if message is None or data_of(update).startswith("mod_"):  # cards for moderators show words of anybody's
        return None
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    labels = [button.text for row in rows for button in row]
    said = {code: sum(map(each.says, labels)) for code, each in texts.items()}
    best = [code for code, count in said.items() if count and count == max(said.values())]
    told = best[0] if len(best) == 1 else detect(message.text or "")
    return told if told in INTERFACE else None


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
        case.put(message.message_id, await reading.read(message, services.pictures))
        await asyncio.sleep(SETTLES)
        whole = case.whole()
        if case.turn != turn:
            return
        if not whole.text.strip():
            await send(context, person, replies.unread_reply(person.texts, whole), answers=message)
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
    reply = replies.assessment_reply(assessment, texts, services.countries, situation.country, whole, services.told)
    if services.roles.is_moderator(user_of(update)):
        reply = teaching_replies.with_case_button(reply, services.moderator_texts[texts.language])
    stale, case.answer = case.answer, await send(context, person, reply, answers=message)
    services.count(assessment, situation.country)
    if stale is not None:
        with suppress(TelegramError):  # the person may have deleted it
            await context.bot.delete_message(person.chat, stale)


async def report_contact(update: Update, context: Context) -> None:
    """Show what would be kept of a report on the contact of a button, and ask."""
    person = person_of(update, context)
    name, given = contact_reporting.split_data(data_of(update))
    pattern = known_pattern(context, given) or ""
    identifier = _meant(update, context, name, person)
    if identifier is None:
        await send(context, person, replies.plain_reply(person.texts, "report_contact_gone"))
    else:
        message = update.effective_message
        original = message.reply_to_message if message else None  # found anew in it when the choice is made
        await send(context, person, contact_reporting.asked(identifier, pattern, person.texts), answers=original)
    await pressed(update)


async def report_contact_yes(update: Update, context: Context) -> None:
    """Keep a report on the contact of a button."""
    person, services = person_of(update, context), context.bot_data
    name, pattern = contact_reporting.split_data(data_of(update))
    identifier = _meant(update, context, name, person)
    if identifier is None:
        reply = replies.plain_reply(person.texts, "report_contact_gone")
    else:
        owner = services.contacts.owner(identifier)
        known = known_pattern(context, pattern)
        country, now = person.settings.country, datetime.now(UTC)
        own = owner.id if owner else None
        outcome = services.reports.report(identifier, known, country, user_of(update), own, now)
        reply = contact_reporting.outcome_reply(outcome, owner, person.texts)
    await send(context, person, reply)
    await pressed(update)


async def report_contact_no(update: Update, context: Context) -> None:
    """Keep nothing."""
    person = person_of(update, context)
    await send(context, person, replies.plain_reply(person.texts, "report_contact_dropped"))
    await pressed(update)


async def appeal(update: Update, context: Context) -> None:
    """Ask moderators to look at a contact that was reported: ``/appeal CONTACT``."""
    person, services = person_of(update, context), context.bot_data
    outcome = "usage"
    for identifier in services.contacts.find(" ".join(context.args or []), person.settings.country)[:1]:
        outcome = services.reports.appeal(identifier, user_of(update), datetime.now(UTC))
    await send(context, person, contact_reporting.appeal_reply(outcome, person.texts))


def _meant(update: Update, context: Context, name: str, person: Person) -> Identifier | None:
    """Return the contact of a button, from the message it hangs under and the one that answers."""
    message = update.effective_message
    around = [message.reply_to_message, message] if message else []
    texts = [reading.own_words(each) for each in around if each]
    return contact_reporting.meant(
        name, texts, lambda text: context.bot_data.contacts.find(text, person.settings.country)
    )


def known_pattern(context: Context, given: str) -> str | None:
    """Return a pattern's id that a button carries, where there still is such a pattern."""
    return given if given in context.bot_data.patterns() else None


def asked(update: Update, context: Context) -> str:
    """Return what the answer above the button was about: all of it while at hand, else the message that it answers."""
    message = update.effective_message
    if message is None:
        return ""
    if case := context.bot_data.gathering.answered(message.chat.id, message.message_id):
        return case.whole().text
    return undefused(reading.words_of(message.reply_to_message)) if message.reply_to_message else ""


def user_of(update: Update) -> int:
    """Return the Telegram id of who sent an update."""
    assert update.effective_user is not None, "handlers are registered for updates of private chats alone"
    return update.effective_user.id


async def voice(update: Update, context: Context) -> None:
    """Say that voices cannot be listened to, with the steps for what is already gone."""
    person = person_of(update, context)
    reply = replies.voice_reply(person.texts, context.bot_data.countries, person.settings.country)
    await send(context, person, reply, answers=update.effective_message)


async def not_text(update: Update, context: Context) -> None:
    """Answer what cannot be read: stickers, pictures without a caption, voice, places."""
    person = person_of(update, context)
    await send(context, person, replies.not_text_reply(person.texts), answers=update.effective_message)


async def start(update: Update, context: Context) -> None:
    """Greet, and offer the languages; the country comes after."""
    person = person_of(update, context)
    await send(context, person, choices.start_reply(person.texts, context.bot_data.texts))
    if context.bot_data.roles.is_moderator(user_of(update)):
        await _set_menu(context, person)


async def help_(update: Update, context: Context) -> None:
    """Say how to use the bot."""
    person = person_of(update, context)
    await send(context, person, replies.plain_reply(person.texts, "help"))


async def privacy(update: Update, context: Context) -> None:
    """Say what is kept."""
    person = person_of(update, context)
    await send(context, person, replies.plain_reply(person.texts, "privacy"))


async def unknown_command(update: Update, context: Context) -> None:
    """Answer a command that does not exist."""
    person = person_of(update, context)
    await send(context, person, replies.plain_reply(person.texts, "unknown_command"))


async def report(update: Update, context: Context) -> None:
    """Say where to report; a command or a button."""
    person = person_of(update, context)
    await send(context, person, replies.report_reply(person.texts, context.bot_data.countries, person.settings.country))
    await pressed(update)


async def paid(update: Update, context: Context) -> None:
    """Give the first-hour steps; a command or a button."""
    person = person_of(update, context)
    await send(context, person, replies.paid_reply(person.texts, context.bot_data.countries, person.settings.country))
    await pressed(update)


async def pattern(update: Update, context: Context) -> None:
    """Say what the pattern of a button is."""
    person = person_of(update, context)
    known = context.bot_data.patterns().get(pressed_id(update))
    reply = replies.pattern_reply(person.texts, known) if known else replies.plain_reply(person.texts, "pattern_gone")
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
    await send(context, person, replies.plain_reply(person.texts, "language_set"))
    await _set_menu(context, person)
    if person.settings.country is None:
        await send(context, person, choices.country_reply(person.texts, context.bot_data.countries, "", None))


async def stale_button(update: Update, context: Context) -> None:
    """Answer a button that an older version put there."""
    person = person_of(update, context)
    await send(context, person, replies.plain_reply(person.texts, "button_stale"))
    await pressed(update)


def menu(texts: Texts) -> list[BotCommand]:
    """Return the command menu in a language."""
    return [BotCommand(name, texts.plain(f"command_{name}")) for name in COMMANDS]


def menu_of(services: Services, person: int, texts: Texts) -> list[BotCommand]:
    """Return the command menu of one person, in a language; of moderators with what they alone may use."""
    own = [*(MODERATOR_COMMANDS if services.roles.is_moderator(person) else ())]
    own += OWNER_COMMANDS if services.roles.is_owner(person) else ()
    words = services.moderator_texts[texts.language]
    return [*menu(texts), *(BotCommand(name, words.plain(f"command_{name}")) for name in own)]


async def _set_menu(context: Context, person: Person) -> None:
    menu = menu_of(context.bot_data, person.chat, person.texts)  # in private, a chat has its person's id
    await context.bot.set_my_commands(menu, scope=BotCommandScopeChat(person.chat))


async def send_failure(update: Update, context: Context) -> None:
    """Tell somebody whose update could not be handled where help is."""
    person = person_of(update, context)
    await send(context, person, replies.failed_reply(person.texts, context.bot_data.countries, person.settings.country))


async def send(context: Context, person: Person, reply: Reply, *, answers: Message | None = None) -> int:
    """Send a reply and return its message's id."""
    sent = await context.bot.send_message(
        person.chat,
        reply.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=markup(reply),
        reply_parameters=ReplyParameters(answers.message_id, allow_sending_without_reply=True) if answers else None,
    )
    return sent.message_id


def markup(reply: Reply) -> InlineKeyboardMarkup | None:
    """Return a reply's buttons as Telegram takes them."""
    rows = [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in reply.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


async def pressed(update: Update) -> None:
    """Stop the button's spinner, where the update was a button; after the reply, which matters more."""
    if update.callback_query:
        await update.callback_query.answer()


def data_of(update: Update) -> str:
    """Return what the button of an update carries; empty where it is none."""
    return (update.callback_query and update.callback_query.data) or ""


def pressed_id(update: Update) -> str:
    """Return what the button of an update carries behind its verb."""
    return data_of(update).partition(":")[2]
