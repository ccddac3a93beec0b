"""How long is waited for Telegram, and by which clock."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

LONGEST = 900.0
"""Seconds for which an answer is tried again."""
_FIRST, _MOST = 4.0, 60.0  # seconds between tries after a broken connection or a 5xx, doubled each time
SOONER = 20.0
"""Seconds between tries at most, where somebody waits for the answer."""
_AT_THE_END = 5.0  # seconds that are still waited once the bot stops


class Patience:
    """Waits, unless the bot stops meanwhile."""

    def __init__(
        self,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what waits for some seconds, and what tells seconds."""
        self.pause, self.clock = pause, clock
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Let nobody wait for long any more."""
        self._stopping.set()

    async def waited(self, seconds: float) -> bool:
        """Wait, and return True; return False at once where the bot stops."""
        if self._stopping.is_set():
            if seconds <= _AT_THE_END:
                await self.pause(seconds)
            return seconds <= _AT_THE_END
        pausing = asyncio.ensure_future(self.pause(seconds))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({pausing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return pausing.done()
        finally:
            pausing.cancel()
            stopping.cancel()


def longer(pause: float, first: float = _FIRST, most: float = _MOST) -> float:
    """Return the pause that follows one in which nothing got better; the first one follows zero."""
    return min(2 * pause, most) if pause else first


def refused_for(fault: TelegramError) -> float | None:
    """Return for how many seconds Telegram refuses: zero where it does not say, None where it is not for a time."""
    if isinstance(fault, RetryAfter):
        after = fault.retry_after
        return after.total_seconds() if isinstance(after, timedelta) else float(after)
    return 0.0 if isinstance(fault, NetworkError) and not isinstance(fault, BadRequest) else None
