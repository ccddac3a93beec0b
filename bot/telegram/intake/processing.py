"""Handling updates, many at once, and noting which of them are answered."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.telegram.intake.awaiting import awaiting
from bot.telegram.intake.order import in_order
from bot.telegram.intake.unanswered import Unanswered
from bot.telegram.outbox.handling import HANDLED, Handling
from bot.telegram.outbox.outbox import Outbox

_AT_ONCE = 4096
"""Updates handled at a time: answers that Telegram refuses for a quarter of an hour must not keep others waiting."""


class Answering(BaseUpdateProcessor):
    """Handles updates beside each other; commands and buttons of one chat are answered in their order."""

    def __init__(self, unanswered: Unanswered, outbox: Outbox) -> None:
        super().__init__(_AT_ONCE)
        self._unanswered, self._outbox = unanswered, outbox

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle one update; it is answered with the first message, or when all is done."""
        if not isinstance(update, Update):
            await coroutine
            return
        answered = partial(self._unanswered.answered, update.update_id)
        handling = self._handling(update, answered)
        token = HANDLED.set(handling)
        try:
            await coroutine
        finally:
            HANDLED.reset(token)
            self._outbox.crowd.leave(handling, answered=False)
            if handling.place:
                self._outbox.lines.give_back(handling.place)
        lost = awaiting(update, update.get_bot().username) if handling.undelivered else None
        if lost:
            self._unanswered.lose(lost)
        else:
            answered()

    def _handling(self, update: Update, answered: Callable[[], None]) -> Handling:
        chat, ordered = update.effective_chat, in_order(update)
        return Handling(
            sent=answered,
            chat=chat.id if chat else 0,
            query=update.callback_query.id if update.callback_query else None,
            place=self._outbox.lines.keep_place(ordered) if ordered is not None else None,
        )

    async def initialize(self) -> None:
        """Begin."""

    async def shutdown(self) -> None:
        """End."""
