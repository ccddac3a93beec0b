"""Fetching updates by long polling; Telegram hears that they were taken once they are safe, with the next request."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.telegram.intake.taking import Intake, number_of
from bot.telegram.logs import Seldom
from bot.telegram.outbox.patience import longer, refused_for

_TIMEOUT = 30  # seconds that Telegram holds a request until there is something
_LONGER = 15.0  # seconds beyond that until it counts as broken
_FIRST = 1.0  # second before the first try after a fault, doubled each time up to a minute


class Fetching:
    """Asks for updates, one request after the other."""

    def __init__(
        self,
        bot: Bot,
        request: BaseRequest,
        intake: Intake,
        allowed: Sequence[str],
        *,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        timeout: int = _TIMEOUT,
    ) -> None:
        """Take what requests are made with and for which kinds of updates, and what waits for some seconds."""
        self._bot, self._request, self._intake = bot, request, intake
        self._allowed, self._pause, self._timeout = json.dumps(allowed), pause, timeout
        self._next: int | None = None
        self._seldom = Seldom(logging.getLogger(__name__))

    async def run(self) -> None:
        """Fetch until this is cancelled; a fault makes it wait, and never ends it."""
        await self._until_done(self._bot.delete_webhook)
        first = await self._until_done(lambda: self._updates(0))
        await self._intake.unanswered.take_over({number for each in first if (number := number_of(each)) is not None})
        await self._take(first)
        while True:
            await self._take(await self._until_done(lambda: self._updates(self._timeout)))

    async def acknowledge(self) -> None:
        """Tell Telegram what was taken last, where it can be told at once."""
        if self._next is not None:
            try:
                await self._updates(0, most=1)
            except Exception:  # it will send them again, and they are known
                return

    async def _take(self, updates: list[Any]) -> None:
        numbers = [number for each in updates if (number := number_of(each)) is not None]
        self._next = max(numbers) + 1 if numbers else self._next  # told with the next request, once they are safe
        await self._intake.take_all(updates)
        if updates and not numbers:  # all without a number, and they would come again at once
            await self._pause(_FIRST)

    async def _until_done(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        pause = 0.0
        while True:
            try:
                return await ask()
            except Exception as fault:  # of Telegram, of the network, or an answer that is none
                kind, pause = type(fault).__name__, longer(pause, _FIRST)
                self._seldom.warning(kind, f"updates cannot be fetched ({kind})")
                refused = refused_for(fault) if isinstance(fault, TelegramError) else None
            await self._pause(max(pause, refused or 0.0))

    async def _updates(self, timeout: int, most: int = 100) -> list[Any]:
        asked = {"timeout": timeout, "limit": most, "allowed_updates": self._allowed}
        if self._next is not None:
            asked["offset"] = self._next
        address = f"{self._bot.base_url}/getUpdates?{urlencode(asked)}"
        updates = await self._request.post(address, read_timeout=timeout + _LONGER)
        if not isinstance(updates, list):
            raise TypeError("no list of updates")
        if self._next is not None:
            self._intake.unanswered.acknowledged(self._next)
        return updates
