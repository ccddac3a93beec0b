"""The sign that the bot is at work: "typing…", shown once a chat."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

_TYPING_EVERY = 4.0  # seconds; Telegram shows "typing…" for five


class TypingSign:
    """Shows "typing…" in a chat for as long as any of its messages is worked on."""

    def __init__(self) -> None:
        self._working: Counter[int] = Counter()
        self._showing: dict[int, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def shown(self, chat: int, show: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
        """Show it until the block ends; that it cannot be shown is no reason not to answer."""
        self._working[chat] += 1
        if chat not in self._showing:
            self._showing[chat] = asyncio.create_task(_keep_showing(show))
        try:
            yield
        finally:
            self._working[chat] -= 1
            if not self._working[chat]:
                del self._working[chat]
                showing = self._showing.pop(chat)
                showing.cancel()
                await asyncio.gather(showing, return_exceptions=True)


async def _keep_showing(show: Callable[[], Awaitable[object]]) -> None:
    while True:
        await show()
        await asyncio.sleep(_TYPING_EVERY)
