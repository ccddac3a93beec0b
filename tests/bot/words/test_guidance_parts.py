"""The first hour as one list: what holds everywhere, what a country says in its own words, and whom to ring there."""

from dataclasses import replace
from html import unescape

import pytest

from bot.checking.checker import Checker
from bot.checking.situation import Situation
from bot.words.answers import paid_reply, report_reply, voice_reply
from bot.words.contacts import source_in_short
from bot.words.guidance_parts import first_hour, merged_steps, own_number
from bot.words.phone import columns, whole_sentences
from bot.words.screens import STEP, first_screen
from bot.words.texts import Texts
from knowledge.documents.reporting import ContactSource, Country, read_countries, steps_in
from knowledge.documents.stages import LOSSES, Loss, first_hours
from knowledge.text.languages import INTERFACE

PARCEL = "a text message says my parcel is held and i must pay a fee by a link"


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
        rung = [contact.value for contact in country.contacts if contact.role in ("hotline", "emergency")]
        numbers = [value.partition(",")[0].partition(" (")[0] for value in rung]
        own = steps_in(country, language)
        if numbers and (not own or any(number in step for number in numbers for step in own)):
            named += 1
            for lost in ("cash", "voucher", "code", "card", "document", "access", "account"):
                first = merged_steps(texts[language], country, everywhere, lost)[:3]
                assert any(number in step for number in numbers for step in first), (code, lost)
    assert named > 10


def test_a_country_without_steps_in_the_readers_language_has_the_general_ones_with_its_number(
    texts: dict[str, Texts], everywhere: dict[str, Country]
) -> None:
    general = steps_in(everywhere["INTERNATIONAL"], "de")
    found = merged_steps(texts["de"], everywhere["SG"], everywhere)
    assert found == [*general[:2], f"📞 1799: {general[2]}", *general[3:]]
    assert merged_steps(texts["de"], everywhere["PL"], everywhere) == list(general)  # nobody to ring
    police = merged_steps(texts["de"], everywhere["SG"], everywhere, "cash")
    assert police[2] == found[2]
    assert general[2] not in police


def test_a_number_amid_arabic_keeps_its_order(texts: dict[str, Texts], everywhere: dict[str, Country]) -> None:
    (section,) = first_hour(texts["ar"], everywhere["AU"], everywhere)
    assert "📞 \u20661800 595 160\u2069:" in section.html


SAID: tuple[Loss | None, ...] = (None, *LOSSES)


@pytest.mark.parametrize("language", [language for language in INTERFACE if language != "en"])
def test_no_english_sentence_stands_in_a_screen_of_another_language(
    everywhere: dict[str, Country], texts: dict[str, Texts], checker: Checker, language: str
) -> None:
    found, words = [], texts[language]
    after = replace(checker.check(Situation(PARCEL)), stage="after")
    lost = [replace(after, heard=replace(after.heard, lost={one: 1.0} if one else {})) for one in SAID]
    for code, country in everywhere.items():
        replies = [
            report_reply(words, everywhere, code),
            voice_reply(words, everywhere, code),
            *(paid_reply(words, everywhere, code, lost=one) for one in SAID),
            *(first_screen(one, words, everywhere, code) for one in lost),
        ]
        english = [*steps_in(country, "en"), *(contact.handles["en"] for contact in country.contacts)]
        english += [*(country.note or {}).values()][:1] + [*(country.within or {}).values()][:1]
        english += [step for known in first_hours().values() for step in known.steps.get("en", ())]
        shown = "\n".join(unescape(reply.html) for reply in replies)
        found += [(code, text) for text in english if whole_sentences(text, STEP) in shown]
    assert found == []


@pytest.mark.parametrize("language", INTERFACE)
def test_the_first_sentence_of_every_step_fits_the_first_screen_whole(
    everywhere: dict[str, Country], texts: dict[str, Texts], language: str
) -> None:
    words = texts[language]
    steps = [
        step for here in everywhere.values() for one in SAID for step in merged_steps(words, here, everywhere, one)
    ]
    assert len(steps) > 150
    assert [step for step in steps if whole_sentences(step, STEP).endswith("…")] == []
    assert max(columns(whole_sentences(step, STEP)) for step in steps) <= STEP


def test_a_country_without_a_number_to_ring_is_answered_with_its_first_place_to_report_to(
    everywhere: dict[str, Country], texts: dict[str, Texts]
) -> None:
    assert own_number(texts["en"], everywhere["IT"], everywhere, "IT").startswith(
        "• <b>https://www.commissariatodips.it"
    )


def test_a_source_beside_a_number_is_named_so_that_the_reader_can_read_it(
    everywhere: dict[str, Country], texts: dict[str, Texts]
) -> None:
    source = next(contact.source for contact in everywhere["CN"].contacts if contact.value == "110")
    assert source_in_short(source, texts["zh"]) == "绍兴市公安局"
    assert source_in_short(source, texts["en"]) == "Shaoxing city police"
    assert source_in_short(source, texts["de"]) == "ga.sx.gov.cn"
    unlinked = ContactSource("Handbook of the police: numbers", "")
    assert source_in_short(unlinked, texts["de"]) == "Handbook of the police"


@pytest.mark.parametrize(("country", "number"), [("GB", "159"), ("TW", "165")])
def test_a_number_that_begins_its_own_name_is_said_once(
    texts: dict[str, Texts], everywhere: dict[str, Country], country: str, number: str
) -> None:
    for language in ("en", "zh", "zh-Hant"):
        assert report_reply(texts[language], everywhere, country).html.count(f"<b>{number}</b>") >= 1
        assert f"<b>{number}</b> {number}" not in report_reply(texts[language], everywhere, country).html
