"""What people may do after an answer: say that it was wrong, hear more later, and have all that is kept erased."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast, get_args

from telegram import MessageEntity, Update

from bot.checking.situation import Situation
from bot.telegram.incoming import asked, data_of, known_pattern, person_of, user_of
from bot.telegram.sending import pressed, send, set_menu_of
from bot.telegram.services import Context
from bot.telegram.threads import run
from bot.words import afterwards, answers, choices
from bot.words.contacts import undefused
from knowledge.database.backups import BackupFailed
from knowledge.documents.golden import Concern
from knowledge.masking.text import CannotMask

logger = logging.getLogger(__name__)


async def wrong(update: Update, context: Context) -> None:
    """Show what moderators would see of an answer that was wrong, and ask."""
    person = await person_of(update, context)
    concern, pattern = _answer(update, context)
    services = context.bot_data
    masked = await services.aside(_masked, services.mask, asked(update, context))
    reply = afterwards.wrong_ask(concern, pattern or "", masked, person.texts)
    message = update.effective_message
    await send(context, person, reply, answers=message.reply_to_message if message else None)
    await pressed(update)


async def wrong_tell(update: Update, context: Context) -> None:
    """Keep a note on a wrong answer: with the masked text as it was shown, or without."""
    person, services = await person_of(update, context), context.bot_data
    concern, pattern = _answer(update, context)
    masked = None
    if data_of(update).startswith(f"{afterwards.WRONG_WITH}:"):
        masked = _shown(update)
        if masked is None:  # never a text that nobody has looked through
            await send(context, person, answers.plain_reply(person.texts, "wrong_gone"))
            await pressed(update)
            return
    today = datetime.now(UTC)
    outcome = await services.keep(
        services.ledger.notes.note, concern, pattern, person.texts.language, masked, user_of(update), today
    )
    await send(context, person, afterwards.wrong_outcome(outcome, person.texts))
    await pressed(update)


async def wrong_no(update: Update, context: Context) -> None:
    """Keep nothing."""
    person = await person_of(update, context)
    await send(context, person, answers.plain_reply(person.texts, "wrong_dropped"))
    await pressed(update)


async def tell_me(update: Update, context: Context) -> None:
    """Keep the vector of what was asked, to tell the chat once when a later build knows it."""
    person, services = await person_of(update, context), context.bot_data
    text = asked(update, context)
    if not text.strip():
        await send(context, person, answers.plain_reply(person.texts, "wrong_gone"))
    else:
        situation = Situation(text, person.texts.language)
        vector = await run(services.threads.checks, services.engine.checker.vector, situation)
        today, model = datetime.now(UTC).date(), services.engine.serving.build().manifest.model
        outcome = await services.keep(services.ledger.askers.keep, person.chat, vector, today, model)
        await send(context, person, afterwards.tell_me_outcome(outcome, person.texts))
        if person.settings.language is None:  # it will be the bot that writes first, and must know in what language
            await send(context, person, choices.language_reply(person.texts, services.words.people, ""))
    await pressed(update)


async def forget(update: Update, context: Context) -> None:
    """Erase everything that is kept about the chat, its menu too, and say what that was."""
    person, services, user = await person_of(update, context), context.bot_data, user_of(update)
    services.chats.gathering.close(person.chat)
    services.chats.practice.drop(person.chat)
    services.curating.drafts.forget(person.chat)
    try:
        gone = await services.aside(services.ledger.forget, person.chat, user)  # the backups take a while
    except BackupFailed as fault:
        logger.error("what a chat had erased is still in a backup: %s", fault)
        await send(context, person, answers.plain_reply(person.texts, "forget_partly"))
    else:
        await send(context, person, afterwards.forgotten(gone, person.texts))
    if person.settings.language:
        await set_menu_of(context, user)  # Telegram keeps the one in the language that was chosen


def _answer(update: Update, context: Context) -> tuple[Concern, str | None]:
    """Return the concern and the pattern of the answer that a button hangs under."""
    _, _, rest = data_of(update).partition(":")
    concern, _, pattern = rest.partition(":")
    return cast(Concern, concern if concern in get_args(Concern) else "unclear"), known_pattern(context, pattern)


def _shown(update: Update) -> str | None:
    """Return the masked text that the bot's message above the button quotes; None where it quotes none."""
    message = update.effective_message
    quotes = message.parse_entities([MessageEntity.BLOCKQUOTE]) if message and message.text else {}
    return undefused(next(iter(quotes.values()))) if quotes else None


def _masked(mask: Callable[[str], str], text: str) -> str | None:
    try:
        return mask(text) if text.strip() else None
    except CannotMask:
        return None
