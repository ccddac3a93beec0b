"""How moderators write, edit and retire patterns in Telegram."""

from datetime import UTC, datetime
from html import unescape

import pytest

from knowledge.database.store import Store
from knowledge.proposals.queue import Proposals
from tests.bot_api import Upload
from tests.conftest import RunBot
from tests.paths import DOCUMENTS
from tests.talk import ANN, BEN, OWNER, Talk, case, proposed

pytestmark = pytest.mark.anyio
OWNERS = {"owners": str(OWNER)}
PARCEL = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
FRESH = "the courier wants two dollars by a link before my parcel leaves the depot"


async def test_a_new_pattern_is_written_previewed_and_proposed(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        template = await ann.write("/newpattern")
        sent = template.parameters["document"]
        assert isinstance(sent, Upload)
        assert sent.name == "my-new-pattern.toml"
        text = sent.data.decode().replace("my-new-pattern", "safe-account")
        card = await ann.send_file(api, text, answers=3)
        answer, page = ann.calls()[-3:-1]
        assert "Stop. This looks like a known scam: Fake call from the bank" in answer.text
        assert "What gives it away" in page.text
        assert "a new pattern, <code>safe-account</code>" in card.text
        chinese = await ann.tap(card, "mod_show", which=1, answers=2)
        assert "冒充银行" in chinese.text
        with_reason = await ann.reply(card, "three people asked about it today")
        assert "Why: three people asked about it today" in with_reason.text
        done = await ann.tap(with_reason, "mod_propose")
        await ann.now(done, "What it would change")
    kept = Proposals(store, alone=False).get(1)
    assert kept is not None
    assert (kept.draft.kind, kept.draft.pattern) == ("pattern", "safe-account")
    assert kept.draft.reason == "three people asked about it today"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (PARCEL.replace('kind = "scam"', 'kind = "fraud"'), ["<code>kind</code>"]),
        (PARCEL.replace('kind = "scam"', "kind = scam"), ["line 2"]),
        (PARCEL.replace("by a link", "by <b>a</b> link"), ["<code>en.red_flags.0</code>", "&lt;b&gt;"]),
        ("id = \n", ["line 1"]),
        (b"id = \xff\xfe", ["not UTF-8"]),
        (PARCEL, ["the same as the one in use"]),
    ],
    ids=["value", "toml", "html", "text", "bytes", "unchanged"],
)
async def test_each_fault_of_a_document_is_named_with_its_place(
    run_bot: RunBot, store: Store, text: str | bytes, faults: list[str]
) -> None:
    async with run_bot(**OWNERS) as api:
        answer = await Talk(api, ANN).send_file(api, text)
    assert "This cannot be taken yet" in answer.text
    for fault in faults:
        assert fault in answer.text
    assert answer.buttons == {}


async def test_faults_are_said_in_the_language_of_the_moderator(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        await ann.write("/language de", answers=2)
        answer = await ann.send_file(api, PARCEL.replace('kind = "scam"', 'kind = "swindle"'))
    assert "Das lässt sich noch nicht übernehmen" in answer.text
    assert "möglich ist 'scam', 'accomplice' oder 'legitimate', da steht 'swindle'" in unescape(answer.text)


async def test_a_document_that_is_too_large_is_not_even_fetched(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        document = {"file_id": "big", "file_unique_id": "u", "file_name": "big.TOML", "file_size": 200_001}
        answer = await Talk(api, ANN).write(document=document)
        assert [call for call in api.calls if call.method == "getFile"] == []
    assert "at most 200 kB" in answer.text


async def test_an_edit_shows_the_difference_first(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        sent = (await ann.write("/edit parcel-smish")).parameters["document"]
        assert (sent.name, sent.data.decode()) == ("parcel-smish.toml", PARCEL)
        text = f"# changed\n{PARCEL.replace('Fake parcel fee', 'Fake <parcel> fee & more')}"
        faulty = await ann.send_file(api, text)
        assert "This cannot be taken yet" in faulty.text
        card = await ann.write(text.replace("<parcel>", "parcel"), answers=3)
        assert "-title = " in card.text
        assert "+title = &#34;Fake parcel fee &amp; more&#34;" in card.text
        done = await ann.tap(card, "mod_propose")
        await ann.now(done, "What it would change")
        assert "There is no pattern" in (await ann.write("/edit no-such")).text
        assert "Write /edit" in (await ann.write("/edit")).text
    assert Proposals(store, alone=False).queue()[0].draft.kind == "edit"


async def test_a_document_that_changed_meanwhile_is_shown_again(run_bot: RunBot, store: Store) -> None:
    proposals, other = Proposals(store, alone=False), proposed(store, case(FRESH))
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        card = await ann.send_file(api, PARCEL.replace("Fake parcel fee", "False parcel fee"), answers=3)
        proposals.decide(other.id, True, BEN, datetime.now(UTC), is_moderator=lambda _: True)
        again = await ann.tap(card, "mod_propose")
        assert "has changed since" in again.text
        assert "-text" in again.text  # the edit would take the new case out
        assert "Proposed as number" in (await ann.tap(again, "mod_propose")).text


async def test_retiring_shows_what_goes_and_asks(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        assert "Write /retire" in (await ann.write("/retire")).text
        assert "<code>why</code>" in (await ann.write("/retire parcel-smish")).text
        card = await ann.write("/retire parcel-smish nobody sends these any more")
        assert "“Fake parcel fee” would go, with all its guidance and its cases (8)" in card.text
        done = await ann.tap(card, "mod_propose")
        await ann.now(done, "What it would change")
    kept = Proposals(store, alone=False).queue()[0].draft
    assert (kept.kind, kept.reason) == ("retire", "nobody sends these any more")


async def test_patterns_are_listed_by_family(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        listed = await Talk(api, ANN).write("/patterns")
    assert "<b>impersonation</b>: parcel-smish 8" in listed.text
    assert "3 patterns, 24 cases" in listed.text
