"""Practice in a private chat: ten short situations, one tap each."""

from telegram import Update

from bot.telegram.incoming import data_of, person_of, pressed_id
from bot.telegram.sending import pressed, send
from bot.telegram.services import Context
from bot.words.answers import plain_reply
from bot.words.exercises.practice import SCAM, ages_reply, round_reply
from knowledge.documents.exercises.practice import AGES


async def begin(update: Update, context: Context) -> None:
    """Ask who practises, or begin a round for them; a command or a button, which names the age."""
    person, age = await person_of(update, context), pressed_id(update)
    if age in AGES:
        practice, country = context.bot_data.chats.practice, person.settings.country
        dealt = practice.deal(person.chat, person.texts.language, age, country)
        await send(context, person, round_reply(dealt, person.texts))
    else:
        await send(context, person, ages_reply(person.texts))
    await pressed(update)


async def guess(update: Update, context: Context) -> None:
    """Take an answer, explain it, and go on; a button of another round or situation is out of date."""
    _, number, place, said = data_of(update).split(":")
    person, practice = await person_of(update, context), context.bot_data.chats.practice
    dealt = practice.of(person.chat)
    if dealt is None or dealt.over or (str(dealt.number), str(dealt.answered)) != (number, place):
        await send(context, person, plain_reply(person.texts, "button_stale"))
    else:
        scam = said == SCAM
        dealt = practice.guess(person.chat, scam=scam)
        await send(context, person, round_reply(dealt, person.texts, scam))
    await pressed(update)
