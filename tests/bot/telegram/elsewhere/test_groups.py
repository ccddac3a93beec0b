"""Groups, through the front door: what is answered there, and all that is not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.checking.checker import Checker
from bot.checking.situation import Assessment, Situation
from bot.words.texts import Texts
from index.model.encoder import Heard
from knowledge.database.store import Store
from knowledge.documents.pattern import Kind
from knowledge.ledger.chat_settings import ChatSettings, settings_of
from knowledge.text.languages import INTERFACE
from tests.bot_api import BotApi, Call, Fault
from tests.conftest import RunBot
from tests.fakes import BrokenChecker, StagedChecker
from tests.running import until
from tests.updates import in_group, membership, message, press

pytestmark = pytest.mark.anyio
GROUP, ADMINISTRATOR, BOT = -5, 8, {"id": 4242, "is_bot": True, "first_name": "AskFirst"}
PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
RENT = "someone wants to rent my bank account and says it is only for moving money"
HERE = "https://t.me/askfirst_test_bot?start="


def asked(text: str = "/check", about: Any = None, **more: Any) -> Any:
    return in_group(text, number=4, reply_to_message=in_group(PARCEL, number=3) if about is None else about, **more)


async def answered(api: BotApi, count: int = 1) -> list[Call]:
    """Wait for so many answers in the group, and until a later message of somebody else is answered too."""
    if count:
        await api.wait_for(count, GROUP)
    before = len(api.sent(99))
    api.send(message=message("/help", chat=99))
    await api.wait_for(before + 1, 99)
    assert len(api.sent(GROUP)) == count
    return api.sent(GROUP)


@pytest.mark.parametrize(
    "ask", ["/check", "/check@askfirst_test_bot", "@askfirst_test_bot", "is this real @AskFirst_Test_Bot ?"]
)
async def test_a_message_that_is_asked_about_is_judged_in_two_lines(run_bot: RunBot, ask: str) -> None:
    body = asked(ask.replace("AskFirst_Test_Bot", "askfirst_test_bot"))
    body["text"] = ask
    async with run_bot() as api:
        api.send(message=body)
        (reply,) = await answered(api)
    headline, action = reply.text.split("\n")
    assert headline == "⛔ <b>Stop. This looks like a known scam: Fake parcel fee</b>"
    assert action.startswith("👉 ")
    assert "my parcel is held" not in reply.text
    assert reply.buttons == {"Ask me in private": f"{HERE}pattern-parcel-smish"}
    assert reply.parameters["reply_parameters"]["message_id"] == 3


async def test_a_caption_that_names_the_bot_asks_too(run_bot: RunBot) -> None:
    name = "@askfirst_test_bot"
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]
    body = in_group(
        caption=name, photo=photo, caption_entities=[{"type": "mention", "offset": 0, "length": len(name)}],
        reply_to_message=in_group(PARCEL, number=3),
    )  # fmt: skip
    async with run_bot() as api:
        api.send(message=body)
        (reply,) = await answered(api)
    assert "Fake parcel fee" in reply.text


UNASKED = {
    "a message": in_group(PARCEL),
    "a reply": asked("is this real?"),
    "a name without a reply": in_group(f"@askfirst_test_bot {PARCEL}"),
    "a command without a reply": in_group("/check"),
    "a command for another bot": asked("/check@another_bot"),
    "another command": asked("/paid"),
    "start": in_group("/start@askfirst_test_bot"),
    "another name": asked("@somebody_else"),
    "a reply to the bot": asked("@askfirst_test_bot", about={**in_group(PARCEL, number=3), "from": BOT}),
    "a verdict sent inline": asked(about=in_group(PARCEL, number=3, via_bot=BOT)),
    "a topic": asked(
        about=in_group(number=3, forum_topic_created={"name": "T", "icon_color": 1}),
        is_topic_message=True,
        message_thread_id=3,
    ),
    "words of another": asked(forward_origin={"type": "hidden_user", "date": 1, "sender_user_name": "X"}),
    "somebody joins": in_group(new_chat_members=[{"id": 9, "is_bot": False, "first_name": "N"}]),
    "a sticker": in_group(
        sticker={
            **{"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1},
            **{"is_animated": False, "is_video": False},
        }
    ),
}


@pytest.mark.parametrize("name", UNASKED)
async def test_nothing_else_is_read_or_answered(run_bot: RunBot, worker: Any, name: str) -> None:
    async with run_bot() as api:
        api.send(message=UNASKED[name])
        api.send(edited_message={**UNASKED[name], "edit_date": 1790000001})
        await answered(api, 0)
    assert worker.given == 0


async def test_an_edited_question_is_not_answered_again(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=asked())
        await answered(api)
        api.send(edited_message={**asked(), "edit_date": 1790000001})
        replies = await answered(api)
    assert len(replies) == 1


async def test_an_accomplice_trap_and_what_is_gone_lead_to_their_steps(run_bot: RunBot, checker: Checker) -> None:
    async with run_bot(StagedChecker(checker, "after", ask=False)) as api:
        api.send(message=asked())
        await answered(api)
        api.send(message=asked(about=in_group(RENT, number=3)))
        paid, took_part = await answered(api, 2)
    assert paid.text.startswith("🚨 ")
    assert list(paid.buttons.values()) == [f"{HERE}paid"]
    assert list(took_part.buttons.values()) == [f"{HERE}paid-{Kind.ACCOMPLICE}"]
    assert [len(reply.text.split("\n")) for reply in (paid, took_part)] == [2, 2]


class Despairing:
    """Hears despair in every text."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker

    def check(self, situation: Situation) -> Assessment:
        return replace(self._checker.check(situation), heard=Heard(despair=0.9))


async def test_despair_is_answered_with_where_somebody_listens(run_bot: RunBot, checker: Checker) -> None:
    async with run_bot(Despairing(checker)) as api:
        api.send(message=asked(about=in_group("i cannot go on any more", number=3)))
        (reply,) = await answered(api)
    head, line = reply.text.split("\n")
    assert "Do not leave them alone" in head
    assert line.startswith("📞 ")


async def test_a_message_without_words_is_said_to_have_none(run_bot: RunBot) -> None:
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 1}
    async with run_bot() as api:
        api.send(message=asked(about=in_group(number=3, voice=voice)))
        (reply,) = await answered(api)
    assert "no text in that" in reply.text


@pytest.mark.parametrize("code", INTERFACE)
async def test_the_bot_says_in_one_line_what_to_do_when_it_is_added(
    run_bot: RunBot, texts: dict[str, Texts], code: str
) -> None:
    async with run_bot() as api:
        api.send(my_chat_member=membership("left", "member", code="zh-TW" if code == "zh-Hant" else code))
        (reply,) = await answered(api)
    assert reply.text == texts[code].of("group_hello")
    assert "\n" not in reply.text
    assert "/check" in reply.text
    assert list(reply.buttons.values()) == [f"{HERE}ask"]


@pytest.mark.parametrize(
    "change",
    [
        membership("member", "administrator"),
        membership("member", "left"),
        membership("kicked", "left"),
        membership("left", "administrator", kind="channel"),
        membership("kicked", "member", chat=7, kind="private"),
    ],
    ids=["made administrator", "removed", "let back", "channel", "private"],
)
async def test_other_changes_are_passed_over_in_silence(run_bot: RunBot, change: Any) -> None:
    async with run_bot() as api:
        api.send(my_chat_member=change)
        await answered(api, 0)
    assert api.sent(7) == []


async def test_an_administrator_switches_the_bot_off_and_on(run_bot: RunBot, api: BotApi, tmp_path: Path) -> None:
    api.administrators.add((GROUP, ADMINISTRATOR))
    store = Store(tmp_path / "askfirst.db")
    async with run_bot():
        api.send(message=in_group("/quiet", user=ADMINISTRATOR))
        (off,) = await answered(api)
        assert "switched off here" in off.text
        api.send(message=asked())
        api.send(message=asked("@askfirst_test_bot"))
        await answered(api)
        assert settings_of(store, GROUP) == ChatSettings(quiet=True)
        api.send(message=in_group("/quiet@askfirst_test_bot", user=ADMINISTRATOR))
        await answered(api, 2)
        with store.reading() as db:
            assert db.execute("SELECT count(*) FROM chats").fetchone() == (0,)
        api.send(message=asked())
        *_, reply = await answered(api, 3)
    store.close()
    assert "Fake parcel fee" in reply.text


async def test_a_group_in_whose_own_name_is_written_is_an_administrator(run_bot: RunBot) -> None:
    itself = {"id": GROUP, "type": "supergroup", "title": "G"}
    async with run_bot() as api:
        api.send(message=in_group("/quiet", sender_chat={"id": -77, "type": "channel", "title": "C"}))
        await answered(api, 0)
        api.send(message=in_group("/quiet", sender_chat=itself))
        (off,) = await answered(api)
    assert "switched off here" in off.text


async def test_a_member_cannot_switch_the_bot_off(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=in_group("/quiet"))
        await api.wait_for_call("getChatMember")
        await answered(api, 0)
        api.send(message=asked())
        (reply,) = await answered(api)
    assert "Fake parcel fee" in reply.text


async def test_a_group_that_moves_or_removes_the_bot_takes_its_choice_along(
    run_bot: RunBot, api: BotApi, tmp_path: Path
) -> None:
    api.administrators.add((GROUP, ADMINISTRATOR))
    store = Store(tmp_path / "askfirst.db")
    async with run_bot():
        api.send(message=in_group("/quiet", user=ADMINISTRATOR))
        await answered(api)
        api.send(message=in_group(migrate_to_chat_id=-1005))
        await until(lambda: settings_of(store, -1005).quiet and not settings_of(store, GROUP).quiet)
        api.send(my_chat_member=membership("member", "kicked", chat=-1005, kind="supergroup"))
        await until(lambda: not settings_of(store, -1005).quiet)
    assert (settings_of(store, -1005), settings_of(store, GROUP)) == (ChatSettings(), ChatSettings())
    store.close()


@pytest.mark.parametrize(
    ("data", "payload"),
    [
        ("paid:", "paid"),
        ("paid:accomplice", "paid-accomplice"),
        ("report:", "report"),
        ("share:parcel-smish", "pattern-parcel-smish"),
        ("pattern:parcel-smish", "pattern-parcel-smish"),
        ("country:SG", "ask"),
        ("mod_approve:1:00000000", "ask"),
        ("pattern:", "ask"),
        ("pattern:../../x?y=<b>", "ask"),
    ],
)
@pytest.mark.parametrize("inline", [False, True])
async def test_a_button_pressed_outside_a_private_chat_opens_the_private_chat(
    run_bot: RunBot, data: str, payload: str, *, inline: bool
) -> None:
    body = press(data)
    body["message"]["chat"] = {"id": GROUP, "type": "supergroup", "title": "G"}
    if inline:
        del body["message"]
        body["inline_message_id"] = "i"
    async with run_bot() as api:
        api.send(callback_query=body)
        call = await api.wait_for_call("answerCallbackQuery")
        assert api.sent() == []
    assert call.parameters == {"callback_query_id": "55", "url": f"{HERE}{payload}"}


async def test_a_group_that_floods_the_bot_is_answered_fifteen_times_a_minute(run_bot: RunBot) -> None:
    async with run_bot() as api:
        for _ in range(20):
            api.send(message=asked())
        replies = await answered(api, 15)
    assert len(replies) == 15


async def test_a_failure_is_told_in_one_line(run_bot: RunBot) -> None:
    async with run_bot(BrokenChecker()) as api:
        api.send(message=asked())
        (reply,) = await answered(api)
    assert "could not check this just now" in reply.text
    assert "\n" not in reply.text


async def test_a_group_where_the_bot_may_not_write_is_no_failure(
    run_bot: RunBot, api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    api.faults["sendMessage"].append(Fault(400, "Bad Request: not enough rights to send text messages to the chat"))
    async with run_bot():
        api.send(my_chat_member=membership("left", "member"))
        await until(lambda: not api.faults["sendMessage"])
        await answered(api, 0)
    assert "could not be handled" not in caplog.text
