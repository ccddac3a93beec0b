"""Copies among the cases are found; two people's own words are not taken for one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from index.builds.near_copies import MARGIN, NEAR_CASES, near_copies
from index.model.encoder import Encoded, Vectors
from index.model.vector_table import VectorTable
from knowledge.documents.casebook import Casebook
from knowledge.documents.check import copies, without_names_and_numbers
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
    assert without_names_and_numbers(OWN_WORDS) == without_names_and_numbers(SWAPPED)


def test_a_copy_with_swapped_names_is_named_with_both_places(casebook: Casebook) -> None:
    (line,) = copies(with_cases(casebook, OTHER, OWN_WORDS, SWAPPED).patterns)
    assert line.startswith("patterns/parcel-smish.toml: cases[1] and cases[2]: 100 % alike")


def test_two_peoples_own_words_are_no_copies(casebook: Casebook) -> None:
    assert copies(with_cases(casebook, OTHER, OWN_WORDS).patterns) == []


def test_a_golden_situation_in_the_words_of_a_case_is_named(casebook: Casebook) -> None:
    given_away: Any = replace(casebook.golden[0], text=OWN_WORDS)
    near = near_copies(
        replace(with_cases(casebook, OTHER, OWN_WORDS, OWN_WORDS), golden=[given_away]),
        HashingEncoder(),
        VectorTable.empty(),
    )
    assert [one.fault for one in near] == [True] * 3
    assert near[0].line.startswith(
        "patterns/parcel-smish.toml cases[1] and patterns/parcel-smish.toml cases[2]: cosine 1.00"
    )
    assert near[1].line.startswith(f"golden {given_away.id} and patterns/parcel-smish.toml cases[1]")


class Apart(HashingEncoder):
    """Puts each text at an angle to the first one: the cosine is the number that ends the text."""

    dimension = 2

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        cosines = np.array([float(text.split()[-1]) for text in texts], dtype=np.float32)
        vectors: Vectors = np.stack([cosines, np.sqrt(1 - cosines**2)], axis=1)
        return Encoded(vectors, np.zeros((len(texts), 4), dtype=np.float32))


@pytest.mark.parametrize(
    ("beyond", "faults"),
    [(-1.5 * MARGIN, []), (-0.5 * MARGIN, [False]), (0.5 * MARGIN, [True])],
    ids=["clear of the limit", "just below it", "beyond it"],
)
def test_what_only_just_keeps_the_limit_is_named_and_no_fault(
    casebook: Casebook, beyond: float, faults: list[bool]
) -> None:
    two = replace(with_cases(casebook, "one 1", f"two {NEAR_CASES + beyond}"), golden=[])
    near = near_copies(two, Apart(), VectorTable.empty())
    assert [one.fault for one in near] == faults


@pytest.mark.model
def test_no_shipped_text_is_nearly_another() -> None:
    from tests.test_real_model import askfirst

    done = askfirst("patterns", "check", "--near")
    assert done.returncode == 0, done.stderr
