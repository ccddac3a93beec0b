"""Threads for whatever would hold up the loop, a lane for each sort of work, so that no sort waits for another."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_CHECKS, _READS, _ERRANDS = 16, 2, 4


@dataclass(frozen=True)
class Threads:
    """The lanes."""

    checks: Executor
    """Where situations wait to be judged; those that wait at the same time are judged together."""
    pictures: Executor
    """Where pictures are read, one at a time."""
    reads: Executor
    """For questions to the database, which wait for nobody who writes."""
    writes: Executor
    """For what is written into the database, which may have to wait for another process."""
    inbox: Executor
    """For noting who waits for an answer, in its order; nobody waits for it."""
    errands: Executor
    """For what takes a while: masking, making drafts, backups."""


@contextmanager
def open_threads() -> Iterator[Threads]:
    """Open the lanes; at the end what was begun is finished."""
    with ExitStack() as stack:

        def lane(name: str, threads: int = 1) -> Executor:
            return stack.enter_context(ThreadPoolExecutor(threads, thread_name_prefix=name))

        yield Threads(
            checks=lane("checks", _CHECKS),
            pictures=lane("pictures"),
            reads=lane("reads", _READS),
            writes=lane("writes"),
            inbox=lane("inbox"),
            errands=lane("errands", _ERRANDS),
        )


async def run(lane: Executor, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do something in a lane, and return what it returns."""
    return await asyncio.get_running_loop().run_in_executor(lane, partial(do, *args, **kwargs))
