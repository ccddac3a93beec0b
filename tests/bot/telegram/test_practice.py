"""Practice in Telegram: ten short situations, one tap each, explained at once, a score at the end."""

from collections.abc import Mapping
from html import unescape

import pytest

from knowledge.documents.exercises.practice import Exercise, read_practice
from tests.bot_api import Call
from tests.conftest import RunBot
from tests.talk import NOBODY, Talk

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def known() -> Mapping[str, Exercise]:
    """Every English situation, by its text."""
    return {one.text: one for one in read_practice()["en"]}


def asked(shown: Call, known: Mapping[str, Exercise]) -> Exercise:
    (found,) = [one for text, one in known.items() if text in unescape(shown.text)]
    return found


def tap_for(shown: Call, *, scam: bool) -> str:
    (data,) = [data for data in shown.buttons.values() if data.endswith(":scam" if scam else ":honest")]
    return data


async def test_ten_situations_are_answered_by_a_tap_each_explained_at_once_and_scored(
    run_bot: RunBot, known: Mapping[str, Exercise]
) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        hello = await person.write("/practice")
        assert list(hello.buttons.values()) == ["practice:young", "practice:older", "practice:everyone"]
        shown, seen = await person.tap_data("practice:young"), []
        for number in range(10):
            assert f"{number + 1}/10" in shown.text
            situation = asked(shown, known)
            seen.append(situation)
            wrong = number == 3
            shown = await person.tap_data(tap_for(shown, scam=situation.scam != wrong))
            assert situation.signs in unescape(shown.text)
            assert ("Not quite." if wrong else "Right!") in shown.text
        assert "9 of 10 right" in shown.text
        assert list(shown.buttons.values()) == ["practice:"]
        assert len({one.text for one in seen}) == 10
        assert sum(one.scam for one in seen) == 5
        assert {one.age for one in seen} <= {"young", "everyone"}
        again = asked(await person.tap_data("practice:everyone"), known)
        assert again not in seen


async def test_a_button_of_a_situation_that_was_answered_is_out_of_date(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write("/practice")
        first = await person.tap_data("practice:everyone")
        data = tap_for(first, scam=True)
        await person.tap_data(data)
        assert "out of date" in (await person.tap_data(data)).text


async def test_forget_ends_the_round(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        first = await person.tap_data("practice:everyone")
        await person.write("/forget")
        assert "out of date" in (await person.tap_data(tap_for(first, scam=True))).text


async def test_practice_is_no_case(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write("/practice")
        await person.tap_data("practice:older")
        assert "Tell me" in (await person.write("/more")).text
