"""What keeps the bot patient with everybody: "typing…" shown once a chat, and a pace that no one chat can exceed."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

_TYPING_EVERY = 4.0  # seconds; Telegram shows "typing…" for five
_MOST_ANSWERS, _WITHIN = 30, 10.0
_MOST_CHATS = 10_000


class Typing:
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


class Pace:
    """How much of one chat is answered one by one: Telegram takes thirty messages a second from us, for all chats."""

    def __init__(self) -> None:
        self._answered: dict[int, deque[float]] = {}

    def allows(self, chat: int, now: float) -> bool:
        """Say whether one more is answered, and count it; ``now`` is in seconds of any steady clock."""
        times = self._answered.pop(chat, None) or deque(maxlen=_MOST_ANSWERS)
        self._answered[chat] = times
        while len(self._answered) > _MOST_CHATS:
            del self._answered[next(iter(self._answered))]
        if len(times) == _MOST_ANSWERS and now - times[0] < _WITHIN:
            return False
        times.append(now)
        return True
