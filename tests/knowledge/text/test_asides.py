"""Pieces of a text, and what is left of it between asides."""

from collections.abc import Sequence

import pytest

from knowledge.text.asides import matter, pieces
from knowledge.text.reading import read
from knowledge.text.sentences import Span

NOTICE = "Your parcel waits at the depot"


def cut(text: str) -> list[str]:
    """Return the pieces of a text."""
    reading = read(text)
    return [reading.whole[start:end].strip() for start, end in pieces(reading.whole, reading.spans)]


def left_of(text: str, *asides: str) -> str:
    """Return what is left of a text where some pieces of it are asides."""

    def are_asides(found: Sequence[Span]) -> list[bool]:
        return [any(aside in text[start:end] for aside in asides) for start, end in found]

    start, end = matter(text, read(text).spans, are_asides)
    return text[start:end].strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is this real? thanks", ["is this real?", "thanks"]),
        ("got this: your card is blocked, call 1.200", ["got this:", "your card is blocked,", "call 1.200"]),
        ("look\nhttps://a.example:80/x", ["look", "https://a.example:80/x"]),
        ("这是真的吗？他们说：包裹被扣了，要交钱", ["这是真的吗?", "他们说:", "包裹被扣了,", "要交钱"]),
        ("ช่วยดูหน่อย เขาบอกว่าพัสดุติดอยู่", ["ช่วยดูหน่อย", "เขาบอกว่าพัสดุติดอยู่"]),
        ("please check “Your card is blocked”", ["please check", "“Your card is blocked”"]),
        ("!!! 123", []),
    ],
)
def test_a_piece_ends_where_punctuation_a_line_or_a_quotation_does(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize(
    ("text", "asides"),
    [
        (f"Hello. {NOTICE}", ["Hello"]),
        (f"{NOTICE}. What now?", ["What now"]),
        (f"Hello, is this real? {NOTICE}. Thanks", ["Hello", "is this real", "Thanks"]),
    ],
)
def test_asides_before_and_behind_are_left_out(text: str, asides: Sequence[str]) -> None:
    assert left_of(text, *asides).strip(".") == NOTICE


def test_what_stands_in_the_middle_stays() -> None:
    text = "They rang me today. is that normal? They want my code"
    assert left_of(text, "is that normal") == text


@pytest.mark.parametrize(
    ("text", "asides"),
    [
        ("Hello. What now?", ["Hello", "What now"]),
        ("is this safe? https://parcel-depot.example/pay", ["is this safe"]),
        ("who is this? +44 20 7946 0000", ["who is this"]),
        ("is it real? he said so", ["is it real"]),
        ("", []),
        ("one piece", ["one piece"]),
    ],
    ids=["asides alone", "a link", "a number", "too little", "nothing", "one piece"],
)
def test_a_text_of_which_too_little_would_be_left_stays_whole(text: str, asides: Sequence[str]) -> None:
    assert left_of(text, *asides) == text
