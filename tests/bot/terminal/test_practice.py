"""Practice in a terminal: in the conversation, and as a command of its own."""

import io
import re

import pytest

from bot.cli import main
from bot.terminal.offers.practice import Practising
from bot.words.texts import Texts
from knowledge.documents.exercises.practice import read_practice

SIGNS = {one.signs for one in read_practice()["en"]}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who takes everything for a scam, and says something else in between."""
    monkeypatch.setattr("sys.stdin", io.StringIO("perhaps\n" + "s\n" * 10))


@pytest.mark.usefixtures("answers")
def test_a_round_is_asked_explained_and_scored(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["practice", "--age", "older", "--country", "SG"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert re.search(r"\b10/10\b", shown)
    assert "5 of 10 right" in shown
    assert sum(signs in shown for signs in SIGNS) == 10


def test_the_inputs_end_ends_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("s\n"))
    assert main(["practice", "--seed", "1", "--language", "ja"]) == 0
    assert "2/10" in capsys.readouterr().out


@pytest.mark.parametrize(("option", "given"), [("--language", "klingon"), ("--country", "Narnia")])
def test_a_language_or_a_country_that_is_not_known_is_named(
    option: str, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["practice", option, given]) == 2
    assert f"askfirst practice: {option}" in capsys.readouterr().err


def test_in_the_conversation_it_asks_who_practises_and_takes_scam_or_honest(texts: dict[str, Texts]) -> None:
    practising = Practising()
    assert "Who is it for?" in practising.begin("", texts["en"], None).html
    assert "Who is it for?" in practising.guess(texts["en"], scam=True).html
    assert "1/10" in practising.begin("young", texts["en"], None).html
    assert "2/10" in practising.guess(texts["en"], scam=True).html
