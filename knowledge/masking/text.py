"""What must be gone from a person's message before others read it: identifiers, names, numbers, postal addresses."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from knowledge.identifiers.context_words import amounts, is_named_a_phone
from knowledge.identifiers.finding import find
from knowledge.identifiers.masked_form import HIDDEN
from knowledge.identifiers.undisguised import view
from knowledge.masking.addresses import addresses
from knowledge.masking.chinese import chinese_names
from knowledge.masking.japanese import japanese_names
from knowledge.masking.korean import korean_names
from knowledge.masking.names import names
from knowledge.masking.thai import thai_names
from knowledge.masking.words import HAN, KANA, alternatives, listed, short_numbers
from knowledge.text.languages import detect
from knowledge.text.letters import bare, lowered

LONGEST = 20_000
"""Characters of a text that is masked at all; no message is as long."""
_LONGEST_LEFT = 9
"""Digits of the largest amount that stays."""
_TELLING = 1_000
"""Characters from whose words the language of a text is told."""
Span = tuple[int, int]
_HAN = re.compile(f"[{HAN}]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_THAI = re.compile("[\u0e01-\u0e4e]")
_NUMBER = re.compile(r"[A-Za-z]{0,8}(?<!\d)\d(?:[ \u00a0.()·–-]{0,2}\d){4,}[A-Za-z]{0,8}")
"""Five or more digits, whatever stands between them, and the letters they are written together with."""
_DATE = re.compile(
    r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d"
    r"|(?:19|20)\d\d ?[–-] ?(?:19|20)\d\d|\d{1,2}\.\d\d ?[–-] ?\d{1,2}\.\d\d"
)
"""A day, a span of years, or opening hours."""
_GLUED_FROM = "\u0e00"
"""From here on scripts write no blanks between words, for the scripts that private_words.toml has."""
_GROUPED = re.compile(r"\d{1,3}(?:[., \u00a0']\d{3})+")
_DAY = re.compile(r"\s{0,2}[:：]?\s{0,2}((?:[\w./年月-]{1,12}[ ,]{0,2}(?:de )?){0,3}\d(?:日|\b))")
_MAIL_OR_HANDLE = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,200}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}|@[A-Za-z][A-Za-z0-9_.]{2,63}(?<!\.)"
)
"""Also under domains and on platforms that nobody knows."""


class CannotMask(Exception):
    """A text that may still hold something private after masking, and is not given back; the message says why."""


def mask_private(text: str) -> str:
    """Return a text with ``•••`` for whatever leads to a person, in time linear in its length.

    Identifiers as in identifiers.py, other numbers of five digits and more, people's names and postal addresses are
    gone. What stays are amounts of money, dates, the short numbers that official bodies publish, and bodies' names.

    Raises:
        CannotMask: the text is longer than LONGEST, or identifiers are found in what would be given back.
    """
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    if len(text) > LONGEST:
        raise CannotMask(f"text: {len(text)} characters, expected at most {LONGEST}")
    masked = _without(text, [*_identifiers(text), *_around(text)])
    masked = _without(masked, _identifiers(masked))
    if left := [*_identifiers(masked)]:
        raise CannotMask(f"text: {len(left)} identifiers are left after masking, expected none")
    if any(len(re.sub(r"\D", "", number[0])) > _LONGEST_LEFT for number in _NUMBER.finditer(masked)):
        raise CannotMask("text: a long number is left after masking, expected none")
    return masked


def _around(text: str) -> list[Span]:
    """Return the spans of numbers, names, addresses and birthdays."""
    seen = view(text)
    if not seen.text:
        return []
    language = detect(text[:_TELLING])
    found = [*_numbers(seen.text), *names(seen.text, language), *glued_names(seen.text)]
    found += [*addresses(seen.text, language), *_birthdays(seen.text)]
    found += [match.span() for match in _MAIL_OR_HANDLE.finditer(seen.text)]
    return [seen.span(start, end) for start, end in found if start < end]


def _birthdays(text: str) -> Iterator[Span]:
    for match in _born().finditer(bare(text)):
        if day := _DAY.match(text, match.end()):
            yield day.span(1)


@cache
def _born() -> re.Pattern[str]:
    words = [bare(word) for word in listed("any", "birth")]
    alphabetic = alternatives([word for word in words if word < _GLUED_FROM])
    others = alternatives([word for word in words if word >= _GLUED_FROM], whole=False)
    return re.compile(f"{alphabetic.pattern}|{others.pattern}")


def _identifiers(text: str) -> list[Span]:
    """Return the spans of identifiers, but for short numbers that everybody knows."""
    return [
        (one.start, one.end)
        for one in find(text)
        if not (one.kind == "phone" and (one.value in short_numbers() or len(one.value) <= 4))
    ]


def _numbers(text: str) -> list[Span]:
    """Return the spans of numbers of five digits and more that are no amounts, dates or published short numbers."""
    lower = lowered(text)
    sums = {place for start, end in amounts(lower) for place in range(start, end)}
    return [match.span() for match in _NUMBER.finditer(text) if not _is_harmless(lower, match, sums)]


def _is_harmless(lower: str, match: re.Match[str], sums: set[int]) -> bool:
    first, last = (place for place, char in enumerate(match[0]) if char.isdigit()), match.end()
    start = match.start() + next(first)
    digits = re.sub(r"\D", "", match[0])
    if digits in short_numbers() or _DATE.fullmatch(match[0]):
        return True
    if start not in sums or len(digits) > _LONGEST_LEFT:
        return False
    round_or_short = len(digits) <= 6 or digits.endswith("000") or _GROUPED.search(match[0]) is not None
    return round_or_short and is_named_a_phone(lower, start, last) is None


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
