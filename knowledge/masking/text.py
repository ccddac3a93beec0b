"""What must be gone from a person's message before others read it: identifiers, names, numbers, postal addresses."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from knowledge.identifiers.finding import find
from knowledge.identifiers.masked_form import HIDDEN
from knowledge.identifiers.undisguised import undisguised
from knowledge.masking.addresses import addresses
from knowledge.masking.chinese import chinese_names
from knowledge.masking.doubts import doubtful_names
from knowledge.masking.japanese import japanese_names
from knowledge.masking.korean import korean_names
from knowledge.masking.names import names
from knowledge.masking.numbers import LONGEST_LEFT, NUMBER, numbers
from knowledge.masking.thai import thai_names
from knowledge.masking.words import HAN, KANA, short_numbers
from knowledge.text.languages import detect
from knowledge.text.sentences import Span

LONGEST = 20_000
"""Characters of a text that is masked at all; no message is as long."""
_TELLING = 1_000
"""Characters from whose words the language of a text is told."""
_HAN = re.compile(f"[{HAN}]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_THAI = re.compile("[\u0e01-\u0e4e]")


class CannotMask(Exception):
    """A text that may still hold something private after masking, and is not given back; the message says why."""


def mask_private(text: str) -> str:
    """Return a text with ``•••`` for whatever leads to a person, in time linear in its length.

    Identifiers as in identifiers.py, other numbers of five digits and more, people's names and postal addresses are
    gone. What stays are amounts of money, dates, the short numbers that official bodies publish, and bodies' names.

    Raises:
        CannotMask: the text is longer than LONGEST, or in what would be given back identifiers are found, or words that
            may be a name, as in doubts.py.
    """
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    if len(text) > LONGEST:
        raise CannotMask(f"text: {len(text)} characters, expected at most {LONGEST}")
    masked = _without(text, [*_identifiers(text), *_around(text)])
    masked = _without(masked, _identifiers(masked))
    if left := [*_identifiers(masked)]:
        raise CannotMask(f"text: {len(left)} identifiers are left after masking, expected none")
    if any(len(re.sub(r"\D", "", number[0])) > LONGEST_LEFT for number in NUMBER.finditer(masked)):
        raise CannotMask("text: a long number is left after masking, expected none")
    if any(doubtful_names(undisguised(masked).text, detect(text[:_TELLING]))):
        raise CannotMask("text: perhaps a name is left after masking, expected none")
    return masked


def _around(text: str) -> list[Span]:
    """Return the spans of numbers, names, addresses and birthdays."""
    seen = undisguised(text)
    if not seen.text:
        return []
    language = detect(text[:_TELLING])
    found = [*numbers(seen.text), *names(seen.text, language), *glued_names(seen.text)]
    found += addresses(seen.text, language)
    return [seen.span(start, end) for start, end in found if start < end]


def _identifiers(text: str) -> list[Span]:
    """Return the spans of identifiers, but for short numbers that everybody knows."""
    return [
        (one.start, one.end)
        for one in find(text)
        if not (one.kind == "phone" and (one.value in short_numbers() or len(one.value) <= 4))
    ]


def _without(text: str, spans: Iterable[Span]) -> str:
    """Return a text with each run of spans that touch replaced."""
    parts: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start > at or not parts:
            parts += [text[at:start], HIDDEN]
        at = max(at, end)
    return "".join([*parts, text[at:]])


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
