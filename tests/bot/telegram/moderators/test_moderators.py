"""What moderators do in Telegram, through the front door: teaching, deciding, and that nobody else sees any of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from bot.moderation.in_hand import CardInHand, Drafts
from bot.moderation.queue import following
from bot.moderation.review_cards import View, proposal_card
from bot.telegram.sending import MODERATOR_COMMANDS, OWNER_COMMANDS
from bot.words.reply import LIMIT
from bot.words.texts import Texts
from knowledge.identifiers.finding import find
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.roles import Roles
from knowledge.ledger.store import Store
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.masking.text import CannotMask
from knowledge.proposals.impact import Impact
from knowledge.proposals.proposal import Draft, Proposal
from knowledge.proposals.queue import AN_HOUR, Proposals
from tests.bot_api import BotApi, Call, Fault, Upload, html_problem
from tests.conftest import RunBot
from tests.paths import DOCUMENTS
from tests.running import until
from tests.talk import ANN, BEN, NOBODY, OWNER, Talk, acts, case, proposed, staffed
from tests.updates import DAY, message, press

pytestmark = pytest.mark.anyio
OWNERS = {"owners": str(OWNER)}
TOLD = "my niece Maria Gomez got a text, her parcel waits in a depot, call +65 9123 4567 and pay the courier"
PARCEL = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
FRESH = "the courier wants two dollars by a link before my parcel leaves the depot"
BUTTONS = (
    *("mod_case:", "mod_paid:abcdefgh", "mod_as:abcdefgh:parcel-smish", "mod_drop:abcdefgh", "mod_withdraw:1"),
    *("mod_show:abcdefgh:en", "mod_propose:abcdefgh", "mod_next:p1", "mod_approve:1:00000000", "mod_week:1:00000000"),
    *("mod_reject:1", "mod_preview:1", "mod_file:1", f"mod_confirm:{'a' * 43}", f"mod_remove:{'a' * 43}"),
    *("mod_done:1", "mod_delete:1", "mod_note:1", "mod_rollback:20261126T000000Z-abc"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = staffed(tmp_path)
    yield opened
    opened.close()


async def review(talk: Talk) -> Call:
    return await talk.write("/review")


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


async def test_a_text_that_cannot_be_masked_is_not_kept(
    run_bot: RunBot, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsure(_: str) -> str:
        raise CannotMask("text: something is left")

    monkeypatch.setattr("bot.telegram.moderators.cases.mask_private", unsure)
    async with run_bot(**OWNERS) as api:
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


STAFF = {OWNER, ANN, BEN}


def _scope(menu: Call) -> int | None:
    return (menu.parameters.get("scope") or {}).get("chat_id")


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
        assert list(done.buttons.values()) == ["mod_next:p1"]
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


async def test_a_moderator_who_was_removed_has_only_stale_buttons(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(FRESH))
    async with run_bot(**OWNERS) as api:
        ben, owner = Talk(api, BEN), Talk(api, OWNER)
        card = await review(ben)
        assert "is no moderator any more" in (await owner.write(f"/moderators remove {BEN}")).text
        assert "out of date" in (await ben.tap(card, "mod_approve")).text
        assert "do not know that command" in (await ben.write("/review")).text
    assert Proposals(store, alone=False).get(1).state == "waiting"  # type: ignore[union-attr]


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


def _reported(store: Store, folder: Path, *, people: int, appealed: bool = False) -> ContactReports:
    reports, now = ContactReports(store, read_key(folder)), datetime.now(UTC)
    (phone,) = find("+65 9123 4567")
    for person in range(1, people + 1):
        assert reports.report(phone, "parcel-smish", "SG", person, None, now) == "kept"
    if appealed:
        reports.appeal(phone, 99, now)
    return reports


async def test_reports_of_a_contact_are_confirmed_once(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    _reported(store, tmp_path, people=2)
    async with run_bot(**OWNERS) as api:
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        card, other = await review(ann), await review(ben)
        assert "9123" not in card.text
        assert "reported by 2" in card.text
        assert "with parcel-smish" in card.text
        assert "That was the last one" in (await ann.tap(card, "mod_next")).text
        assert "Confirmed. The reports are told" in (await ann.tap(card, "mod_confirm")).text
        assert f"Already confirmed by {ANN}" in (await ben.tap(other, "mod_confirm")).text
        assert "Nothing waits." in (await review(ben)).text
    assert len(acts(store, "confirm ")) == 1


async def test_an_appeal_is_granted_and_logged_with_its_reason(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    _reported(store, tmp_path, people=3, appealed=True)
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
    reports = _reported(store, tmp_path, people=3, appealed=True)
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


async def test_the_queue_is_walked_through_to_its_end(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    proposed(store, case(FRESH))
    proposed(store, Draft("pattern", "parcel-two", content=PARCEL.replace("parcel-smish", "parcel-two")))
    _reported(store, tmp_path, people=1)
    async with run_bot(**OWNERS) as api:
        ben = Talk(api, BEN)
        cards = [await review(ben)]
        for _ in range(3):
            cards.append(await ben.tap(cards[-1], "mod_next"))
    heads = ["Proposal 1:", "a new pattern", "Reported contact:", "Still waiting: 3"]
    assert [head in card.text for head, card in zip(heads, cards, strict=True)] == [True] * 4


def test_what_follows_an_item_that_is_settled_meanwhile() -> None:
    items = ("p2", "p5", f"c{'x' * 43}", "n1")
    assert following(items, "p3") == "p5"
    assert following(items, f"a{'y' * 43}") == f"c{'x' * 43}"
    assert following(items, "n1") is None
    assert following(items, "n0") == "n1"


def test_only_the_latest_drafts_are_kept() -> None:
    drafts = Drafts()
    keys = [drafts.put(1, CardInHand(f"p{number}")) for number in range(21)]
    assert drafts.get(1, keys[0]) is None
    assert drafts.get(1, keys[20]) == CardInHand("p20")
    assert drafts.get(2, keys[20]) is None
    for chat in range(2, 52):
        for _ in range(20):
            drafts.put(chat, CardInHand("p1"))
    assert drafts.get(1, keys[20]) is None
    drafts.forget(51)
    drafts.shown(50, drafts.put(50, CardInHand("n1")), 9)
    assert drafts.under(50, 9)
    assert drafts.under(51, 9) is None


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


def test_no_card_is_too_long_whatever_is_proposed(moderator_texts: dict[str, Texts]) -> None:
    many = tuple(f"en-{number}<&>" for number in range(400))
    impact = Impact(many, many, many, many, many, many, many, many, (("a", "<b>&" * 30, 1.0),) * 9)
    for language, words in moderator_texts.items():
        for body in ("<&>\n" * 60_000, "x" * 4000, "短" * 1500):
            draft = Draft("edit", "parcel-smish", content=body, reason="<&>" * 330)
            now = datetime.now(UTC)
            one = Proposal(1, draft, ANN, now, "held", impact.as_row(), "&" * 3000, "", None, None, None)
            card = proposal_card(View(one, body), {}, {}, words, own=True, reason="<&>" * 330, first="⚠️ changed")
            assert html_problem(card.html) is None, language
            assert len(card.html.encode("utf-16-le")) // 2 <= LIMIT
            assert all(len(button.data.encode()) <= 64 for row in card.buttons for button in row)
