"""Inline: who writes the bot's name and some words in any chat is offered the short verdict, to send it there."""

import time

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode

from bot.checking.situation import Situation
from bot.telegram.sending import markup
from bot.telegram.services import Context
from bot.telegram.threads import run
from bot.words import choices, short
from bot.words.phone import plain
from bot.words.reply import Reply
from knowledge.ledger.chat_settings import settings_of
from knowledge.text.languages import interface_language

LEAST = 12
"""Characters from which on words are judged."""
_KEPT = 5  # seconds that Telegram keeps the verdict, for this person alone


async def verdict(update: Update, context: Context) -> None:
    """Offer the short verdict on the words; while somebody types, only on those that came last."""
    query, services = update.inline_query, context.bot_data
    assert query is not None
    with services.chats.inline.turn(query.from_user.id) as is_newest:
        person = query.from_user.id
        settings = await services.ask(settings_of, services.ledger.store, person)
        texts = services.words.people[settings.language or interface_language(query.from_user.language_code)]
        text = query.query.strip()
        if len(text) < LEAST:
            hint = InlineQueryResultsButton(texts.plain("inline_short"), start_parameter=short.ASK)
            await query.answer([], cache_time=_KEPT, is_personal=True, button=hint)
            return
        await services.chats.gathering.settled()
        if not is_newest() or not services.chats.pace.allows(person, time.monotonic()):
            return
        situation, talk = Situation(text, texts.language, settings.country), services.engine.talk
        heard = await run(services.threads.checks, lambda: talk.hear(situation, None) if is_newest() else None)
    if heard is None:
        return
    if heard.judged:
        services.metrics.checked(heard.judged.concern, "inline")
    detected = heard.alone.language if heard.alone else ""
    language = choices.reply_language(settings.language, detected, texts.language)
    own, spoken, bot = services.words.people[language], services.words.spoken, context.bot.username
    reply = short.short_reply(heard, own, spoken, settings.country, bot)
    await query.answer([_article(reply)], cache_time=_KEPT, is_personal=True)


def _article(reply: Reply) -> InlineQueryResultArticle:
    """Return the one result: shown as the headline above the thing to do, and sent as both."""
    headline, _, action = plain(reply.html).partition("\n")
    content = InputTextMessageContent(
        reply.html, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    return InlineQueryResultArticle("verdict", headline, content, reply_markup=markup(reply), description=action)
