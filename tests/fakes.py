"""Stand-ins that behave: an encoder without a model, a checker that waits or fails, a watched database."""

import asyncio
import hashlib
import heapq
import re
import resource
import sqlite3
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from bot.checking.dialogue import Checks
from bot.checking.situation import Assessment, Situation
from index.model.encoder import Encoded, Heard, Parts, Vectors
from knowledge.database.connection import Address, Connection
from knowledge.database.store import Store
from knowledge.documents.stages import Stage
from knowledge.masking.text import CannotMask
from knowledge.text.sentences import Span
from tests.patience import PATIENCE

_BUCKETS = 512


class HashingEncoder:
    """Words hashed into buckets, unit length: texts that share words come near, deterministically."""

    name = "hashing"
    dimension = _BUCKETS
    tells_stages = False

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        self.encoded += len(texts)
        vectors = np.full((len(texts), _BUCKETS), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"[\u4e00-\u9fff]|\w+", text.lower()):
                vectors[row, int(hashlib.md5(word.encode()).hexdigest(), 16) % _BUCKETS] += 1
        scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return scaled

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        return Encoded(self.encode(texts), np.full((len(texts), 4), np.nan, dtype=np.float32))

    def read_parts(self, text: str, spans: Sequence[Span]) -> tuple[Encoded, Parts]:
        vectors = self.encode([text[start:end] for start, end in spans])
        return self.read([text]), Parts(vectors, np.pad(vectors, ((0, 0), (0, 1)), constant_values=1))

    def read_all_parts(self, texts: Sequence[tuple[str, Sequence[Span]]]) -> list[tuple[Encoded, Parts]]:
        return [self.read_parts(text, spans) for text, spans in texts]

    def flag_senses(self, flags: Sequence[str]) -> Vectors:
        counted = self.encoded
        vectors = self.encode(flags)
        self.encoded = counted  # flags are none of the texts
        return np.pad(vectors, ((0, 0), (0, 1)), constant_values=-0.45)


async def at_once() -> None:
    """Wait for no more messages of a case."""


def unsure(_: str) -> str:
    """Find no text sure to be masked."""
    raise CannotMask("text: something is left")


class WordReader:
    """Reads a text as the words hashed in it, for the training of heads."""

    def read_tokens(self, texts: Sequence[str], *, progress: bool = False) -> tuple[Vectors, list[Vectors]]:
        encoder = HashingEncoder()
        return encoder.encode(texts), [encoder.encode(re.findall(r"\w+", text)) for text in texts]


class Waits:
    """Time that passes only while something is waited for, and then at once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.paused: list[float] = []

    async def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.now += seconds
        await asyncio.sleep(0.01)

    def clock(self) -> float:
        return self.now


class MadeUpTime:
    """Time that passes only where a test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = 0

    def clock(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self._number += 1
        due = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.now + seconds, self._number, due))
        await due

    async def passes(self, seconds: float, settled: Callable[[], Awaitable[None]]) -> None:
        """Let time pass, and wait at each moment at which something was due until all that follows has settled."""
        end = self.now + seconds
        await settled()
        while self._waiting and self._waiting[0][0] <= end:
            self.now = max(self.now, self._waiting[0][0])
            while self._waiting and self._waiting[0][0] <= self.now:
                due = heapq.heappop(self._waiting)[2]
                if not due.done():
                    due.set_result(None)
            await settled()
        self.now = end


class AfterAll:
    """Waits until so many messages have come, and then for no more."""

    def __init__(self, messages: int) -> None:
        self._missing = messages
        self._all = asyncio.Event()

    async def __call__(self) -> None:
        self._missing -= 1
        if self._missing <= 0:
            self._all.set()
        await self._all.wait()


class Worker(ThreadPoolExecutor):
    """One thread, which counts what it was given to do."""

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self.given = 0

    def submit(self, do: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        self.given += 1
        return super().submit(do, *args, **more)


class OneWaits(ThreadPoolExecutor):
    """Does all that it is given at once, but one thing: the next call of a function waits until it is released."""

    def __init__(self) -> None:
        super().__init__(max_workers=4)
        self.hold: Callable[..., Any] | None = None
        self.release = threading.Event()

    def submit(self, do: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        if self.hold is None or getattr(do, "func", None) is not self.hold:
            return super().submit(do, *args, **more)
        self.hold = None
        return super().submit(self._later, do, *args, **more)

    def _later(self, do: Callable[..., Any], *args: Any, **more: Any) -> Any:
        self.release.wait(PATIENCE)
        return do(*args, **more)


class OffLoop(Store):
    """A database that notes each call which holds up the loop, once the bot runs."""

    running = False
    full = False
    """Whether the disk is full: nothing is written."""

    def __init__(self, address: Address) -> None:
        self.held_up: list[str] = []
        super().__init__(address, wait=60)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        self._note()
        if self.full:
            raise sqlite3.OperationalError("database or disk is full")
        with super().transaction() as db:
            yield db

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self._note()
        with super().reading() as db:
            yield db

    def clear_log(self) -> bool:
        self._note()
        return super().clear_log()

    def _note(self) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # a thread of its own
            return
        if self.running:
            self.held_up.append("".join(traceback.format_stack(limit=6)))


class SlowChecker:
    """Waits with every text that has the word "slow" in it until it is released."""

    def __init__(self, checker: Checks) -> None:
        self._checker = checker
        self.release = threading.Event()

    def check(self, situation: Situation) -> Assessment:
        if "slow" in situation.text:
            self.release.wait(PATIENCE)
        return self._checker.check(situation)


class StagedChecker:
    """Tells of every text how far it has gone, and whether that had better be asked, as it was told to."""

    def __init__(self, checker: Checks, stage: Stage, *, ask: bool) -> None:
        self._checker = checker
        self._stage: Stage = stage
        self._ask = ask

    def check(self, situation: Situation) -> Assessment:
        gone = float(self._stage == "after")
        return replace(self._checker.check(situation), stage=self._stage, ask=self._ask, surely_gone=gone)


class HearingChecker:
    """Hears of the texts in a table what it says they mean; of all others nothing, like a model that was not taught."""

    def __init__(self, checker: Checks, heard: Mapping[str, Heard]) -> None:
        self._checker = checker
        self._heard = heard

    def check(self, situation: Situation) -> Assessment:
        return replace(self._checker.check(situation), heard=self._heard.get(situation.text, Heard()))


class BrokenChecker:
    """Fails the way a broken model would."""

    def check(self, situation: Situation) -> Assessment:
        raise RuntimeError("the encoder is broken")


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """Let no file grow beyond a number of bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
