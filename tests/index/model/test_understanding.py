"""What the heads of the real model make of texts that taught them nothing; the limits leave room for other machines."""

import tomllib
from collections.abc import Mapping
from typing import Any

import pytest

from bot.checking.said import CRISIS, HEAVY
from index.model.encoder import Heard
from index.model.sentence_encoder import SentenceEncoder
from knowledge.documents.casebook import comparable
from knowledge.documents.questions import read_questions
from knowledge.documents.toml import KNOWLEDGE
from tests.paths import ROOT

pytestmark = pytest.mark.model
EXAMINATION = KNOWLEDGE / "conversations"
TOPICS: Mapping[str, str] = tomllib.loads((ROOT / "bench" / "topics.toml").read_text("utf-8"))


def examined(name: str, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((EXAMINATION / f"{name}.toml").read_text("utf-8"))[table]
    return found


def heard(encoder: SentenceEncoder, text: str) -> Heard:
    return encoder.read_parts(comparable(text), [])[1].heard


def test_despair_is_heard_and_what_sounds_like_it_is_seldom_taken_for_it(encoder: SentenceEncoder) -> None:
    texts = examined("despair", "texts")
    assert min(sum(one["crisis"] is crisis for one in texts) for crisis in (True, False)) >= 140
    told = {
        crisis: [heard(encoder, one["text"]).despair for one in texts if one["crisis"] is crisis]
        for crisis in (True, False)
    }
    assert sum(share >= CRISIS for share in told[True]) > 0.85 * len(told[True])
    assert sum(share >= HEAVY for share in told[True]) > 0.92 * len(told[True])
    assert sum(share >= CRISIS for share in told[False]) < 0.08 * len(told[False])


def test_a_general_question_finds_its_entry_in_other_words_than_it_was_learned_in(encoder: SentenceEncoder) -> None:
    asked = examined("questions", "asked")
    known = {text for question in read_questions().values() for texts in question.asked.values() for text in texts}
    assert [one["text"] for one in asked if one["text"] in known] == []
    orders = [sorted(shares := heard(encoder, one["text"]).asked, key=lambda name: -shares[name]) for one in asked]
    wanted = [TOPICS.get(one["topic"], one["topic"]) for one in asked]
    assert sum(order[0] == topic for order, topic in zip(orders, wanted, strict=True)) > 0.7 * len(asked)
    assert sum(topic in order[:3] for order, topic in zip(orders, wanted, strict=True)) > 0.88 * len(asked)
