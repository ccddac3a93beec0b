"""Postal addresses in a text, in the ways of fourteen languages: streets with numbers, rooms, quarters, postcodes."""

import re
from collections.abc import Iterator
from functools import cache

from knowledge.masking.name_ends import LETTER, has_cases
from knowledge.masking.streets import small_streets
from knowledge.masking.words import HAN, KANA, alternatives, everybodys, listed, phrases, written
from knowledge.text.letters import bare
from knowledge.text.sentences import Span

_NUMBER = r"\d{1,5}(?:[/-]\d{1,4}){0,2}[ ]?(?:bis|ter|[A-Za-z](?![\w]))?"
_WORDS_BETWEEN = rf"(?:{LETTER}[\w'’.-]{{0,24}}[ ]){{1,4}}"
_ANY_WORD = re.compile(r"[\w'’.-]+")
_NAME_BEHIND = re.compile(rf"(?:[ ]{{0,2}}(?:{LETTER}|\d(?!\d{{4}}))[\w'’.-]{{0,24}}){{1,5}}")
_NUMBER_BEHIND = re.compile(
    rf"[ ]?,?[ ]?(?:(?:no|nº|n°|nr|number|số|d|д|дом|№|#|मकान)\.?[ ]{{0,2}})?{_NUMBER}", re.IGNORECASE
)
_NUMBER_BEFORE = re.compile(r"\b\d{1,4}(?: ?bis| ?ter|[a-zA-Z])?,? $")

_POSTCODES = re.compile(
    r"\b(?:GIR 0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b"  # United Kingdom
    r"|\b[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d\b"  # Canada
    r"|\b(?:NSW|VIC|QLD|TAS|ACT|WA|SA|NT) \d{4}\b|\b\d{4} [A-Z]{2}\b(?=,? [A-Z])"  # Australia, the Netherlands
    r"|〒\s?\d{3}-?\d{4}|#\d{1,2}-\d{2,4}\b"  # Japan; a floor and unit in Singapore
)
_JOINED = r"\b[A-ZÄÖÜa-zäöü][\wäöüß-]{{1,30}}(?:{endings})[ ]\d{{1,4}}[ ]?[a-z]?\b"
_BEFORE_POSTCODE = re.compile(
    r"\b(?:[A-ZÄÖÜÉ][\w'’.-]{1,24}[ ]){1,4}\d{1,4}[ ]?[a-zA-Z]?,? (?=\d{5}\b)"
    r"|\b(?<=\D\d{5} )[A-ZÄÖÜÉ][\wäöüéèê-]{2,24}\b"  # the town behind it
)
_CHINESE = re.compile(
    rf"(?:[{HAN}]{{2,7}}(?:省|市|区|區|县|縣|镇|鎮|乡|鄉)){{0,4}}"
    rf"[{HAN}A-Za-z]{{1,8}}?(?:路|街|大道|巷|弄|胡同|道)(?:[一二三四五六七八九十\d]段)?\d{{1,5}}"
    rf"(?:-\d{{1,4}}|号|號|弄|巷|院|之\d|楼|樓)"
    rf"(?:[{HAN}]{{0,8}}?\d{{1,5}}(?:号|號|弄|巷|院|幢|栋|棟|座|楼|樓|层|層|单元|單元|室|房|户)[楼樓]?|[A-Z\d]{{1,5}}室?){{0,6}}"
)
_CHINESE_ROOMS = re.compile(
    rf"[{HAN}]{{2,6}}(?:小区|小區|花园|花園|公寓|大厦|大廈|新村|家园|苑|邨)(?:\d{{1,4}}(?:号|號|幢|栋|棟|座|楼|樓|层|層|单元|單元|室|房)[楼樓]?){{1,5}}(?:\d{{2,4}}室?)?"
    r"|\d{1,4}(?:幢|栋|棟|号楼|號樓)(?:\d{1,3}(?:单元|單元|楼|樓|层))?(?:[A-Z\d]{1,5}(?:室|房)?)?|\d{3,4}室"
)
_JAPANESE = re.compile(
    rf"(?:[{HAN}]{{2,4}}[都道府県])?(?:[{HAN}]{{1,5}}[市区町村郡]){{0,3}}[{HAN}\u30a1-\u30fc]{{1,8}}"
    rf"(?:\d{{1,3}}丁目(?:\d{{1,3}}(?:番地?)?(?:\d{{1,3}}号?)?)?(?:[-の]?\d{{1,3}}){{0,2}}|\d{{1,4}}(?:-\d{{1,3}}){{1,3}}(?![\d-])|\d{{1,4}}番地\d{{0,3}})"
    rf"(?:[ 　]?[{HAN}\u30a1-\u30fcA-Za-z]{{2,14}}[ ]?\d{{1,4}}(?:号室)?)?|\d{{2,4}}号室"
)
_KOREAN = re.compile(
    r"(?:[가-힣]{1,7}(?:시|도|구|군|읍|면|동) ){1,4}[가-힣\d]{1,12}(?:로|길) ?\d{1,4}(?:번길 ?\d{1,4})?(?:-\d{1,4})?"
    r"|\d{1,4}동 ?\d{1,4}호|\d{2,4}호(?![선차])|[가-힣]{1,8}(?:로|길) ?\d{1,4}(?:번길|,? ?\d{1,4}동)(?: ?\d{1,4}호?)?"
)


def addresses(text: str, language: str | None) -> Iterator[Span]:
    """Yield the spans of the parts of postal addresses in a text with plain letters; they may overlap."""
    lower = written(text, language)
    for match in _street_behind(language).finditer(lower):
        if _is_street(text, match):
            yield match.span()
    for match in phrases("street_before", language).finditer(lower):
        end = _end_of_street(text, match.end())
        if end is not None:
            number = _NUMBER_BEFORE.search(text[max(0, match.start() - 12) : match.start()])
            yield match.start() - (len(number[0]) if number else 0), end
    yield from small_streets(text, lower, language)
    for match in _rooms(language).finditer(lower):
        yield match.span()
    shapes = (_POSTCODES, _joined(), _BEFORE_POSTCODE, _CHINESE_ROOMS, _KOREAN)
    for shape in (*shapes, _JAPANESE) if KANA.search(text) else shapes:
        yield from (match.span() for match in shape.finditer(text))
    for match in _CHINESE.finditer(text):
        yield _start_of_chinese(text, match), match.end()
    for match in _thai().finditer(text):
        yield match.span()
    for match in _hindi().finditer(lower):
        yield match.span()


@cache
def _street_behind(language: str | None) -> re.Pattern[str]:
    words = phrases("street_behind", language).pattern
    return re.compile(rf"(?<![\w.,])(?:{_NUMBER},?[ ])(?:{_WORDS_BETWEEN})(?:{words})(?:\.?[ ]\d{{1,3}}\b)?")


def _is_street(text: str, match: re.Match[str]) -> bool:
    """Say whether what stands between number and street word is capitalised, or one word that is no little one."""
    words = [word[0] for word in _ANY_WORD.finditer(text, match.start(), match.end()) if not word[0][0].isdigit()]
    between = [word for word in words[:-1] if word.lower() not in ("bis", "ter")]
    if between and all(word[0].isupper() for word in between):
        return True
    little = everybodys("small") | everybodys("no_street")
    return len(between) == 1 and bare(between[0]) not in little


def _end_of_street(text: str, start: int) -> int | None:
    """Return where a street's name, and its number, end behind a street word; None where no name stands there."""
    name = _NAME_BEHIND.match(text, start)
    end, is_named = start, False
    for match in _ANY_WORD.finditer(text, start, name.end() if name else start):
        word = match[0]
        if word[0].isdigit():
            end = match.end()
            if is_named:
                return end
        elif word[0].isupper() or (not has_cases(word) and bare(word) not in everybodys("small")):
            end, is_named = match.end(), True
        elif bare(word) not in everybodys("street_particles"):
            break
    if not is_named:
        return end if end > start else None
    number = _NUMBER_BEHIND.match(text, end)
    return number.end() if number else end


@cache
def _rooms(language: str | None) -> re.Pattern[str]:
    words = phrases("room", language).pattern
    return re.compile(
        rf"(?:{words})\.?[ ]{{0,2}}(?:no\.?|nº|n°|#|№|-|:)?[ ]?(?:[a-z][ -]?)?\d{{1,5}}(?:[/-]\d{{1,4}}){{0,2}}[a-z]?\b"
    )


@cache
def _joined() -> re.Pattern[str]:
    endings = "|".join(re.escape(ending) for ending in listed("de", "street_ending"))
    return re.compile(_JOINED.format(endings=endings))


def _start_of_chinese(text: str, match: re.Match[str]) -> int:
    """Leave the words before the address outside of it."""
    stops = frozenset(listed("zh", "road_stop"))
    first = re.search(r"\d", match[0])
    head = text[match.start() : match.start() + (first.start() if first else 0)]
    last = max((place for place, char in enumerate(head) if char in stops), default=-1)
    return match.start() + last + 1


@cache
def _thai() -> re.Pattern[str]:
    places = alternatives(listed("th", "place"), whole=False).pattern
    houses = alternatives(listed("th", "house"), whole=False).pattern
    return re.compile(
        rf"(?<![\u0e01-\u0e4e]){places} ?[\u0e01-\u0e4e]{{2,20}}(?: \d{{1,4}}(?:/\d{{1,4}})?)?"
        rf"|{houses} ?:? ?\d{{1,5}}(?:/\d{{1,4}})?"
    )


@cache
def _hindi() -> re.Pattern[str]:
    words = alternatives([bare(word) for word in listed("hi", "street_behind") if word > "\u0900"]).pattern
    return re.compile(rf"(?<![\w\u0900-\u0963])[\u0900-\u0963]{{2,20}} {words}")
