"""Into the private chat and out of it: links that lead to one reply, and cards that warn others."""

import time

from telegram import Update

from bot.telegram import people
from bot.telegram.incoming import person_of, pressed_id
from bot.telegram.sending import pressed, send
from bot.telegram.services import Context
from bot.words import answers, short


async def start(update: Update, context: Context) -> None:
    """Lead to the reply that a link names; greet where it names none."""
    payload = " ".join(context.args or [])
    if payload not in (short.PAID, short.TOOK_PART, short.REPORT) and not payload.startswith(short.PATTERN):
        await people.start(update, context)
        return
    person, services = await person_of(update, context), context.bot_data
    texts, countries, country = person.texts, services.words.countries, person.settings.country
    if payload in (short.PAID, short.TOOK_PART):
        reply = answers.paid_reply(texts, countries, country, took_part=payload == short.TOOK_PART)
    elif payload == short.REPORT:
        reply = answers.report_reply(texts, countries, country)
    else:
        known = services.engine.patterns().get(payload.removeprefix(short.PATTERN))
        gone = answers.plain_reply(texts, "pattern_gone")
        reply = answers.pattern_reply(texts, known, country) if known else gone
    await send(context, person, reply)


async def share(update: Update, context: Context) -> None:
    """Send a card to pass on, about the pattern of a button or, by command, of the case that is talked about."""
    person, services = await person_of(update, context), context.bot_data
    if name := pressed_id(update):
        pattern = services.engine.patterns().get(name)
    else:
        case = services.chats.gathering.cases.of(person.chat, time.monotonic())
        pattern = case.assessment.named if case and case.assessment else None
    await send(context, person, short.card_reply(pattern, person.texts, context.bot.username))
    await pressed(update)
