"""Rounds of practice: whom they are for, and where."""

from dataclasses import replace
from random import Random

import pytest

from bot.checking.practice import LENGTH, Practice
from knowledge.documents.exercises.practice import AGES, Age, read_practice
from knowledge.text.languages import INTERFACE


@pytest.fixture(scope="module")
def practice() -> Practice:
    return Practice(read_practice(), Random(1))


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("language", INTERFACE)
def test_every_age_has_a_round_in_every_language_half_of_it_scams(practice: Practice, language: str, age: Age) -> None:
    dealt = practice.deal(1, language, age, None)
    assert dealt.language == language
    assert len(set(dealt.situations)) == LENGTH
    assert sum(one.scam for one in dealt.situations) == LENGTH // 2
    assert age == "everyone" or {one.age for one in dealt.situations} <= {age, "everyone"}


def test_what_happens_in_one_country_alone_is_dealt_there_alone() -> None:
    here = tuple(replace(one, country="SG") for one in read_practice()["en"])
    practice = Practice({"en": here})
    assert len(practice.deal(1, "en", "everyone", "SG").situations) == LENGTH
    assert practice.deal(1, "en", "everyone", "FR").situations == ()


def test_a_language_without_situations_has_those_in_english() -> None:
    assert Practice({"en": read_practice()["en"]}).deal(1, "ko", "everyone", None).language == "en"


def test_chats_have_rounds_of_their_own(practice: Practice) -> None:
    first, second = (practice.deal(chat, "en", "everyone", None) for chat in (1, 2))
    practice.guess(1, scam=first.current.scam)
    assert (practice.of(1), practice.of(2)) == (replace(first, answered=1, right=1), second)
    practice.drop(1)
    assert practice.of(1) is None
