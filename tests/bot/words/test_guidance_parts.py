"""The first hour as one list: what holds everywhere, and what a country says in its own words."""

from dataclasses import replace

import pytest

from bot.words.guidance_parts import first_hour, merged_steps
from bot.words.phone import columns, whole_sentences
from bot.words.screens import STEP
from bot.words.texts import Texts
from knowledge.documents.reporting import Country, lines_in, read_countries, steps_in
from knowledge.documents.stages import Loss, first_hours
from knowledge.text.languages import INTERFACE


@pytest.fixture(scope="module")
def everywhere() -> dict[str, Country]:
    return read_countries()


def test_a_country_says_its_own_steps_after_the_first_and_not_again_what_it_covers(
    texts: dict[str, Texts], countries: dict[str, Country]
) -> None:
    here = replace(countries["SG"], first_hour={"en": ("Call 1799.", "Freeze the account.")}, covers=(2, 3, 6))
    stop, bank, police, note, app, nobody = steps_in(countries["INTERNATIONAL"], "en")
    found = merged_steps(texts["en"], here, countries)
    assert found == [stop, "Call 1799.", "Freeze the account.", note, app]
    assert bank in merged_steps(texts["en"], replace(here, covers=(3,)), countries)
    assert {police, nobody} & set(found) == set()


def test_a_step_in_the_same_words_is_said_once(texts: dict[str, Texts], countries: dict[str, Country]) -> None:
    general = steps_in(countries["INTERNATIONAL"], "en")
    here = replace(countries["SG"], first_hour={"en": (general[3], "Call 1799.")}, covers=())
    assert merged_steps(texts["en"], here, countries) == [general[0], "Call 1799.", *general[1:]]


def test_without_a_country_the_steps_are_those_that_hold_everywhere(
    texts: dict[str, Texts], countries: dict[str, Country]
) -> None:
    everywhere = countries["INTERNATIONAL"]
    assert merged_steps(texts["en"], everywhere, countries) == list(steps_in(everywhere, "en"))


def test_the_list_is_numbered_through(texts: dict[str, Texts], countries: dict[str, Country]) -> None:
    (section,) = first_hour(texts["en"], countries["SG"], countries)
    numbers = [line.partition(".")[0] for line in section.html.split("\n")]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("language", INTERFACE)
def test_in_every_country_the_list_begins_with_stop_and_says_nothing_twice(
    everywhere: dict[str, Country], texts: dict[str, Texts], language: str
) -> None:
    stop = steps_in(everywhere["INTERNATIONAL"], language)[0]
    for code, country in everywhere.items():
        steps = merged_steps(texts[language], country, everywhere)
        assert steps[0] == stop, code
        assert len(set(steps)) == len(steps), code
        assert 5 <= len(steps) <= 12, code
        assert set(steps_in(country, language)) <= set(steps), code


def test_what_is_gone_has_its_own_steps_after_stop_with_the_countrys_first_among_them(
    texts: dict[str, Texts], countries: dict[str, Country]
) -> None:
    here = replace(countries["SG"], first_hour={"en": ("Collect the proof.", "Call 1799 now.")}, covers=(2,))
    stop, _, police, note, app, nobody = steps_in(countries["INTERNATIONAL"], "en")
    cut, passwords = first_hours()["access"].steps["en"]
    found = merged_steps(texts["en"], here, countries, "access")
    assert found == [stop, cut, "Call 1799 now.", passwords, "Collect the proof.", police, note, nobody]
    assert app not in found


def test_pictures_that_are_gone_are_no_matter_for_the_bank(
    texts: dict[str, Texts], countries: dict[str, Country]
) -> None:
    stop, bank, *_ = steps_in(countries["INTERNATIONAL"], "en")
    found = merged_steps(texts["en"], countries["INTERNATIONAL"], countries, "picture")
    assert found[:3] == [stop, *first_hours()["picture"].steps["en"]]
    assert bank not in found


@pytest.mark.parametrize("lost", ["work", "money"])
def test_what_has_no_steps_of_its_own_has_those_of_every_case(
    texts: dict[str, Texts], countries: dict[str, Country], lost: Loss
) -> None:
    assert merged_steps(texts["en"], countries["SG"], countries, lost) == merged_steps(
        texts["en"], countries["SG"], countries
    )


@pytest.mark.parametrize("language", INTERFACE)
def test_whatever_is_gone_a_number_that_a_country_names_is_among_the_first_three(
    everywhere: dict[str, Country], texts: dict[str, Texts], language: str
) -> None:
    named = 0
    for code, country in everywhere.items():
        numbers = [contact.value for contact in country.contacts if contact.role in ("hotline", "emergency")]
        if any(number in step for number in numbers for step in steps_in(country, language)):
            named += 1
            for lost in ("cash", "voucher", "code", "card", "document", "access", "account"):
                first = merged_steps(texts[language], country, everywhere, lost)[:3]
                assert any(number in step for number in numbers for step in first), (code, lost)
    assert named > 10


@pytest.mark.parametrize("language", INTERFACE)
def test_the_first_sentence_of_every_step_fits_the_first_screen_whole(
    everywhere: dict[str, Country], language: str
) -> None:
    steps = [step for country in everywhere.values() for step in steps_in(country, language)]
    steps += [step for known in first_hours().values() for step in lines_in(known.steps, language)]
    assert len(steps) > 150
    assert [step for step in steps if whole_sentences(step, STEP).endswith("…")] == []
    assert max(columns(whole_sentences(step, STEP)) for step in steps) <= STEP
