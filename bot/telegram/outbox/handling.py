"""What becomes of the answer to one update while the update is handled."""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from telegram.error import TelegramError

from bot.telegram.outbox.lines import Place
from bot.words.texts import Texts


class Undelivered(TelegramError):
    """An answer that Telegram did not take for as long as it was tried; its person is told later."""


@dataclass(eq=False)
class Handling:
    """The handling of one update."""

    sent: Callable[[], None]
    """Called whenever something was sent or changed in answer to it."""
    chat: int = 0
    query: str | None = None
    """The id of the press, where it is one."""
    place: Place | None = None
    """Where its answer stands in the line of its chat; None where that goes as soon as it is ready."""
    texts: Texts | None = None
    """The words to speak to its person with, once that is known."""
    undelivered: bool = False
    """Whether something could not be sent."""
    told: bool = False
    """Whether its person was told that it takes a while, or need not be."""
    spinner_stopped: bool = False
    """Whether the press was answered already, with that."""
    leaving: bool = False
    """Whether an answer is on the wire, or was."""
    telling: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while its person is told that it takes a while."""

    def place_in(self, chat: int | str) -> Place | None:
        """Return the place in the line of a chat; None where there is none of it."""
        return self.place if self.place and self.place.chat == chat else None

    async def leaves(self) -> None:
        """Note that an answer goes out, after what is being told just now."""
        async with self.telling:
            self.leaving = True


HANDLED: ContextVar[Handling | None] = ContextVar("handled", default=None)
"""The update that what is sent answers; None where the bot writes by itself."""
