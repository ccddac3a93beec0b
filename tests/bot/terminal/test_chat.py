"""The conversation in a terminal, line by line, and the object that ``check --json`` prints."""

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from bot.checking.checker import Checker
from bot.checking.situation import Situation
from bot.terminal.chat import Chat
from bot.terminal.check import as_json
from bot.words.texts import Texts
from knowledge.database.store import Store
from knowledge.documents.reporting import Country
from tests.fakes import StagedChecker

PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
RENT = "someone wants to rent my bank account and says it is only for moving money"


@pytest.fixture
def said(
    texts: dict[str, Texts], countries: dict[str, Country], store: Store, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Says lines to the program, and returns all that it shows."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def talk(checker: Any, *lines: str) -> str:
        shown = io.StringIO()
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
        engine: Any = SimpleNamespace(checker=checker)
        Chat(engine, texts, countries, store, Console(file=shown, width=80)).run()
        return shown.getvalue()

    return talk


def test_the_question_whether_anything_is_gone_is_answered_by_paid(said: Callable[..., str], checker: Checker) -> None:
    asks = said(StagedChecker(checker, "unsaid", ask=True), PARCEL)
    assert "Has anything gone already" in asks
    assert "/paid: Yes, already" in asks
    assert asks.count("/paid") == 1
    assert "First hour after paying" in said(StagedChecker(checker, "unsaid", ask=True), PARCEL, "/paid")


def test_paid_after_an_accomplice_trap_gives_what_helps_somebody_who_took_part(
    said: Callable[..., str], checker: Checker
) -> None:
    shown = said(checker, RENT, "/paid")
    assert "Get a lawyer" in shown
    assert "First hour after paying" not in shown
    assert "First hour after paying" in said(checker, RENT, PARCEL, "/paid")


def test_the_json_tells_how_far_it_has_gone_beside_the_emergency(checker: Checker) -> None:
    found = checker.check(Situation("i already paid the fee and typed my card number"))
    told = as_json(found, None)
    assert (told["emergency"], told["stage"]) == (True, "after")
    asked = as_json(StagedChecker(checker, "unsaid", ask=True).check(Situation(PARCEL)), None)
    assert (asked["emergency"], asked["stage"], asked["ask"]) == (False, "unsaid", True)
