"""Marks: which sentences show which red flags."""

from pathlib import Path

import pytest

from knowledge.documents.marks import read_marks
from knowledge.documents.toml import InvalidDocument

MARKED = """\
[facts]
A = ["They want a code", "对方要验证码"]

[[sentences]]
language = "en"
text = "she asked for the code"
shows = ["{letter}"]
"""


def test_a_sentence_shows_facts_of_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "otp-theft.toml").write_text(MARKED.format(letter="A"), "utf-8")
    marks = read_marks(tmp_path)["otp-theft"]
    (sentence,) = marks.sentences
    assert marks.facts[sentence.shows[0]] == ("They want a code", "对方要验证码")


def test_a_fact_that_is_not_there_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "otp-theft.toml").write_text(MARKED.format(letter="B"), "utf-8")
    with pytest.raises(InvalidDocument, match=r"otp-theft\.toml: sentences\[0\]: 'B', expected one of A"):
        read_marks(tmp_path)


def test_the_marks_that_ship_are_many_and_in_every_language() -> None:
    marks = read_marks().values()
    pairs = sum(len(own.facts) * len(own.sentences) for own in marks)
    languages = {sentence.language.partition("-")[0] for own in marks for sentence in own.sentences}
    assert pairs >= 4000
    assert len(languages) >= 14
    assert all(any(sentence.shows for sentence in own.sentences) for own in marks)
    assert all(any(not sentence.shows for sentence in own.sentences) for own in marks)
