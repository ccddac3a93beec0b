"""What the running bot does by itself, through the real application and its jobs."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from telegram.ext import JobQueue

from bot.moderation.night import Night
from bot.settings import read_settings
from bot.telegram.jobs import Jobs, missed, run_in_process
from bot.telegram.moderators.overview import drawn
from bot.words.texts import MODERATORS, read_texts
from index.builds.build import Build
from knowledge.database.store import Store
from knowledge.ledger.answer_counts import Counters
from knowledge.ledger.chat_settings import ChatSettings, keep_settings
from knowledge.ledger.night_reports import Nights, Untold
from knowledge.ledger.open_questions import Askers
from tests.bot_api import TOKEN, BotApi, Fault, Upload
from tests.conftest import RunBot
from tests.running import Stage, until
from tests.talk import ANN, BEN, NOBODY, OWNER, Talk, case, proposed, staffed

pytestmark = pytest.mark.anyio
OWNERS = {"owners": str(OWNER)}
NOW = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)
BLOCKED, GONE = Fault(403, "Forbidden: bot was blocked by the user"), Fault(400, "Bad Request: chat not found")
Job = Callable[[Any], Awaitable[None]]
HOWEVER_LATE = {"misfire_grace_time": None}
"""A busy machine may begin a job a moment late."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = staffed(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def report(small_build: Build) -> Night:
    manifest = small_build.manifest
    return Night(
        build=small_build.name,
        published=True,
        counts=manifest.counts,
        before=manifest.figures,
        after=manifest.figures,
        came_in=["case of parcel-smish (proposal 1)"],
        held_back=["proposal 2 (parcel-<gone>): unknown pattern"],
        to_tell=1,
    )


class AtOnce(Jobs):
    """Puts one job into the queue, to be done at once, in the place of all others."""

    def schedule(self, queue: JobQueue[Any], services: object) -> None:
        queue.run_once(self.night, 0, job_kwargs=HOWEVER_LATE)


class Twice(Jobs):
    """Tells twice at the same moment."""

    def schedule(self, queue: JobQueue[Any], services: object) -> None:
        for _ in range(2):
            queue.run_once(self.tell, 0, job_kwargs=HOWEVER_LATE)


class Noting(AtOnce):
    """Notes that it is done with telling."""

    times: ClassVar[list[datetime]] = []

    async def tell(self, context: Any) -> None:
        await super().tell(context)
        self.times.append(NOW)


@pytest.fixture
def run_night(run_bot: RunBot, tmp_path: Path) -> Callable[..., Any]:
    """Run the bot while one night is done; ``run`` stands for the process of the nightly run."""

    @asynccontextmanager
    async def running(run: Callable[[], int], kind: type[Jobs] = AtOnce) -> AsyncIterator[BotApi]:
        async def run_here() -> int:
            return run()

        settings = read_settings({"ASKFIRST_DATA": str(tmp_path), "TELEGRAM_BOT_TOKEN": TOKEN})
        jobs = kind(settings, read_texts(MODERATORS), drawn, run_here)
        async with run_bot(**OWNERS, jobs=jobs) as api:
            yield api

    return running


def finished(store: Store, report: Night) -> Callable[[], int]:
    """Return a run that leaves a report."""

    def run() -> int:
        nights = Nights(store)
        nights.finish(nights.begin(NOW), report.as_row(), NOW)
        return 0

    return run


async def test_moderators_are_told_of_the_night_with_the_weeks_picture(
    run_night: Callable[..., Any], store: Store, report: Night
) -> None:
    proposed(store, case("they hold my parcel until i pay by a link"))
    keep_settings(store, BEN, ChatSettings(None, "zh"))
    counters = Counters(store)
    counters.add(datetime.now(UTC).date(), "en", "likely", "parcel-smish", None)
    counters.flush()
    async with run_night(finished(store, report)) as api:
        told = {person: (await Talk(api, person).wait(2, 0))[:2] for person in (OWNER, ANN, BEN)}
    text, picture = told[ANN]
    assert f"The nightly run: {report.build} is published." in text.text
    assert "case of parcel-smish (proposal 1)" in text.text
    assert "parcel-&lt;gone&gt;" in text.text
    assert "Waiting for review: 1" in text.text
    assert isinstance(picture.parameters["photo"], Upload)
    assert "已发布" in told[BEN][0].text
    assert api.sent(NOBODY) == []
    assert Nights(store).claim(NOW + timedelta(days=99_000)) == ()


async def test_while_another_bot_tells_nothing_is_told(
    run_night: Callable[..., Any], store: Store, report: Night
) -> None:
    Noting.times.clear()
    with store.alone("telling"):
        async with run_night(finished(store, report), Noting) as api:
            await until(lambda: bool(Noting.times))
            assert api.sent(ANN) == []
    assert len(Nights(store).claim(NOW)) == 1


async def test_the_weeks_picture_is_left_out_with_a_line_where_nothing_can_draw_it(
    run_night: Callable[..., Any],
    store: Store,
    report: Night,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # as if it were not installed
    counters = Counters(store)
    counters.add(datetime.now(UTC).date(), "en", "likely", "parcel-smish", None)
    counters.flush()
    async with run_night(finished(store, report)) as api:
        (told,) = await Talk(api, OWNER).wait(1, 0)
    assert "The nightly run" in told.text
    assert "no picture of the answers: matplotlib: not installed" in caplog.text


async def test_a_night_without_a_report_is_told_by_its_status(run_night: Callable[..., Any], store: Store) -> None:
    async with run_night(lambda: 7) as api:
        (told,) = await Talk(api, ANN).wait(1, 0)
    assert "ended with status 7" in told.text


async def test_a_night_that_was_broken_off_is_told_with_the_next_one(
    run_night: Callable[..., Any], store: Store, report: Night
) -> None:
    Nights(store).begin(NOW - timedelta(days=1))
    async with run_night(finished(store, report)) as api:
        first, second = (await Talk(api, ANN).wait(2, 0))[:2]
    assert "did not get through" in first.text
    assert "interrupted before its end" in first.text
    assert "is published" in second.text


@pytest.mark.parametrize("fault", [BLOCKED, GONE], ids=["blocked", "gone"])
async def test_a_moderator_who_cannot_be_told_keeps_nobody_from_being_told(
    run_night: Callable[..., Any], store: Store, report: Night, api: BotApi, fault: Fault
) -> None:
    api.faults["sendMessage"].append(fault)
    async with run_night(finished(store, report)):
        for person in (ANN, BEN):  # the owner comes first, and never gets it
            assert "is published" in (await Talk(api, person).wait(1, 0))[0].text
    assert Nights(store).claim(NOW + timedelta(days=99_000)) == ()


async def test_a_report_goes_again_only_to_those_who_have_not_got_it(
    run_night: Callable[..., Any], store: Store, report: Night, api: BotApi
) -> None:
    nights = Nights(store)
    api.faults["sendMessage"] += [Fault(502, "Bad Gateway")] * 4  # each call is tried four times
    async with run_night(finished(store, report)):
        for person in (ANN, BEN):  # the owner comes first
            await Talk(api, person).wait(1, 0)
        left = list[Untold]()

        def claimed() -> bool:
            left.extend(nights.claim(datetime.now(UTC)))
            return bool(left)

        await until(claimed)
    assert left[0].readers == {ANN, BEN}
    nights.release(left[0].id)
    async with run_night(lambda: 0):
        assert "is published" in (await Talk(api, OWNER).wait(1, 0))[0].text
    assert [len(Talk(api, person).calls()) for person in (ANN, BEN)] == [1, 1]


async def test_a_run_whose_report_is_told_meanwhile_left_one(
    run_night: Callable[..., Any], store: Store, report: Night
) -> None:
    askers, today = Askers(store), datetime.now(UTC).date()
    askers.keep(NOBODY, np.ones(512, dtype=np.float32), today, "hashing")
    askers.found({askers.waiting(today, "hashing")[0].id: "parcel-smish"})

    def run() -> int:
        finished(store, report)()
        assert Nights(store).claim(datetime.now(UTC))  # as by the job that looks every minute
        return 7

    async with run_night(run) as api:
        await Talk(api, NOBODY).wait(1, 0)  # this comes last
    assert Talk(api, ANN).calls() == []


async def test_an_earlier_asker_is_told_once(
    run_night: Callable[..., Any], store: Store, report: Night, run_bot: RunBot
) -> None:
    askers = Askers(store)
    askers.keep(NOBODY, np.ones(512, dtype=np.float32), datetime.now(UTC).date(), "hashing")
    (asker,) = askers.waiting(datetime.now(UTC).date(), "hashing")
    askers.found({asker.id: "parcel-smish"})
    keep_settings(store, NOBODY, ChatSettings(None, "zh"))
    async with run_night(finished(store, report)) as api:
        (told,) = await Talk(api, NOBODY).wait(1, 0)
        assert "快递费钓鱼" in told.text
        assert list(told.buttons.values()) == ["pattern:parcel-smish"]
    assert askers.to_tell() == ()
    async with run_night(finished(store, report)) as api:
        await Talk(api, ANN).wait(2, 0)
    assert len(Talk(api, NOBODY).calls()) == 1


async def test_an_asker_who_cannot_be_told_is_let_go_of_and_one_not_reached_is_tried_again(
    run_night: Callable[..., Any], store: Store, api: BotApi
) -> None:
    askers, today = Askers(store), datetime.now(UTC).date()
    for number in range(3):
        askers.keep(900 + number, np.full(512, number + 1, dtype=np.float32), today, "hashing")
    askers.found({one.id: "parcel-smish" for one in askers.waiting(today, "hashing")})
    api.faults["sendMessage"] += [BLOCKED, GONE, *[Fault(502, "Bad Gateway")] * 4]  # each call is tried four times
    async with run_night(lambda: 0):
        await until(lambda: not api.faults["sendMessage"])
    assert [chat for _, chat, _ in askers.to_tell()] == [902]


async def test_two_that_tell_at_the_same_moment_tell_once(
    run_night: Callable[..., Any], store: Store, report: Night, api: BotApi
) -> None:
    askers, today = Askers(store), datetime.now(UTC).date()
    askers.keep(NOBODY, np.ones(512, dtype=np.float32), today, "hashing")
    askers.found({askers.waiting(today, "hashing")[0].id: "parcel-smish"})
    api.faults["sendMessage"].append(Fault(502, "Bad Gateway"))  # the first one waits before it tries again
    async with run_night(lambda: 0, Twice):
        await until(lambda: not askers.to_tell())
    assert len(api.sent(NOBODY)) == 1


async def test_a_chat_whose_questions_no_build_can_judge_any_more_is_told_once(
    run_night: Callable[..., Any], store: Store
) -> None:
    askers, today = Askers(store), datetime.now(UTC).date()
    for number in range(2):
        askers.keep(NOBODY, np.full(512, number + 1, dtype=np.float32), today, "before")
    askers.let_go(today, "hashing")
    keep_settings(store, NOBODY, ChatSettings(None, "de"))
    async with run_night(lambda: 0) as api:
        await until(lambda: not askers.to_tell())
    (told,) = Talk(api, NOBODY).calls()
    assert "schicken Sie mir die Nachricht noch einmal" in told.text


async def test_a_question_whose_pattern_is_gone_again_is_dropped(run_night: Callable[..., Any], store: Store) -> None:
    askers, today = Askers(store), datetime.now(UTC).date()
    askers.keep(NOBODY, np.ones(512, dtype=np.float32), today, "hashing")
    askers.found({askers.waiting(today, "hashing")[0].id: "gone-since"})
    async with run_night(lambda: 0) as api:
        await until(lambda: not askers.to_tell())
    assert Talk(api, NOBODY).calls() == []


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, False),
        (NOW - timedelta(minutes=1), True),
        (NOW + timedelta(minutes=1), False),
        (NOW - timedelta(days=3), True),
    ],
)
def test_a_night_is_missed_where_none_ended_since_its_hour(last: datetime | None, expected: bool) -> None:
    assert missed(last, time(3, 30), NOW + timedelta(hours=5)) is expected
    assert missed(last and last - timedelta(days=1), time(3, 30), NOW - timedelta(hours=1)) is expected


@pytest.mark.parametrize(("last", "soon"), [(timedelta(days=2), True), (timedelta(0), False), (None, False)])
async def test_a_missed_night_is_made_up_soon_after_the_start(
    store: Store, tmp_path: Path, stage: Stage, last: timedelta | None, soon: bool
) -> None:
    settings = read_settings({"ASKFIRST_DATA": str(tmp_path), "ASKFIRST_REBUILD_AT": "03:30"})
    if last is not None:
        nights, now = Nights(store), datetime.now(UTC)
        nights.finish(nights.begin(now - last), {}, now - last)
    queue: JobQueue[Any] = JobQueue()
    never: JobQueue[Any] = JobQueue()
    with stage.services(settings) as services:
        Jobs(settings, {}, drawn).schedule(queue, services)
        Jobs(replace(settings, rebuild_at=None), {}, drawn).schedule(never, services)
    scheduled = [job.job for job in queue.jobs() if job.name == "night"]
    assert len(scheduled) == 1 + soon
    assert {job.misfire_grace_time for job in scheduled} == {None}  # a busy machine leaves none out
    assert "night" not in [job.name for job in never.jobs()]


async def test_the_run_is_the_terminals_own_command_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/echo")
    assert await run_in_process() == 0
