"""Short texts found again by their wording."""

import pytest

from knowledge.text.scripts import extent
from knowledge.text.wordings import Wordings

KNOWN = Wordings(
    [
        ("jail", "will I go to jail"),
        ("jail", "¿puedo ir a la cárcel?"),
        ("money", "can I get my money back"),
        ("钱", "钱能追回来吗"),
    ]
)


def test_the_same_words_are_alike_by_one_whatever_their_case_accents_and_marks() -> None:
    assert KNOWN.nearest("Will I go to jail?!")["jail"] == pytest.approx(1)
    assert KNOWN.nearest("puedo ir a la carcel")["jail"] == pytest.approx(1)


def test_the_likest_text_of_a_name_counts_and_other_words_make_it_less_alike() -> None:
    alike = KNOWN.nearest("will i really go to jail for that")
    assert max(alike, key=lambda name: alike[name]) == "jail"
    assert 0.3 < alike["jail"] < 0.95
    assert KNOWN.nearest("钱还追得回来吗")["钱"] > 0.3


@pytest.mark.parametrize("text", ["", "?!", "ξψ"])
def test_what_shares_nothing_is_not_alike(text: str) -> None:
    assert set(KNOWN.nearest(text).values()) == {0.0}


@pytest.mark.parametrize(
    ("text", "letters"), [("my parcel", 9), ("我的包裹", 12), ("にもつ", 6), ("택배", 4), ("พัสดุ", 5), ("посылка", 7)]
)
def test_how_long_a_text_is_does_not_depend_on_its_script(text: str, letters: int) -> None:
    assert extent(text) == letters
