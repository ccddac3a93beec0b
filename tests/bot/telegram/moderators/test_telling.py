"""Moderators are told that work waits, through the real application and its jobs."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from telegram.ext import JobQueue
from tzlocal import get_localzone

from bot.settings import read_settings
from bot.telegram.jobs import Jobs
from bot.telegram.moderators.overview import drawn
from bot.words.texts import MODERATORS, read_texts
from knowledge.database.store import Store
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.wrong_answers import WrongNotes
from tests.bot_api import TOKEN, BotApi, Call, Fault
from tests.conftest import RunBot
from tests.running import Stage
from tests.talk import ANN, BEN, OWNER, Talk, case, proposed, reported, reported_often

pytestmark = pytest.mark.anyio
OWNERS = {"owners": str(OWNER)}
EVERYBODY = (OWNER, ANN, BEN)
FRESH = "the courier wants two dollars by a link before my parcel leaves the depot"
Tell = Callable[..., Any]


class Telling(Jobs):
    """Tells what waits once, at once, in the place of all other jobs."""

    def schedule(self, queue: JobQueue[Any], services: object) -> None:
        queue.run_once(self.tell_and_say_so, 0, job_kwargs={"misfire_grace_time": None})

    async def tell_and_say_so(self, context: Any) -> None:
        await self.tell_waiting(context)
        await context.bot.delete_my_commands()  # the last call: nothing more comes


@pytest.fixture
def tell(run_bot: RunBot, tmp_path: Path) -> Tell:
    """Run the bot at some moment of local time, and return it when all that is due was told."""

    @asynccontextmanager
    async def telling(local: str, quiet: str = "") -> AsyncIterator[BotApi]:
        environment = {"ASKFIRST_DATA": str(tmp_path), "TELEGRAM_BOT_TOKEN": TOKEN, "ASKFIRST_QUIET": quiet}
        moment = datetime.fromisoformat(local).replace(tzinfo=get_localzone()).astimezone(UTC)
        jobs = Telling(read_settings(environment), read_texts(MODERATORS), drawn, clock=lambda: moment)
        async with run_bot(**OWNERS, jobs=jobs) as api:
            api.calls.clear()
            await api.wait_for_call("deleteMyCommands")
            yield api

    return telling


def told(api: BotApi, person: int) -> list[Call]:
    return [call for call in api.sent(person) if "Waiting for review" in call.text]


async def test_each_is_told_once_of_what_waits_with_a_button_that_opens_the_review(
    tell: Tell, store: Store, tmp_path: Path
) -> None:
    proposed(store, case(FRESH))
    reported_often(store, tmp_path, 3)
    WrongNotes(store, read_key(tmp_path)).note("likely", None, "en", FRESH, 7, datetime.now(UTC))
    async with tell("2026-11-27T12:00") as api:
        (ben,) = told(api, BEN)
        lines = ["Waiting for review: 5", "Proposals: 1 · new: 1", "Reported contacts: 3 · new: 3", "Wrong answers: 1"]
        assert [line in ben.text for line in lines] == [True] * 4
        (ann,) = told(api, ANN)
        assert "Proposals" not in ann.text  # it is Ann's own, which another one decides on
        card = await Talk(api, BEN).tap(ben, "mod_review")
        assert card.number == ben.number
        assert "1 of 5" in card.text
    async with tell("2026-11-27T14:00") as api:  # after a restart, hours later
        assert [told(api, person) for person in EVERYBODY] == [[], [], []]


async def test_while_another_bot_tells_nobody_is_told_twice(tell: Tell, store: Store) -> None:
    proposed(store, case(FRESH))
    with store.alone("telling"):
        async with tell("2026-11-26T12:00") as api:
            assert told(api, BEN) == []
    async with tell("2026-11-26T12:01") as api:
        assert len(told(api, BEN)) == 1


async def test_what_is_new_is_told_after_an_hour_and_an_appeal_at_once(
    tell: Tell, store: Store, tmp_path: Path
) -> None:
    proposed(store, case(FRESH))
    async with tell("2026-11-27T12:00") as api:
        assert len(told(api, BEN)) == 1
    proposed(store, case(f"{FRESH} today"))
    async with tell("2026-11-27T12:59") as api:
        assert told(api, BEN) == []
    async with tell("2026-11-27T13:00") as api:
        (call,) = told(api, BEN)
        assert "Proposals: 2 · new: 1" in call.text
    reported(store, tmp_path, people=3, appealed=True)
    async with tell("2026-11-27T13:01") as api:
        assert [len(told(api, person)) for person in EVERYBODY] == [1, 1, 1]
        assert "Appeals: 1 · new: 1" in told(api, BEN)[0].text


async def test_in_quiet_hours_only_an_appeal_comes_and_makes_no_sound(tell: Tell, store: Store, tmp_path: Path) -> None:
    reported_often(store, tmp_path, 1)
    for night in ("2026-11-27T22:00", "2026-11-28T06:59"):
        async with tell(night, quiet="22:00-07:00") as api:
            assert told(api, BEN) == []
    reported(store, tmp_path, people=3, appealed=True)
    async with tell("2026-11-28T06:59", quiet="22:00-07:00") as api:
        assert told(api, BEN)[0].parameters["disable_notification"] is True
    proposed(store, case(FRESH))
    async with tell("2026-11-28T08:00", quiet="22:00-07:00") as api:
        assert "disable_notification" not in told(api, BEN)[0].parameters


async def test_who_has_opened_the_review_is_not_told_of_what_they_saw(
    tell: Tell, run_bot: RunBot, store: Store, tmp_path: Path
) -> None:
    reported_often(store, tmp_path, 2)
    async with run_bot(**OWNERS) as api:
        assert "1 of 2" in (await Talk(api, BEN).write("/review")).text
    async with tell("2026-11-27T12:00") as api:
        assert [len(told(api, person)) for person in EVERYBODY] == [1, 1, 0]


async def test_who_is_not_reached_is_told_later_and_keeps_nobody_waiting(
    tell: Tell, store: Store, tmp_path: Path, api: BotApi
) -> None:
    reported_often(store, tmp_path, 1)
    api.faults["sendMessage"] += [Fault(502, "Bad Gateway")] * 4  # each call is tried four times; the owner comes first
    async with tell("2026-11-27T12:00") as api:
        assert [len(told(api, person)) for person in EVERYBODY] == [0, 1, 1]
    async with tell("2026-11-27T12:01") as api:
        assert [len(told(api, person)) for person in EVERYBODY] == [1, 0, 0]


async def test_what_comes_back_within_the_hour_is_nothing_new(tell: Tell, store: Store) -> None:
    one = proposed(store, case(FRESH))
    async with tell("2026-11-27T12:00") as api:
        assert len(told(api, BEN)) == 1
    with store.transaction() as db:
        db.execute("UPDATE proposals SET state = 'rejected', decided = '2026-11-27' WHERE id = ?", (one.id,))
    async with tell("2026-11-27T13:30"):
        pass
    with store.transaction() as db:
        db.execute("UPDATE proposals SET state = 'waiting', decided = NULL WHERE id = ?", (one.id,))
    async with tell("2026-11-27T13:40") as api:
        assert told(api, BEN) == []


async def test_a_build_that_was_refused_is_told_at_once_and_once(tell: Tell, store: Store, stage: Stage) -> None:
    stage.refused.append("builds/20261127-x: digest of <vectors> differs, expected that of its manifest")
    async with tell("2026-11-27T23:00", quiet="22:00-07:00") as api:
        (call,) = [call for call in api.sent(BEN) if "A build was refused" in call.text]
        assert "digest of &lt;vectors&gt; differs" in call.text
        assert call.buttons == {}
    async with tell("2026-11-28T12:00") as api:
        assert api.sent(BEN) == []
