"""Where to report, and which of the steps that hold everywhere a country says in its own words."""

from pathlib import Path

import pytest

from knowledge.documents.reporting import read_countries, steps_in
from knowledge.documents.toml import InvalidDocument
from knowledge.text.languages import INTERFACE
from tests.paths import DOCUMENTS


@pytest.mark.parametrize(
    ("covers", "fault"),
    [
        ("[0]", "sg.toml: covers.0: Input should be greater than or equal to 1"),
        ("[2, 7]", "sg.toml: covers.1: Input should be less than or equal to 6"),
        ("2", "sg.toml: covers: Input should be a valid tuple"),
    ],
)
def test_a_country_covers_steps_that_there_are(tmp_path: Path, covers: str, fault: str) -> None:
    for name in ("international.toml", "sg.toml"):
        text = (DOCUMENTS / "reporting" / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace("covers = [2, 3]", f"covers = {covers}"), "utf-8")
    with pytest.raises(InvalidDocument) as caught:
        read_countries(tmp_path)
    assert fault in str(caught.value)


def test_a_country_without_the_list_covers_nothing() -> None:
    assert read_countries(DOCUMENTS / "reporting")["INTERNATIONAL"].covers == ()


def test_the_steps_that_hold_everywhere_are_six_in_every_language() -> None:
    everywhere = read_countries()["INTERNATIONAL"]
    assert set(everywhere.first_hour) == set(INTERFACE)
    assert {len(steps_in(everywhere, language)) for language in INTERFACE} == {6}


def test_every_country_says_which_of_them_it_covers_and_never_the_first() -> None:
    countries = read_countries()
    covers = {code: country.covers for code, country in countries.items() if code != "INTERNATIONAL"}
    assert [code for code, numbers in covers.items() if not numbers or 1 in numbers] == []
    assert [code for code, numbers in covers.items() if list(numbers) != sorted(set(numbers))] == []
    assert [code for code in covers if len(steps_in(countries[code], "en")) < 2] == []
