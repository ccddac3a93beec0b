"""Whose picture is read next."""

import asyncio

import pytest

from bot.pictures.text import UnreadablePicture
from bot.pictures.turns import OF_A_CHAT, OF_ALL, Turns
from tests.running import until

pytestmark = pytest.mark.anyio


class Line:
    """Pictures in a queue, and what became of them."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.read: list[str] = []
        self.refused: list[str] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def add(self, chat: int, name: str) -> None:
        self._tasks[name] = asyncio.create_task(self._stand(chat, name))

    def leave(self, name: str) -> None:
        self._tasks[name].cancel()

    async def done(self) -> None:
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _stand(self, chat: int, name: str) -> None:
        try:
            async with self.turns.turn(chat):
                self.read.append(name)
                await asyncio.sleep(0)
        except UnreadablePicture as unreadable:
            self.refused.append(f"{name} {unreadable.reason}")


async def test_chats_take_turns_however_many_pictures_one_of_them_has() -> None:
    line = Line()
    async with line.turns.turn(1):
        for number in range(4):
            line.add(1, f"a{number}")
        line.add(2, "b0")
        line.add(3, "c0")
        line.add(2, "b1")
        await until(lambda: line.turns.waiting == 7)
    await line.done()
    assert line.read == ["b0", "c0", "a0", "b1", "a1", "a2", "a3"]


async def test_beyond_an_album_the_oldest_picture_of_the_chat_gives_way() -> None:
    line = Line()
    async with line.turns.turn(1):
        for number in range(OF_A_CHAT + 2):
            line.add(1, str(number))
        await until(lambda: len(line.refused) == 2)
    await line.done()
    assert line.refused == ["0 too-many", "1 too-many"]
    assert line.read == [str(number) for number in range(2, OF_A_CHAT + 2)]


async def test_beyond_all_that_may_wait_the_chat_with_most_gives_way() -> None:
    line = Line()
    async with line.turns.turn(99):
        for chat in range(OF_ALL - 1):
            line.add(chat, f"{chat}-0")
        line.add(7, "7-1")
        line.add(100, "100-0")
        await until(lambda: bool(line.refused))
        assert line.turns.waiting == OF_ALL
    await line.done()
    assert line.refused == ["7-0 too-many"]


async def test_who_leaves_the_queue_holds_up_nobody() -> None:
    line = Line()
    async with line.turns.turn(1):
        for name in ("a", "b", "c"):
            line.add(2, name)
        await until(lambda: line.turns.waiting == 3)
        line.leave("a")
        line.leave("b")
    line.leave("c")  # it was called a moment ago
    await line.done()
    line.add(1, "d")
    await line.done()
    assert line.read == ["d"]
    assert line.turns.waiting == 0
