"""What is held on a contact, and what was done, asked for in Telegram."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.database.store import Store
from knowledge.ledger.contact_report_decisions import confirm_reports
from tests.conftest import RunBot
from tests.talk import ANN, BEN, NOBODY, OWNER, Talk, case, proposed, reported

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
        for words in ("+65 9••• ••67 (phone)", "reported by 2", f"first {today}", "with parcel-smish", "from SG"):
            assert words in held.text
        before = held.text.partition("People are told now:")[2]
        assert "confirmed" not in before
        confirm_reports(store, reports.reported(today)[0].identifier, BEN, datetime.now(UTC))
        held = await ann.write("/held (+65) 91234567")
        assert f"Confirmed on {today} by {BEN}." in held.text
        assert held.text.partition("People are told now:")[2] != before
        assert "Reported contact:" in (await ann.tap(held, "mod_open")).text


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
