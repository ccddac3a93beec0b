"""Copies among the cases are found; two people's own words are not taken for one."""

from dataclasses import replace
from typing import Any

import pytest

from index.builds.near_copies import too_near
from index.model.vector_table import VectorTable
from knowledge.documents.casebook import Casebook
from knowledge.documents.check import copies, masked
from knowledge.documents.pattern import Case
from tests.fakes import HashingEncoder

OWN_WORDS = "Yesterday Mr Brown from the courier said my parcel of 300 euros is held until I pay"
SWAPPED = "Yesterday Mr Green from the courier said my parcel of 45,50 euros is held until I pay"
OTHER = "why would a delivery firm want my card number before it brings me the shoes I ordered"


def with_cases(casebook: Casebook, *texts: str) -> Casebook:
    pattern = casebook.patterns["parcel-smish"]
    cases = tuple(Case("en", text) for text in texts)
    return replace(casebook, patterns={pattern.id: replace(pattern, cases=cases)})


def test_names_and_numbers_are_masked_before_two_cases_are_compared() -> None:
    assert masked(OWN_WORDS) == masked(SWAPPED)


def test_a_copy_with_swapped_names_is_named_with_both_places(casebook: Casebook) -> None:
    (line,) = copies(with_cases(casebook, OTHER, OWN_WORDS, SWAPPED).patterns)
    assert line.startswith("patterns/parcel-smish.toml: cases[1] and cases[2]: 100 % alike")


def test_two_peoples_own_words_are_no_copies(casebook: Casebook) -> None:
    assert copies(with_cases(casebook, OTHER, OWN_WORDS).patterns) == []


def test_a_golden_situation_in_the_words_of_a_case_is_named(casebook: Casebook) -> None:
    given_away: Any = replace(casebook.golden[0], text=OWN_WORDS)
    near = too_near(
        replace(with_cases(casebook, OTHER, OWN_WORDS, OWN_WORDS), golden=[given_away]),
        HashingEncoder(),
        VectorTable.empty(),
    )
    assert len(near) == 3
    assert near[0].startswith(
        "patterns/parcel-smish.toml cases[1] and patterns/parcel-smish.toml cases[2]: cosine 1.00"
    )
    assert near[1].startswith(f"golden {given_away.id} and patterns/parcel-smish.toml cases[1]")


@pytest.mark.model
def test_no_shipped_text_is_nearly_another() -> None:
    from tests.test_real_model import askfirst

    done = askfirst("patterns", "check", "--near")
    assert done.returncode == 0, done.stderr
