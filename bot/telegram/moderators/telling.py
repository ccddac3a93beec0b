"""Moderators are written to of our own accord."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.moderation import parts
from bot.moderation.waiting import News, news_of, refusals, waiting_reply
from bot.telegram.incoming import Person
from bot.telegram.sending import markup, send
from bot.telegram.services import Context, Ledger
from bot.words.reply import Reply
from bot.words.texts import Texts
from knowledge.ledger.chat_settings import settings_of
from knowledge.ledger.contact_report_decisions import forget_closed
from knowledge.ledger.roles import OPERATOR
from knowledge.proposals.proposal import Proposal

logger = logging.getLogger(__name__)


async def tell(context: Context, person: int, render: Callable[[Texts], Reply]) -> bool:
    """Write to somebody of our own accord, in their language; that they cannot be reached is no fault."""
    services = context.bot_data
    settings = await services.ask(settings_of, services.ledger.store, person)
    words = services.words.moderators[settings.language or "en"]
    try:
        await send(context, Person(person, settings, services.words.people[words.language]), render(words))
    except TelegramError as error:
        logger.info("a moderator could not be told (%s)", type(error).__name__)
        return False
    return True


async def tell_author(context: Context, proposal: Proposal) -> None:
    """Tell the author of a proposal what somebody else decided."""
    services = context.bot_data
    if proposal.author in (OPERATOR, proposal.decided_by):
        return
    if not await services.ask(services.ledger.roles.is_moderator, proposal.author):
        return
    await tell(context, proposal.author, lambda words: parts.told(proposal, services.engine.patterns(), words))


async def tell_author_undone(context: Context, number: int, moderator: int) -> None:
    """Tell the author of a proposal that the decision on it was taken back."""
    services = context.bot_data
    proposal = await services.ask(services.ledger.proposals.get, number)
    if proposal is None or proposal.author in (OPERATOR, moderator):
        return
    if await services.ask(services.ledger.roles.is_moderator, proposal.author):
        await tell(context, proposal.author, lambda words: parts.undone(proposal, services.engine.patterns(), words))


async def sent(context: Context, chat: int, reply: Reply, *, silent: bool = False) -> bool:
    """Send a reply; say whether there is nothing left to try, as where somebody has blocked the bot or is gone."""
    try:
        await context.bot.send_message(
            chat,
            reply.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=markup(reply),
            disable_notification=silent or None,
        )
    except (Forbidden, BadRequest) as refused:  # and would be each time
        logger.info("a message is not wanted or cannot be taken (%s)", type(refused).__name__)
        return True
    except TelegramError as error:
        logger.warning("a message could not be sent (%s); it is tried again", type(error).__name__)
        return False
    return True


async def tell_what_waits(context: Context, now: datetime, *, quiet: bool) -> None:
    """Write to each moderator for whom something new waits, where it is due; in a quiet hour without a sound."""
    services, ledger = context.bot_data, context.bot_data.ledger
    everyone = sorted(await services.ask(ledger.roles.everyone))
    await services.keep(forget_closed, ledger.store, now)
    refused = refusals(services.engine.serving.refused)
    await services.keep(ledger.desks.tidy, (*await services.ask(ledger.queue), *refused), everyone, now)
    for person in everyone:
        news = await services.ask(_news, ledger, person, refused)
        if not news.due(now, quiet=quiet):
            continue
        language = (await services.ask(settings_of, ledger.store, person)).language or "en"
        if await sent(context, person, waiting_reply(news, services.words.moderators[language]), silent=quiet):
            await services.keep(ledger.desks.tell, person, news.told, now)


def _news(ledger: Ledger, person: int, refused: Mapping[str, str]) -> News:
    own = frozenset(f"p{one.id}" for one in ledger.proposals.queue() if person in (one.author, *one.edited_by))
    return news_of(ledger.queue(person), own, ledger.desks.of(person), refused)
