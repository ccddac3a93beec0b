from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from knowledge.documents.pattern import Case
from knowledge.documents.toml import append_case, parse_pattern
from knowledge.proposals.overlay import HeldBack, overlaid
from knowledge.proposals.proposal import Draft, Proposal
from tests.paths import DOCUMENTS

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
PATTERNS = DOCUMENTS / "patterns"
SHIPPED = {file.stem: file.read_text("utf-8") for file in sorted(PATTERNS.glob("*.toml"))}
SMISH = "parcel-smish"
FEW = SHIPPED[SMISH].partition("[[cases]]")[0] + '[[cases]]\nlanguage = "en"\ntext = "the only one"\n'


def approved(*drafts: Draft) -> list[Proposal]:
    rest = {"state": "approved", "impact": {}, "held": "", "reason": "", "decided_by": 2, "decided": NOW}
    return [
        Proposal(id=id, draft=draft, author=1, made=NOW, expires=None, **rest)  # type: ignore[arg-type]
        for id, draft in zip(count(1), drafts, strict=False)
    ]


def case(text: str, pattern: str = SMISH, language: str = "en", emergency: bool = False) -> Draft:
    return Draft("case", pattern, case=Case(language, text, emergency))


def replay(drafts: Iterable[Draft]) -> tuple[dict[str, str], tuple[HeldBack, ...]]:
    return overlaid(SHIPPED, approved(*drafts))


def new_pattern(id: str) -> Draft:
    return Draft("pattern", id, FEW.replace(f'id = "{SMISH}"', f'id = "{id}"'))


def test_nothing_approved_changes_nothing() -> None:
    assert replay([]) == (SHIPPED, ())


def test_cases_are_appended_in_order_as_append_case_does() -> None:
    texts = ["first ✉️", 'he said "pay"\n\\now', "tabs\tand \x7f"]
    documents, held_back = replay([case(text, emergency=text == "first ✉️") for text in texts])
    expected = SHIPPED[SMISH]
    for text in texts:
        expected = append_case(expected, "en", text, emergency=text == "first ✉️")
    assert documents == SHIPPED | {SMISH: expected}
    assert held_back == ()
    assert [one.text for one in parse_pattern(documents[SMISH], f"{SMISH}.toml").cases][-3:] == texts


def test_an_edit_takes_the_place_of_the_document_and_later_cases_follow_it() -> None:
    documents, held_back = replay([case("before the edit"), Draft("edit", SMISH, FEW), case("after it")])
    assert [one.text for one in parse_pattern(documents[SMISH], f"{SMISH}.toml").cases] == ["the only one", "after it"]
    assert held_back == ()


def test_a_new_pattern_comes_in_by_the_alphabet_and_takes_cases() -> None:
    documents, held_back = replay([new_pattern("charity-fraud"), case("for the poor", "charity-fraud")])
    assert list(documents) == ["bank-otp", "charity-fraud", "parcel-smish", "sell-bank-card"]
    assert "for the poor" in documents["charity-fraud"]
    assert held_back == ()


def test_a_retired_pattern_is_gone_and_what_follows_on_it_is_named() -> None:
    documents, held_back = replay([Draft("retire", SMISH), case("too late"), Draft("edit", SMISH, FEW)])
    assert set(documents) == set(SHIPPED) - {SMISH}
    reason = "parcel-smish: no such pattern, expected one that is there"
    assert held_back == (HeldBack(2, SMISH, reason), HeldBack(3, SMISH, reason))


def test_a_retired_pattern_may_come_back_as_a_new_one() -> None:
    documents, held_back = replay([Draft("retire", SMISH), Draft("pattern", SMISH, FEW)])
    assert documents[SMISH] == FEW
    assert held_back == ()


def test_what_cannot_be_replayed_is_named_in_order_and_the_rest_goes_on() -> None:
    own = parse_pattern(SHIPPED[SMISH], f"{SMISH}.toml").cases[0].text
    number = len(parse_pattern(SHIPPED[SMISH], f"{SMISH}.toml").cases)
    drafts = [
        case("where is this", "no-such"),
        case("good one"),
        case(own),
        case("x"),
        case("good one"),
        Draft("edit", SMISH, "id = "),
        case("second good one"),
        Draft("retire", "no-such"),
        new_pattern("charity-fraud"),
    ]
    documents, held_back = replay(drafts)
    assert [(one.proposal, one.pattern) for one in held_back] == [
        (1, "no-such"),
        (3, SMISH),
        (4, SMISH),
        (5, SMISH),
        (6, SMISH),
        (8, "no-such"),
    ]
    reasons = {one.proposal: one.reason for one in held_back}
    assert reasons[3].endswith(": the same text as cases.0")
    assert "should have at least 2 characters" in reasons[4]
    assert reasons[5].endswith(f": the same text as cases.{number}")
    assert reasons[6] == "document: not TOML: Invalid value, expected TOML"
    expected = append_case(append_case(SHIPPED[SMISH], "en", "good one"), "en", "second good one")
    assert documents == SHIPPED | {SMISH: expected, "charity-fraud": new_pattern("charity-fraud").content}


def test_an_edit_that_names_another_pattern_is_left_out() -> None:
    documents, held_back = replay([Draft("edit", "bank-otp", FEW)])
    assert documents == SHIPPED
    assert held_back == (HeldBack(1, "bank-otp", "id: 'parcel-smish', expected the file's name, 'bank-otp'"),)


@pytest.mark.parametrize("broken", [FEW.replace('kind = "scam"', 'kind = "spam"'), "cases = []"], ids=["kind", "list"])
def test_a_document_that_bears_no_case_stays_as_it_is(broken: str) -> None:
    documents, held_back = overlaid({SMISH: broken}, approved(case("one"), case("two")))
    assert documents == {SMISH: broken}
    assert [one.proposal for one in held_back] == [1, 2]


def test_of_5000_cases_those_with_faults_are_left_out() -> None:
    drafts = [case(f"somebody wrote to me about parcel {number % 4900}") for number in range(5000)]
    documents, held_back = replay(drafts)
    assert [one.proposal for one in held_back] == list(range(4901, 5001))
    assert documents[SMISH].count("about parcel ") == 4900


def test_a_case_approved_while_an_edit_was_being_written_is_not_lost() -> None:
    early, edit = approved(case("approved meanwhile"), Draft("edit", SMISH, FEW))
    edit = replace(edit, made=NOW - timedelta(minutes=1), decided=NOW + timedelta(minutes=1))
    documents, held_back = overlaid(SHIPPED, [early, edit])
    cases = [one.text for one in parse_pattern(documents[SMISH], f"{SMISH}.toml").cases]
    assert (cases, held_back) == (["the only one", "approved meanwhile"], ())
