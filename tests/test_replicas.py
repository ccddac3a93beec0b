"""Two bots on one PostgreSQL server, each with a folder of its own; people are divided between them by their chat."""

import asyncio
import shutil
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.night_kills import forking
from bot.checking.checker import Checker
from bot.moderation.night import Night, run_night
from bot.settings import Settings, read_settings
from bot.telegram.application import build_application
from bot.telegram.intake.running import looking, running
from bot.telegram.intake.taking import Intake
from index.builds.shelf import current_name
from index.model.encoder import Encoded
from knowledge.database.store import Store
from knowledge.ledger.inbox import Inbox, Waiting
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.night_reports import Nights
from tests.bot_api import BotApi
from tests.fakes import HashingEncoder, SlowChecker
from tests.paths import DOCUMENTS
from tests.postgres import Server
from tests.running import Stage, polling, settings_for, until
from tests.updates import message, press

DUE = datetime(2026, 11, 27, 3, 30, tzinfo=UTC)
TEXT = "is +65 9123 4567 a scammer? they hold my parcel until i pay a fee by a link"


class Blocked(HashingEncoder):
    """Says that it was asked, and answers never."""

    def __init__(self, asked: Callable[[], None]) -> None:
        super().__init__()
        self._asked = asked

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        self._asked()
        threading.Event().wait()
        raise AssertionError


@pytest.fixture
def replicas(postgres: Server, tmp_path: Path) -> list[Settings]:
    """Two settings with one database, one shelf and one key."""
    shared = {"ASKFIRST_DATABASE": postgres.fresh(), "ASKFIRST_BUILDS": f"file://{tmp_path}/shelf"}
    read_key(tmp_path / "0")
    (tmp_path / "1").mkdir()
    shutil.copy2(tmp_path / "0" / "key", tmp_path / "1")
    return [read_settings({"ASKFIRST_DATA": str(tmp_path / name), **shared}) for name in ("0", "1")]


@pytest.fixture
def store(replicas: list[Settings]) -> Iterator[Store]:
    with closing(Store(replicas[0].database)) as store:
        yield store


def night_of(settings: Settings, seconds: int = 1) -> Night:
    """Do the night that was due so long ago."""
    return run_night(settings, DUE + timedelta(seconds=seconds), encoder=HashingEncoder(), knowledge=DOCUMENTS, due=DUE)


def nights(store: Store) -> list[tuple[bool, int]]:
    """Return of each night whether it ended and whether it was broken off."""
    with store.reading() as db:
        rows = db.execute("SELECT finished, interrupted FROM nights ORDER BY id").fetchall()
    return [(finished is not None, interrupted) for finished, interrupted in rows]


def test_one_of_two_does_the_night_and_both_serve_what_it_published(replicas: list[Settings], store: Store) -> None:
    done: list[Night] = []
    both = [threading.Thread(target=lambda each=each: done.append(night_of(each))) for each in replicas]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert nights(store) == [(True, 0)]
    assert sorted(night.published for night in done) == [False, True]
    (made,) = (night.build for night in done if night.published)
    for settings in replicas:
        assert settings.shelf
        settings.shelf.take(settings.builds, "hashing")
        assert current_name(settings.builds) == made
    assert len(Nights(store).claim(datetime.now(UTC))) == 1


def _blocked_night(settings: Settings, say: Callable[[str], None]) -> None:
    blocked = Blocked(lambda: say("asked"))
    run_night(settings, DUE, encoder=blocked, knowledge=DOCUMENTS, due=DUE)


@pytest.mark.slow
def test_where_one_is_killed_amid_the_night_the_other_does_it(replicas: list[Settings], store: Store) -> None:
    starting = forking()
    reading, writing = starting.Pipe(duplex=False)
    process = starting.Process(target=_blocked_night, args=(replicas[0], writing.send))
    process.start()
    assert reading.recv() == "asked"
    waiting = threading.Thread(target=night_of, args=(replicas[1], 2))
    waiting.start()  # waits for the one that is at it
    assert nights(store) == [(False, 0)]
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    waiting.join()
    assert nights(store) == [(False, 1), (True, 0)]
    assert current_name(replicas[1].builds) is not None


@asynccontextmanager
async def bots(stage: Stage, replicas: list[Settings]) -> AsyncIterator[list[BotApi]]:
    """Run both, each on a server of its own; what one of them would be refused fails the test."""
    async with AsyncExitStack() as stack:
        apis = []
        for settings in replicas:
            api = BotApi()
            runner = await api.start()
            stack.push_async_callback(runner.cleanup)
            own = settings_for(settings.data, api, {"database": str(settings.database)})
            services = stack.enter_context(stage.services(own))
            await stack.enter_async_context(polling(own, services))
            apis.append(api)
        yield apis
    assert [api.violations for api in apis] == [[], []]


async def report(api: BotApi, person: int) -> None:
    """Ask about a contact and report it."""
    api.send(message=message(TEXT, chat=person))
    (answer,) = await api.wait_for(1, chat=person)
    data = next(data for data in answer.buttons.values() if data.startswith("contact:"))
    api.send(callback_query=press(data, chat=person, reply_to_message=message(TEXT, chat=person)))
    shown = (await api.wait_for(2, chat=person))[-1]
    yes = next(data for data in shown.buttons.values() if data.startswith("contact_yes:"))
    api.send(callback_query=press(yes, chat=person, under=shown.text))
    assert "It is reported" in (await api.wait_for(3, chat=person))[-1].text


@pytest.mark.anyio
async def test_what_people_report_to_either_is_told_by_both(stage: Stage, replicas: list[Settings]) -> None:
    async with bots(stage, replicas) as apis:
        for person in (11, 12, 13):
            await report(apis[person % 2], person)
        for person in (20, 21):
            apis[person % 2].send(message=message("they hold my parcel, number +6591234567", chat=person))
            (told,) = await apis[person % 2].wait_for(1, chat=person)
            assert "Reported here by 3 people since" in told.text
        apis[0].send(callback_query=press("country:SG", chat=20))
        await apis[0].wait_for(2, chat=20)
    assert {call.chat % 2 for call in apis[0].sent()} == {0}
    assert {call.chat % 2 for call in apis[1].sent()} == {1}
    with closing(Store(replicas[1].database)) as store, store.reading() as db:
        assert db.execute("SELECT chat, country FROM chats").fetchall() == [(20, "SG")]


class Minutes:
    """Minutes that pass when the test says so, for each that waits for one."""

    def __init__(self) -> None:
        self.begun = 0
        self._waiting: list[asyncio.Event] = []

    async def pause(self, _: float) -> None:
        self.begun += 1
        passed = asyncio.Event()
        self._waiting.append(passed)
        await passed.wait()

    async def passes(self) -> None:
        """Let one pass, and wait until what was done after it is done."""
        passing, self._waiting = self._waiting, []
        begun = self.begun
        for passed in passing:
            passed.set()
        await until(lambda: self.begun == begun + len(passing))


@asynccontextmanager
async def looking_bot(
    stage: Stage, settings: Settings, api: BotApi, minutes: Minutes, checker: SlowChecker
) -> AsyncIterator[Intake]:
    """Run a bot to which updates are brought, as by a webhook."""
    own = settings_for(settings.data, api, {"database": str(settings.database)})
    with stage.services(own, checker) as services:
        async with running(build_application(own, services)) as intake:
            await intake.unanswered.take_over(None)
            async with looking(services, minutes.pause):
                yield intake


def _killed_amid_answers(settings: Settings, say: Callable[[str], None]) -> None:
    with closing(Store(settings.database)) as store, closing(Inbox(store)) as inbox:
        inbox.take([Waiting(50, 7, 1, "de"), Waiting(51, 8, 2, "en")], DUE)
        say("taken")
        threading.Event().wait()


@pytest.mark.slow
@pytest.mark.anyio
async def test_the_people_of_a_killed_bot_are_told_once_by_the_others_and_nobody_elses_are(
    stage: Stage, replicas: list[Settings], api: BotApi, checker: Checker
) -> None:
    minutes, slow = Minutes(), SlowChecker(checker)
    starting = forking()
    reading, writing = starting.Pipe(duplex=False)
    process = starting.Process(target=_killed_amid_answers, args=(replicas[0], writing.send))
    process.start()
    try:
        assert await asyncio.to_thread(reading.recv) == "taken"
        async with AsyncExitStack() as stack:
            one, two = [
                await stack.enter_async_context(looking_bot(stage, each, api, minutes, slow)) for each in replicas
            ]
            stack.callback(slow.release.set)
            assert await one.take({"update_id": 101, "message": message(f"slow {TEXT}", chat=11)})
            assert await two.take({"update_id": 102, "message": message(f"slow {TEXT}", chat=12)})
            await until(lambda: minutes.begun == 2)
            for _ in range(2):
                await minutes.passes()
            assert api.sent() == []
            process.kill()
            process.join()
            for _ in range(5):
                await minutes.passes()
            for chat in (7, 8):
                await api.wait_for(1, chat=chat)
            assert sorted(call.chat for call in api.sent()) == [7, 8]
            slow.release.set()
            for chat in (11, 12):
                await api.wait_for(1, chat=chat)
    finally:
        process.kill()
    assert sorted(call.chat for call in api.sent()) == [7, 8, 11, 12]
    assert [call.parameters["reply_parameters"]["message_id"] for call in api.sent(7)] == [1]
