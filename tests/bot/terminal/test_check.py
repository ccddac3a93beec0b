"""One answer, or a file of them, as ``askfirst check`` gives it: the object that ``--json`` and ``--batch`` print."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.answering.shapes import as_json
from bot.answering.turns import Answering
from bot.checking.checker import Checker
from bot.checking.dialogue import Talk
from bot.checking.situation import Situation
from bot.terminal.rows import BadRow, read_batch
from bot.words.conversing import Spoken
from bot.words.texts import Texts
from index.builds.build import Build
from index.model.encoder import Heard
from knowledge.documents.reporting import Country
from tests.fakes import HearingChecker, StagedChecker

PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
HELD = "my parcel is held"
HEARD = {
    "thanks": Heard({"thanks": 0.95}),
    "hi": Heard({"greeting": 0.95}),
    "yes it does": Heard({"yes": 0.9}),
    "i paid": Heard({"gone-yes": 0.9}),
    "what would you say": Heard({"question": 0.9}, {"what-is-parcel-smish": 0.9}),
    "singapore": Heard({"country": 0.9}),
    "auf deutsch": Heard({"language": 0.9}),
    "i do not want to live": Heard(despair=0.95),
}


@pytest.fixture
def answering(
    checker: Checker, texts: dict[str, Texts], countries: dict[str, Country], small_build: Build
) -> Answering:
    engine: Any = SimpleNamespace(talk=Talk(HearingChecker(checker, HEARD)), patterns=lambda: small_build.patterns)
    return Answering(engine, Spoken(countries, texts), None, "en", None)


def test_the_json_tells_how_far_it_has_gone_beside_the_emergency(checker: Checker) -> None:
    told = as_json(Talk(checker).hear(Situation("i already paid the fee and typed my card number"), None), None, "")
    assert (told["emergency"], told["stage"]) == (True, "after")
    asked = as_json(Talk(StagedChecker(checker, "unsaid", ask=True)).hear(Situation(PARCEL), None), None, "")
    assert (asked["emergency"], asked["stage"], asked["ask"]) == (False, "unsaid", True)


@pytest.mark.parametrize(
    ("turns", "intent", "concerns"),
    [
        ((PARCEL,), "situation", {"likely"}),
        ((PARCEL, "it came by sms"), "follow_up", {"likely"}),
        ((HELD, "yes it does"), "answer", {"likely"}),
        ((PARCEL, "i paid"), "answer", {"likely"}),
        (("what would you say",), "question", {"unclear", "no_match"}),
        ((PARCEL, "what would you say"), "question", {"likely"}),
        (("thanks",), "thanks", {"unclear"}),
        ((PARCEL, "thanks"), "thanks", {"likely"}),
        (("hi",), "greeting", {"unclear"}),
        ((PARCEL, "i do not want to live"), "crisis", {"likely"}),
        (("singapore",), "other", {"unclear"}),
    ],
)
def test_a_conversation_is_answered_by_its_last_turn_and_what_is_known_of_the_case(
    answering: Answering, turns: tuple[str, ...], intent: str, concerns: set[str]
) -> None:
    told = answering.told(turns, 7)
    assert (told["id"], told["intent"]) == (7, intent)
    assert told["concern"] in concerns
    assert json.loads(json.dumps(told)) == told


def test_the_reply_is_the_first_screen_as_plain_text(answering: Answering) -> None:
    reply = answering.told([PARCEL], 1)["reply"]
    assert reply.startswith("⛔ Stop. This looks like a known scam: Fake parcel fee\n👉 ")
    assert "<" not in reply
    assert len(reply) <= 600
    assert answering.told([PARCEL, "thanks"], 1)["reply"].startswith("You are welcome.")


def test_what_was_gone_in_an_earlier_turn_is_an_emergency_in_the_last(answering: Answering) -> None:
    told = answering.told([PARCEL, "i paid", "it came by sms"], 1)
    assert (told["emergency"], told["stage"]) == (True, "after")
    assert not answering.told([PARCEL, "it came by sms"], 1)["emergency"]


def test_a_country_and_a_language_that_are_named_hold_for_the_turns_after(answering: Answering) -> None:
    assert "1799" in answering.told(["singapore", PARCEL], 1)["reply"]
    assert "1799" not in answering.told([PARCEL], 1)["reply"]
    assert answering.told(["auf deutsch"], 1)["reply"] == "Ich spreche jetzt Deutsch."
    assert "Stop. This looks like" not in answering.told(["auf deutsch", PARCEL], 1)["reply"]


def test_each_conversation_of_a_file_is_one_of_its_own(answering: Answering) -> None:
    answering.told([PARCEL, "i paid"], 1)
    assert answering.told(["hello"], 2)["concern"] == "unclear"


def test_a_file_has_texts_and_conversations_beside_each_other(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [
        {"id": 1, "text": "a", "country": "SG"},
        {"id": "two", "turns": ["b", "c"], "country": None},
        {"id": 3, "text": "x", "turns": ["d"]},
    ]
    file.write_text("\n".join(map(json.dumps, rows)) + "\n\n", "utf-8")
    assert read_batch(file) == [(1, ("a",), "SG"), ("two", ("b", "c"), ""), (3, ("d",), "")]


@pytest.mark.parametrize("turns", [[], "one text", ["a", 2], None, {"a": "b"}])
def test_turns_that_are_no_list_of_texts_are_refused_by_their_line(tmp_path: Path, turns: Any) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(f'{{"id": 1, "text": "a"}}\n{json.dumps({"id": 2, "text": "b", "turns": turns})}\n', "utf-8")
    with pytest.raises(BadRow, match=r'rows\.jsonl:2: .*"turns"'):
        read_batch(file)
