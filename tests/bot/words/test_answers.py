from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checking.checker import Checker
from bot.checking.situation import Assessment, Evidence, Situation
from bot.words import answers, choices
from bot.words.reply import LIMIT
from bot.words.texts import Texts
from knowledge.documents.golden import Concern
from knowledge.documents.reporting import Country, find_country
from knowledge.text.languages import INTERFACE
from tests.bot_api import html_problem
from tests.paths import TESTS

APPROVED = TESTS / "replies"
PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
SITUATIONS = {
    "likely-scam": (PARCEL, "en", "SG"),
    "likely-accomplice-zh": ("有人出五百块一个月租我的银行卡，只是走账", "zh", "SG"),
    "emergency": ("i paid the parcel fee through the link and already typed my card number", "en", None),
    "unclear-zh-Hant": ("請幫我看看這是騙子嗎", "zh-Hant", None),
    "look-alike": ("my bank sent me a code while i was logging in", "en", "SG"),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_whole_replies_read_as_approved(
    name: str, checker: Checker, texts: dict[str, Texts], countries: dict[str, Country], pytestconfig: pytest.Config
) -> None:
    text, language, country = SITUATIONS[name]
    assessment = checker.check(Situation(text, language, country))
    reply = answers.assessment_reply(assessment, texts[language], countries, country)
    file = APPROVED / f"{name}.html"
    if pytestconfig.getoption("--approve"):
        file.write_text(reply.html + "\n", "utf-8")
    assert reply.html + "\n" == file.read_text("utf-8")


@pytest.mark.parametrize("concern", ["likely", "possible", "unclear", "no_match"])
@pytest.mark.parametrize("language", INTERFACE)
@pytest.mark.parametrize("emergency", [False, True])
@settings(max_examples=3, deadline=None)
@given(quote=st.text(max_size=200))
def test_no_reply_is_too_long_or_broken_whatever_is_quoted(
    checker: Checker,
    texts: dict[str, Texts],
    countries: dict[str, Country],
    concern: Concern,
    language: str,
    emergency: bool,
    quote: str,
) -> None:
    assessment = checker.check(Situation(PARCEL))
    quoted = replace(assessment.matches[0], evidence=tuple(Evidence(f"{quote}<b>&", "<i>", 0) for _ in range(3)))
    changed = replace(assessment, concern=concern, emergency=emergency, matches=(quoted, *assessment.matches[1:]))
    reply = answers.assessment_reply(changed, texts[language], countries, "SG")
    assert html_problem(reply.html) is None
    assert len(reply.html.encode("utf-16-le")) // 2 <= LIMIT


def emergency_reply(checker: Checker, texts: Mapping[str, Texts], countries: Mapping[str, Country]) -> str:
    assessment: Assessment = replace(checker.check(Situation(PARCEL)), emergency=True)
    return answers.assessment_reply(assessment, texts["en"], countries, "SG").html


def test_first_hour_steps_come_before_everything_else(
    checker: Checker, texts: dict[str, Texts], countries: dict[str, Country]
) -> None:
    html = emergency_reply(checker, texts, countries)
    assert html.index("Do this first") < html.index("1799") < html.index("Stop. This looks like")


@pytest.mark.parametrize("forbidden", ["safe.", "is safe", "%"])
def test_no_reply_says_safe_or_a_percentage(
    checker: Checker, texts: dict[str, Texts], countries: dict[str, Country], forbidden: str
) -> None:
    for text, language, country in SITUATIONS.values():
        assessment = checker.check(Situation(text, language, country))
        assert forbidden not in answers.assessment_reply(assessment, texts[language], countries, country).html


def test_every_contact_shows_its_source_and_the_day_it_was_checked(
    texts: dict[str, Texts], countries: dict[str, Country]
) -> None:
    for country in countries.values():
        html = answers.report_reply(texts["en"], countries, country.code).html
        for contact in country.contacts:
            assert f"<b>{contact.value}</b>" in html
        assert html.count("checked 2026-11-24") == len(country.contacts)


def test_buttons_fit_telegrams_64_bytes(texts: dict[str, Texts], countries: dict[str, Country]) -> None:
    reply = choices.country_reply(texts["en"], countries, "", None)
    assert all(len(button.data.encode()) <= 64 for row in reply.buttons for button in row)


@pytest.mark.parametrize(
    ("given", "code"),
    [("sg", "SG"), ("Singapore", "SG"), ("新加坡", "SG"), ("uk", "GB"), ("br", "BR"), ("nowhere", None), ("", None)],
)
def test_a_country_is_found_by_code_or_by_any_of_its_names(
    countries: dict[str, Country], given: str, code: str | None
) -> None:
    assert find_country(given, countries) == code
