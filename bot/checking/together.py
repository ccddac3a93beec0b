"""Calls of one function by several threads: those that wait at the same moment are made as one."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(eq=False)
class _Call(Generic[T, R]):
    given: T
    outcome: "Future[R]" = field(default_factory=Future)


class Together(Generic[T, R]):
    """A function of many things, called with one by each of several threads.

    Nobody waits for company: a call that finds nobody at work is made at once. What comes meanwhile is made together
    as soon as there is room, oldest first, by one of the threads that wait.
    """

    def __init__(
        self, do: Callable[[Sequence[T]], Sequence[R]], size: Callable[[T], int], most: int, workers: int = 1
    ) -> None:
        """Take a function that returns one outcome a thing, and how much may be given to it at once.

        Args:
            do: the function; where it fails, each thing is given to it alone, so that one costs only itself.
            size: how much one thing is.
            most: what the sizes of the things of one call may come to; a larger one is alone.
            workers: how many calls may be made at the same time.
        """
        self._do = do
        self._size = size
        self._most = most
        self._workers = workers
        self._waiting: list[_Call[T, R]] = []
        self._at_work = 0
        self._changed = threading.Condition()

    def __call__(self, given: T) -> R:
        """Return the outcome of one thing, or raise what the function raised of it."""
        call: _Call[T, R] = _Call(given)
        with self._changed:
            self._waiting.append(call)
        while taken := self._taken(call):
            self._make(taken)
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()
        return call.outcome.result()

    def _taken(self, call: _Call[T, R]) -> list[_Call[T, R]]:
        """Wait for a call's turn, and take the oldest ones that may be made with it; none once it was made."""

        def due() -> bool:
            return call.outcome.done() or (call in self._waiting and self._at_work < self._workers)

        with self._changed:
            self._changed.wait_for(due)
            if call.outcome.done():
                return []
            count, size = 1, self._size(self._waiting[0].given)
            while count < len(self._waiting) and size + self._size(self._waiting[count].given) <= self._most:
                size += self._size(self._waiting[count].given)
                count += 1
            taken, self._waiting = self._waiting[:count], self._waiting[count:]
            self._at_work += 1
        return taken

    def _make(self, calls: Sequence[_Call[T, R]]) -> None:
        try:
            outcomes = self._do([call.given for call in calls])
        except BaseException as fault:
            if len(calls) == 1 or not isinstance(fault, Exception):
                for call in calls:
                    call.outcome.set_exception(fault)
                return
            for call in calls:
                self._make([call])
        else:
            for call, outcome in zip(calls, outcomes, strict=True):
                call.outcome.set_result(outcome)
