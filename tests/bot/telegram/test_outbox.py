"""What happens to an answer between the handler that gives it and Telegram."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.telegram.outbox.handling import HANDLED, Handling, Undelivered
from bot.telegram.outbox.lines import Lines, Place
from bot.telegram.outbox.outbox import Outbox
from bot.telegram.outbox.patience import LONGEST, Patience
from tests.fakes import Waits
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio


class Telegram:
    """Takes calls, or refuses those that come next."""

    def __init__(self) -> None:
        self.faults: dict[int, deque[TelegramError]] = {}
        self.taken: list[tuple[int, str]] = []
        self.hold = asyncio.Event()
        self.hold.set()

    async def __call__(self, chat: int, text: str) -> bool:
        await self.hold.wait()
        if self.faults.get(chat):
            raise self.faults[chat].popleft()
        self.taken.append((chat, text))
        return True

    def of(self, chat: int) -> list[str]:
        return [text for each, text in self.taken if each == chat]


class Sender:
    """Sends through an outbox, as an answer or otherwise."""

    def __init__(self, outbox: Outbox, telegram: Telegram) -> None:
        self.outbox, self.telegram = outbox, telegram
        self.sent: Counter[int] = Counter()

    async def send(self, chat: int, text: str, endpoint: str = "sendMessage") -> Any:
        return await self.outbox.process_request(self.telegram, (chat, text), {}, endpoint, {"chat_id": chat}, None)

    async def answer(self, chat: int, text: str) -> Handling:
        handling = Handling(lambda: self.sent.update([chat]))
        token = HANDLED.set(handling)
        try:
            await self.send(chat, text)
        except Undelivered:
            assert handling.undelivered
        finally:
            HANDLED.reset(token)
        return handling


@asynccontextmanager
async def _sender(waits: Waits) -> AsyncIterator[Sender]:
    outbox = Outbox(Patience(waits.pause, waits.clock))
    await outbox.initialize()
    yield Sender(outbox, Telegram())
    await outbox.shutdown()


async def test_an_answer_is_tried_until_it_is_taken_and_its_chats_order_is_kept() -> None:
    waits = Waits()
    async with _sender(waits) as sender:
        sender.telegram.faults[7] = deque([RetryAfter(60)] * 8)
        await asyncio.gather(*(sender.answer(chat, text) for text in ("a", "b", "c") for chat in (7, 8)))
    assert sender.telegram.of(7) == sender.telegram.of(8) == ["a", "b", "c"]
    assert sender.telegram.taken[0][0] == 8  # who did not wait for the other chat
    assert waits.paused == [60.0] * 8
    assert sender.sent == {7: 3, 8: 3}


async def test_the_pauses_after_broken_connections_grow_and_end_after_a_quarter_of_an_hour() -> None:
    waits = Waits()
    async with _sender(waits) as sender:
        sender.telegram.faults[7] = deque([NetworkError("Bad Gateway")] * 100)
        handling = await sender.answer(7, "a")
        sender.telegram.faults.clear()
        await sender.answer(7, "b")
    assert handling.undelivered
    assert waits.paused[:5] == [4.0, 8.0, 16.0, 20.0, 20.0]
    assert LONGEST - 20 < sum(waits.paused) <= LONGEST
    assert sender.telegram.taken == [(7, "b")]
    assert sender.sent == {7: 1}


async def test_what_would_be_refused_for_longer_is_not_waited_for() -> None:
    waits = Waits()
    async with _sender(waits) as sender:
        sender.telegram.faults[7] = deque([RetryAfter(3000)])
        assert (await sender.answer(7, "a")).undelivered
    assert waits.paused == []


async def test_what_telegram_does_not_want_is_not_tried_again() -> None:
    waits = Waits()
    async with _sender(waits) as sender:
        sender.telegram.faults[7] = deque([BadRequest("chat not found")])
        with pytest.raises(BadRequest):
            await sender.answer(7, "a")
    assert waits.paused == []


async def test_what_the_bot_says_by_itself_is_not_waited_for_so_long() -> None:
    waits = Waits()
    async with _sender(waits) as sender:
        sender.telegram.faults[7] = deque([RetryAfter(5)] * 3)
        await sender.send(7, "a")
        for faults in ([NetworkError("Bad Gateway")], [RetryAfter(3000)]):
            sender.telegram.faults[7] = deque(faults)
            with pytest.raises(type(faults[0])):
                await sender.send(7, "b")
    assert waits.paused == [5.0] * 3


async def test_typing_is_left_out_where_much_is_shown_and_never_holds_up_an_answer() -> None:
    async with _sender(Waits()) as sender:
        sender.telegram.hold.clear()
        shown = [asyncio.create_task(sender.send(chat, "…", "sendChatAction")) for chat in range(20)]
        while sum(task.done() for task in shown) < 16:
            await asyncio.sleep(0)
        answers = [asyncio.create_task(sender.answer(chat, "a")) for chat in range(20)]
        sender.telegram.hold.set()
        await asyncio.gather(*shown, *answers)
    assert Counter(text for _, text in sender.telegram.taken) == {"a": 20, "…": 4}


async def test_one_chat_that_cannot_be_answered_does_not_pile_up() -> None:
    async with _sender(Waits()) as sender:
        sender.telegram.hold.clear()
        answers = [asyncio.create_task(sender.answer(7, str(number))) for number in range(80)]
        while not answers[-1].done():
            await asyncio.sleep(0)
        sender.telegram.hold.set()
        handled = await asyncio.gather(*answers)
    assert [each.undelivered for each in handled] == [False] * 60 + [True] * 20


async def _said(lines: Lines, said: list[str], text: str, place: Place | None) -> None:
    async with lines.turn(7, place):
        said.append(text)


async def test_a_place_that_is_kept_holds_up_those_behind_it_for_a_moment_only() -> None:
    for hold, said_first in ((0.01, ["second", "other", "first"]), (PATIENCE, ["other"])):
        lines, said = Lines(hold), list[str]()
        first, second = lines.keep_place(7), lines.keep_place(7)
        behind = asyncio.create_task(_said(lines, said, "second", second))
        if hold < PATIENCE:
            await behind
        await _said(lines, said, "other", None)
        await _said(lines, said, "first", first)
        assert said[: len(said_first)] == said_first
        lines.give_back(first)
        await behind
        assert lines.length(7) == 0
        lines.give_back(second)


async def test_a_place_that_is_given_back_unused_lets_the_next_go_on() -> None:
    lines, said = Lines(PATIENCE), list[str]()
    places = [lines.keep_place(7) for _ in range(3)]
    behind = asyncio.create_task(_said(lines, said, "third", places[2]))
    while not lines.length(7):
        await asyncio.sleep(0)
    lines.give_back(places[1])
    await asyncio.sleep(0)
    assert said == []
    lines.give_back(places[0])
    await behind
    assert said == ["third"]


async def test_a_bot_that_stops_waits_for_no_minutes() -> None:
    async def for_ever(_: float) -> None:
        await asyncio.Event().wait()

    patience = Patience(for_ever)
    waiting = asyncio.create_task(patience.waited(60))
    await asyncio.sleep(0)
    patience.stop()
    assert await waiting is False
    assert await patience.waited(60) is False
