"""That nobody else sees anything of what moderators have."""

import pytest

from bot.telegram.sending import MODERATOR_COMMANDS, OWNER_COMMANDS
from knowledge.database.store import Store
from knowledge.proposals.queue import Proposals
from tests.bot_api import Call
from tests.conftest import RunBot
from tests.paths import DOCUMENTS
from tests.talk import ANN, BEN, NOBODY, OWNER, Talk, case, proposed
from tests.updates import message

pytestmark = pytest.mark.anyio
STAFF = {OWNER, ANN, BEN}
OWNERS = {"owners": str(OWNER)}
TOLD = "my niece Maria Gomez got a text, her parcel waits in a depot, call +65 9123 4567 and pay the courier"
PARCEL = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
FRESH = "the courier wants two dollars by a link before my parcel leaves the depot"
BUTTONS = (
    *("mod_case:", "mod_paid:abcdefgh", "mod_as:abcdefgh:parcel-smish", "mod_drop:abcdefgh", "mod_withdraw:1"),
    *("mod_show:abcdefgh:en", "mod_propose:abcdefgh", "mod_next:p1", "mod_approve:1:00000000", "mod_week:1:00000000"),
    *("mod_reject:1", "mod_preview:1", "mod_file:1", f"mod_confirm:{'a' * 43}", f"mod_remove:{'a' * 43}"),
    *("mod_review:", f"mod_open:c{'a' * 43}", "mod_undo:p1"),
    *("mod_done:1", "mod_delete:1", "mod_note:1", "mod_rollback:20261126T000000Z-abc"),
)


async def review(talk: Talk) -> Call:
    return await talk.write("/review")


async def test_a_command_of_moderators_does_not_exist_for_anybody_else(run_bot: RunBot, store: Store) -> None:
    original = message(TOLD, number=3)
    async with run_bot(**OWNERS) as api:
        person = Talk(api, NOBODY)
        unknown = await person.write("/frobnicate add 7", reply_to_message=original)
        for command in (*MODERATOR_COMMANDS, *OWNER_COMMANDS, "reject"):
            answer = await person.write(f"/{command} add 7", reply_to_message=original)
            assert answer.parameters == unknown.parameters


async def test_a_button_of_moderators_is_stale_for_anybody_else(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH))
    async with run_bot(**OWNERS) as api:
        person = Talk(api, NOBODY)
        older = await person.tap_data("verb-of-an-older-version:9")
        for data in BUTTONS:
            assert (await person.tap_data(data)).parameters == older.parameters
    assert Proposals(store, alone=False).get(1).state == "waiting"  # type: ignore[union-attr]


async def test_nobody_else_is_shown_anything_of_moderation(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        person = Talk(api, NOBODY)
        answer = await person.write(TOLD)
        assert not any(data.startswith("mod_") for data in answer.buttons.values())
        assert "cannot read that kind of file" in (await person.send_file(api, PARCEL)).text
        assert "would change" not in (await person.write(f"id = {FRESH}")).text
        menus = [call for call in api.calls if call.method == "setMyCommands"]
        assert not any("review" in str(menu.parameters["commands"]) for menu in menus if _scope(menu) not in STAFF)
        assert {_scope(menu) for menu in menus if "review" in str(menu.parameters["commands"])} == STAFF


def _scope(menu: Call) -> int | None:
    return (menu.parameters.get("scope") or {}).get("chat_id")


async def test_a_moderator_who_was_removed_has_only_stale_buttons(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH))
    async with run_bot(**OWNERS) as api:
        ben, owner = Talk(api, BEN), Talk(api, OWNER)
        card = await review(ben)
        assert "is no moderator any more" in (await owner.write(f"/moderators remove {BEN}")).text
        assert "out of date" in (await ben.tap(card, "mod_approve")).text
        assert "do not know that command" in (await ben.write("/review")).text
    assert Proposals(store, alone=False).get(1).state == "waiting"  # type: ignore[union-attr]
