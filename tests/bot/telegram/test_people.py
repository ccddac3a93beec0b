"""What people may do, through the front door: a real application over HTTP, and what went out on the wire."""

import logging
from typing import Any

import pytest

from bot.checking.checker import Checker
from bot.telegram.sending import COMMANDS, GROUP_COMMANDS
from knowledge.text.languages import INTERFACE
from tests.bot_api import TOKEN, BotApi, Fault
from tests.conftest import RunBot
from tests.fakes import BrokenChecker, SlowChecker
from tests.updates import DAY, message, press

pytestmark = pytest.mark.anyio
PARCEL = "a text message says my parcel is held and i must pay a fee by a link"


async def test_a_described_scam_is_named_with_buttons_for_what_comes_next(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=message(PARCEL))
        (reply,) = await api.wait_for(1)
    assert "Stop. This looks like a known scam: Fake parcel fee" in reply.text
    assert "parcel is held" in reply.text
    known = ["share:parcel-smish", "wrong:likely:parcel-smish"]
    assert list(reply.buttons.values()) == ["paid:", "more:parcel-smish", "report:", *known]
    assert reply.parameters["reply_parameters"]["message_id"] == 1


async def test_typing_shows_while_the_check_runs(run_bot: RunBot, checker: Checker) -> None:
    slow = SlowChecker(checker)
    async with run_bot(slow) as api:
        api.send(message=message("slow"))
        call = await api.wait_for_call("sendChatAction")
        assert api.sent() == []
        slow.release.set()
        await api.wait_for(1)
    assert call.parameters["action"] == "typing"


@pytest.mark.parametrize(
    "body",
    [
        message(caption=PARCEL, photo=[{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]),
        message(PARCEL, forward_origin={"type": "hidden_user", "date": DAY, "sender_user_name": "Courier"}),
        message("is this true?", reply_to_message=message(PARCEL, number=3)),
        message("is this true?", reply_to_message=message("…", number=3), quote={"text": PARCEL, "position": 0}),
    ],
    ids=["caption", "forwarded", "reply", "quote"],
)
async def test_the_text_is_found_wherever_the_message_carries_it(run_bot: RunBot, body: object) -> None:
    async with run_bot() as api:
        api.send(message=body)
        (reply,) = await api.wait_for(1)
    assert "Fake parcel fee" in reply.text


async def test_a_reply_to_the_bots_own_answer_does_not_quote_that_answer(run_bot: RunBot) -> None:
    own = {"message_id": 5, "date": DAY, "chat": {"id": 7, "type": "private"}, "text": PARCEL}
    own["from"] = {"id": 4242, "is_bot": True, "first_name": "AskFirst"}
    async with run_bot() as api:
        api.send(message=message("dinner at seven tonight with grandma", reply_to_message=own))
        (reply,) = await api.wait_for(1)
    assert "Fake parcel fee" not in reply.text


async def test_an_edited_message_gets_a_fresh_answer(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=message("hello"))
        await api.wait_for(1)
        api.send(edited_message=message(PARCEL, edit_date=DAY))
        first, second = await api.wait_for(2)
    assert "cannot tell yet" in first.text
    assert "Fake parcel fee" in second.text


@pytest.mark.parametrize(
    ("code", "words"),
    [("en", "Stop."), ("zh-hans", "先停下"), ("zh-TW", "先停下"), ("de", "先停下"), (None, "先停下")],
)
async def test_the_answer_is_in_the_texts_own_language(run_bot: RunBot, code: str | None, words: str) -> None:
    text = PARCEL if code == "en" else "收到短信说包裹被扣，点链接付两块钱快递费"
    async with run_bot() as api:
        api.send(message=message(text, code=code))
        (reply,) = await api.wait_for(1)
    assert words in reply.text


async def test_start_leads_through_language_and_country_by_buttons(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=message("/start"))
        (start,) = await api.wait_for(1)
        assert list(start.buttons.items())[:2] == [("English", "language:en"), ("简体中文", "language:zh")]
        assert len(start.buttons) == len(INTERFACE)
        api.send(callback_query=press("language:zh-Hant"))
        _, confirmed, country = await api.wait_for(3)
        assert "繁體中文" in confirmed.text
        assert country.buttons["新加坡"] == "country:SG"
        api.send(callback_query=press("country:SG"))
        await api.wait_for(4)
        api.send(message=message("/report"))
        report = (await api.wait_for(5))[-1]
    assert "1799" in report.text
    assert "報案、檢舉管道：新加坡" in report.text


async def test_a_chosen_language_puts_the_chats_menu_in_it(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(callback_query=press("language:zh-Hant"))
        await api.wait_for(2)
    menus = [call.parameters for call in api.calls if call.method == "setMyCommands"]
    assert menus[-1]["scope"] == {"type": "chat", "chat_id": 7}
    assert "去哪裡報案" in str(menus[-1]["commands"])


async def test_command_menus_are_set_for_each_language_telegram_can_tell(run_bot: RunBot) -> None:
    async with run_bot() as api:
        pass
    menus = [call.parameters for call in api.calls if call.method == "setMyCommands"]
    two_letters = [code for code in INTERFACE if len(code) == 2]
    for scope, commands in (("all_private_chats", COMMANDS), ("all_group_chats", GROUP_COMMANDS)):
        mine = [menu for menu in menus if menu["scope"] == {"type": scope}]
        assert [menu.get("language_code", "") for menu in mine] == ["", *two_letters]
        assert {tuple(each["command"] for each in menu["commands"]) for menu in mine} == {commands}


async def test_menus_that_cannot_be_set_do_not_keep_the_bot_from_answering(run_bot: RunBot, api: BotApi) -> None:
    api.faults["setMyCommands"].append(Fault(404, "Not Found"))
    async with run_bot():
        api.send(message=message("/help"))
        (reply,) = await api.wait_for(1)
    assert "How to use AskFirst" in reply.text


async def test_country_and_language_survive_a_restart(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=message("/country Singapore"))
        await api.wait_for(1)
        api.send(message=message("/language zh"))
        await api.wait_for(2)
    async with run_bot() as api:
        api.send(message=message("/paid", code="en"))
        paid = (await api.wait_for(3))[-1]
    assert "第一个小时" in paid.text
    assert "1799" in paid.text


async def test_nothing_but_two_settings_of_a_chat_and_counts_without_it_are_kept(
    run_bot: RunBot, tmp_path: object
) -> None:
    from sqlite_utils import Database

    async with run_bot() as api:
        api.send(message=message(PARCEL))
        await api.wait_for(1)
        api.send(message=message("/country SG"))
        await api.wait_for(2)
    db = Database(f"{tmp_path}/askfirst.db")
    assert list(db.table("chats").rows) == [{"chat": 7, "country": "SG", "language": None, "quiet": 0}]
    kept = {table.name for table in db.tables if table.count}
    assert kept == {"chats", "counts", "report_key", "_sqlite_migrations"}
    (counted,) = db.table("counts").rows
    assert {name: counted[name] for name in counted if name != "day"} == {
        **{"language": "en", "concern": "likely", "pattern": "parcel-smish", "country": "", "count": 1}
    }
    db.close()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/help", "How to use AskFirst"),
        ("/privacy", "What AskFirst keeps"),
        ("/paid", "First hour after paying"),
        ("/report", "Where to report"),
        ("/country", "Which country are you in?"),
        ("/country Atlantis", "I do not know a country called “Atlantis”"),
        ("/country br", "no confirmed contact points"),
        ("/language", "Which language shall I speak?"),
        ("/language klingon", "I do not speak “klingon” yet"),
        ("/more", "Tell me first what happened"),
        ("/new", "That case is set aside"),
        ("/frobnicate", "I do not know that command"),
        ("/country <b>x", "&lt;b&gt;x"),
    ],
)
async def test_each_command_is_answered(run_bot: RunBot, command: str, words: str) -> None:
    async with run_bot() as api:
        api.send(message=message(command))
        (reply,) = await api.wait_for(1)
    assert words in reply.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("paid:", "First hour after paying"),
        ("report:", "Where to report"),
        ("pattern:parcel-smish", "What gives it away"),
        ("more:parcel-smish", "What gives it away"),
        ("more:", "Tell me first what happened"),
        ("asked:who", "Who contacted you?"),
        ("asked:how", "How did they reach you?"),
        ("asked:what", "What do they want?"),
        ("asked:when", "out of date"),
        ("tell:code", "cannot tell"),
        ("tell:the-moon", "out of date"),
        ("said:yes:parcel-smish", "out of date"),
        ("minor:", "Tell an adult you trust"),
        ("pattern:gone-since", "no longer in my knowledge"),
        ("country:", "Which country are you in?"),
        ("verb-of-an-older-version:9", "out of date"),
    ],
)
async def test_each_button_is_answered_and_its_spinner_stopped(run_bot: RunBot, data: str, words: str) -> None:
    async with run_bot() as api:
        api.send(callback_query=press(data))
        (reply,) = await api.wait_for(1)
        await api.wait_for_call("answerCallbackQuery")
    assert words in reply.text


@pytest.mark.parametrize(
    "extra",
    [
        {"sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1,
                     "is_animated": False, "is_video": False}},
        {"location": {"latitude": 1.0, "longitude": 2.0}},
    ],
    ids=["sticker", "location"],
)  # fmt: skip
async def test_what_cannot_be_read_is_said_so_kindly(run_bot: RunBot, extra: dict[str, Any]) -> None:
    async with run_bot() as api:
        api.send(message=message(**extra))
        (reply,) = await api.wait_for(1)
    assert "in words what happened" in reply.text
    assert "paid:" in reply.buttons.values()


async def test_a_message_of_5000_characters_is_read_to_its_end(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=message("we go swimming. " * 310 + PARCEL))
        (reply,) = await api.wait_for(1)
    assert "“" not in reply.text or "swimming" not in reply.text
    assert len(reply.text) < 4096


async def test_a_group_is_left_in_peace(run_bot: RunBot) -> None:
    async with run_bot() as api:
        body = message(PARCEL)
        body["chat"] = {"id": -5, "type": "group", "title": "G"}
        api.send(message=body)
        api.send(message=message("hello"))
        (reply,) = await api.wait_for(1)
    assert reply.chat == 7


async def test_a_slow_check_does_not_block_another_chat(run_bot: RunBot, checker: Checker) -> None:
    slow = SlowChecker(checker)
    async with run_bot(slow) as api:
        api.send(message=message("slow", chat=1))
        api.send(message=message("/help", chat=2))
        await api.wait_for(1, chat=2)
        assert api.sent(1) == []
        slow.release.set()
        await api.wait_for(1, chat=1)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(429, "Too Many Requests: retry after 1", retry_after=1),
        Fault(502, "Bad Gateway"),
        Fault(500, "Internal Server Error"),
        Fault(drop=True),
    ],
    ids=["429", "502", "500", "dropped connection"],
)
async def test_a_fault_of_telegram_delays_the_answer_and_does_not_lose_it(run_bot: RunBot, fault: Fault) -> None:
    async with run_bot() as api:
        api.faults["sendMessage"].append(fault)
        api.send(message=message(PARCEL))
        (reply,) = await api.wait_for(1)
    assert "Fake parcel fee" in reply.text


async def test_a_person_who_blocked_the_bot_is_no_error(run_bot: RunBot, caplog: pytest.LogCaptureFixture) -> None:
    async with run_bot() as api:
        api.faults["sendMessage"].append(Fault(403, "Forbidden: bot was blocked by the user"))
        api.send(message=message(PARCEL, chat=1))
        api.send(message=message("/help", chat=2))
        await api.wait_for(1)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_an_old_button_whose_spinner_cannot_be_stopped_is_still_answered(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.faults["answerCallbackQuery"].append(Fault(400, "Bad Request: query is too old and response timeout"))
        api.send(callback_query=press("report:"))
        await api.wait_for(1)
        api.send(message=message("/help"))
        report, help_ = await api.wait_for(2)
    assert "Where to report" in report.text
    assert "How to use" in help_.text


async def test_a_broken_checker_still_gives_the_emergency_guidance(
    run_bot: RunBot, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_bot(BrokenChecker()) as api:
        api.send(message=message("a private story about my parcel"))
        (reply,) = await api.wait_for(1)
    assert "could not check this just now" in reply.text
    assert "Call your bank" in reply.text
    logged = caplog.text
    assert "update 101 could not be handled" in logged
    assert "the encoder is broken" in logged
    assert "private story" not in logged


async def test_neither_token_nor_text_is_ever_logged(run_bot: RunBot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    async with run_bot() as api:
        api.faults["sendMessage"].append(Fault(500, "Internal Server Error"))
        api.send(message=message("a private story about my parcel and a link"))
        await api.wait_for(1)
    assert TOKEN not in caplog.text
    assert "private story" not in caplog.text
