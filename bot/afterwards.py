"""What people may do after an answer: say that it was wrong, hear more later, and have all that is kept erased."""

import asyncio
from datetime import UTC, datetime
from typing import cast, get_args

from telegram import Update

from bot import after_replies, choices, replies
from bot.checking import Situation
from bot.contact_replies import undefused
from bot.handlers import Context, data_of, person_of, pressed, send, user_of
from knowledge.forgetting import forget as forget_all
from knowledge.golden import Concern
from knowledge.private import CannotMask, mask_private


async def wrong(update: Update, context: Context) -> None:
    """Show what moderators would see of an answer that was wrong, and ask."""
    person = person_of(update, context)
    concern, pattern = _answer(update)
    text = _asked(update)
    masked = _masked(text) if text else None
    reply = after_replies.wrong_ask(concern, pattern, masked, person.texts)
    message = update.effective_message
    await send(context, person, reply, answers=message.reply_to_message if message else None)
    await pressed(update)


async def wrong_tell(update: Update, context: Context) -> None:
    """Keep a note on a wrong answer: with the masked text, or without."""
    person, services = person_of(update, context), context.bot_data
    concern, pattern = _answer(update)
    masked = None
    if data_of(update).startswith(f"{after_replies.WRONG_WITH}:"):
        masked = _masked(_asked(update))
        if masked is None:  # never a text that could not be masked
            await send(context, person, replies.plain_reply(person.texts, "wrong_gone"))
            await pressed(update)
            return
    known = pattern if pattern in services.patterns() else None
    today = datetime.now(UTC)
    outcome = services.notes.note(concern, known, person.texts.language, masked, user_of(update), today)
    await send(context, person, after_replies.wrong_outcome(outcome, person.texts))
    await pressed(update)


async def wrong_no(update: Update, context: Context) -> None:
    """Keep nothing."""
    person = person_of(update, context)
    await send(context, person, replies.plain_reply(person.texts, "wrong_dropped"))
    await pressed(update)


async def tell_me(update: Update, context: Context) -> None:
    """Keep the vector of what was asked, to tell the chat once when a later build knows it."""
    person, services = person_of(update, context), context.bot_data
    text = _asked(update)
    if not text:
        await send(context, person, replies.plain_reply(person.texts, "wrong_gone"))
    else:
        run = asyncio.get_running_loop().run_in_executor
        vector = await run(services.worker, services.checker.vector, Situation(text, person.texts.language))
        outcome = services.askers.keep(person.chat, vector, datetime.now(UTC).date())
        await send(context, person, after_replies.tell_me_outcome(outcome, person.texts))
        if person.settings.language is None:  # it will be the bot that writes first, and must know in what language
            await send(context, person, choices.language_reply(person.texts, services.texts, ""))
    await pressed(update)


async def forget(update: Update, context: Context) -> None:
    """Erase everything that is kept about the chat, and say what that was."""
    person, services = person_of(update, context), context.bot_data
    services.gathering.close(person.chat)
    services.drafts.forget(person.chat)
    run = asyncio.get_running_loop().run_in_executor  # the backups take a while
    gone = await run(
        None,
        forget_all,
        services.store,
        services.reports,
        services.notes,
        services.askers,
        services.backups,
        person.chat,
        user_of(update),
    )
    await send(context, person, after_replies.forgotten(gone, person.texts))


def _answer(update: Update) -> tuple[Concern, str]:
    """Return the concern and the pattern of the answer that a button hangs under."""
    _, _, rest = data_of(update).partition(":")
    concern, _, pattern = rest.partition(":")
    return cast(Concern, concern if concern in get_args(Concern) else "unclear"), pattern


def _asked(update: Update) -> str:
    """Return the text that was answered; empty where it is not at hand: of a picture nothing was kept."""
    message = update.effective_message
    original = message.reply_to_message if message else None
    return undefused((original.text or original.caption or "") if original else "")


def _masked(text: str) -> str | None:
    try:
        return mask_private(text)[: after_replies.MOST_SHOWN] if text.strip() else None
    except CannotMask:
        return None
