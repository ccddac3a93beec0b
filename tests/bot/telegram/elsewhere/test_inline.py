"""Inline, through the front door: words in any chat, and the one verdict that is offered."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from bot.words.phone import plain
from knowledge.database.store import Store
from knowledge.ledger.chat_settings import ChatSettings, keep_settings
from tests.bot_api import Fault
from tests.conftest import RunBot
from tests.fakes import AfterAll, BrokenChecker, Worker
from tests.running import until
from tests.updates import inline_query, message

pytestmark = pytest.mark.anyio
PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
HERE = "https://t.me/askfirst_test_bot?start="


async def test_the_short_verdict_is_offered_to_send(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(inline_query=inline_query(PARCEL))
        call = await api.wait_for_call("answerInlineQuery")
        assert api.sent() == []
    (article,) = call.parameters["results"]
    content = article["input_message_content"]
    headline, action = content["message_text"].split("\n")
    assert "Stop. This looks like a known scam: Fake parcel fee" in headline
    assert "my parcel is held" not in str(article)
    assert (article["title"], article["description"]) == (plain(headline), plain(action))
    assert content["link_preview_options"] == {"is_disabled": True}
    assert article["reply_markup"]["inline_keyboard"][0][0]["url"] == f"{HERE}pattern-parcel-smish"
    assert call.parameters["is_personal"] is True
    assert 0 < call.parameters["cache_time"] <= 10


@pytest.mark.parametrize("query", ["", "   ", "my parcel", " parcel fee ", "包裹被扣"])
async def test_a_few_letters_are_not_judged(run_bot: RunBot, worker: Worker, query: str) -> None:
    async with run_bot() as api:
        api.send(inline_query=inline_query(query))
        call = await api.wait_for_call("answerInlineQuery")
    assert call.parameters["results"] == []
    assert call.parameters["button"]["start_parameter"] == "ask"
    assert call.parameters["is_personal"] is True
    assert worker.given == 0


async def test_the_verdict_is_in_the_language_of_the_words_or_the_one_that_was_chosen(
    run_bot: RunBot, tmp_path: Path
) -> None:
    async with run_bot() as api:
        api.send(inline_query=inline_query("收到短信说包裹被扣，点链接付两块钱快递费", code="de"))
        own = await api.wait_for_call("answerInlineQuery")
        store = Store(tmp_path / "askfirst.db")
        keep_settings(store, 7, ChatSettings("SG", "es"))
        store.close()
        before = len(api.calls)
        api.send(inline_query=inline_query(PARCEL))
        chosen = await api.wait_for_call("answerInlineQuery", after=before)
    assert "先停下" in own.parameters["results"][0]["title"]
    assert "Deténgase" in chosen.parameters["results"][0]["title"]


async def test_while_somebody_types_only_the_last_words_are_judged(run_bot: RunBot, worker: Worker) -> None:
    typed = [PARCEL[:end] for end in range(20, len(PARCEL), 10)] + [PARCEL]
    async with run_bot(settled=AfterAll(len(typed))) as api:
        for number, query in enumerate(typed):
            api.send(inline_query=inline_query(query, number=str(number)))
            await asyncio.sleep(0.01)
        call = await api.wait_for_call("answerInlineQuery")
    assert call.parameters["inline_query_id"] == str(len(typed) - 1)
    assert worker.given == 1


async def test_two_who_type_at_once_are_both_answered(run_bot: RunBot) -> None:
    async with run_bot(settled=AfterAll(2)) as api:
        for user in (7, 8):
            api.send(inline_query=inline_query(PARCEL, user=user, number=str(user)))

        def answered() -> set[Any]:
            calls = [call for call in api.calls if call.method == "answerInlineQuery"]
            return {call.parameters["inline_query_id"] for call in calls}

        await until(lambda: len(answered()) == 2)
        assert answered() == {"7", "8"}


async def test_words_of_an_inline_query_are_no_case_of_the_private_chat(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(inline_query=inline_query(PARCEL))
        await api.wait_for_call("answerInlineQuery")
        api.send(message=message("/more"))
        (reply,) = await api.wait_for(1)
    assert "Fake parcel fee" not in reply.text


async def test_a_failure_or_an_answer_that_comes_too_late_sends_nothing_and_logs_no_words(
    run_bot: RunBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    async with run_bot(BrokenChecker()) as api:
        api.send(inline_query=inline_query(PARCEL))
        await until(lambda: "could not be handled" in caplog.text)
    async with run_bot() as api:
        api.faults["answerInlineQuery"].append(Fault(400, "Bad Request: query is too old and response timeout expired"))
        api.send(inline_query=inline_query(PARCEL))
        await until(lambda: "too long ago" in caplog.text)
    assert api.sent() == []
    assert "parcel" not in caplog.text
