"""However much was told, the draft fits a message, in every language, with or without a country."""

from dataclasses import replace
from datetime import date

import pytest

from bot.checking.case import Case
from bot.checking.checker import Checker
from bot.checking.situation import Situation
from bot.words.reply import LIMIT
from bot.words.statement import draft_of
from bot.words.texts import Texts
from index.builds.build import Build
from knowledge.documents.reporting import read_countries
from knowledge.text.languages import INTERFACE
from tests.bot_api import html_problem

LINKS = " ".join(f"https://a{number}.example.top/{'&<x' * 90}" for number in range(20))
SUMS = " ".join(f"on {number}/11/2026 I paid ${number},500" for number in range(1, 28))


@pytest.mark.parametrize("language", INTERFACE)
def test_the_draft_fits_a_message(language: str, checker: Checker, texts: dict[str, Texts], small_build: Build) -> None:
    told, countries = f"{SUMS} {LINKS}", read_countries()
    assessment = checker.check(Situation(told))
    case = Case(told=(told, "<b>&" * 500, "x\n" * 1000), assessment=assessment, pictures=("ab" * 32,) * 20)
    for country in (None, max(countries, key=lambda code: len(countries[code].contacts))):
        draft = draft_of(case, texts[language], texts, small_build.patterns, countries, country, date(2026, 11, 27))
        assert draft
        html = draft.reply().html
        assert html_problem(html) is None
        assert len(html.encode("utf-16-le")) // 2 <= LIMIT
        assert texts[language].plain("statement_cut") in html
        assert texts[language].plain("statement_opinion") in draft.as_text()
    assert draft_of(replace(case, told=()), texts[language], texts, {}, countries, None, date(2026, 11, 27)) is None
