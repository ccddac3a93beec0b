"""Situations that are proposed for the examination: checked, masked, and taken into the golden set."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook
from knowledge.documents.golden import GoldenSituation, read_golden, situation_document
from knowledge.documents.toml import InvalidDocument
from knowledge.proposals.drafting import Drafting
from knowledge.proposals.proposal import Draft
from knowledge.proposals.queue import Proposals
from knowledge.proposals.situations import ShouldSay, golden_files, with_situations
from knowledge.proposals.waiting import Filters, last_decided, waiting_items, waiting_refs

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = NOW.date()
TEXT = 'he wrote "pay the toll"\nand I sent 50 dollars to him yesterday by the link'
SCAM = ShouldSay("parcel-smish", "likely", "after")


@pytest.fixture
def drafting(proposals: Proposals, casebook: Casebook) -> Drafting:
    return Drafting(proposals, lambda: casebook)


def drafted(drafting: Drafting, text: str = TEXT, should: ShouldSay = SCAM, why: str = "") -> GoldenSituation:
    draft = drafting.golden_draft(text, should, TODAY, why)
    assert draft.kind == "golden"
    assert draft.situation is not None
    return draft.situation


def faults(drafting: Drafting, text: str, should: ShouldSay, why: str = "") -> str:
    with pytest.raises(InvalidDocument) as caught:
        drafting.golden_draft(text, should, TODAY, why)
    return "\n".join(map(str, caught.value.faults))


def approved(proposals: Proposals, draft: Draft) -> None:
    (one,) = proposals.propose([draft], 5, NOW)
    proposals.tried([one.id], {}, "", NOW)
    proposals.decide(one.id, True, 6, NOW, is_moderator=lambda _: True)


@pytest.mark.parametrize(
    ("should", "kind", "must_not", "emergency"),
    [
        (SCAM, "scam", ("no_match", "unclear"), True),
        (ShouldSay("parcel-smish", "unclear", "unsaid"), "scam", ("no_match",), False),
        (ShouldSay("sell-bank-card", "possible", "before"), "accomplice", ("no_match", "unclear"), False),
        (ShouldSay("bank-otp", "no_match", "unsaid"), "look-alike", ("likely",), False),
        (ShouldSay("everyday", "no_match", "unsaid"), "everyday", ("likely",), False),
        (ShouldSay("too-little", "unclear", "unsaid"), "too-little", ("likely", "no_match"), False),
    ],
)
def test_what_should_be_said_becomes_a_situation_as_in_the_golden_set(
    drafting: Drafting, should: ShouldSay, kind: str, must_not: tuple[str, ...], emergency: bool
) -> None:
    one = drafted(drafting, should=should)
    assert (one.kind, one.must_not, one.emergency, one.stage) == (kind, must_not, emergency, should.stage)
    assert one.patterns == (() if kind in ("everyday", "too-little") else (should.what,))
    assert one.language == "en"
    assert one.id.startswith(f"en-{should.what}-")


def test_a_situation_stands_in_its_file_as_all_others_do(drafting: Drafting, tmp_path: Path) -> None:
    one = drafted(drafting, should=replace(SCAM, implicit=True, form="message", language="en"))
    (tmp_path / "en.toml").write_text(situation_document(one), "utf-8")
    assert read_golden(tmp_path) == [one]


def test_what_belongs_to_people_is_taken_out(drafting: Drafting) -> None:
    assert "91234567" not in drafted(drafting, f"{TEXT} call +6591234567").text


@pytest.mark.parametrize(
    ("should", "fault"),
    [
        (ShouldSay("no-such", "likely", "before"), "pattern: 'no-such', expected a known pattern's id, everyday or"),
        (
            ShouldSay("parcel-smish", "no_match", "before"),
            "concern: 'no_match' of scam, expected one of likely, possible",
        ),
        (
            ShouldSay("bank-otp", "likely", "before"),
            "concern: 'likely' of look-alike, expected one of possible, unclear",
        ),
        (ShouldSay("everyday", "no_match", "after"), "stage: 'after' of everyday, expected one of before, unsaid"),
        (ShouldSay("parcel-smish", "likely", ""), "stage: '' of scam, expected one of before, now, after, unsaid"),
        (replace(SCAM, form="poem"), "form: 'poem', expected one of account, message, line, life"),
        (replace(SCAM, language="xx"), "language: 'xx', expected one of"),
    ],
)
def test_what_cannot_be_said_is_named(drafting: Drafting, should: ShouldSay, fault: str) -> None:
    assert fault in faults(drafting, TEXT, should)


def test_a_case_or_a_known_situation_examines_nothing(
    drafting: Drafting, casebook: Casebook, proposals: Proposals
) -> None:
    case = casebook.patterns["parcel-smish"].cases[0].text
    assert "the same as cases.0" in faults(drafting, case, replace(SCAM, language="en"))
    known = casebook.golden[0]
    assert f"the same as the situation {known.id}" in faults(drafting, known.text, SCAM)
    approved(proposals, drafting.golden_draft(TEXT, SCAM, TODAY))
    assert "the same as the situation en-parcel-smish-" in faults(drafting, TEXT, SCAM)
    assert "expected at most 1,000" in faults(drafting, "somebody rang about a parcel", SCAM, "x" * 1001)


def test_approved_situations_are_asked_and_those_that_cannot_be_are_named(
    drafting: Drafting, casebook: Casebook, proposals: Proposals, store: Store
) -> None:
    draft = drafting.golden_draft(TEXT, SCAM, TODAY)
    for one in (draft, draft, drafting.golden_draft(f"{TEXT} again, for a toll", SCAM, TODAY)):
        approved(proposals, one)
    last = drafting.golden_draft(
        "my bank sent the code that I asked for", ShouldSay("bank-otp", "no_match", "unsaid"), TODAY
    )
    approved(proposals, last)
    examined, held_back = with_situations(casebook, proposals.approved(TODAY))
    assert len(examined.golden) == len(casebook.golden) + 3
    assert [one.reason.partition(": ")[2] for one in held_back] == ["used twice, expected it once"]
    left = casebook.revised({name: text for name, text in casebook.documents.items() if name != "bank-otp"})
    assert "bank-otp: no such pattern" in with_situations(left, proposals.approved(TODAY))[1][-1].reason
    assert drafting.casebook(TODAY).digest() == examined.digest() != casebook.digest()
    assert drafting.documents(TODAY) == casebook.documents
    assert last_decided(store) == {}
    assert list(golden_files(proposals.approved(TODAY))) == ["en"]


def test_a_situation_waits_reads_back_and_is_found_by_its_words(
    drafting: Drafting, proposals: Proposals, store: Store
) -> None:
    draft = drafting.golden_draft(TEXT, SCAM, TODAY, "it was missed")
    (one,) = proposals.propose([draft], 5, NOW)
    assert proposals.get(one.id) == one
    assert one.draft == draft
    today = date.fromisoformat("2026-11-27")
    (item,) = waiting_items(store, waiting_refs(store, Filters(words="the toll", language="en"), today), today)
    assert (item.sort, item.text, item.patterns) == ("golden", draft.situation.text, "parcel-smish")  # type: ignore[union-attr]
    assert waiting_refs(store, Filters(language="zh"), today) == ()


def test_a_draft_that_is_half_a_situation_is_refused(drafting: Drafting, proposals: Proposals) -> None:
    situation = drafted(drafting)
    for draft, fault in (
        (Draft("golden", "parcel-smish"), "situation: missing, expected with"),
        (Draft("retire", "parcel-smish", situation=situation), "situation: given, expected with"),
        (Draft("golden", "parcel-smish", "x", situation=situation), "content: given, expected none"),
        (Draft("golden", "parcel-smish", situation=replace(situation, text="")), "situation.text: "),
    ):
        with pytest.raises(InvalidDocument, match=fault):
            proposals.propose([draft], 5, NOW)
