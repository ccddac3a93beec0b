"""Links into the private chat, and cards that warn others, through the front door."""

import pytest

from bot.words.texts import Texts
from knowledge.text.languages import INTERFACE
from tests.conftest import RunBot
from tests.talk import Talk

pytestmark = pytest.mark.anyio
PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
HERE = "https://t.me/askfirst_test_bot?start="


@pytest.mark.parametrize(
    ("payload", "same"), [("paid", "paid:"), ("paid-accomplice", "paid:accomplice"), ("report", "report:")]
)
async def test_a_link_leads_to_the_reply_of_its_button(run_bot: RunBot, payload: str, same: str) -> None:
    async with run_bot() as api:
        person = Talk(api, 7)
        reply = await person.write(f"/start {payload}")
        assert (reply.text, reply.buttons) == ((button := await person.tap_data(same)).text, button.buttons)


async def test_a_link_leads_to_a_pattern(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, 7)
        reply = await person.write("/start pattern-parcel-smish")
        assert reply.text == (await person.tap_data("pattern:parcel-smish")).text
        gone = await person.write("/start pattern-no-longer-there")
    assert "Fake parcel fee" in reply.text
    assert "no longer in my knowledge" in gone.text


@pytest.mark.parametrize("payload", ["", " ask", " something-else", " paid report", " PAID"])
async def test_any_other_start_greets(run_bot: RunBot, payload: str) -> None:
    async with run_bot() as api:
        reply = await Talk(api, 7).write(f"/start{payload}")
    assert "a second opinion before you pay" in reply.text
    assert len(reply.buttons) == len(INTERFACE)


async def test_a_likely_answer_has_a_button_that_makes_a_card_to_pass_on(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, 7)
        answer = await person.write(PARCEL)
        assert answer.buttons["Warn somebody"] == "share:parcel-smish"
        card = await person.tap(answer, "share")
        await api.wait_for_call("answerCallbackQuery")
        assert (await person.write("/share")).text == card.text
    head, *flags, action = card.text.split("\n")
    assert head == "🔔 <b>Your family may meet this: Fake parcel fee</b>"
    assert len(flags) == 3
    assert all(flag.startswith("🚩 ") for flag in flags)
    assert action.startswith("👉 ")
    assert "my parcel is held and" not in card.text
    assert list(card.buttons.values()) == [f"{HERE}pattern-parcel-smish"]


@pytest.mark.parametrize("text", [None, "dinner at seven tonight with grandma"])
async def test_there_is_no_card_where_no_scam_was_named(run_bot: RunBot, text: str | None) -> None:
    async with run_bot() as api:
        person = Talk(api, 7)
        if text:
            assert "Warn somebody" not in (await person.write(text)).buttons
        reply = await person.write("/share")
        assert (await person.tap_data("share:no-longer-there")).text == reply.text
    assert "nothing to warn of yet" in reply.text
    assert reply.buttons == {}


@pytest.mark.parametrize("language", INTERFACE)
async def test_a_card_is_in_the_persons_language(run_bot: RunBot, texts: dict[str, Texts], language: str) -> None:
    async with run_bot() as api:
        person = Talk(api, 7)
        await person.write(f"/language {language}", answers=2)
        card = await person.tap_data("share:parcel-smish")
    assert card.text.startswith(texts[language].of("share_head", title="\n").split("\n")[0])
    assert len(card.text) < 700
