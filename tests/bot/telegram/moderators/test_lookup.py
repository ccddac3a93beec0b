"""What is held on a contact, and what was done, asked for in Telegram."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from knowledge.database.store import Store
from knowledge.ledger.audit import audit_rows
from knowledge.ledger.contact_report_decisions import confirm_reports
from tests.bot_api import BotApi, Call
from tests.conftest import RunBot
from tests.talk import ANN, BEN, NOBODY, OWNER, Talk, case, proposed, reported
from tests.updates import message

pytestmark = pytest.mark.anyio
OWNERS = {"owners": str(OWNER)}
FRESH = "the courier wants two dollars by a link before my parcel leaves the depot"


async def test_what_is_held_on_a_contact_is_said_with_what_people_are_told(
    run_bot: RunBot, store: Store, tmp_path: Path
) -> None:
    reports, today = reported(store, tmp_path, people=2), datetime.now(UTC).date()
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        held = await ann.write("/held +65 9123-4567")
        for words in (
            "+65 9••• ••67 (phone number)",
            "reported by 2",
            f"first {today}",
            "with parcel-smish",
            "from SG",
        ):
            assert words in held.text
        before = held.text.partition("People are told now:")[2]
        assert "confirmed" not in before
        confirm_reports(store, reports.reported(today)[0].identifier, BEN, datetime.now(UTC))
        held = await ann.write("/held (+65) 91234567")
        assert f"Confirmed on {today} by {BEN}." in held.text
        assert held.text.partition("People are told now:")[2] != before
        assert "Reported contact:" in (await ann.tap(held, "mod_open")).text
        await ann.write("/language de", answers=2)
        german = await ann.write("/held +6591234567")
        assert german.text.count("+65 9••• ••67 (Telefonnummer)") == 2


async def test_of_what_nobody_reported_nothing_is_held(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        for contact in (
            "https://parcel-depot.example/pay",
            "@depot_help",
            "0x52908400098527886E0F7030069857D2E4169EE7",
        ):
            assert "Nothing is reported of it." in (await ann.write(f"/held {contact}")).text
        assert "Write /held and a number" in (await ann.write("/held")).text
        assert "Write /held and a number" in (await ann.write("/held nothing here")).text
        assert "Write /held" not in (await Talk(api, NOBODY).write("/held +6591234567")).text


async def test_two_moderators_put_a_contact_on_the_safelist_and_take_it_off(
    run_bot: RunBot, store: Store, tmp_path: Path
) -> None:
    reports, today = reported(store, tmp_path, people=3), datetime.now(UTC).date()
    before = reports.reported(today)
    async with run_bot(**OWNERS) as api:
        ann, ben, nobody = Talk(api, ANN), Talk(api, BEN), Talk(api, NOBODY)
        held = await ann.write("/held +65 9123-4567")
        first = await ann.tap(held, "mod_safe", reply_to_message=asked(ANN, "/held +65 9123-4567"))
        assert "until a second moderator puts it on the safelist too" in first.text
        assert f"{ANN} wants it on the safelist" in first.text
        assert "mod_safe" not in {data.partition(":")[0] for data in first.buttons.values()}
        theirs = await ben.write("/held +65 9123-4567")
        assert f"{ANN} wants it on the safelist" in theirs.text
        done = await ben.tap(theirs, "mod_safe", reply_to_message=asked(BEN, "/held +65 9123-4567"))
        assert "On the safelist for 180 days" in done.text
        assert f"On the safelist since {today} ({ANN}, {BEN})" in done.text
        assert "Nothing is reported of it." in done.text
        assert "Nothing waits" in (await ann.write("/review")).text
        assert reports.reported(today) == ()
        answer = await nobody.write("+65 9123 4567")
        assert "safelist" not in answer.text
        back = await ben.tap(done, "mod_undo")
        assert "Taken back. It waits again." in back.text
        assert reports.reported(today) == before
        await ben.tap(await ben.write("/held +65 9123-4567"), "mod_safe")
        off = await ann.tap(await ann.write("/held +65 9123-4567"), "mod_unsafe")
        assert "Off the safelist" in off.text
        assert "Taken back." in (await ann.tap(off, "mod_undo")).text
    verbs = [row.what.partition(" ")[0] for row in audit_rows(store, most=6)]
    assert verbs == ["undo", "unsafelist", "safelist", "undo", "safelist", "safelist-first"]


async def test_what_nobody_reported_is_put_on_the_safelist_while_the_message_that_names_it_is_there(
    run_bot: RunBot, store: Store
) -> None:
    async with run_bot(**OWNERS, one_person="1") as api:
        ann = Talk(api, ANN)
        held = await ann.write("/held (+65) 91234567")
        gone = await ann.tap(held, "mod_safe")
        assert "Write /held and a number" in gone.text
        done = await ann.tap(held, "mod_safe", reply_to_message=asked(ANN, "/held (+65) 91234567"))
        assert "On the safelist for 180 days" in done.text
        refused = await report_it(api, NOBODY, "they rang me from +65 9123 4567 about my parcel")
        assert "no reports of it are taken for now" in refused.text
        assert "does not make it safe" in refused.text
        assert "Taken back." in (await ann.tap(done, "mod_undo")).text
        kept = await report_it(api, NOBODY, "they rang me from +65 9123 4567 about a parcel")
        assert "It is reported" in kept.text


async def test_a_wish_for_the_safelist_is_a_card_of_the_review_for_all_others(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        held = await ann.write("/held +65 9123-4567")
        await ann.tap(held, "mod_safe", reply_to_message=asked(ANN, "/held +65 9123-4567"))
        assert "Nothing waits" in (await ann.write("/review")).text
        card = await ben.write("/review")
        for words in (
            "1 of 1",
            "+65 9••• ••67 (phone number)",
            f"{ANN} wants it on the safelist",
            "Nothing is reported of it.",
        ):
            assert words in card.text
        card = await ben.reply(card, "a dentist of mine")
        assert "a dentist of mine" in card.text
        left = await ben.tap(card, "mod_unsafe")
        assert "It is not put on the safelist." in left.text
        assert "+65 9••• ••67" in left.text
        card = await ben.tap(left, "mod_undo")
        assert "Taken back. It waits again." in card.text
        done = await ben.tap(card, "mod_safe")
        assert "On the safelist for 180 days" in done.text
        assert f"{ANN} wants it on the safelist" in (await ben.tap(done, "mod_undo")).text
    verbs = [row.what.partition(" ")[0] for row in audit_rows(store, most=5)]
    assert verbs == ["undo", "safelist", "undo", "unsafelist", "safelist-first"]


async def test_an_official_bodys_own_number_needs_no_safelist(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        held = await Talk(api, ANN).write("/held +6518002550000")
        assert "It is published by" in held.text
        assert "mod_safe" not in "".join(held.buttons.values())


def asked(person: int, text: str) -> Any:
    """The moderator's own message, which the bot's answers."""
    return message(text, chat=person, number=9)


async def report_it(api: BotApi, person: int, text: str) -> Call:
    """Have somebody report the contact of a message, as they do: under the answer, and once more when asked."""
    talk = Talk(api, person)
    answer = await talk.write(text)
    original = message(text, chat=person, number=8)
    question = await talk.tap(answer, "contact", reply_to_message=original)
    return await talk.tap(question, "contact_yes", reply_to_message=original)


async def test_the_audit_is_narrowed_by_person_act_pattern_and_days(
    run_bot: RunBot, store: Store, tmp_path: Path
) -> None:
    proposed(store, case(FRESH))
    proposed(store, case(FRESH, "bank-otp"), BEN)
    reports = reported(store, tmp_path, people=2)
    confirm_reports(store, reports.reported(datetime.now(UTC).date())[0].identifier, BEN, datetime.now(UTC))
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        assert "confirm +65 9••• ••67" in (await ann.write("/audit")).text
        for given, count in ((f"{BEN}", 2), ("propose", 2), (f"parcel-smish 7d {BEN}", 1), ("propose bank-otp", 1)):
            assert f"The last {count} acts" in (await ann.write(f"/audit {given}")).text
        assert "There is no such act." in (await ann.write("/audit rollback")).text
        assert "I do not know “&lt;b&gt;”" in (await ann.write("/audit <b>")).text
