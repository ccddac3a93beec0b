"""The dates, the times and the amounts of money that a text gives, each exactly as it is written there.

Nothing is reckoned: "yesterday" stays "yesterday", and which number of 3/11 is the month is left to who reads it.
Numbers in words are found in Chinese alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from knowledge.identifiers.finding import find
from knowledge.text.languages import detect
from knowledge.text.toml_files import read_toml_file

_FILE = Path(__file__).with_name("days_and_sums.toml")
_FRACTIONS = frozenset(("1/2", "1/3", "2/3", "1/4", "3/4", "24/7"))
_KEPT_WHOLE = frozenset(("link", "email", "handle", "iban", "card", "wallet"))
"""Identifiers whose digits are no dates and no amounts."""
_MONTH, _DAY = 12, 31

_NUMERIC = re.compile(
    r"(?<![\d./-])(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})|\d{1,2}/\d{1,2})(?![\d/%-]|\.\d)"
)
_WRITTEN_DAYS = (
    r"(?i)(?<=\bvom )\d{1,2}\.\d{1,2}\.(?!\d)|(?<=\bam )\d{1,2}\.\d{1,2}\.(?!\d)",
    r"(?:(?:\d{4}|民[国國]\s?\d{2,3}|令和\s?\d{1,2})\s?年\s?)?(?<!\d)\d{1,2}\s?月\s?\d{1,2}\s?[日号號]",
    r"(?<!\d)\d{4}\s?年\s?\d{1,2}\s?月(?!\s?\d)",
    r"[一二三四五六七八九十]{1,2}月[一二三四五六七八九十廿]{1,3}[日号號]",
    r"(?:(?<!\d)\d{4}\s?년\s?)?(?<!\d)\d{1,2}\s?월\s?\d{1,2}\s?일",
    r"(?i)\bngày\s\d{1,2}(?:\stháng\s\d{1,2}(?:,?\s(?:năm\s)?\d{4})?|/\d{1,2}(?:/\d{2,4})?)(?!\d)",
    r"(?i)(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m\b)?(?![\d:])",
    r"(?i)(?<![\d.,:])(?:1[0-2]|[1-9])\s?(?:[ap]m\b|[ap]\.m\.)",
    r"(?:上午|下午|早上|晚上|凌晨|中午|午前|午後|오전|오후)\s?\d{1,2}\s?(?:[点點时時시]|:\d\d)(?:\s?\d{1,2}\s?[分분]|半)?",
    r"(?i)(?<![\d:.,])\d{1,2}(?:[:.]\d{2})?\s?(?:Uhr\b|giờ\b|น\.)|(?<![\d:.,])(?:[01]?\d|2[0-3])h[0-5]\d\b",
)
_NUMBER = (
    r"(?<![\d.,])(?:\d{1,3}(?:[.,'’\u00a0\u202f\u2009 ]\d{2,3}){1,5}(?!\d)(?:[.,]\d{1,2}(?!\d))?"
    r"|\d{1,15}(?:[.,]\d{1,8})?(?!\d))"
)
_CHINESE = r"[零〇一二两兩三四五六七八九十百千万萬亿億]"
_GOES_ON = r"(?![^\W\d_])"


def days_in(text: str) -> tuple[str, ...]:
    """Return the dates and times that a text gives, as written, in its order, each once."""
    own = _own_days().get(detect(text) or "", ())
    return _as_written(text, [*_numeric_days(text), *_spans((*_days(), *own), text)])


def sums_in(text: str) -> tuple[str, ...]:
    """Return the amounts of money that a text gives, as written, in its order, each once."""
    return _as_written(text, _spans(_sums(), text))


def _as_written(text: str, spans: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """Return what stands at the spans, without overlaps; where two begin together the longer one counts."""
    taken = [(one.start, one.end) for one in find(text) if one.kind in _KEPT_WHOLE]
    found: dict[str, str] = {}
    at = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= at and not any(start < last and first < end for first, last in taken):
            written = " ".join(text[start:end].split())
            found.setdefault(written.casefold(), written)
            at = end
    return tuple(found.values())


def _numeric_days(text: str) -> Iterator[tuple[int, int]]:
    for match in _NUMERIC.finditer(text):
        if match[0] not in _FRACTIONS and _is_day([int(number) for number in re.findall(r"\d+", match[0])]):
            yield match.span()


def _is_day(numbers: Sequence[int]) -> bool:
    """Whether numbers can be a year, a month and a day in one of the orders that people write."""
    first, second = numbers[1:] if len(numbers) == 3 and numbers[0] > _DAY else numbers[:2]
    return 1 <= min(first, second) <= _MONTH and 1 <= max(first, second) <= _DAY


def _spans(patterns: Iterable[re.Pattern[str]], text: str) -> Iterator[tuple[int, int]]:
    for pattern in patterns:
        yield from (match.span() for match in pattern.finditer(text))


@cache
def _lists() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return read_toml_file(_FILE)


def _any(table: str, *leave_out: str) -> str:
    """Return a pattern for any word of a table: whole words, and glued ones wherever they stand."""
    lists = _lists()[table]
    words = [word for name, each in lists.items() if name not in ("glued", *leave_out) for word in each]
    return rf"(?:(?:{_either(words)}){_GOES_ON}|{_either(lists.get('glued', ()))})"


def _either(words: Iterable[str]) -> str:
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s") for word in longest_first)


@cache
def _days() -> tuple[re.Pattern[str], ...]:
    month = _any("months")
    day = r"(?<![\d.,])\d{1,2}(?:st|nd|rd|th|er|º|ª|\.)?"
    named = (
        rf"(?i){day}\s?(?:of\s|de\s|del\s)?{month}(?:\.?,?\s?(?:de\s|del\s)?\d{{4}}(?!\d))?",
        rf"(?i)(?<![^\W\d_]){month}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?![\d.,:]\d|\d|\s?[%$€£])(?:,?\s\d{{4}}(?!\d))?",
        rf"(?i)(?<![^\W\d_])(?:{_either(_words('days'))}){_GOES_ON}",
        _either(_lists()["days"]["glued"]),
    )
    return tuple(re.compile(pattern) for pattern in (*_WRITTEN_DAYS, *named))


@cache
def _own_days() -> Mapping[str, tuple[re.Pattern[str]]]:
    """Return what is found in texts of one language alone, by language."""
    own = _lists()["own_days"]
    return {code: (re.compile(rf"(?i)(?<![^\W\d_])(?:{_either(words)}){_GOES_ON}"),) for code, words in own.items()}


def _words(table: str) -> list[str]:
    return [word for name, each in _lists()[table].items() if name != "glued" for word in each]


@cache
def _sums() -> tuple[re.Pattern[str], ...]:
    lists = _lists()["currencies"]
    signs, codes, before = (_either(lists[name]) for name in ("signs", "codes", "before"))
    multiple = rf"(?:\s?{_any('multiples')})"
    after = rf"(?:(?:{signs})|(?:{codes}){_GOES_ON}|{_any('currencies', 'signs', 'codes', 'before', 'alone')})"
    amount = rf"{_NUMBER}{multiple}{{0,2}}(?:{_NUMBER}{multiple}{{1,2}})?[多余餘]?"
    glued = [word for word in lists["glued"] if word not in ("块", "塊")]
    return tuple(
        re.compile(pattern)
        for pattern in (
            rf"(?i)(?<![A-Za-z\d$])(?:{signs}|{codes}|{before})\s?{_NUMBER}{multiple}{{0,2}}",
            rf"(?i){amount}\s?{after}",
            rf"{_CHINESE}{{1,12}}[多余餘]?(?:{_either(glued)})|{_CHINESE}{{2,12}}[多余餘]?[块塊]",
            rf"(?i){_NUMBER}\s?(?:{_either(lists['alone'])})(?!\w|\s(?:người|orang))",
        )
    )
