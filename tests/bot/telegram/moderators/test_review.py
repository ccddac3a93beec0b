"""How moderators decide on proposals in Telegram."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from knowledge.database.store import Store
from knowledge.documents.casebook import read_casebook
from knowledge.ledger.audit import add_to_audit
from knowledge.ledger.roles import Roles
from knowledge.proposals.drafting import Drafting
from knowledge.proposals.proposal import Draft
from knowledge.proposals.queue import Proposals
from knowledge.proposals.situations import ShouldSay
from tests.bot_api import BotApi, Call, Fault
from tests.conftest import RunBot
from tests.paths import DOCUMENTS
from tests.running import until
from tests.talk import ANN, BEN, OWNER, Talk, acts, case, proposed, reported
from tests.updates import press

pytestmark = pytest.mark.anyio
OWNERS = {"owners": str(OWNER)}
PARCEL = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
FRESH = "the courier wants two dollars by a link before my parcel leaves the depot"


async def review(talk: Talk) -> Call:
    return await talk.write("/review")


async def test_a_proposal_is_approved_by_another_moderator_and_its_author_told(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH))
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        card = await review(ben)
        assert FRESH in card.text
        assert f"by {ANN}" in card.text
        assert "fixed (1): en-1" in card.text
        done = await ben.tap(card, "mod_approve")
        assert f"Approved by {BEN}" in done.text
        assert list(done.buttons.values()) == ["mod_undo:p1"]
        (told,) = await ann.wait(1, 0)
        assert "Your proposal 1, one more case of" in told.text
        assert f"Approved by {BEN}" in told.text
        assert "Nothing waits." in (await review(ben)).text
    (row,) = acts(store, "approve 1")
    assert (row.who, row.before["state"], row.after["state"]) == (BEN, "waiting", "approved")


async def test_an_urgent_approval_ends_after_seven_days(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH))
    async with run_bot(**OWNERS) as api:
        ben = Talk(api, BEN)
        done = await ben.tap(await review(ben), "mod_week")
    kept = Proposals(store, alone=False).get(1)
    assert kept is not None
    assert kept.expires is not None
    assert f"It counts until {kept.expires.isoformat()}" in done.text


async def test_two_moderators_at_once_have_one_outcome_and_both_are_told(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH))
    async with run_bot(**OWNERS) as api:
        owner, ben = Talk(api, OWNER), Talk(api, BEN)
        cards = {owner: await review(owner), ben: await review(ben)}
        api.send(callback_query=press(cards[owner].button("mod_approve"), chat=OWNER, message_id=cards[owner].number))
        api.send(callback_query=press(cards[ben].button("mod_reject"), chat=BEN, message_id=cards[ben].number))
        answers = {talk: (await talk.wait(1, 1))[0].text for talk in (owner, ben)}
    kept = Proposals(store, alone=False).get(1)
    assert kept is not None
    winner, loser = (owner, ben) if kept.state == "approved" else (ben, owner)
    assert f"{kept.state.capitalize()} by {winner.person}" in answers[winner]
    assert f"Already {kept.state} by {winner.person}" in answers[loser]
    assert len(acts(store, "approve 1") + acts(store, "reject 1")) == 1


async def test_nobody_approves_their_own_unless_they_are_alone(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH))
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        card = await review(ann)
        assert "mod_approve" not in str(card.buttons)
        data = (await review(Talk(api, BEN))).button("mod_approve")
        refused = await ann.tap_data(data, message_id=card.number)
        assert "another moderator has to approve it" in refused.text
        assert Proposals(store, alone=False).get(1).state == "waiting"  # type: ignore[union-attr]
    async with run_bot(**OWNERS, one_person="1") as api:
        ann = Talk(api, ANN)
        done = await ann.tap(await review(ann), "mod_approve")
        assert f"Approved by {ANN}" in done.text


async def test_an_author_may_take_a_proposal_back(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH))
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        cards = await review(ann), await review(ben)
        assert f"Taken back by {ANN}" in (await ann.tap(cards[0], "mod_withdraw")).text
        assert f"Already taken back by {ANN}" in (await ben.tap(cards[1], "mod_approve")).text


async def test_what_is_held_can_only_be_rejected(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH), held="would call harmless texts a known scam: bank-otp cases[0]")
    async with run_bot(**OWNERS) as api:
        ben = Talk(api, BEN)
        card = await review(ben)
        assert "Held back, it cannot be approved" in card.text
        assert "harmless texts a known scam: bank-otp cases[0]" in card.text
        mark = sha256(FRESH.encode()).hexdigest()[:8]
        refused = await ben.tap_data(f"mod_approve:1:{mark}", message_id=card.number)
        assert "can only be rejected" in refused.text
        assert f"Rejected by {BEN}" in (await ben.tap(refused, "mod_reject")).text


async def test_what_is_not_tried_yet_is_tried_and_cannot_be_approved_before(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH), tried=False)
    async with run_bot(**OWNERS) as api:
        ben = Talk(api, BEN)
        card = await review(ben)
        assert "being tried out" in card.text
        assert "mod_approve" not in str(card.buttons)
        await until(lambda: Proposals(store, alone=False).untried() == ())
        assert "mod_approve" in str((await review(ben)).buttons)


async def test_a_reason_is_given_by_replying_to_the_card(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH))
    proposed(store, case(f"{FRESH} today"))
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        card = await ben.reply(await review(ben), "too near to the first <one>")
        assert "With this reason: too near to the first &lt;one&gt;" in card.text
        done = await ben.tap(card, "mod_reject")
        assert "Reason: too near to the first &lt;one&gt;" in done.text
        (told,) = await ann.wait(1, 0)
        assert "Reason: too near to the first &lt;one&gt;" in told.text
        assert "Reason: the same again" in (await ben.write("/reject 2 the same again")).text
        assert "Already rejected" in (await ben.write("/reject 2 once more")).text
        assert "Write /reject" in (await ben.write("/reject two")).text
        assert "no such proposal" in (await ben.write("/reject 99 why")).text
    assert [row.after["reason"] for row in acts(store, "reject ")] == ["too near to the first <one>", "the same again"]


async def test_a_card_whose_document_changed_is_shown_again_before_it_is_approved(
    run_bot: RunBot, store: Store
) -> None:
    edit = Draft("edit", "parcel-smish", content=PARCEL.replace("Fake parcel fee", "False parcel fee"))
    first, second = proposed(store, edit), proposed(store, case(FRESH))
    async with run_bot(**OWNERS) as api:
        ben = Talk(api, BEN)
        card = await review(ben)
        assert "+title = &#34;False parcel fee&#34;" in card.text
        now = datetime.now(UTC)
        Proposals(store, alone=False).decide(second.id, True, BEN, now, is_moderator=lambda _: True)
        again = await ben.tap(card, "mod_approve")
        assert "has changed since" in again.text
        assert f"-text = &#34;{FRESH}&#34;" in again.text
        files = await ben.tap(again, "mod_file", answers=2)
        assert files.parameters["document"].name == "parcel-smish.diff"
        assert "False parcel fee" in (await ben.tap(again, "mod_preview", answers=2)).text
        assert f"Approved by {BEN}" in (await ben.tap(again, "mod_approve")).text
    assert Proposals(store, alone=False).get(first.id).state == "approved"  # type: ignore[union-attr]


async def test_the_queue_is_walked_through_to_its_end(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    proposed(store, case(FRESH))
    proposed(store, Draft("pattern", "parcel-two", content=PARCEL.replace("parcel-smish", "parcel-two")))
    reported(store, tmp_path, people=1)
    async with run_bot(**OWNERS) as api:
        ben = Talk(api, BEN)
        cards = [await review(ben)]
        for _ in range(3):
            cards.append(await ben.tap(cards[-1], "mod_next"))
    heads = ["Proposal 1:", "a new pattern", "Reported contact:", "Still waiting: 3"]
    assert [head in card.text for head, card in zip(heads, cards, strict=True)] == [True] * 4
    assert [f"{place} of 3" in card.text for place, card in enumerate(cards[:3], 1)] == [True] * 3
    assert len({card.number for card in cards}) == 1


async def test_one_tap_decides_and_the_next_card_comes_in_the_same_message(
    run_bot: RunBot, store: Store, tmp_path: Path
) -> None:
    for number in range(4):
        proposed(store, case(f"{FRESH} number {number}"))
    async with run_bot(**OWNERS) as api:
        ben = Talk(api, BEN)
        card = await ben.tap(await review(ben), "mod_next")
        second = await ben.tap(card, "mod_approve")
        assert second.number == card.number
        for words in ("Proposal 2:", f"Approved by {BEN}", "3 of 4", f"{FRESH} number 2"):
            assert words in second.text
    async with run_bot(**OWNERS) as api:  # a restart changes nothing: the first was skipped, the second decided
        ben = Talk(api, BEN)
        card = await review(ben)
        assert "3 of 4" in card.text
        last = await ben.tap(await ben.tap(card, "mod_reject"), "mod_reject")
        assert "Proposal 4:" in last.text
        assert "That was the last one. Still waiting: 1" in last.text
        assert "1 of 1" in (await review(ben)).text


async def test_a_decision_that_nothing_came_of_yet_is_taken_back(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH))
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        done = await ben.tap(await review(ben), "mod_approve")
        await ann.wait(1, 0)
        again = await ben.tap(done, "mod_undo")
        assert "Taken back. It waits again." in again.text
        assert "1 of 1" in again.text
        told = (await ann.wait(2, 0))[1]
        assert "the decision was taken back" in told.text
        done = await ben.tap(again, "mod_approve")
        with store.transaction() as db:
            add_to_audit(db, 0, datetime.now(UTC), "rebuild 20261127", {}, {})
        assert "A build has it already" in (await ben.tap(done, "mod_undo")).text
    assert [(row.before["state"], row.after["state"]) for row in acts(store, "undo 1")] == [("approved", "waiting")]
    assert Proposals(store, alone=False).get(1).state == "approved"  # type: ignore[union-attr]


async def test_a_moderator_who_cannot_be_reached_costs_nobody_the_decision(
    run_bot: RunBot, store: Store, api: BotApi
) -> None:
    proposed(store, case(FRESH))
    async with run_bot(**OWNERS):
        ben = Talk(api, BEN)
        card = await review(ben)
        api.faults["sendMessage"].append(Fault(403, "Forbidden: bot was blocked by the user"))
        done = await ben.tap(card, "mod_approve")
    assert "Approved by" in done.text
    assert Roles(store, frozenset()).is_moderator(ANN)


async def test_a_situation_for_the_examination_is_decided_on_like_any_proposal(run_bot: RunBot, store: Store) -> None:
    casebook = read_casebook(DOCUMENTS)
    drafting = Drafting(Proposals(store, alone=False), lambda: casebook)
    should = ShouldSay("parcel-smish", "likely", "before")
    proposed(store, drafting.golden_draft(FRESH, should, datetime.now(UTC).date(), "it was missed"))
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        assert "mod_approve" not in "".join((await review(ann)).buttons.values())
        card = await review(ben)
        assert "one more situation for the examination" in card.text
        assert "[[situations]]" in card.text
        assert FRESH in card.text
        assert "it was missed" in card.text
        assert f"Approved by {BEN}" in (await ben.tap(card, "mod_approve")).text
    (row,) = acts(store, "approve 1")
    assert (row.who, row.before["kind"], row.after["pattern"]) == (BEN, "golden", "parcel-smish")
