"""Trying out what is proposed, in the background and one run at a time, so that answers do not wait."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

logger = logging.getLogger(__name__)

TrialRun = Callable[[], Awaitable[int]]
"""Tries everything that waits, and returns an exit status; what came of it is in the database."""
Then = Callable[[], Awaitable[None]]


async def try_in_process() -> int:
    """Run ``askfirst try`` and return its exit status."""
    return await run_command("try")


async def run_command(name: str, *options: str) -> int:
    """Run a command of ours in a process of its own, which gives its memory back; return its exit status."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", name, *options),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        env={**os.environ, "TQDM_DISABLE": "1"},  # no bars among the bot's log lines
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _nothing() -> None:
    """Tell nobody."""


class Trials:
    """Runs trials when asked; who asks while one runs waits for the next."""

    def __init__(self, run: TrialRun = try_in_process) -> None:
        self._run = run
        self._then: list[Then] = []
        self._task: asyncio.Task[None] | None = None

    def ask(self, then: Then = _nothing) -> None:
        """Have everything that waits tried, and ``then`` awaited, whatever came of it; a fault in it is logged."""
        self._then.append(then)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="trials")

    async def stop(self) -> None:
        """Break off what runs; what was not tried yet is tried the next time."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        while self._then:
            then, self._then = self._then, []
            try:
                status: int | str = await self._run()
            except OSError as fault:
                status = str(fault)
            if status:
                logger.error("trying out what is proposed ended with status %s", status)
            for each in then:
                try:
                    await each()
                except Exception:  # whoever else waits is told all the same, and the next trials run
                    logger.exception("somebody could not be told what came of a trial")


@dataclass(frozen=True)
class RunState:
    """How a command is doing at one moment."""

    running: bool = False
    status: int | None = None
    """The exit status of the last run; None where there was none, it was broken off, or it runs still."""


class Runs:
    """A command of ours that somebody started, one run at a time."""

    def __init__(self, name: str, run: Callable[[str], Awaitable[int]] = run_command) -> None:
        self._name, self._run = name, run
        self._task: asyncio.Task[int] | None = None

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self.state.running

    @property
    def state(self) -> "RunState":
        """Whether it runs and how it ended last, both of one moment; may be asked from any thread."""
        task = self._task
        if task is None or not task.done():
            return RunState(running=task is not None)
        if task.cancelled():
            return RunState()
        return RunState(status=1 if task.exception() else task.result())

    def start(self) -> bool:
        """Start it, on the loop; False where it runs already."""
        if self.running:
            return False
        self._task = asyncio.create_task(self._begun(), name=self._name)
        return True

    async def stop(self) -> None:
        """Break off what runs."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _begun(self) -> int:
        return await self._run(self._name)
