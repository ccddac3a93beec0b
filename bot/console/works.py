"""Work that takes seconds, in a thread of its own and one after the other; pages ask how far it is."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Event, Lock
from typing import Generic, Literal, Self, TypeVar

from index.trials.fitting import STEPS, Step, StepName
from knowledge.documents.toml import InvalidDocument

logger = logging.getLogger(__name__)
T = TypeVar("T")
_KEPT = 4
_MOST_WAITING = 8


class Busy(Exception):
    """Too much work waits already."""


class _Stopped(Exception):
    """The console ends."""


@dataclass
class Work(Generic[T]):
    """One piece of work; what a page is given is a copy, so that it stays one state while the page is written."""

    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    step: StepName = "encode"
    found: list[T] = field(default_factory=list)
    """What came of it, once it is done."""
    faults: tuple[str, ...] = ()
    """What is wrong with the documents, where that is why it failed."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ("done", "failed")

    @property
    def mark(self) -> str:
        """What tells whether anything has happened since a page was shown it."""
        return f"{self.state}-{self.step}"

    @property
    def steps_done(self) -> int:
        """How many of STEPS are behind it."""
        return STEPS.index(self.step)


class Works(Generic[T]):
    """Does each piece of work once for all who ask for it, and keeps what came of the last few in memory."""

    def __init__(self) -> None:
        self._works: dict[str, Work[T]] = {}
        self._lock = Lock()
        self._stopping = Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="works")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def ask(self, key: str, do: Callable[[Step], T]) -> Work[T]:
        """Return the work of a key, begun where it was not, or where it failed before.

        Raises:
            Busy: too much waits already.
        """
        with self._lock:
            known = self._works.pop(key, None)
            if known and known.state != "failed":
                self._works[key] = known  # the one asked for last is let go last
                return replace(known)
            if sum(not one.ended for one in self._works.values()) >= _MOST_WAITING:
                raise Busy
            work = self._works[key] = Work()
            ended = [name for name, one in self._works.items() if one.ended]
            for name in ended[: max(len(ended) - _KEPT + 1, 0)]:
                del self._works[name]
        begun = replace(work)
        self._thread.submit(self._do, work, do)
        return begun

    def of(self, key: str) -> Work[T] | None:
        """Return the work of a key; None where there is none, or no longer."""
        with self._lock:
            work = self._works.get(key)
        return replace(work) if work else None

    def stop(self) -> None:
        """Break off what runs at its next step, and begin nothing more."""
        self._stopping.set()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _do(self, work: Work[T], do: Callable[[Step], T]) -> None:
        def step(name: StepName) -> None:
            if self._stopping.is_set():
                raise _Stopped
            work.step = name

        work.state = "running"
        try:
            work.found.append(do(step))
            work.state = "done"
        except _Stopped:
            work.state = "failed"
        except InvalidDocument as invalid:
            work.faults, work.state = tuple(map(str, invalid.faults)), "failed"
        except Exception:  # whoever waits is told so, and it can be asked for again
            logger.exception("work for a page failed")
            work.state = "failed"
