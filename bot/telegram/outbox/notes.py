"""Telling those who wait in a crowd how long it takes; each such note costs a message that others wait for."""

import asyncio
import logging
from typing import Any

from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.telegram.outbox.handling import Handling
from bot.telegram.outbox.outbox import AHEAD, Outbox

logger = logging.getLogger(__name__)
_A_SECOND = 6
"""Notes, while answers wait for Telegram: a fifth of all messages."""
_A_SECOND_AT_MOST = 15
"""While Telegram would take more than there are answers."""
_TAPS_A_SECOND = 50
"""What is shown over a button counts as no message."""
_SECONDS = (10, 15, 20, 30, 40, 50, 60, 90, 120, 150, 180)
"""What is said, the next one above what is expected."""


async def tell_late(bot: ExtBot[Any], outbox: Outbox) -> None:
    """Tell those who wait long, each once, for as long as this is not cancelled."""
    async with asyncio.TaskGroup() as telling:
        while True:
            await outbox.crowd.news.wait()
            late = outbox.crowd.next_to_tell()
            if late:
                telling.create_task(_tell(bot, *late))
            pace = _A_SECOND if outbox.rate.busy else _A_SECOND_AT_MOST
            await outbox.patience.pause(1 / (_TAPS_A_SECOND if late and late[0].query else pace))


async def _tell(bot: ExtBot[Any], handling: Handling, seconds: float) -> None:
    """Tell one, unless the answer leaves just now; it leaves after this."""
    assert handling.texts is not None
    said = next((each for each in _SECONDS if each >= seconds), _SECONDS[-1])
    words = handling.texts.of("busy", seconds=said)
    async with handling.telling:
        if handling.leaving:
            return
        try:
            if handling.query:
                await bot.answer_callback_query(handling.query, str(words))
                handling.spinner_stopped = True
            else:
                await _send(bot, handling.chat, words)
        except TelegramError as fault:
            logger.info("somebody could not be told how long it takes (%s)", type(fault).__name__)


async def _send(bot: ExtBot[Any], chat: int, words: str) -> None:
    """Send a note, ahead of all that waits."""
    await bot.send_message(chat, words, parse_mode=ParseMode.HTML, disable_notification=True, rate_limit_args=AHEAD)
