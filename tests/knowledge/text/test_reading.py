from itertools import pairwise

import pytest

from knowledge.text.reading import LONG, PASSAGE, read


def test_a_sentence_said_again_is_read_once() -> None:
    assert read("Pay now. Pay now! Pay now. I hung up.").whole == "Pay now. Pay now! I hung up."


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("他让我转账。我没转。", "他让我转账。我没转。"),
        ("First line\nsecond line", "First line second line"),
        ("???", "???"),
        ("", ""),
    ],
    ids=["Chinese has no blanks", "lines are parted", "no sentence", "nothing"],
)
def test_the_whole_keeps_what_stands_between_sentences(text: str, whole: str) -> None:
    assert read(text).whole == whole


def test_each_span_is_its_sentence_as_it_is_compared() -> None:
    reading = read("They said: p\u200bаy by link. I did not.")
    assert [reading.whole[start:end] for start, end in reading.spans] == ["They said: pay by link.", "I did not."]
    assert reading.sentences == ("They said: p\u200bаy by link.", "I did not.")


def test_a_long_text_has_passages_that_overlap_and_a_short_one_has_none() -> None:
    numbered = [f"This is sentence {number}." for number in range(LONG)]
    passages = read(" ".join(numbered)).passages
    assert passages[0] == " ".join(numbered[:PASSAGE])
    assert all(any(sentence in passage for passage in passages) for sentence in numbered)
    assert all(before.split(".")[-2].strip() in after for before, after in pairwise(passages))
    assert read(" ".join(numbered[:-1])).passages == []
