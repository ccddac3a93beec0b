"""How moderators teach cases in Telegram, through the front door."""

from datetime import UTC, datetime

import pytest

from knowledge.database.store import Store
from knowledge.proposals.queue import AN_HOUR, Proposals
from tests.conftest import RunBot
from tests.fakes import unsure
from tests.talk import ANN, OWNER, Talk, acts, case
from tests.updates import DAY, message, press

pytestmark = pytest.mark.anyio
OWNERS = {"owners": str(OWNER)}
FRESH = "the courier wants two dollars by a link before my parcel leaves the depot"
TOLD = "my niece Maria Gomez got a text, her parcel waits in a depot, call +65 9123 4567 and pay the courier"


async def test_a_case_is_taught_in_three_taps(run_bot: RunBot, store: Store) -> None:
    origin = {"type": "hidden_user", "date": DAY, "sender_user_name": "Courier"}
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        answer = await ann.write(TOLD, forward_origin=origin)
        card = await ann.tap(answer, "mod_case")
        assert "Maria" not in card.text
        assert "9123" not in card.text
        assert "her parcel waits in a depot" in card.text
        assert next(label for label in card.buttons if "0." in label).startswith("Fake parcel fee · 0.")
        card = await ann.tap(card, "mod_paid")
        assert "☑️ Already paid or gave something" in card.buttons
        done = await ann.tap(card, "mod_as")
        assert done.number == card.number
        assert "Proposed as number 1" in done.text
        await ann.now(done, "What it would change")
    kept = Proposals(store, alone=False).get(1)
    assert kept is not None
    assert kept.draft.case is not None
    assert kept.draft.case.emergency
    assert "•••" in kept.draft.case.text
    assert (kept.author, kept.draft.pattern) == (ANN, "parcel-smish")
    assert [row.what for row in acts(store)][-1] == "propose 1"


async def test_a_case_is_made_of_the_message_that_the_command_replies_to(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        original = message(FRESH, chat=ANN, number=3)
        card = await ann.write("/case sell-bank-card", reply_to_message=original)
        assert next(iter(card.buttons.values())).endswith(":sell-bank-card")
        assert (await ann.write("/case")).text.startswith("Reply with /case")
        unknown = await ann.write("/case no-such", reply_to_message=original, answers=2)
        assert unknown.buttons
        assert "There is no pattern" in ann.calls()[-2].text


async def test_the_words_of_a_case_can_be_written_anew(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        card = await ann.write("/case", reply_to_message=message(TOLD, chat=ANN, number=3))
        card = await ann.tap(card, "mod_paid")
        anew = await ann.reply(card, FRESH)
        assert FRESH in anew.text
        assert "☑️ Already paid or gave something" in anew.buttons
        assert "out of date" in (await ann.tap(card, "mod_as")).text
        done = await ann.tap(anew, "mod_as")
        await ann.now(done, "What it would change")
    assert Proposals(store, alone=False).queue()[0].draft.case.text == FRESH  # type: ignore[union-attr]


async def test_a_text_that_cannot_be_masked_is_not_kept(run_bot: RunBot, store: Store) -> None:
    async with run_bot(mask=unsure, **OWNERS) as api:
        answer = await Talk(api, ANN).write("/case", reply_to_message=message(TOLD, chat=ANN, number=3))
    assert "nothing is kept of it" in answer.text
    assert answer.buttons == {}


async def test_what_cannot_become_a_case_is_said_before_it_is_proposed(run_bot: RunBot, store: Store) -> None:
    known = "got a link from the courier to pay 1.99 for a parcel i never ordered"
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        card = await ann.write("/case", reply_to_message=message(known, chat=ANN, number=3))
        assert "Nearly the words of a case of" in card.text
        assert "the same as cases" in (await ann.tap(card, "mod_as")).text
        long = await ann.write("/case", reply_to_message=message(FRESH + " again" * 300, chat=ANN, number=3))
        assert "at most 1500" in long.text
        assert [data.partition(":")[0] for data in long.buttons.values()] == ["mod_drop"]
        assert "Dropped" in (await ann.tap(long, "mod_drop")).text
    assert Proposals(store, alone=False).queue() == ()


async def test_a_double_tap_proposes_once(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        card = await ann.write("/case", reply_to_message=message(FRESH, chat=ANN, number=3))
        for _ in range(2):
            api.send(callback_query=press(card.button("mod_as"), chat=ANN, message_id=card.number))
        answers = await ann.wait(2, 1)
        assert sum("Proposed as number" in each.text for each in answers[:2]) == 1
        assert sum("out of date" in each.text for each in answers) == 1
    assert len(Proposals(store, alone=False).queue()) == 1


async def test_too_many_proposals_are_slowed_down_in_one_line(run_bot: RunBot, store: Store) -> None:
    drafts = [case(f"{FRESH} number {number} of the depot street") for number in range(AN_HOUR)]
    Proposals(store, alone=False).propose(drafts, ANN, datetime.now(UTC))
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        card = await ann.write("/case", reply_to_message=message(TOLD, chat=ANN, number=3))
        slowed = await ann.tap(card, "mod_as")
    assert slowed.text.startswith("That is a lot of proposals.")
    assert "\n" not in slowed.text
