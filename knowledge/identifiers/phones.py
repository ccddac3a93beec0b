"""Phone numbers in a text, told apart from amounts, dates, orders, accounts and other numbers."""

import re
from collections.abc import Collection, Iterator

from phonenumbers import PhoneNumber

from knowledge.identifiers.context_words import amounts, is_called, is_named_a_phone
from knowledge.identifiers.phone_numbers import (
    as_written_at_home,
    country_of,
    e164,
    has_right_length,
    is_assigned,
    is_valid,
    kind_of,
    parse,
)
from knowledge.identifiers.undisguised import HIDDEN, Found, hide

_REGIONS = "CN US IN ID VN TH BR RU DE FR ES GB JP KR SG HK TW MY PH AE SA EG"
REGIONS = tuple(_REGIONS.split())
"""Where a national number may be from if the person's country is not known."""

_SEPARATORS = r"[ \u00a0.\-\u2013()/\u00b7]"
_NUMBER = re.compile(
    r"(?<![\d_#$€£¥])(?<![A-Za-z0-9][-./])(?<!\d[,:])"
    rf"(?:\+[ ]?)?\(?\d(?:{_SEPARATORS}{{0,3}}\d){{6,}}+(?![\d_])(?![-/]?[A-Za-z])"
)
_SHORT = re.compile(r"(?<![A-Za-z0-9_+#.,:/$€£¥-])(?<![+-] )\d{3,6}(?![\d_*])(?![.,:/-]\d|\.\.)(?![-]?[A-Za-z%])")
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
_MOST_DIGITS = 15  # of an international number, ITU-T E.164


def phones(text: str, country: str | None, short_codes: Collection[str] = ()) -> Iterator[Found]:
    """Find the phone numbers of a view's text.

    The value is in E.164 form where the country is known, else the digits. ``short_codes`` are numbers such as ``110``
    that count also without a word for calling beside them.
    """
    lower = text.lower() if len(text.lower()) == len(text) else text
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
            yield Found("phone", match[0], *match.span(), country=country)


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

    def pieces(self, written: str, at: int) -> list[Found]:
        """Return the numbers in a run of digits: the whole of it, or else the longest parts between its blanks.

        Where nothing calls them phones, parts count only if the whole run is made of them.
        """
        found: list[Found] = []
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

    def _read(self, written: str, start: int) -> Found | None:
        if written.count("(") != written.count(")"):
            return self._read(written[1:], start + 1) if written.startswith("(") else None
        digits = re.sub(r"\D", "", written)
        end = start + len(written)
        if not 7 <= len(digits) <= _MOST_DIGITS + 2:
            return None
        named = is_named_a_phone(self._text, start, end)
        if written.startswith("+") or digits.startswith("00"):
            number = parse("+" + (digits if written.startswith("+") else digits[2:]), None)
            fits = number is not None and _international(number, written, named)
        else:
            number = None
            fits = named is not False and not _is_other(written, named)
            if fits:
                number = self._national(digits, written, named)
                fits = number is not None or (named is True and self._country is None and _may_be_one(digits, written))
        if not fits:
            return None
        if number is None:
            return Found("phone", digits, start, end)
        return Found("phone", e164(number), start, end, country=country_of(number))

    def _national(self, digits: str, written: str, named: bool | None) -> PhoneNumber | None:
        grouped = _looks_grouped(written)
        if self._country:
            number = parse(digits, self._country)
            if number and is_assigned(digits, self._country):
                free = digits.startswith("400") and self._country == "CN"  # looks like a count of thousands
                return number if named or not free else None
            if number and named and has_right_length(number) and len(digits) >= 8:
                return number if digits.startswith("0") else self._foreign(digits, written) or number
        if named or grouped or _CHINESE_MOBILE.fullmatch(digits):
            return self._foreign(digits, written)
        return None

    def _foreign(self, digits: str, written: str) -> PhoneNumber | None:
        """Return the number of the one likely country where it is valid, or written with the country's own grouping."""
        regions = [region for region in REGIONS if is_assigned(digits, region)]
        if "CN" in regions and _CHINESE_MOBILE.fullmatch(digits) and len(_groups(written)) in (1, 3):
            return parse(digits, "CN")
        if not regions:
            abroad = parse("+" + digits, None) if len(digits) >= 10 and digits[0] != "0" else None
            return abroad if abroad and is_valid(abroad) else None
        grouped_alike = [r for r in regions if _groups(as_written_at_home(digits, r)) == _groups(written)]
        regions = grouped_alike or regions
        mobile = [r for r in regions if (number := parse(digits, r)) and kind_of(number) == "mobile"]
        regions = mobile if len(regions) > 1 and mobile else regions
        return parse(digits, regions[0]) if len(regions) == 1 else None


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


def _groups(written: str) -> list[str]:
    return re.findall(r"\d+", written)


def _looks_grouped(written: str) -> bool:
    groups = _groups(written.lstrip("+"))
    digits = sum(map(len, groups))
    if not 8 <= digits <= 13 or not 2 <= len(groups) <= 6:
        return False
    trunk = groups[0].startswith("0") or written.startswith("(")
    return all(2 <= len(group) <= 5 for group in groups[1:]) or (len(groups) == 2 and trunk and len(groups[1]) <= 8)


def _may_be_one(digits: str, written: str) -> bool:
    return _looks_grouped(written) or any(is_assigned(digits, region) for region in REGIONS)
