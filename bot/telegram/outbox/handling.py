"""What becomes of the answer to one update while the update is handled."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from telegram.error import TelegramError


class Undelivered(TelegramError):
    """An answer that Telegram did not take for as long as it was tried; its person is told later."""


@dataclass
class Handling:
    """The handling of one update."""

    sent: Callable[[], None]
    """Called whenever something was sent or changed in answer to it."""
    undelivered: bool = False
    """Whether something could not be sent."""


HANDLED: ContextVar[Handling | None] = ContextVar("handled", default=None)
"""The update that what is sent answers; None where the bot writes by itself."""
