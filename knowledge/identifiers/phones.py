"""Phone numbers in a text, told apart from amounts, dates, orders, accounts and other numbers."""

import re
from collections.abc import Collection, Iterator

from phonenumbers import PhoneNumber

from knowledge.identifiers.context_words import amounts, is_called, is_named_a_phone
from knowledge.identifiers.phone_numbers import (
    country_of,
    e164,
    has_right_length,
    is_assigned,
    is_valid,
    parse,
)
from knowledge.identifiers.phone_regions import Regions, groups
from knowledge.identifiers.undisguised import HIDDEN, Sighting, hide
from knowledge.text.letters import lowered

_SEPARATORS = r"[ \u00a0.\-\u2013()/\u00b7]"
_NUMBER = re.compile(
    r"(?<![\d_#$€£¥])(?<![A-Za-z0-9][-./])(?<!\d[,:])"
    rf"(?:\+[ ]?)?\(?\d(?:{_SEPARATORS}{{0,3}}\d){{6,}}+(?![\d_])(?![-/]?[A-Za-z])"
)
_SHORT = re.compile(r"(?<![A-Za-z0-9_+#.,:/$€£¥-])(?<![+-] )\d{3,6}(?![\d_*])(?![.,:/-]\d|\.\.)(?![-]?[A-Za-z%])")
_STARRED = re.compile(r"(?<![\w#*+])[#*]\d{3,6}(?![\w#*])")
"""Some countries' short numbers begin with a sign of the dial."""
_CUT = re.compile(r" {2,3}|[ \u00a0/]+|(?<=\d)\)?-(?=\()")
_DATES = re.compile(
    r"(?<!\d)(?:(?:19|20|25)\d\d[-/.年 ]\s?(?:0?[1-9]|1[0-2])[-/.月 ]\s?(?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:(?:19|20|25)\d\d|\d\d)(?!\d|[.-]\d)"
    r"|(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])/(?:(?:19|20|25)\d\d|\d\d)(?!\d)"
    r"|(?:19|20)\d\d ?[-/\u2013] ?(?:19|20)\d\d(?!\d)"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}(?!\d))"
    r"|(?<!\d)(?:[01]?\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d)?(?!\d)"
)
_GROUPED_BY_THOUSANDS = re.compile(r"\d{1,3}([.,'’ \u00a0])\d{3}(?:\1\d{3})*(?:[.,]\d{1,2})?")
_IDENTITY_NUMBERS = re.compile(
    r"\d{3}-\d{2}-\d{4,5}|\d{3}\.\d{3}\.\d{3}[-.]\d{2}|\d{4}([ -])\d{4}\1\d{4}|\d{1,3}(\.\d{1,3}){3}"
    r"|(?:19|20)\d\d[-/]\d+(?:[-/]\d+)?"
)
_LIKE_AN_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])")
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
_NORTH_AMERICAN = re.compile(r"1[-. ]\(?8(?:00|33|44|55|66|77|88)\)?[-. ]\d{3}[-. ]\d{4}")
"""Toll-free numbers as nobody else groups them."""
_SERVICE = re.compile("01?800|1800|1300")
"""How numbers begin that cost the caller nothing, or little, wherever they are."""
_MOST_DIGITS = 15  # of an international number, ITU-T E.164


def phones(text: str, country: str | None, short_codes: Collection[str] = ()) -> Iterator[Sighting]:
    """Find the phone numbers of an undisguised text.

    The value is in E.164 form where the country is known, else the digits. ``short_codes`` are numbers such as ``110``
    that count also without a word for calling beside them.
    """
    lower = lowered(text)
    searched = _without_dates_and_amounts(text, lower)
    reader = _Reader(lower, country)
    found = [
        one
        for match in _NUMBER.finditer(searched)
        if _follows_a_word(lower, match.start())
        for one in reader.pieces(match[0], match.start())
    ]
    yield from found
    for match in _SHORT.finditer(hide(searched, found)):
        known = match[0] in short_codes and is_named_a_phone(lower, *match.span()) is not False
        if known or is_called(lower, *match.span()):
            yield Sighting("phone", match[0], *match.span(), country=country)
    for match in _STARRED.finditer(searched):
        if match[0] in short_codes:
            yield Sighting("phone", match[0], *match.span(), country=country)


def _without_dates_and_amounts(text: str, lower: str) -> str:
    for pattern in (_DATES, _LIKE_AN_IBAN):
        text = pattern.sub(lambda match: HIDDEN * len(match[0]), text)
    parts, at = [], 0
    for start, end in amounts(lower):
        parts += [text[at:start], HIDDEN * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _follows_a_word(text: str, start: int) -> bool:
    """Say whether a number does not stand right behind a Latin letter, unless the letters are a word for a phone."""
    before = text[start - 1 : start]
    return not (before.isascii() and before.isalpha()) or is_named_a_phone(text, start, start) is True


class _Reader:
    """Reads candidates of one text as numbers of a country, or of one of the likely ones."""

    def __init__(self, text: str, country: str | None) -> None:
        self._text = text
        self._country = country
        self._regions = Regions(text)

    def pieces(self, written: str, at: int) -> list[Sighting]:
        """Return the numbers in a run of digits: the whole of it, or else the longest parts between its blanks.

        Where nothing calls them phones, parts count only if the whole run is made of them.
        """
        found: list[Sighting] = []
        rest = False
        edges = [0, *(match.end() for match in _CUT.finditer(written)), len(written)]
        if len(edges) > 7 and (whole := self._read(written, at)):
            return [whole]  # each digit set apart
        first = 0
        while first < len(edges) - 1:
            for last in range(min(len(edges) - 1, first + 6), first, -1):
                part = written[edges[first] : edges[last]].rstrip(" \u00a0/-(.")
                start = at + edges[first]
                one = self._read(part, start)
                if one:
                    found.append(one)
                    break
            else:
                last, rest = first + 1, True
            first = last
        if rest and not is_named_a_phone(self._text, at, at + len(written)):
            return [one for one in found if self._text.startswith("+", one.start)]
        return found

    def _read(self, written: str, start: int) -> Sighting | None:
        if written.count("(") != written.count(")"):
            return self._read(written[1:], start + 1) if written.startswith("(") else None
        digits = re.sub(r"\D", "", written)
        end = start + len(written)
        if not 7 <= len(digits) <= _MOST_DIGITS + 2:
            return None
        named = is_named_a_phone(self._text, start, end)
        if written.startswith("+") or digits.startswith("00"):
            number = parse("+" + (digits if written.startswith("+") else digits[2:]), None)
            if number is None or not _international(number, written, named):
                return None
            return Sighting("phone", e164(number), start, end, country=country_of(number))
        if named is False or _is_other(written, named):
            return None
        if number := self._national(digits, written, named):
            return Sighting("phone", e164(number), start, end, country=country_of(number, self._country))
        may_be_one = _SERVICE.match(digits) or (self._country is None and self._may_be_one(digits, written))
        return Sighting("phone", digits, start, end) if named and may_be_one else None

    def _national(self, digits: str, written: str, named: bool | None) -> PhoneNumber | None:
        grouped = _looks_grouped(written)
        if _NORTH_AMERICAN.fullmatch(written):
            return parse("+" + digits, None)
        if self._country:
            number = parse(digits, self._country)
            if number and is_assigned(digits, self._country):
                free = digits.startswith("400") and self._country == "CN"  # looks like a count of thousands
                return number if named or not free else None
            if number and named and has_right_length(number) and len(digits) >= 8:
                at_home = digits.startswith("0") or _SERVICE.match(digits)
                return number if at_home else self._regions.number(digits, written) or number
            if _SERVICE.match(digits):
                return None  # a number that costs nothing is dialled at home
        if named or grouped or _CHINESE_MOBILE.fullmatch(digits):
            return self._regions.number(digits, written)
        return None

    def _may_be_one(self, digits: str, written: str) -> bool:
        return _looks_grouped(written) or bool(self._regions.assigned(digits))


def _international(number: PhoneNumber, written: str, named: bool | None) -> bool:
    if is_valid(number):
        return True
    if named is False:
        return False
    possible = has_right_length(number)
    plus = written.startswith("+")
    return named is True or (
        plus and (possible or _looks_grouped(written)) and not _GROUPED_BY_THOUSANDS.fullmatch(written[1:])
    )


def _is_other(written: str, named: bool | None) -> bool:
    """Say whether digits are grouped like an amount or an identity number, and nothing calls them a phone."""
    if named:
        return False
    thousands = _GROUPED_BY_THOUSANDS.fullmatch(written)
    if thousands and not re.fullmatch(r"\d{3} \d{3} \d{3}", written):
        return True
    return _IDENTITY_NUMBERS.fullmatch(written) is not None or bool(re.search(r"(?<!\d)\d(?!\d).*\D\d(?!\d)", written))


def _looks_grouped(written: str) -> bool:
    runs = groups(written.lstrip("+"))
    digits = sum(map(len, runs))
    if not 8 <= digits <= 13 or not 2 <= len(runs) <= 6:
        return False
    trunk = runs[0].startswith("0") or written.startswith("(")
    return all(2 <= len(run) <= 5 for run in runs[1:]) or (len(runs) == 2 and trunk and len(runs[1]) <= 8)
