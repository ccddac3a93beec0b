"""What moderators look after in Telegram: each other, what was done, builds and counts."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.moderation.parts import cut_lines
from bot.settings import Settings
from bot.telegram.moderators.overview import drawn
from bot.words.reply import cut
from index.builds.rebuilding import rebuild
from index.builds.serving import Serving
from index.builds.shelf import current_name, names
from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook
from knowledge.documents.toml import append_case
from knowledge.ledger.audit import add_to_audit
from knowledge.ledger.roles import Roles
from tests.bot_api import BotApi, Call, Fault, Upload, html_problem
from tests.conftest import RunBot
from tests.fakes import HashingEncoder
from tests.running import Stage
from tests.talk import ANN, BEN, NOBODY, OWNER, Talk, acts, case, proposed
from tests.updates import DAY, message

pytestmark = pytest.mark.anyio
OWNERS = {"owners": str(OWNER)}
NEW = 503


@pytest.fixture
def builds(tmp_path: Path, small_builds: Path, casebook: Casebook) -> Path:
    """Two builds, of which the second one serves."""
    folder = shutil.copytree(small_builds, tmp_path / "builds")
    text = append_case(casebook.documents["parcel-smish"], "en", "the courier asks for two dollars by a link")
    changed = casebook.revised({**casebook.documents, "parcel-smish": text})
    rebuild(folder, HashingEncoder(), changed, gate=False)
    return folder


def newest_first(builds: Path) -> list[str]:
    """The names of the two builds; within one second names do not tell their order."""
    serving = current_name(builds)
    return sorted(names(builds), key=lambda name: name != serving)


def menus(api: BotApi, person: int) -> list[Call]:
    """The changes of one chat's menu."""
    changes = [call for call in api.calls if call.method in ("setMyCommands", "deleteMyCommands")]
    return [call for call in changes if (call.parameters.get("scope") or {}).get("chat_id") == person]


async def test_an_owner_adds_and_removes_a_moderator_and_menus_follow(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        owner, new = Talk(api, OWNER), Talk(api, NEW)
        assert "is a moderator now" in (await owner.write(f"/moderators add {NEW}")).text
        assert "You are a moderator" in new.calls()[0].text
        assert "'review'" in str(menus(api, NEW)[-1].parameters["commands"])
        assert "'moderators'" not in str(menus(api, NEW)[-1].parameters["commands"])
        assert "is a moderator already" in (await owner.write(f"/moderators add {NEW}")).text
        assert "Nothing waits." in (await new.write("/review")).text
        listed = (await owner.write("/moderators")).text
        assert f"<code>{OWNER}</code>, owner" in listed
        assert f"<code>{NEW}</code>, since" in listed
        assert "is no moderator any more" in (await owner.write(f"/moderators remove {NEW}")).text
        assert menus(api, NEW)[-1].method == "deleteMyCommands"
        assert "no moderator that was added" in (await owner.write(f"/moderators remove {OWNER}")).text
        assert "Whom?" in (await owner.write("/moderators add somebody")).text
        assert "Whom?" in (await owner.write("/moderators add 0")).text
    assert [row.what for row in acts(store)][-2:] == [f"add-moderator {NEW}", f"remove-moderator {NEW}"]


async def test_a_moderator_is_added_by_replying_to_a_message_of_theirs(run_bot: RunBot, store: Store) -> None:
    sender = {"id": NEW, "is_bot": False, "first_name": "N"}
    forwarded = message("hello", forward_origin={"type": "user", "date": DAY, "sender_user": sender})
    hidden = message("hello", forward_origin={"type": "hidden_user", "date": DAY, "sender_user_name": "N"})
    machine = message("hi", forward_origin={"type": "user", "date": DAY, "sender_user": {**sender, "is_bot": True}})
    card = message(contact={"phone_number": "+6591234567", "first_name": "N", "user_id": 504})
    async with run_bot(**OWNERS) as api:
        owner = Talk(api, OWNER)
        for unknown in (hidden, machine):
            assert "Whom?" in (await owner.write("/moderators add", reply_to_message=unknown)).text
        assert f"{NEW}</code> is a moderator" in (await owner.write("/moderators add", reply_to_message=forwarded)).text
        assert "504</code> is a moderator" in (await owner.write("/moderators add", reply_to_message=card)).text
    assert {NEW, 504} <= Roles(store, frozenset()).everyone()


async def test_a_moderator_who_never_wrote_to_the_bot_is_added_all_the_same(
    run_bot: RunBot, store: Store, api: BotApi
) -> None:
    async with run_bot(**OWNERS):
        api.faults["setMyCommands"].append(Fault(400, "Bad Request: chat not found"))
        added = await Talk(api, OWNER).write(f"/moderators add {NEW}")
        assert "have to send me /start first" in added.text
        await Talk(api, NEW).write("/start")
    assert "'review'" in str(menus(api, NEW)[-1].parameters["commands"])


async def test_a_moderator_is_no_owner(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        assert "do not know that command" in (await Talk(api, ANN).write(f"/moderators add {NEW}")).text
    assert not Roles(store, frozenset()).is_moderator(NEW)


async def test_a_moderator_who_is_removed_keeps_the_menu_of_a_chosen_language(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        await Talk(api, ANN).write("/language zh", answers=2)
        assert "审核员：等待审核的事项" in str(menus(api, ANN)[-1].parameters["commands"])
        await Talk(api, OWNER).write(f"/moderators remove {ANN}")
        last = menus(api, ANN)[-1]
        assert last.method == "setMyCommands"
        assert "审核员" not in str(last.parameters["commands"])
        assert "去哪里报案" in str(last.parameters["commands"])


async def test_the_last_acts_are_shown(run_bot: RunBot, store: Store) -> None:
    proposed(store, case("they hold my parcel until i pay by a link"))
    with store.transaction() as db:
        for number in range(30):
            reason = {"reason": f"because <{number}>"}
            add_to_audit(db, BEN, datetime.now(UTC), f"reject {number}", {}, reason)
    async with run_bot(**OWNERS) as api:
        shown = (await Talk(api, ANN).write("/audit")).text
    assert "The last 20 acts" in shown
    assert f"<code>{BEN}</code> reject 29 – because &lt;29&gt;" in shown
    assert "reject 9 " not in shown


async def test_builds_are_listed_and_an_earlier_one_serves_again(run_bot: RunBot, store: Store, builds: Path) -> None:
    newest, oldest = newest_first(builds)
    proposed(store, case("they hold my parcel until i pay by a link"))
    serving = Serving(builds, HashingEncoder.name)
    async with run_bot(**OWNERS, build=serving.build) as api:
        ann = Talk(api, ANN)
        listed = (await ann.write("/builds")).text
        assert f"▶️ <code>{newest}</code>" in listed
        assert "patterns: 3, cases: 24" in listed
        assert newest in (await ann.write("/rollback")).text
        assert "serves already" in (await ann.write(f"/rollback {newest}")).text
        card = await ann.write(f"/rollback {oldest}")
        assert f"Let {oldest} serve?" in card.text
        assert current_name(builds) == newest
        done = await ann.tap(card, "mod_rollback", answers=2)
        assert f"{oldest} serves now" in done.text
        assert "serves already" in (await ann.tap(card, "mod_rollback")).text
        dropped = await ann.tap(await ann.write(f"/rollback {newest}"), "mod_drop")
        assert "Dropped" in dropped.text
    assert current_name(builds) == oldest
    (row,) = acts(store, "rollback ")
    assert (row.who, row.what) == (ANN, f"rollback {oldest}")
    assert (row.before["build"], row.after["build"]) == (newest, oldest)
    assert row.before["casebook"] != row.after["casebook"]


async def test_a_damaged_build_is_not_put_in_place(run_bot: RunBot, store: Store, builds: Path) -> None:
    newest, oldest = newest_first(builds)
    serving = Serving(builds, HashingEncoder.name)
    async with run_bot(**OWNERS, build=serving.build) as api:
        ann = Talk(api, ANN)
        card = await ann.write(f"/rollback {oldest}")
        (builds / oldest / "golden.json").write_text("[]")
        assert "cannot serve" in (await ann.tap(card, "mod_rollback", answers=2)).text
        assert "cannot serve" in (await ann.write(f"/rollback {oldest}")).text
        assert f"⚠️ <code>{oldest}</code>" in (await ann.write("/builds")).text
    assert current_name(builds) == newest
    assert acts(store, "rollback ") == []


async def test_answers_are_counted_and_drawn(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        assert "No answers were counted" in (await ann.write("/stats")).text
        await Talk(api, NOBODY).write("a text message says my parcel is held and i must pay a fee by a link")
        picture = await ann.write("/stats", answers=2)
        table = ann.calls()[-2].text
    assert "impersonation" in table
    assert "likely" in table
    assert isinstance(picture.parameters["photo"], Upload)


async def test_counts_are_written_down_when_the_bot_stops(run_bot: RunBot, store: Store) -> None:
    async with run_bot() as api:
        await Talk(api, NOBODY).write("a text message says my parcel is held and i must pay a fee by a link")
    with store.reading() as db:
        assert db.execute("SELECT concern, pattern, count FROM counts").fetchall() == [("likely", "parcel-smish", 1)]


def test_nothing_is_drawn_where_nothing_was_counted(stage: Stage, settings: Settings) -> None:
    with stage.services(settings) as services:
        assert drawn(services) is None


def test_long_texts_are_cut_by_what_they_take_in_html() -> None:
    assert cut("short", 10) == "short"
    assert len(cut("&" * 400, 100)) <= 21
    assert cut_lines("one\ntwo\nthree", 9) == "one\ntwo\n…"
    assert html_problem(f"<pre>{cut('a' * 5000, 4000)}</pre>") is None
