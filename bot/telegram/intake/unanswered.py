"""Who waits for an answer: in memory while the bot runs, and in the database in case it does not run on."""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

from bot.telegram.logs import Seldom
from bot.telegram.threads import run
from knowledge.ledger.inbox import Inbox, Waiting

P = ParamSpec("P")
T = TypeVar("T")
_KNOWN = 10_000  # numbers of updates, the newest
_WRITTEN_WITHIN = 2.0  # seconds; longer is nobody kept waiting for a database that is locked


class Unanswered:
    """The updates that wait. A database that cannot be written is logged, and keeps nobody from being answered."""

    def __init__(self, inbox: Inbox, lane: Executor) -> None:
        """Take the inbox, and the one thread in which it is written."""
        self._inbox, self._lane = inbox, lane
        self._waiting: dict[int, Waiting] = {}
        self._known: set[int] = set()
        self._order: deque[int] = deque()
        self._done: set[int] = set()
        self._writing: set[asyncio.Task[None]] = set()
        self._flushing: asyncio.Task[None] | None = None
        self._acknowledged = 0
        self._stuck = False
        """Whether the database is held by somebody else for long: then nobody waits for it at all."""
        self._seldom = Seldom(logging.getLogger(__name__))
        self.lost: dict[int, list[Waiting]] = {}
        """By chat, what can be answered no more; its person is to be told."""
        self.news = asyncio.Event()
        """Set while anybody is to be told."""

    def __len__(self) -> int:
        return len(self._waiting)

    async def take_over(self, pending: Collection[int] | None) -> None:
        """Take what an earlier run has left: what was answered is known, what was not is lost.

        ``pending`` are the updates that Telegram is about to send again, which are not lost; None where nobody knows.
        """
        left = await self._written(self._inbox.left)
        if left is None:
            return
        waiting, answered = left
        for number in answered:
            self._know(number)
        for each in waiting:
            if pending is None or each.update_id not in pending:
                self._lose(each)
        if pending is not None:
            last = max([*answered, *(each.update_id for each in waiting)], default=0)
            self.acknowledged(min(pending, default=last + 1))
        await self._written(self._inbox.expire, datetime.now(UTC))

    async def look(self) -> None:
        """Take what a replica that is gone has left, or an earlier run: its people are to be told."""
        for each in await self._written(self._inbox.abandoned) or ():
            self._lose(each)

    def is_new(self, number: int) -> bool:
        """Say whether an update was not taken before, and know it from now on."""
        if number in self._known:
            return False
        self._know(number)
        return True

    def _know(self, number: int) -> None:
        self._known.add(number)
        self._order.append(number)
        if len(self._order) > _KNOWN:
            self._known.discard(self._order.popleft())

    async def remember(self, updates: Sequence[Waiting]) -> None:
        """Write down who waits; return once that is safe, or where it takes too long."""
        if not updates:
            return
        self._waiting.update({each.update_id: each for each in updates})
        writing = self._begin(self._remember(updates))
        done, _ = await asyncio.wait({writing}, timeout=0 if self._stuck else _WRITTEN_WITHIN)
        self._stuck = not done

    def _begin(self, write: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        writing = asyncio.create_task(write)
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        return writing

    async def _remember(self, updates: Sequence[Waiting]) -> None:
        await self._written(self._inbox.take, updates, datetime.now(UTC))
        self._stuck = False

    def answered(self, number: int) -> None:
        """Forget who waited for an update, since it was answered, or is deliberately not."""
        if self._waiting.pop(number, None) is not None:
            self._done.add(number)
            self._flush_soon()

    def lose(self, each: Waiting) -> None:
        """Note that an update cannot be answered, and that its person is to be told."""
        self._waiting.pop(each.update_id, None)
        self._done.discard(each.update_id)
        self._begin(self._remember([each]))  # where something of the answer was sent, it is not there any more
        self._lose(each)

    def _lose(self, each: Waiting) -> None:
        self.lost.setdefault(each.chat, []).append(each)
        self.news.set()

    def told(self, chat: int) -> None:
        """Forget what a chat has lost, since it was told, or cannot be told."""
        self._done |= {each.update_id for each in self.lost.pop(chat, ())}
        if not self.lost:
            self.news.clear()
        self._flush_soon()

    def _flush_soon(self) -> None:
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        while self._done:
            done, self._done = self._done, set()
            try:
                await run(self._lane, self._inbox.answered, done)
            except sqlite3.Error as fault:
                self._done |= done  # tried again with the next one
                self._complain(fault)
                return

    def acknowledged(self, below: int) -> None:
        """Note that Telegram will send no update below a number again; it is written down by and by."""
        if below > self._acknowledged:
            self._acknowledged = below
            self._begin(self._forget(below))

    async def _forget(self, below: int) -> None:
        await self._written(self._inbox.acknowledged, below)
        self._stuck = False

    async def tidy(self) -> None:
        """Write down what the database refused before, and delete the numbers that nobody needs any more."""
        self._flush_soon()
        await self._written(self._inbox.expire, datetime.now(UTC))

    async def close(self) -> None:
        """Write down what is not written yet."""
        await asyncio.gather(*self._writing)
        if self._flushing:
            await self._flushing
        await self._flush()
        if self._acknowledged:
            await self._written(self._inbox.acknowledged, self._acknowledged)

    async def _written(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Do something with the inbox; None where the database refuses."""
        try:
            return await run(self._lane, act, *args, **kwargs)
        except sqlite3.Error as fault:
            self._complain(fault)
            return None

    def _complain(self, fault: sqlite3.Error) -> None:
        self._seldom.warning("inbox", f"who waits for an answer could not be written down ({fault})")
