"""Telling people, once, that what they sent was lost and is to be sent again."""

import logging
import sqlite3
from collections.abc import Awaitable, Callable

from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.telegram.logs import Seldom
from bot.telegram.outbox.patience import longer
from bot.telegram.sending import markup
from bot.telegram.services import Services
from bot.words import guidance_parts, short
from bot.words.reply import Reply
from knowledge.ledger.chat_settings import ChatSettings, settings_of
from knowledge.ledger.inbox import Waiting

logger = logging.getLogger(__name__)
_seldom = Seldom(logger)


async def tell_interrupted(bot: Bot, services: Services, pause: Callable[[float], Awaitable[object]]) -> None:
    """Tell each chat that has lost something, as soon as Telegram takes it, for as long as this is not cancelled."""
    unanswered, waited = services.unanswered, 0.0
    while True:
        await unanswered.news.wait()
        for chat, lost in list(unanswered.lost.items()):
            try:
                await _tell(bot, services, lost[-1])
            except (Forbidden, BadRequest) as fault:  # and would be each time
                logger.info("somebody cannot be told what was lost (%s)", type(fault).__name__)
            except TelegramError as fault:
                _seldom.warning("telling", f"who lost something cannot be told yet ({type(fault).__name__})")
                waited = longer(waited)  # however long this chat is refused, others are told meanwhile
                await pause(waited)
                continue
            waited = 0.0
            unanswered.told(chat)


async def _tell(bot: Bot, services: Services, lost: Waiting) -> None:
    try:
        chosen = (await services.ask(settings_of, services.ledger.store, lost.chat)).language
    except sqlite3.Error:
        chosen = ChatSettings().language
    texts = services.words.people[chosen or lost.language or "en"]
    if lost.chat < 0:
        reply = short.with_private_button(texts, "interrupted", bot.username)
    else:
        reply = Reply(texts.of("interrupted"), guidance_parts.usual_buttons(texts))
    under = lost.message_id
    await bot.send_message(
        lost.chat,
        reply.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=markup(reply),
        reply_parameters=ReplyParameters(under, allow_sending_without_reply=True) if under else None,
    )
