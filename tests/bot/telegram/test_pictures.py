"""Many pictures at once, through the front door; what reads them waits until the test lets it."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.pictures.text import PictureText
from bot.pictures.turns import OF_A_CHAT, Turns
from bot.telegram import incoming
from knowledge.ledger.chat_settings import ChatSettings, settings_of
from tests.bot_api import BotApi
from tests.running import Stage, polling, settings_for, until
from tests.talk import Talk
from tests.updates import message

pytestmark = pytest.mark.anyio
FLOODS, OTHER, THIRD = 11, 12, 13
MANY = 300
"""More than the application works on at once."""
TOO_MANY = "Too many pictures came at once"


class Held:
    """Reads what is written in a file's bytes, as a code, once it may."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.let_go = threading.Event()

    def warm(self) -> None:
        """Be ready."""

    def read(self, data: bytes) -> PictureText:
        self.begun.append(data.decode())
        assert self.let_go.wait(60)
        return PictureText((), (data.decode(),), unreadable_script=False, scaled=False)


class Settling:
    """Counts what asks whether more messages come, and lets none of it wait."""

    asked = 0

    async def __call__(self) -> None:
        self.asked += 1


class Album:
    """The bot, with pictures that are held back."""

    def __init__(self, api: BotApi, held: Held, settling: Settling, turns: Turns) -> None:
        self.api, self.held, self.settling, self.turns = api, held, settling, turns
        self._number = 0

    def send(self, chat: int, name: str) -> None:
        self._number += 1
        self.api.files[name] = name.encode()
        photo = [{"file_id": name, "file_unique_id": name, "width": 9, "height": 9}]
        self.api.send(message=message(chat=chat, number=self._number, photo=photo))

    def fetched(self) -> list[str]:
        return [call.parameters["file_id"] for call in self.api.calls if call.method == "getFile"]


@pytest.fixture
def opened(api: BotApi, stage: Stage, tmp_path: Path) -> Any:
    @asynccontextmanager
    async def running() -> AsyncIterator[Album]:
        held, settling = Held(), Settling()
        settings = settings_for(tmp_path, api, {})
        with stage.services(settings, settled=settling, pictures=held) as services:
            try:
                async with polling(settings, services):
                    yield Album(api, held, settling, services.chats.turns)
                    held.let_go.set()
            finally:
                held.let_go.set()

    return running


async def test_many_pictures_of_one_chat_keep_nobody_else_waiting(opened: Any) -> None:
    async with opened() as album:
        for number in range(MANY):
            album.send(FLOODS, f"many-{number}")
        await until(lambda: album.turns.waiting == OF_A_CHAT and album.settling.asked == MANY - OF_A_CHAT - 1)
        album.send(OTHER, "one")
        await until(lambda: album.turns.waiting == OF_A_CHAT + 1)
        third = Talk(album.api, THIRD)
        assert "How to use AskFirst" in (await third.write("/help")).text
        assert "nothing to erase" in (await third.write("/forget")).text
        assert "cannot tell yet" in (await third.write("hello")).text
        assert len(album.fetched()) == 1  # what only waits is not fetched
        album.held.let_go.set()
        (other,) = await album.api.wait_for(1, OTHER)
        (answer,) = await album.api.wait_for(1, FLOODS)
        more = await Talk(album.api, OTHER).tap(other, "more")
    assert album.held.begun[1] == "one"
    assert album.fetched() == album.held.begun
    assert len(album.held.begun) == 2 + OF_A_CHAT
    assert TOO_MANY in answer.text
    assert TOO_MANY not in other.text
    assert "The QR code contains <b>one</b>" in more.text
    assert len(album.api.sent(FLOODS)) == 1


async def test_pictures_wait_in_the_order_they_came_however_slow_the_database_is(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()

    def slowly(*asked: Any) -> ChatSettings:
        assert answers.wait(60)
        return settings_of(*asked)

    monkeypatch.setattr(incoming, "settings_of", slowly)
    async with opened() as album:
        for number in range(OF_A_CHAT + 2):
            album.send(FLOODS, f"many-{number}")
        await until(lambda: album.turns.waiting == OF_A_CHAT)
        answers.set()
        await until(lambda: album.settling.asked == 1)
        album.held.let_go.set()
        await album.api.wait_for(1, FLOODS)
    assert album.held.begun == [f"many-{number}" for number in range(OF_A_CHAT + 2) if number != 1]


async def test_pictures_that_wait_are_not_fetched_any_more_after_forget(opened: Any) -> None:
    async with opened() as album:
        for number in range(3):
            album.send(FLOODS, f"secret-{number}")
        await until(lambda: album.turns.waiting == 2 and bool(album.held.begun))
        person = Talk(album.api, FLOODS)
        assert "nothing to erase" in (await person.write("/forget")).text
        album.held.let_go.set()
        await until(lambda: album.settling.asked == 3)
        assert "cannot tell yet" in (await person.write("hello")).text
    assert len(album.fetched()) == 1
    assert len(album.api.sent(FLOODS)) == 2


async def test_a_question_beside_a_picture_waits_until_the_picture_is_read(opened: Any) -> None:
    async with opened() as album:
        album.send(OTHER, "shot")
        await until(lambda: album.held.begun == ["shot"])
        album.api.send(message=message("is this true?", chat=OTHER, number=500))
        await until(lambda: album.settling.asked == 1)
        assert album.api.sent(OTHER) == []
        album.held.let_go.set()
        (answer,) = await album.api.wait_for(1, OTHER)
        more = await Talk(album.api, OTHER).tap(answer, "more")
    assert "The QR code contains <b>shot</b>" in more.text
    assert "your last 2 messages" in more.text
    assert len(album.api.sent(OTHER)) == 2


async def test_a_picture_that_was_sent_anew_is_fetched_once(opened: Any) -> None:
    async with opened() as album:
        album.send(OTHER, "before")
        await until(lambda: bool(album.held.begun))
        album.send(FLOODS, "old")
        await until(lambda: album.turns.waiting == 1)
        album.api.files["new"] = b"new"
        photo = [{"file_id": "new", "file_unique_id": "new", "width": 9, "height": 9}]
        album.api.send(edited_message=message(chat=FLOODS, number=2, photo=photo, edit_date=1790000001))
        await until(lambda: album.turns.waiting == 2)
        album.held.let_go.set()
        (answer,) = await album.api.wait_for(1, FLOODS)
        more = await Talk(album.api, FLOODS).tap(answer, "more")
    assert album.fetched() == ["before", "new"]
    assert "<b>new</b>" in more.text
