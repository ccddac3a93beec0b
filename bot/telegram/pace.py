"""What keeps one chat or one person from taking all answers: a pace, and answering only what is asked last."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_MOST_ANSWERS, _WITHIN = 30, 10.0
_MOST_CHATS = 10_000


class Pace:
    """How much of one chat is answered one by one: Telegram takes thirty messages a second from us, for all chats."""

    def __init__(self, most: int = _MOST_ANSWERS, within: float = _WITHIN) -> None:
        """Take how many answers are given within how many seconds."""
        self._most, self._within = most, within
        self._answered: dict[int, deque[float]] = {}

    def allows(self, chat: int, now: float) -> bool:
        """Say whether one more is answered, and count it; ``now`` is in seconds of any steady clock."""
        times = self._answered.pop(chat, None) or deque(maxlen=self._most)
        self._answered[chat] = times
        while len(self._answered) > _MOST_CHATS:
            del self._answered[next(iter(self._answered))]
        if len(times) == self._most and now - times[0] < self._within:
            return False
        times.append(now)
        return True


class Newest:
    """What each person asks last, while it is worked on: who types asks anew with every word."""

    def __init__(self) -> None:
        self._newest: dict[int, object] = {}

    @contextmanager
    def turn(self, person: int) -> Iterator[Callable[[], bool]]:
        """Take a person's turn until the block ends; what is yielded says whether no newer one has begun."""
        mine = self._newest[person] = object()
        try:
            yield lambda: self._newest.get(person) is mine
        finally:
            if self._newest.get(person) is mine:
                del self._newest[person]
