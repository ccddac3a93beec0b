"""Disguised, buried and bossy texts get the concern that the clean text gets, with the real model."""

import json
import random
from collections import Counter
from typing import Any

import pytest

from bot.checking.checker import Checker
from bot.checking.situation import Situation
from index.builds.shelf import load_current
from index.model.loading import DEFAULT_MODEL, model_name
from index.model.sentence_encoder import SentenceEncoder
from knowledge.documents.casebook import read_casebook
from knowledge.impostors.contacts import OfficialContacts
from tests.conftest import REAL_DATA
from tests.paths import DATA
from tests.test_real_model import askfirst

pytestmark = pytest.mark.model
ROWS: list[dict[str, Any]] = [json.loads(line) for line in (DATA / "stubborn.jsonl").read_text("utf-8").splitlines()]
WORDS = 5000
DIGITS = 0.05
"""A danger that moves by less stands beside a threshold: which side it is on hangs on the processor."""


@pytest.fixture(scope="module")
def real_checker(encoder: SentenceEncoder, contacts: OfficialContacts) -> Checker:
    done = askfirst("rebuild")
    assert done.returncode == 0, done.stderr
    build, _ = load_current(REAL_DATA / "builds", model_name(DEFAULT_MODEL))
    return Checker(encoder, lambda: build, contacts)


def buried(clean: str, language: str) -> str:
    """Put a text into the middle of 5,000 words of everyday talk in its language."""
    chat = [text.text for code, text in read_casebook().background if code == language and text.kind == "everyday"]
    draw = random.Random(7)
    around: list[str] = []
    while sum(len(text.split()) if " " in text else len(text) / 2 for text in around) < WORDS:
        around.append(draw.choice(chat))
    middle = len(around) // 2
    return "\n".join([*around[:middle], clean, *around[middle:]])


def test_at_least_nine_in_ten_keep_the_concern_of_the_clean_text(real_checker: Checker) -> None:
    lost: Counter[str] = Counter()
    for row in ROWS:
        text = buried(row["clean"], row["language"]) if row.get("pad") else row["disguised"]
        clean, disguised = (real_checker.check(Situation(each)) for each in (row["clean"], text))
        moved = abs(clean.danger - disguised.danger) > DIGITS
        lost[row["trick"]] += clean.concern != disguised.concern and moved
    assert lost.total() <= len(ROWS) / 10, lost
