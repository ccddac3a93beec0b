"""Countries and languages as people name them."""

import pytest

from bot.checking.naming import Naming
from knowledge.documents.talk import Names, read_names

NAMES = Names(
    {"GB": ("uk", "england"), "GN": ("guinea",), "PG": ("papua new guinea",), "CN": ("中国",), "OM": ("oman",)},
    {"de": ("german", "deutsch"), "zh": ("中文",)},
    {"JO": {"en": "Jordan", "ar": "الأردن"}},
)


@pytest.fixture(scope="module")
def naming() -> Naming:
    return Naming(NAMES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("i live in England now", "GB"),
        ("the UK", "GB"),
        ("ukulele lessons", ""),
        ("a roman villa", ""),
        ("Oman!", "OM"),
        ("papua new guinea", "PG"),
        ("guinea", "GN"),
        ("我在中国呢", "CN"),
        ("i am in jordan", "JO"),
        ("انا بالاردن", "JO"),
        ("وأنا من الأردن", "JO"),
        ("nowhere at all", ""),
        ("", ""),
    ],
)
def test_a_country_is_found_as_a_word_of_its_own_and_the_longest_name_wins(
    naming: Naming, text: str, code: str
) -> None:
    assert naming.country(text) == code


@pytest.mark.parametrize(
    ("text", "code"), [("auf Deutsch bitte", "de"), ("说中文吧", "zh"), ("germany", ""), ("klingon", "")]
)
def test_a_language_is_found_by_its_names(naming: Naming, text: str, code: str) -> None:
    assert naming.language(text) == code


def test_each_name_that_ships_is_found_as_what_it_names() -> None:
    names, naming = read_names(), Naming()
    for known, found in ((names.countries, naming.country), (names.languages, naming.language)):
        assert {name: found(name) for code, own in known.items() for name in own if found(name) != code} == {}
    assert {
        name: naming.country(name)
        for code, own in names.elsewhere.items()
        for name in own.values()
        if naming.country(name) != code
    } == {}
