"""The real documents: what the small ones cannot tell."""

import re
from collections import Counter

import pytest

from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.reporting import read_countries
from knowledge.text.languages import INTERFACE

IDS = 78
PHONE = re.compile(r"\+?\d[\d\s-]{6,}\d")


@pytest.fixture(scope="module")
def shipped() -> Casebook:
    return read_casebook()


def test_all_60_patterns_and_18_look_alikes_are_there(shipped: Casebook) -> None:
    kinds = Counter(pattern.kind for pattern in shipped.patterns.values())
    assert len(shipped.patterns) == IDS
    assert kinds[Kind.LEGITIMATE] == 18


def test_each_pattern_has_guidance_in_every_language_that_is_spoken_and_enough_cases(shipped: Casebook) -> None:
    thin = {
        pattern.id: count
        for pattern in shipped.patterns.values()
        if (count := Counter(case.language.partition("-")[0] for case in pattern.cases))["en"] < 4 or count["zh"] < 4
    }
    assert thin == {}
    assert {name: set(p.guidance) for name, p in shipped.patterns.items() if set(p.guidance) != set(INTERFACE)} == {}


def test_each_question_has_what_yes_and_no_tell_in_every_language(shipped: Casebook) -> None:
    said = {
        f"{name} {language}": (words.yes, words.no, words.question)
        for name, pattern in shipped.patterns.items()
        for language, words in pattern.guidance.items()
    }
    assert [place for place, (yes, no, _) in said.items() if min(len(yes), len(no)) < 4] == []
    assert [place for place, words in said.items() if len({*words}) < 3] == []
    assert [place for place, (yes, no, _) in said.items() if "?" in yes + no or "？" in yes + no] == []


def test_guidance_never_carries_a_phone_number(shipped: Casebook) -> None:
    def words(pattern: Pattern) -> str:
        return " ".join(
            " ".join([g.title, g.how, *g.red_flags, *g.advice, *g.never, g.question, g.yes, g.no, *g.already_in])
            for g in pattern.guidance.values()
        )

    assert {name for name, pattern in shipped.patterns.items() if PHONE.search(words(pattern))} == set()


def test_accomplice_patterns_rest_on_a_page_that_may_be_shown(shipped: Casebook) -> None:
    accomplices = [pattern for pattern in shipped.patterns.values() if pattern.kind == Kind.ACCOMPLICE]
    assert [pattern.id for pattern in accomplices if not any(s.may_be_linked for s in pattern.sources)] == []


def test_the_golden_set_is_large_and_hard_and_of_all_kinds(shipped: Casebook) -> None:
    kinds = Counter(situation.kind for situation in shipped.golden)
    dangerous = [situation for situation in shipped.golden if situation.dangerous]
    assert len(shipped.golden) >= 120
    assert set(kinds) == {"scam", "accomplice", "look-alike", "everyday", "too-little"}
    assert sum(situation.implicit for situation in dangerous) >= len(dangerous) / 2


def test_no_golden_text_is_a_case(shipped: Casebook) -> None:
    cases = {case.text for pattern in shipped.patterns.values() for case in pattern.cases}
    assert [situation.id for situation in shipped.golden if situation.text in cases] == []


def test_golden_situations_expect_known_patterns_of_their_own_side(shipped: Casebook) -> None:
    for situation in shipped.golden:
        kinds = {shipped.patterns[name].kind for name in situation.patterns}
        assert bool(kinds) == (situation.kind not in ("everyday", "too-little")), situation.id
        if situation.dangerous:
            assert Kind.LEGITIMATE not in kinds, situation.id


def test_every_country_is_spoken_of_in_every_language_of_this_version() -> None:
    for country in read_countries().values():
        for words in (country.name, country.first_hour, *(contact.handles for contact in country.contacts)):
            assert {"en", "zh", "zh-Hant"} <= set(words), country.code
