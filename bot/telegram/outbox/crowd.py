"""Who waits for an answer while many do, how fast answers leave, and who is to be told that it takes a while."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

from bot.telegram.outbox.handling import Handling
from bot.telegram.outbox.rate import MOST
from bot.telegram.pace import Pace

_FEW = 20  # who wait; so many are no crowd
_WINDOW = 3.0  # seconds, over which it is counted how many answers leave
_SURE = 1.0  # seconds for which there must be a crowd before anybody is told how long it takes
_LONG = 5.0  # seconds; nobody is told of a shorter wait
_FRESH = 3.0  # seconds since somebody came, within which they should hear
_AGAIN = 60.0  # seconds within which nobody is told twice


class Crowd:
    """Those whose answer is on its way, in the order in which they came."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Take what tells seconds."""
        self._clock = clock
        self._since: dict[Handling, float] = {}
        self._left: deque[float] = deque()
        self._began = 0.0
        self._told = Pace(1, within=_AGAIN)
        self.news = asyncio.Event()
        """Set while there is a crowd."""

    def join(self, handling: Handling) -> None:
        """Note that an answer is on its way."""
        if not self._since:
            self._began = self._clock()
        self._since.setdefault(handling, self._clock())
        if len(self._since) > _FEW:
            self.news.set()

    def leave(self, handling: Handling, *, answered: bool) -> None:
        """Note that an answer was taken, or that there is none."""
        if self._since.pop(handling, None) is not None and answered:
            self._left.append(self._clock())
        if len(self._since) <= _FEW:
            self.news.clear()

    def next_to_tell(self) -> tuple[Handling, float] | None:
        """Return who is told next, with the seconds that their answer still takes; it counts as told.

        Those who have tapped a button come first, since what is shown there costs no message; then the oldest of those
        who came just now; where there are none, whoever has longest to go.
        """
        now = self._clock()
        late = list(self._late(now))
        fresh = [one for one in late if now - self._since[one[0]] <= _FRESH]
        tapped = [one for one in late if one[0].query]
        for told in (*tapped, *fresh, *reversed(late)):
            told[0].told = True
            if self._told.allows(told[0].chat, now):
                return told
        return None

    def _late(self, now: float) -> Iterator[tuple[Handling, float]]:
        """Yield who waits long and was not told, with the seconds that it still takes."""
        rate = self._rate(now)
        if not rate:
            return
        first = int(_LONG * rate)
        for place, handling in enumerate(islice(self._since, first, None), first + 1):
            if handling.texts and handling.chat > 0 and not handling.told and not handling.leaving:
                yield handling, place / rate

    def _rate(self, now: float) -> float:
        """Return how many answers leave a second; zero where there is nothing to go by yet, or none does."""
        while self._left and now - self._left[0] > _WINDOW:
            self._left.popleft()
        crowded = min(now - self._began, _WINDOW)
        return min(len(self._left) / crowded, MOST) if crowded >= _SURE else 0.0
