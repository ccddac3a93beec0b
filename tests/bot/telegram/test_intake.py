"""What is sent is answered or said to be lost: broken updates, outages, refusals, kills and full disks."""

import asyncio
import logging
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.checking.checker import Checker
from bot.settings import BadSetting, Settings
from bot.telegram.application import build_application
from bot.telegram.intake.running import alone, running
from bot.telegram.logs import Seldom, quiet_the_library
from bot.telegram.sending import QuietRequest
from bot.words.texts import Texts
from knowledge.database.store import Store
from knowledge.ledger.chat_settings import ChatSettings, keep_settings, settings_of
from knowledge.ledger.inbox import Inbox, Waiting
from tests.bot_api import TOKEN, BotApi, Fault
from tests.conftest import RunBot
from tests.fakes import OffLoop, OneWaits, SlowChecker, Waits
from tests.paths import ROOT
from tests.running import Stage, polling, settings_for, until
from tests.updates import in_group, message, press

pytestmark = pytest.mark.anyio
PARCEL = "a text message says my parcel is held, i must pay a fee by a link"
MARK = "zweimalzwei"
LOST = "I was interrupted and have lost what you sent"
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def rows(folder: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "askfirst.db")) as db:
        return db.execute("SELECT update_id, chat, message_id, language FROM inbox ORDER BY update_id").fetchall()


def left_by_a_kill(folder: Path, *waiting: Waiting, answered: tuple[int, ...] = ()) -> None:
    """Leave the inbox as a bot does that is killed."""
    with closing(Store(folder / "askfirst.db")) as store:
        inbox = Inbox(store)
        inbox.take([*waiting, *(Waiting(number, 1, 1, None) for number in answered)], NOW)
        inbox.answered(answered)


# Updates that cannot be parsed


async def test_a_broken_update_between_two_good_ones_is_skipped_and_said_so_without_its_content(
    run_bot: RunBot, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    async with run_bot() as api:
        api.send(message=message("/help", chat=1))
        api.send(message={"message_id": 5, "text": MARK, "from": MARK, "chat": 5})
        api.send(message=message(f"/help {MARK}", chat=2))
        await api.wait_for(1, chat=1)
        await api.wait_for(1, chat=2)
        asked = api.asked
        await until(lambda: api.asked > asked)
    assert "update 102 cannot be parsed and is skipped" in caplog.text
    assert MARK not in caplog.text
    assert MARK.encode() not in b"".join(file.read_bytes() for file in tmp_path.glob("askfirst.db*"))
    assert rows(tmp_path) == []


async def test_answers_of_telegram_that_are_none_are_waited_out_and_never_logged(
    run_bot: RunBot, api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="telegram")
    caplog.set_level(logging.DEBUG, logger="bot")
    for body in (f'{{"ok": true, "result": ["{MARK}', f'{{"ok": true, "result": "{MARK}"}}', f'["{MARK}"]'):
        api.faults["getUpdates"].append(Fault(raw=web.Response(text=body, content_type="application/json")))
    api.faults["getUpdates"] += [Fault(409, "Conflict"), Fault(401, "Unauthorized"), Fault(502, "Bad Gateway")]
    waits = Waits()
    async with run_bot(waits=waits):
        api.send(message=message("/help"))
        await api.wait_for(1)
    assert waits.paused[:6] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    assert MARK not in caplog.text
    assert caplog.text.count("updates cannot be fetched") == len(
        {record.message for record in caplog.records if "cannot be fetched" in record.message}
    )


async def test_the_librarys_own_lines_show_nothing_that_was_received(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    quiet_the_library()
    api.send(message={"message_id": 5, "text": MARK, "from": MARK})
    async with Bot(TOKEN, f"{api.url}/bot", request=QuietRequest(), get_updates_request=QuietRequest()) as bot:
        with pytest.raises((TypeError, AttributeError)):
            await bot.get_updates()
        api.faults["getUpdates"].append(Fault(raw=web.Response(text=MARK)))
        with pytest.raises(TelegramError):
            await bot.get_updates()
    assert "get_updates: left out" in caplog.text
    assert MARK not in caplog.text


def test_one_line_of_each_kind_a_minute_says_how_many_there_were(caplog: pytest.LogCaptureFixture) -> None:
    waits = Waits()
    seldom = Seldom(logging.getLogger("bot.test"), waits.clock)
    for _ in range(3):
        seldom.warning("a", "a fault")
        seldom.warning("b", "another")
    waits.now = 60.0
    seldom.warning("a", "a fault")
    assert [record.message for record in caplog.records] == [
        "a fault",
        "another",
        "a fault (and 2 times since the last such line)",
    ]


# Outages and refusals


async def test_who_wrote_just_before_an_outage_is_answered_once_after_it(
    run_bot: RunBot, api: BotApi, checker: Checker
) -> None:
    slow, waits = SlowChecker(checker), Waits()
    async with run_bot(slow, waits=waits):
        for chat in range(1, 11):
            api.send(message=message(f"slow {PARCEL}", chat=chat))
        asked = api.asked
        await until(lambda: api.asked > asked)
        api.outage = True
        slow.release.set()
        await until(lambda: 4.0 in waits.paused)
        api.outage = False
        for chat in range(1, 11):
            await api.wait_for(1, chat=chat)
    assert [len(api.sent(chat)) for chat in range(1, 11)] == [1] * 10
    assert all("Fake parcel fee" in call.text for call in api.sent())


async def test_eight_refusals_in_a_row_lose_nothing_and_let_nothing_pass(run_bot: RunBot, api: BotApi) -> None:
    api.faults["sendMessage"] += [Fault(429, "Too Many Requests", retry_after=60)] * 8
    waits = Waits()
    async with run_bot(waits=waits):
        api.send(message=message("/help", number=1))
        async with asyncio.timeout(30):
            while not waits.paused:  # it was refused, and is tried again from now on
                await asyncio.sleep(0.001)
        api.send(message=message("/privacy", number=2))
        first, second = await api.wait_for(2)
    assert "How to" in first.text
    assert "keeps" in second.text
    assert waits.paused.count(60.0) == 8


async def test_commands_and_buttons_fetched_together_are_answered_in_their_order(
    api: BotApi, stage: Stage, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path, api, {})
    with stage.services(settings) as services, OneWaits() as reads:
        services = replace(services, threads=replace(services.threads, reads=reads))
        async with polling(settings, services) as outbox:
            reads.hold = settings_of
            api.send(message=message("/help", number=1))
            api.send(message=message("/privacy", number=2))
            api.send(callback_query=press("report:"))
            api.send(message=message("/new", number=3))
            await until(lambda: outbox.lines.length(7) == 3)  # all but the first know their answers
            api.send(message=message("/help", chat=8))
            await api.wait_for(1, chat=8)
            assert api.sent(7) == []
            reads.release.set()
            answers = [call.text for call in await api.wait_for(4, chat=7)]
    starts = ("How to", "What AskFirst keeps", "Where to report", "set aside")
    assert [start in answer for start, answer in zip(starts, answers, strict=True)] == [True] * 4, answers


async def test_a_check_in_hand_holds_up_no_command_and_a_command_in_hand_no_check(
    api: BotApi, stage: Stage, checker: Checker, tmp_path: Path
) -> None:
    settings, slow = settings_for(tmp_path, api, {}), SlowChecker(checker)
    with stage.services(settings, slow) as services, OneWaits() as reads:
        services = replace(services, threads=replace(services.threads, reads=reads))
        async with polling(settings, services):
            reads.hold = settings_of
            api.send(message=message("/help", number=1))
            api.send(message=message(PARCEL, number=2))
            (answer,) = await api.wait_for(1)
            assert "Fake parcel fee" in answer.text
            reads.release.set()
            await api.wait_for(2)
            api.send(message=message(f"slow {PARCEL}", number=3))
            api.send(message=message("/privacy", number=4))
            assert "keeps" in (await api.wait_for(3))[-1].text
            slow.release.set()
            await api.wait_for(4)


async def test_who_could_not_be_answered_in_time_is_told_in_their_language(
    run_bot: RunBot, api: BotApi, texts: dict[str, Texts], tmp_path: Path
) -> None:
    api.faults["sendMessage"] += [Fault(429, "Too Many Requests", retry_after=3000)] * 2
    waits = Waits()
    async with run_bot(waits=waits):
        api.send(message=message("/help", code="de", number=3))
        (told,) = await api.wait_for(1)
        api.send(message=message("/help", code="de", number=4))
        _, help_ = await api.wait_for(2)
    assert told.text == texts["de"].of("interrupted")
    assert told.parameters["reply_parameters"]["message_id"] == 3
    assert "paid:" in told.buttons.values()
    assert "How to" not in help_.text
    assert rows(tmp_path) == []


# What a killed bot leaves


async def test_after_a_kill_each_chat_is_told_once_in_its_language(
    run_bot: RunBot, texts: dict[str, Texts], tmp_path: Path
) -> None:
    left = [Waiting(11, 1, 5, "de"), Waiting(12, 1, 6, "de"), Waiting(13, 2, None, None), Waiting(14, 3, 7, "de")]
    left_by_a_kill(tmp_path, *left, Waiting(15, -5, 8, "en"))
    with closing(Store(tmp_path / "askfirst.db")) as store:
        keep_settings(store, 3, ChatSettings(language="zh"))
    async with run_bot() as api:
        await api.wait_for(4)
    told = {call.chat: call for call in api.sent()}
    assert len(api.sent()) == 4
    assert {chat: call.text for chat, call in told.items()} == {
        chat: texts[language].of("interrupted") for chat, language in ((1, "de"), (2, "en"), (3, "zh"), (-5, "en"))
    }
    assert told[1].parameters["reply_parameters"]["message_id"] == 6
    assert [label for label in told[-5].buttons.values() if "start=" in label] != []
    assert rows(tmp_path) == []


async def test_what_telegram_sends_again_is_answered_and_not_told_and_what_was_answered_is_not_answered_again(
    run_bot: RunBot, api: BotApi, tmp_path: Path
) -> None:
    left_by_a_kill(tmp_path, Waiting(101, 1, 1, "en"), Waiting(50, 4, 1, "en"), answered=(102,))
    for chat in (1, 2, 3):
        api.send(message=message("/help", chat=chat))
    async with run_bot():
        for chat in (1, 3, 4):
            await api.wait_for(1, chat=chat)
    assert {chat: LOST in call.text for chat in (1, 3, 4) for call in api.sent(chat)} == {1: False, 3: False, 4: True}
    assert len(api.sent()) == 3
    assert rows(tmp_path) == []


async def test_only_who_waits_for_an_answer_is_remembered_and_an_update_is_taken_once(
    run_bot: RunBot, api: BotApi, checker: Checker, stage: Stage, tmp_path: Path
) -> None:
    slow = SlowChecker(checker)
    settings = settings_for(tmp_path, api, {})
    with stage.services(settings, slow) as services:
        assert isinstance(services.ledger.store, OffLoop)
        application = build_application(settings, services)
        async with running(application) as intake:
            raw = {"update_id": 101, "message": message(f"slow {MARK}", chat=9, number=4, code="de")}
            assert await intake.take(raw)
            assert await intake.take(raw)
            assert await intake.take({"update_id": 102, "message": in_group("hello", group=-5)})
            assert await intake.take({"update_id": 103, "message": in_group("/check", group=-6, number=8)})
            assert not await intake.take({"update_id": 104, "message": MARK})
            assert not await intake.take({"message": message("/help")})
            assert intake.skipped == 2
            assert {row[0] for row in rows(tmp_path)} == {101, 103}
            assert (101, 9, 4, "de") in rows(tmp_path)
            slow.release.set()
            await api.wait_for(1, chat=9)
    assert len(api.sent()) == 1
    assert [row[1:] for row in rows(tmp_path)] == [(None, None, None)] * 2
    assert MARK.encode() not in b"".join(file.read_bytes() for file in tmp_path.glob("askfirst.db*"))


async def test_a_bot_that_is_stopped_finishes_what_it_has_begun_and_takes_nothing_new(
    api: BotApi, checker: Checker, stage: Stage, tmp_path: Path
) -> None:
    slow, settings = SlowChecker(checker), settings_for(tmp_path, api, {})
    with stage.services(settings, slow) as services:
        async with polling(settings, services):
            api.send(message=message(f"slow {PARCEL}", chat=9))
            await until(lambda: len(services.unanswered) == 1)
            slow.release.set()
        api.send(message=message("/help", chat=10))
    assert [call.chat for call in api.sent()] == [9]
    assert rows(tmp_path) == []


# Floods


async def test_past_the_pace_a_button_stops_its_spinner(run_bot: RunBot) -> None:
    async with run_bot() as api:
        for _ in range(50):
            api.send(callback_query=press("paid:"))
        await until(lambda: sum(call.method == "answerCallbackQuery" for call in api.calls) == 50)
    assert len(api.sent()) == 30


# A database that cannot be written


async def test_on_a_full_disk_choices_say_so_and_checks_go_on(
    api: BotApi, stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(tmp_path, api, {})
    with stage.services(settings) as services:
        async with polling(settings, services):
            store = services.ledger.store
            assert isinstance(store, OffLoop)
            store.full = True
            for number, text in enumerate(("/country SG", "/country MY", PARCEL)):
                api.send(message=message(text, number=number + 1))
                answers = await api.wait_for(number + 1)
            api.send(callback_query=press("language:de"))
            answers = await api.wait_for(4)
            await api.wait_for_call("answerCallbackQuery")
            store.full = False
    assert ["nothing was saved and nothing erased" in answer.text for answer in answers] == [True, True, False, True]
    assert "Fake parcel fee" in answers[2].text
    assert "Traceback" not in caplog.text
    assert caplog.text.count("the database refuses") == 1
    assert caplog.text.count("could not be written down") == 1


# Starting


def test_a_second_bot_on_one_data_folder_is_refused(settings: Settings) -> None:
    refused = "another bot works with the database in this folder, expected one a folder"
    with alone(settings), pytest.raises(BadSetting, match=refused):
        alone(settings).__enter__()
    with alone(settings):
        pass


def test_bots_on_one_server_may_share_a_data_folder(settings: Settings) -> None:
    shared = replace(settings, server="postgresql://askfirst@db.example/askfirst")
    with alone(shared), alone(shared):
        assert not (settings.data / "bot.lock").exists()  # nothing holds the folder
    with alone(settings):
        assert (settings.data / "bot.lock").exists()


async def test_a_bot_waits_for_telegram_when_it_starts_and_says_where_the_token_is_wrong(
    api: BotApi, stage: Stage, tmp_path: Path
) -> None:
    settings, waits = settings_for(tmp_path, api, {}), Waits()
    api.faults["getMe"] += [Fault(502, "Bad Gateway")] * 8  # each call is tried four times
    with stage.services(settings) as services:
        async with polling(settings, services, waits=waits):
            assert waits.paused[:2] == [4.0, 8.0]
        api.faults["getMe"].append(Fault(401, "Unauthorized"))
        with pytest.raises(InvalidToken):
            async with running(build_application(settings, services)):
                pass


@pytest.mark.slow
async def test_of_ten_people_in_hand_at_a_kill_nobody_is_forgotten_and_nobody_else_told(
    api: BotApi, tmp_path: Path, small_builds: Path
) -> None:
    program = (sys.executable, "-m", "tests.bot_to_kill", str(tmp_path), str(small_builds), api.url)
    bot = await asyncio.create_subprocess_exec(*program, cwd=ROOT)
    try:
        for chat in range(1, 11):
            api.send(message=message("/help", chat=chat))
            api.send(message=message(f"slow {PARCEL}", chat=100 + chat, code="de"))
        for chat in range(1, 11):
            await api.wait_for(1, chat=chat)
        asked = api.asked
        await until(lambda: api.asked > asked)  # it has told that they were taken
        await until(lambda: sum(row[1] is not None for row in rows(tmp_path)) == 10)  # those in hand alone are left
    finally:
        bot.kill()
        await bot.wait()
    assert len(api.sent()) == 10
    bot = await asyncio.create_subprocess_exec(*program, cwd=ROOT)
    try:
        for chat in range(101, 111):
            await api.wait_for(1, chat=chat)
        api.send(message=message("/help", chat=200))
        await api.wait_for(1, chat=200)
        bot.terminate()
        assert await bot.wait() == 0
    finally:
        if bot.returncode is None:
            bot.kill()
    assert len(api.sent()) == 21
    assert all("unterbrochen" in call.text for call in api.sent() if 100 < call.chat < 200)
    assert rows(tmp_path) == []
