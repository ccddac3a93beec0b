"""Lines of waiting messages, one a chat, so that what is said in a chat keeps its order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Lines:
    """The lines, which are there for as long as anything waits in them."""

    def __init__(self) -> None:
        self._lines: dict[int | str, _Line] = {}

    def length(self, chat: int | str) -> int:
        """Return how many messages of a chat are sent or wait."""
        return self._lines[chat].waiting if chat in self._lines else 0

    @asynccontextmanager
    async def turn(self, chat: int | str) -> AsyncIterator[None]:
        """Wait until all that came before is sent, and hold the chat until the block ends."""
        line = self._lines.setdefault(chat, _Line())
        line.waiting += 1
        try:
            async with line.lock:
                yield
        finally:
            line.waiting -= 1
            if not line.waiting:
                del self._lines[chat]
