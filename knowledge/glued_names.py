"""People's names in the scripts that are written without blanks, or with endings on the name."""

import re
from collections.abc import Iterator

from knowledge.chinese_names import chinese_names
from knowledge.japanese_names import japanese_names
from knowledge.korean_names import korean_names
from knowledge.private_words import HAN
from knowledge.thai_names import thai_names

Span = tuple[int, int]
KANA = re.compile("[\u3041-\u30f6]")
_HAN = re.compile(f"[{HAN}]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_THAI = re.compile("[\u0e01-\u0e4e]")


def glued_names(text: str) -> Iterator[Span]:
    """Yield the spans of people's names in any text with plain letters, in no order; they may overlap."""
    if KANA.search(text):
        yield from japanese_names(text)
    elif _HAN.search(text):
        yield from chinese_names(text)
    if _HANGUL.search(text):
        yield from korean_names(text)
    if _THAI.search(text):
        yield from thai_names(text)
