"""What each signed-in moderator did last, in memory only, so that the next page can say so and take it back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from markupsafe import Markup

T = TypeVar("T")
_MOST = 200
_FRESH = timedelta(minutes=1)


@dataclass(frozen=True)
class Done:
    """What was done last."""

    said: Markup
    """In the words of the page that follows."""
    ref: str = ""
    """The item that can be taken back, as in bot/moderation/queue.py; empty where nothing can."""
    wrong: bool = False
    """Whether it was refused."""


class Lately:
    """The last act of each session, told on the next page alone."""

    def __init__(self) -> None:
        self._done: dict[str, Done] = {}
        self._lock = Lock()

    def put(self, session: str, done: Done) -> None:
        """Keep what was done; the oldest of many sessions give way."""
        with self._lock:
            self._done.pop(session, None)
            self._done[session] = done
            for old in list(self._done)[:-_MOST]:
                del self._done[old]

    def take(self, session: str) -> Done | None:
        """Return what was done, once."""
        with self._lock:
            return self._done.pop(session, None)


class Recent(Generic[T]):
    """Something that takes a while to find out and may be a minute old."""

    def __init__(self, find: Callable[[], T]) -> None:
        self._find = find
        self._found: tuple[datetime, T] | None = None
        self._lock = Lock()

    def of(self, now: datetime) -> T:
        """Return it as it was within the last minute; who asks while it is being found out waits for that."""
        with self._lock:
            found = self._found
            if found is None or now - found[0] > _FRESH:
                found = self._found = now, self._find()
            return found[1]
