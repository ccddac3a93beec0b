"""How fast each key may ask: a bucket that fills evenly, and that each request takes one out of."""

from collections.abc import Callable
from math import ceil

from bot.api.keys import Key


class Pace:
    """The buckets of all keys, in memory."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Take what tells the seconds; where it begins does not matter."""
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, key: Key) -> int:
        """Count a request of a key; return 0, or where it comes too soon, the seconds until the next one may."""
        now, a_second = self._clock(), key.per_minute / 60
        left, at = self._left.get(key.digest, (float(key.per_minute), now))
        left = min(key.per_minute, left + (now - at) * a_second)
        if left < 1:
            self._left[key.digest] = (left, now)
            return max(1, ceil((1 - left) / a_second))
        self._left[key.digest] = (left - 1, now)
        return 0
