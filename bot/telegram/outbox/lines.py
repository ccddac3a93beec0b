"""Lines of waiting messages, one a chat, so that what is said in a chat keeps its order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

_HOLD = 5.0  # seconds


@dataclass(eq=False)
class Place:
    """A place in a chat's line, kept for the answer to a command or a button from when that came."""

    chat: int


@dataclass
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    places: list[Place] = field(default_factory=list)
    """Those that are kept, in the order in which they were taken."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def after_earlier(self, place: Place) -> None:
        """Wait until the places before this one are given back."""
        while self.places[0] is not place:
            await self.changed.wait()

    def give_back(self, place: Place) -> None:
        self.places.remove(place)
        self.changed.set()
        self.changed = asyncio.Event()


class Lines:
    """The lines, which are there for as long as anything waits in them."""

    def __init__(self, hold: float = _HOLD) -> None:
        """Take for how many seconds a place that is kept holds up those behind it, however long its answer takes."""
        self._hold = hold
        self._lines: dict[int | str, _Line] = {}

    def length(self, chat: int | str) -> int:
        """Return how many messages of a chat are sent or wait."""
        return self._lines[chat].waiting if chat in self._lines else 0

    def keep_place(self, chat: int) -> Place:
        """Keep the place behind those that are kept already, until it is given back."""
        place = Place(chat)
        self._lines.setdefault(chat, _Line()).places.append(place)
        return place

    def give_back(self, place: Place) -> None:
        """Let those behind a place go on: all that was to be said there is said, or nothing was."""
        self._lines[place.chat].give_back(place)
        self._drop_empty(place.chat)

    @asynccontextmanager
    async def turn(self, chat: int | str, place: Place | None = None) -> AsyncIterator[None]:
        """Wait until all that came before is sent, and hold the chat until the block ends.

        What has a place of its own goes after those that have earlier ones, all else as it comes.
        """
        line = self._lines.setdefault(chat, _Line())
        line.waiting += 1
        try:
            if place:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._hold):
                        await line.after_earlier(place)
            async with line.lock:
                yield
        finally:
            line.waiting -= 1
            self._drop_empty(chat)

    def _drop_empty(self, chat: int | str) -> None:
        line = self._lines[chat]
        if not line.waiting and not line.places:
            del self._lines[chat]
