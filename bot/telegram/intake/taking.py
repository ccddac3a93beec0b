"""Taking updates, whichever way they come: parsed one at a time, remembered, and queued to be handled."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from telegram import Bot, Update

from bot.telegram.intake.awaiting import awaiting
from bot.telegram.intake.shape import fault_of, writable_strings
from bot.telegram.intake.unanswered import Unanswered

logger = logging.getLogger(__name__)
_LARGEST = 2**62


class Intake:
    """Takes updates as Telegram sends them: decoded JSON."""

    def __init__(self, application: Any) -> None:
        """Take an application whose ``bot_data`` are our services."""
        self._bot, self._queue = application.bot, application.update_queue
        self.unanswered: Unanswered = application.bot_data.unanswered
        self.skipped = 0
        """How many updates could not be parsed."""

    async def take(self, raw: Mapping[str, Any]) -> bool:
        """Take one update; once this returns, it is safe and may be acknowledged.

        Return False where it cannot be parsed: it is skipped, and logged by its number. One that was taken before is
        not taken again.
        """
        update = self._parsed(raw)
        if update is not None:
            await self._take([update])
        return update is not None

    async def take_all(self, raw: Iterable[object]) -> None:
        """Take several updates, in their order, written down together."""
        await self._take([update for each in raw if (update := self._parsed(each)) is not None])

    async def _take(self, updates: list[Update]) -> None:
        new = [update for update in updates if self.unanswered.is_new(update.update_id)]
        for update in new:
            self._queue.put_nowait(update)
        waiting = (awaiting(update, self._bot.username) for update in new)
        await self.unanswered.remember([each for each in waiting if each])

    def _parsed(self, raw: object) -> Update | None:
        number = number_of(raw)
        try:
            return read_update(raw, self._bot)
        except Unreadable as fault:
            self.skipped += 1
            logger.warning("update %s cannot be parsed and is skipped (%s); %d so far", number, fault, self.skipped)
            return None


class Unreadable(Exception):
    """An update that cannot be parsed; the message names what is at fault, and nothing that it says."""


def read_update(raw: object, bot: Bot) -> Update:
    """Parse one update.

    Raises:
        Unreadable: it is not as the Bot API says, or the library stumbles over it.
    """
    if number_of(raw) is None or not isinstance(raw, dict):
        raise Unreadable("not an update")
    try:
        if fault := fault_of(raw):
            raise Unreadable(fault)
        return Update.de_json(writable_strings(raw), bot)
    except Unreadable:
        raise
    except Exception as stumbled:  # whatever it is in the library that cannot bear it
        raise Unreadable(type(stumbled).__name__) from None


def number_of(raw: object) -> int | None:
    """Return an update's number; None where it has none that can be."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if type(number) is int and 0 <= number < _LARGEST else None
