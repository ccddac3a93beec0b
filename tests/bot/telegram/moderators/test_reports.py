"""How moderators decide on reported contacts, appeals and notes in Telegram."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.database.store import Store
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.wrong_answers import WrongNotes
from tests.bot_api import Call
from tests.conftest import RunBot
from tests.talk import ANN, BEN, OWNER, Talk, acts, reported

pytestmark = pytest.mark.anyio
OWNERS = {"owners": str(OWNER)}
FRESH = "the courier wants two dollars by a link before my parcel leaves the depot"


async def review(talk: Talk) -> Call:
    return await talk.write("/review")


async def test_reports_of_a_contact_are_confirmed_once(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    reported(store, tmp_path, people=2)
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        card, other = await review(ann), await review(ben)
        assert "9123" not in card.text
        assert "1 of 1" in card.text
        assert "reported by 2" in card.text
        assert "with parcel-smish" in card.text
        assert "That was the last one" in (await ann.tap(card, "mod_next")).text
        done = await ann.tap(card, "mod_confirm")
        assert "Confirmed. The reports are told" in done.text
        today = datetime.now(UTC).date()
        assert (
            f"+65 9••• ••67 (phone number)\nreported by 2, first {today}, last {today}\nwith parcel-smish" in done.text
        )
        assert "Nothing waits." in done.text
        assert f"Already confirmed by {ANN}" in (await ben.tap(other, "mod_confirm")).text
        assert "Nothing waits." in (await review(ben)).text
    assert len(acts(store, "confirm ")) == 1


async def test_what_one_person_reported_needs_two_moderators(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    reports, today = reported(store, tmp_path, people=1), datetime.now(UTC).date()
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        card, other = await review(ann), await review(ben)
        assert "two moderators have to confirm it" in card.text
        assert "nothing is told to others until a second moderator" in (await ann.tap(card, "mod_confirm")).text
        assert not reports.reported(today)[0].confirmed
        assert "Nothing waits." in (await review(ann)).text
        assert "You have confirmed it already" in (await ann.tap(card, "mod_confirm")).text
        assert f"Confirmed by {ANN}" in (await review(ben)).text
        assert "The reports are told to others" in (await ben.tap(other, "mod_confirm")).text
    assert reports.reported(today)[0].confirmed
    assert [(row.what.partition(" ")[0], row.who) for row in acts(store, "confirm")] == [
        ("confirm-first", ANN),
        ("confirm", BEN),
    ]


async def test_who_is_alone_confirms_what_one_person_reported(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    reports = reported(store, tmp_path, people=1)
    async with run_bot(**OWNERS, one_person="1") as api:
        card = await review(Talk(api, ANN))
        assert "two moderators" not in card.text
        await Talk(api, ANN).tap(card, "mod_confirm")
    assert reports.reported(datetime.now(UTC).date())[0].confirmed


async def test_what_was_decided_on_a_contact_is_taken_back(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    reports, today = reported(store, tmp_path, people=3, appealed=True), datetime.now(UTC).date()
    (before,) = reports.reported(today)
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        for verb in ("mod_confirm", "mod_remove"):
            card = await review(ann)
            assert "Appeal:" in card.text
            done = await ann.tap(card, verb)
            assert "+65 9••• ••67" in done.text
            assert "Somebody else decided that" in (await ben.tap(done, "mod_undo")).text
            again = await ann.tap(done, "mod_undo")
            assert "Taken back" in again.text
            assert "Appeal:" in again.text
            assert reports.reported(today) == (before,)
            assert "cannot be taken back" in (await ann.tap(done, "mod_undo")).text
    assert [(row.who, row.after["appeals"]) for row in acts(store, "undo ")] == [(ANN, 1), (ANN, 1)]


async def test_an_appeal_is_granted_and_logged_with_its_reason(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    reported(store, tmp_path, people=3, appealed=True)
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        card, other = await review(ann), await review(ben)
        assert "Appeal:" in card.text
        card = await ann.reply(card, "it is a dentist, +65 9123 4567")
        assert "Removed." in (await ann.tap(card, "mod_remove")).text
        assert f"Already removed by {ANN}" in (await ben.tap(other, "mod_confirm")).text
    (row,) = acts(store, "remove ")
    assert (row.who, row.before["reports"], row.after["reports"]) == (ANN, 3, 0)
    assert row.after["reason"].startswith("it is a dentist, +65 9•••")


async def test_an_appeal_is_turned_down(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    reports = reported(store, tmp_path, people=3, appealed=True)
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        await ann.tap(await review(ann), "mod_confirm")
    assert reports.appeals(datetime.now(UTC).date()) == ()
    assert reports.reported(datetime.now(UTC).date())[0].confirmed


async def test_a_wrong_answer_becomes_a_case_and_its_note_goes(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    notes, now = WrongNotes(store, read_key(tmp_path)), datetime.now(UTC)
    notes.note("no_match", None, "en", FRESH, 31, now)
    notes.note("likely", "parcel-smish", "en", None, 32, now)
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        card, other = await review(ann), await review(ben)
        assert "matches nothing known" in card.text
        assert FRESH in card.text
        made = await ann.tap(card, "mod_note")
        done = await ann.tap(made, "mod_as")
        await ann.now(done, "What it would change")
        assert f"Already settled by {ANN}" in (await ben.tap(other, "mod_done")).text
        second = await ann.tap(card, "mod_next")
        assert "looks like a known scam, <b>Fake parcel fee</b>" in second.text
        assert "did not want their text to be seen" in second.text
        assert "Deleted." in (await ann.tap(second, "mod_delete")).text
    assert notes.waiting() == ()
    assert [row.who for row in acts(store, "settle-note")] == [ANN, ANN]


async def test_a_settled_note_is_taken_back(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    notes = WrongNotes(store, read_key(tmp_path))
    notes.note("no_match", None, "en", FRESH, 31, datetime.now(UTC))
    before = notes.waiting()
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        for verb in ("mod_done", "mod_delete"):
            done = await ann.tap(await review(ann), verb)
            assert notes.waiting() == ()
            assert "Somebody else decided that" in (await ben.tap(done, "mod_undo")).text
            again = await ann.tap(done, "mod_undo")
            assert "Taken back" in again.text
            assert FRESH in again.text
            assert notes.waiting() == before
            assert "cannot be taken back" in (await ann.tap(done, "mod_undo")).text
    assert [row.who for row in acts(store, "undo-note ")] == [ANN, ANN]
