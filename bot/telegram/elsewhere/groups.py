"""Groups: quiet, but for a message that somebody asks about; administrators can switch the bot off."""

import logging
import time
from dataclasses import replace

from telegram import ChatMember, ChatMemberRestricted, Message, MessageEntity, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest
from telegram.ext import filters

from bot.checking.conversation import LONGEST, Read
from bot.checking.situation import Situation
from bot.telegram import incoming
from bot.telegram.incoming import Person, data_of, person_of, person_with, user_of
from bot.telegram.sending import send
from bot.telegram.services import Context
from bot.telegram.threads import run
from bot.words import answers, choices, short
from bot.words.reply import Reply
from knowledge.ledger.chat_settings import ChatSettings, forget_settings, keep_settings, settings_of

logger = logging.getLogger(__name__)
GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_MENTIONS: list[str | None] = [MessageEntity.MENTION]
_IN = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
_ADMINISTRATORS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


class Mention(filters.MessageFilter):
    """Messages that name the bot."""

    def filter(self, message: Message) -> bool:
        """Say whether a message names it."""
        name = f"@{message.get_bot().username}".casefold()
        named = message.parse_caption_entities(_MENTIONS) if message.caption else {}
        named = message.parse_entities(_MENTIONS) if message.text else named
        return any(words.casefold() == name for words in named.values())


async def membership(update: Update, context: Context) -> None:
    """Say in one line what to do, once the bot is added; forget the group, once it is removed."""
    change, services = update.my_chat_member, context.bot_data
    assert change is not None
    if change.chat.type not in GROUPS:
        return
    before, after = _is_in(change.old_chat_member), _is_in(change.new_chat_member)
    if after and not before:
        group = await person_of(update, context)
        await _say(context, group, short.with_private_button(group.texts, "group_hello", context.bot.username))
    elif before and not after:
        await services.keep(forget_settings, services.ledger.store, change.chat.id)


def _is_in(member: ChatMember) -> bool:
    return member.status in _IN or (isinstance(member, ChatMemberRestricted) and member.is_member)


async def moved(update: Update, context: Context) -> None:
    """Take along what a group has chosen into the larger one that it becomes."""
    message, services = update.effective_message, context.bot_data
    assert message is not None
    assert message.migrate_to_chat_id is not None
    store = services.ledger.store
    settings = await services.ask(settings_of, store, message.chat_id)
    if settings != ChatSettings():
        await services.keep(keep_settings, store, message.migrate_to_chat_id, settings)
        await services.keep(forget_settings, store, message.chat_id)


async def check(update: Update, context: Context) -> None:
    """Say in two lines what the message looks like that somebody replies to; it is judged by itself."""
    message, services = update.effective_message, context.bot_data
    assert message is not None
    replied = _asked_about(message)
    if replied is None:
        return
    group = await person_of(update, context)
    if group.settings.quiet or not services.chats.group_pace.allows(message.chat_id, time.monotonic()):
        return
    read = await incoming.read(replied, services)
    reply = await _judged(context, group, read) if read.text.strip() else _unread(context, group, read)
    await _say(context, group, reply, replied)


def _asked_about(message: Message) -> Message | None:
    """Return the message that one replies to; none where that is the bot's own, or only the topic it is written in."""
    replied, own = message.reply_to_message, message.get_bot().id
    if replied is None or (message.is_topic_message and replied.message_id == message.message_thread_id):
        return None
    return None if any(author and author.id == own for author in (replied.from_user, replied.via_bot)) else replied


async def _judged(context: Context, group: Person, read: Read) -> Reply:
    services, country = context.bot_data, group.settings.country
    text = read.text[:LONGEST]
    situation = Situation(text, group.texts.language, country, read.origin, read.names_only)
    heard = await run(services.threads.checks, services.engine.talk.hear, situation, None)
    if heard.judged:
        services.ledger.count(heard.judged, country)
        services.metrics.checked(heard.judged.concern, "group")
    detected = heard.alone.language if heard.alone else ""
    language = choices.reply_language(group.settings.language, detected, group.texts.language)
    texts = services.words.people[language]
    return short.short_reply(heard, texts, services.words.spoken, country, context.bot.username)


def _unread(context: Context, group: Person, read: Read) -> Reply:
    key = next(iter(answers.unread(read)), "empty")
    return short.with_private_button(group.texts, key, context.bot.username)


async def quiet(update: Update, context: Context) -> None:
    """Let an administrator switch the bot off in a group, or on again; nobody else is answered."""
    message, services = update.effective_message, context.bot_data
    assert message is not None
    if not services.chats.group_pace.allows(message.chat_id, time.monotonic()):
        return
    if not await _is_administrator(update, context, message):
        return
    group = await person_of(update, context)
    settings, store = replace(group.settings, quiet=not group.settings.quiet), services.ledger.store
    if settings == ChatSettings():
        await services.keep(forget_settings, store, group.chat)
    else:
        await services.keep(keep_settings, store, group.chat, settings)
    reply = answers.plain_reply(group.texts, "group_off" if settings.quiet else "group_on")
    await _say(context, group, reply, message)


async def _is_administrator(update: Update, context: Context, message: Message) -> bool:
    """Say whether an administrator writes; one who does not show who they are writes in the group's own name."""
    if message.sender_chat:
        return message.sender_chat.id == message.chat_id
    member = await context.bot.get_chat_member(message.chat_id, user_of(update))
    return member.status in _ADMINISTRATORS


async def pressed_outside(update: Update, context: Context) -> None:
    """Answer a button that is pressed outside a private chat: it opens the private chat where that is done."""
    query = update.callback_query
    assert query is not None
    await query.answer(url=short.link(context.bot.username, short.behind_button(data_of(update))))


async def send_failure(update: Update, context: Context, *, kept: bool = True) -> None:
    """Tell somebody in a group whose message could not be handled, or was not kept, in one line."""
    if update.message:
        group = person_with(update, context, ChatSettings())
        reply = short.with_private_button(group.texts, "failed" if kept else "not_kept", context.bot.username)
        await _say(context, group, reply, update.message)


async def _say(context: Context, group: Person, reply: Reply, answers: Message | None = None) -> None:
    """Send to a group, which may not let the bot write."""
    try:
        await send(context, group, reply, answers=answers)
    except BadRequest as refused:
        if "not enough rights" not in str(refused).lower():
            raise
        logger.info("a group does not let the bot write")
