"""Numbers, days of birth, plates and handles of a person in a text, whatever they are written as."""

import re
from collections.abc import Iterator
from functools import cache

from knowledge.identifiers.context_words import amounts, is_named_a_phone
from knowledge.masking.words import alternatives, listed, short_numbers
from knowledge.text.letters import bare, lowered
from knowledge.text.sentences import Span

LONGEST_LEFT = 9
"""Digits of the largest amount that stays."""
NUMBER = re.compile(r"[A-Za-z]{0,8}(?<!\d)\d(?:[ \u00a0.()·–-]{0,2}\d){4,}[A-Za-z]{0,8}")
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
_FULL_DAY = re.compile(r"\.?[ :：]{0,3}(\d{1,4}[./-]\d{1,2}[./-]\d{2,4})")
_MAIL_OR_HANDLE = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,200}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}|@[A-Za-z][A-Za-z0-9_.]{2,63}(?<!\.)"
    r"|(?<![\w./_:-])(?=[a-z0-9]{0,30}[a-z])[a-z0-9]{1,30}(?:_[a-z0-9]{1,30}){1,5}(?![\w/]|\.\w)",
    re.IGNORECASE | re.ASCII,
)
"""Also under domains and on platforms that nobody knows, and words that an underscore joins."""
_PLATES = re.compile(
    r"\b[A-Z]{2,3} ?\d{1,4} ?[A-Z]\b(?!\d)"  # Singapore, Malaysia
    r"|\b[A-Z]{2}-\d{3}-[A-Z]{2}\b|\b[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{2,4}\b"  # France, Germany
    r"|\b[A-Z]{2}[ -]?\d{1,2}[ -]?[A-Z]{1,2}[ -]?\d{4}\b"  # India
    r"|\b[АВЕКМНОРСТУХ]\d{3}[АВЕКМНОРСТУХ]{2} ?\d{2,3}\b"  # Russia
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?[A-Z0-9]{5,6}\b"
)
_PLATE = re.compile(r"[ :#]{0,3}(?:is |no\.? |number )?([A-Za-z]{1,3}[ -]?\d{1,4}[ -]?[A-Za-z]{0,3}\b)")


def numbers(text: str) -> Iterator[Span]:
    """Yield the spans of numbers of a person in a text with plain letters, in no order; they may overlap."""
    lower = lowered(text)
    sums = {place for start, end in amounts(lower) for place in range(start, end)}
    yield from (match.span() for match in NUMBER.finditer(text) if not _is_harmless(lower, match, sums))
    yield from _behind(text, _words("birth"), _DAY)
    yield from _behind(text, _words("born"), _FULL_DAY)
    yield from _behind(text, _words("plate"), _PLATE)
    for shape in (_MAIL_OR_HANDLE, _PLATES):
        yield from (match.span() for match in shape.finditer(text))


def _behind(text: str, words: re.Pattern[str], shape: re.Pattern[str]) -> Iterator[Span]:
    """Yield what has a shape behind some words."""
    for match in words.finditer(bare(text)):
        if found := shape.match(text, match.end()):
            yield found.span(1)


@cache
def _words(kind: str) -> re.Pattern[str]:
    words = [bare(word) for word in listed("any", kind)]
    alphabetic = alternatives([word for word in words if word < _GLUED_FROM])
    others = alternatives([word for word in words if word >= _GLUED_FROM], whole=False)
    return re.compile(f"{alphabetic.pattern}|{others.pattern}")


def _is_harmless(lower: str, match: re.Match[str], sums: set[int]) -> bool:
    """Say whether a number is an amount of money, a day, or one that an official body publishes."""
    first, last = (place for place, char in enumerate(match[0]) if char.isdigit()), match.end()
    start = match.start() + next(first)
    digits = re.sub(r"\D", "", match[0])
    if digits in short_numbers() or _DATE.fullmatch(match[0]):
        return True
    if start not in sums or len(digits) > LONGEST_LEFT:
        return False
    round_or_short = len(digits) <= 6 or digits.endswith("000") or _GROUPED.search(match[0]) is not None
    return round_or_short and is_named_a_phone(lower, start, last) is None
