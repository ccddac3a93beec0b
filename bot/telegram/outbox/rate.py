"""How many messages a second leave, oldest first."""

import asyncio

from bot.telegram.outbox.patience import Patience

MOST = 30.0
"""Messages a second, to all chats; as many may leave at once after a quiet second."""
_NEARLY = 1e-9


class Rate:
    """A bucket that leaks: each message pours in one, and waits until there is room for it."""

    def __init__(self, patience: Patience, most: float = MOST) -> None:
        """Take what waits for some seconds, and how many messages leave a second."""
        self._patience, self.most = patience, most
        self._level, self._at = 0.0, patience.clock()
        self._line = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Whether a message waits just now."""
        return self._line.locked()

    async def turn(self) -> None:
        """Wait until all that came before has left, and there is room."""
        async with self._line:
            while (over := self._leaked() + 1 - self.most) > _NEARLY:
                await self._patience.pause(over / self.most)
            self._level += 1

    def go_ahead(self) -> None:
        """Leave at once: those that wait do so a little longer."""
        self._level = self._leaked() + 1

    def _leaked(self) -> float:
        now = self._patience.clock()
        self._level, self._at = max(0.0, self._level - (now - self._at) * self.most), now
        return self._level
