"""The draft of a report on a terminal: shown whole, or written into a file that was not there."""

from datetime import date
from pathlib import Path

import pytest

from bot.checking.case import Case
from bot.checking.checker import Checker
from bot.checking.situation import Situation
from bot.terminal.statement_file import statement_reply
from bot.words.reply import Reply
from bot.words.statement import draft_of
from bot.words.texts import Texts
from index.builds.build import Build
from knowledge.documents.reporting import Country

TOLD = "on Monday they wanted 300 euros, call +65 9123 4567"


@pytest.fixture
def case(checker: Checker) -> Case:
    return Case(told=(TOLD,), assessment=checker.check(Situation(TOLD)))


def asked(
    given: str, case: Case | None, texts: dict[str, Texts], build: Build, countries: dict[str, Country], language: str
) -> Reply:
    return statement_reply(case, given, texts[language], texts, build.patterns, countries, "SG")


@pytest.mark.parametrize(("name", "begins"), [("a.txt", b"Draft of a report\n"), ("a.PDF", b"%PDF-")])
def test_it_is_written_into_the_file_that_is_named(
    name: str, begins: bytes, case: Case, texts: dict[str, Texts], small_build: Build,
    countries: dict[str, Country], tmp_path: Path,
) -> None:  # fmt: skip
    file = tmp_path / name
    assert "Written to" in asked(str(file), case, texts, small_build, countries, "en").html
    assert file.read_bytes().startswith(begins)
    assert "File exists" in asked(str(file), case, texts, small_build, countries, "en").html


def test_where_no_pdf_can_be_made_it_is_a_text_and_that_is_said(
    case: Case, texts: dict[str, Texts], small_build: Build, countries: dict[str, Country], tmp_path: Path
) -> None:
    said = asked(str(tmp_path / "a.pdf"), case, texts, small_build, countries, "th").html
    assert "a.txt" in said
    assert TOLD in (tmp_path / "a.txt").read_text("utf-8")
    assert not (tmp_path / "a.pdf").exists()


def test_it_is_shown_whole_and_nothing_without_a_case(
    case: Case, texts: dict[str, Texts], small_build: Build, countries: dict[str, Country]
) -> None:
    shown = asked("", case, texts, small_build, countries, "en").html.replace("\u2060", "")
    for words in (f"1. {TOLD}", "• Monday", "• 300 euros", "phone number: +65 9123 4567", "Singapore", "not evidence"):
        assert words in shown
    assert "Tell me first" in asked("", None, texts, small_build, countries, "en").html


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr", "de", "ru", "id", "vi", "ar"])
def test_a_language_whose_letters_the_font_has_gets_a_pdf(
    language: str, case: Case, texts: dict[str, Texts], small_build: Build, countries: dict[str, Country]
) -> None:
    draft = draft_of(case, texts[language], texts, small_build.patterns, countries, "SG", date(2026, 11, 27))
    assert draft
    assert (draft.as_pdf() or b"").startswith(b"%PDF-")
