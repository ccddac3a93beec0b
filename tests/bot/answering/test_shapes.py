"""The objects that programs read are what their schemas say, key for key."""

import json

import pytest

from bot.answering.shapes import Answer, PatternsTold, as_json, patterns_json, schema_of
from bot.checking.checker import Checker
from bot.checking.dialogue import Talk
from bot.checking.situation import Situation
from index.builds.build import Build

KEYS = [
    "id",
    "intent",
    "language",
    "concern",
    "kind",
    "emergency",
    "stage",
    "ask",
    "matches",
    "look_alikes",
    "identifiers",
    "question",
    "reply",
    "milliseconds",
]
"""What `askfirst check --json` has printed since it was first published, in this order."""


def test_an_answer_has_the_keys_that_were_published_and_the_schema_has_them_too(checker: Checker) -> None:
    turn = Talk(checker).hear(Situation("a text says my parcel is held, pay a fee at https://post.example/x"), None)
    told = json.loads(json.dumps(as_json(turn, 7, "…")))
    assert list(told) == KEYS
    assert set(told["matches"][0]) == {"pattern", "similarity", "evidence"}
    assert set(told["look_alikes"][0]) == {"pattern", "similarity"}
    assert set(told["identifiers"][0]) == {"kind", "value", "written", "findings"}
    schema = schema_of(Answer)
    assert list(schema["properties"]) == schema["required"] == KEYS
    assert schema["properties"]["concern"]["enum"] == ["likely", "possible", "unclear", "no_match"]


@pytest.mark.parametrize(("language", "written"), [("en", "en"), ("zh-Hant", "zh-Hant"), ("th", "en")])
def test_patterns_are_told_in_a_language_or_in_english_and_without_their_cases(
    small_build: Build, language: str, written: str
) -> None:
    told = json.loads(json.dumps(patterns_json(small_build.name, small_build.patterns, language)))
    assert told["build"] == small_build.name
    assert [one["id"] for one in told["patterns"]] == sorted(small_build.patterns)
    one = next(one for one in told["patterns"] if one["id"] == "parcel-smish")
    assert one["language"] == written
    assert "cases" not in one
    assert set(one) == set(schema_of(PatternsTold)["$defs"]["PatternTold"]["properties"])
