"""Whose picture is read next: one at a time, in turn between chats, and no more waiting than are soon read."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.pictures.text import UnreadablePicture

OF_A_CHAT = 10
"""Pictures of one chat that wait, an album; beyond them its oldest one gives way."""
OF_ALL = 60
"""Pictures of all chats that wait, a minute's work; beyond them the oldest one of the chat with most gives way."""


class Turns:
    """The queue of pictures, for one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[int, deque[asyncio.Future[None]]] = {}  # in the order of the chats' turns, none empty
        self._taken = False

    @property
    def waiting(self) -> int:
        """How many pictures wait for their turn."""
        return sum(map(len, self._waiting.values()))

    @asynccontextmanager
    async def turn(self, chat: int) -> AsyncIterator[None]:
        """Wait until it is a chat's turn, and let the others wait until the block ends.

        Raises:
            UnreadablePicture: others came after it, and it had to give way.
        """
        if self._taken:
            await self._called(chat)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on(chat)

    async def _called(self, chat: int) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        own = self._waiting.setdefault(chat, deque())
        own.append(place)
        if len(own) > OF_A_CHAT:
            self._give_way(chat)
        elif self.waiting > OF_ALL:
            self._give_way(max(self._waiting, key=lambda each: len(self._waiting[each])))
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():  # it was called at the same moment
                self._pass_on(chat)
            raise

    def _give_way(self, chat: int) -> None:
        if not (place := self._first(chat)).done():
            place.set_exception(UnreadablePicture("too-many"))

    def _pass_on(self, chat: int) -> None:
        """Call the next one; the chat that had its turn comes last now."""
        if own := self._waiting.pop(chat, None):
            self._waiting[chat] = own
        while self._waiting:
            place = self._first(next(iter(self._waiting)))
            if not place.done():  # whoever waited was cancelled
                place.set_result(None)
                return
        self._taken = False

    def _first(self, chat: int) -> asyncio.Future[None]:
        place = self._waiting[chat].popleft()
        if not self._waiting[chat]:
            del self._waiting[chat]
        return place
