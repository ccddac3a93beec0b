"""A pace that no one chat can exceed."""

from collections import deque

_MOST_ANSWERS, _WITHIN = 30, 10.0
_MOST_CHATS = 10_000


class Pace:
    """How much of one chat is answered one by one: Telegram takes thirty messages a second from us, for all chats."""

    def __init__(self) -> None:
        self._answered: dict[int, deque[float]] = {}

    def allows(self, chat: int, now: float) -> bool:
        """Say whether one more is answered, and count it; ``now`` is in seconds of any steady clock."""
        times = self._answered.pop(chat, None) or deque(maxlen=_MOST_ANSWERS)
        self._answered[chat] = times
        while len(self._answered) > _MOST_CHATS:
            del self._answered[next(iter(self._answered))]
        if len(times) == _MOST_ANSWERS and now - times[0] < _WITHIN:
            return False
        times.append(now)
        return True
