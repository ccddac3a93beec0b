"""Moderators are written to of our own accord."""

import logging
from collections.abc import Callable

from telegram.error import TelegramError

from bot.moderation import parts
from bot.telegram.incoming import Person
from bot.telegram.sending import send
from bot.telegram.services import Context
from bot.words.reply import Reply
from bot.words.texts import Texts
from knowledge.ledger.chat_settings import settings_of
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
