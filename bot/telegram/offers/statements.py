"""The draft of a report from the case that a chat is talking about, made in memory, sent, and kept nowhere."""

from datetime import UTC, datetime

from telegram import Update

from bot.telegram.incoming import person_of
from bot.telegram.sending import send
from bot.telegram.services import Context
from bot.words import answers, choices
from bot.words.statement import draft_of


async def statement(update: Update, context: Context) -> None:
    """Send a draft of a report: as a message, and as a PDF, or as a text where no PDF of its writing can be made."""
    person, services = await person_of(update, context), context.bot_data
    case = services.chats.gathering.cases.of(person.chat, services.chats.clock())
    words, detected = services.words, case.assessment.language if case and case.assessment else ""
    texts = words.people[choices.reply_language(person.settings.language, detected, person.texts.language)]
    today, country = datetime.now(UTC).date(), person.settings.country
    draft = await services.aside(
        draft_of, case, texts, words.people, services.engine.patterns(), words.countries, country, today
    )
    if draft is None:
        await send(context, person, answers.plain_reply(person.texts, "statement_none"))
        return
    await send(context, person, draft.reply())
    pdf = await services.aside(draft.as_pdf)
    await context.bot.send_document(
        person.chat,
        pdf or draft.as_text().encode(),
        filename=f"statement-{today.isoformat()}.{'pdf' if pdf else 'txt'}",
        caption=texts.plain("statement_pdf" if pdf else "statement_txt"),
    )
