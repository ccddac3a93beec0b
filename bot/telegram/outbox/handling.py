"""What becomes of the answer to one update while the update is handled."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from telegram.error import TelegramError

from bot.telegram.outbox.lines import Place


class Undelivered(TelegramError):
    """An answer that Telegram did not take for as long as it was tried; its person is told later."""


@dataclass
class Handling:
    """The handling of one update."""

    sent: Callable[[], None]
    """Called whenever something was sent or changed in answer to it."""
    place: Place | None = None
    """Where its answer stands in the line of its chat; None where that goes as soon as it is ready."""
    undelivered: bool = False
    """Whether something could not be sent."""

    def place_in(self, chat: int | str) -> Place | None:
        """Return the place in the line of a chat; None where there is none of it."""
        return self.place if self.place and self.place.chat == chat else None


HANDLED: ContextVar[Handling | None] = ContextVar("handled", default=None)
"""The update that what is sent answers; None where the bot writes by itself."""
