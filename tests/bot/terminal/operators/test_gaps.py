"""``askfirst gaps``, as tables, as JSON, and as a document to begin with."""

import json

import pytest

from bot.checking.situation import Situation
from bot.terminal.commands import Workbench
from knowledge.ledger.open_questions import Askers
from tests.bot.terminal.operators.conftest import Run
from tests.index.gaps.test_gaps import PIGEON, STRAY


def test_gaps_are_shown_printed_as_json_and_drafted(
    run: Run, bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("gaps") == 0
    assert "Nothing that 3 people or more asked in vain." in capsys.readouterr().out
    for chat, text in enumerate((*PIGEON, *STRAY), 1):
        vector = bench.engine().checker.vector(Situation(text))
        Askers(bench.store).keep(chat, vector, bench.today, "hashing")
    assert run("gaps") == 0
    out = capsys.readouterr().out
    assert "What several people asked in vain" in out
    assert "gap 1: 4 people, 4 texts (und 4)\n  nearest: parcel-smish " in out
    assert "3 texts are near no others, or of fewer people" in out
    assert run("gaps", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["gaps"][0]["people"], found["gaps"][0]["languages"], found["fewest"]) == (4, {"und": 4}, 3)
    assert run("gaps", "--draft", "1") == 0
    draft = capsys.readouterr().out
    assert draft.startswith("# Gap 1: 4 texts of 4 people\n")
    assert 'id = "my-new-pattern"' in draft


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--people", "2"], "--people 2: expected 3 or more"),
        (["--draft", "7"], "--draft 7: no such gap, expected one that `askfirst gaps` shows"),
        (["--draft", "1", "--json"], "--json and --draft: expected only one of them"),
    ],
)
def test_wrong_usage_is_one_line(
    run: Run, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("gaps", *arguments) == 2
    assert capsys.readouterr().err == f"askfirst gaps: {complaint}\n"
