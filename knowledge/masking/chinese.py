"""People's names in Chinese: a surname and one or two characters, beside the words that say so."""

import re
from collections.abc import Iterator
from functools import cache

from knowledge.masking.words import HAN, common_pairs, glued, is_body, listed
from knowledge.text.sentences import Span
from knowledge.text.varieties.chinese import to_simplified

_OPENING = re.compile(r"[ :：=“\"「『（(【]{0,3}")
_IN_FIELD = re.compile(rf"[{HAN}]{{2,4}}(?:·[{HAN}]{{1,8}}){{0,3}}(?![{HAN}])")
_LATIN_NAME = re.compile(r"[A-Z][a-z]{1,20}(?: [A-Z][a-z]{1,20}){0,2}")
_STARRED = re.compile(rf"[*＊×]{{1,2}}[{HAN}]{{1,2}}(?![{HAN}])|[{HAN}][*＊×]{{1,2}}[{HAN}]?(?![{HAN}])")
_PLACE = re.compile("[省市区县镇村路街道山河江湖海岛湾港站桥楼店城州国族银证保]")
_TOTAL = re.compile(r"[总總](?![是共之会會有算体體数數部裁理经經额額计計])")


def chinese_names(text: str) -> Iterator[Span]:
    """Yield the spans of people's names in a Chinese text, in no order; they may overlap."""
    for kind, sure in (("introduce", True), ("may", False), ("role", False)):
        for match in glued("zh", kind).finditer(text):
            opening = _OPENING.match(text, match.end())
            start = opening.end() if opening else match.end()
            end = _end_in_field(text, start) if sure and ":" in text[match.end() : start] else None
            end = end or _end_of_chinese(text, start, sure=sure)
            end = end or _end_of_latin(text, start, is_sure=kind != "may" or match[0] == "叫")
            if end and not is_body(text[start:end]):
                yield start, end
    yield from _titled_in_chinese(text)
    yield from _names_by_characters(text)


def _end_in_field(text: str, start: int) -> int | None:
    match = _IN_FIELD.match(text, start)
    return match.end() if match else None


def _end_of_latin(text: str, start: int, *, is_sure: bool) -> int | None:
    match = _LATIN_NAME.match(text, start) if is_sure else None
    return match.end() if match else None


@cache
def _surname() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(listed('zh', 'compound'))}|[{''.join(listed('zh', 'surname'))}])")


def _end_of_chinese(text: str, start: int, *, sure: bool) -> int | None:
    """Return where a name of surname and one or two characters ends; None where none begins at the place."""
    surname = _surname().match(text, start)
    is_nick = text[start : start + 1] in listed("zh", "nick") and text[start : start + 1] != ""
    if (surname is None and not is_nick) or _is_ordinary(text, start):
        return None
    at = surname.end() if surname else start + 1
    given = 0
    while given < 2 and _is_han(text[at + given : at + given + 1]) and text[at + given] not in listed("zh", "stop"):
        given += 1
    if not given:
        return None
    after = text[at + given : at + given + 1]
    return at + given if sure or not _is_han(after) or after in listed("zh", "stop") else None


def _is_ordinary(text: str, start: int) -> bool:
    ordinary = listed("zh", "ordinary")
    if text[max(0, start - 2) : start] in listed("zh", "role"):
        return False
    return text[max(0, start - 1) : start + 1] in ordinary or any(
        text[start : start + length] in ordinary for length in (2, 3, 4)
    )


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _titled_in_chinese(text: str) -> Iterator[Span]:
    """Yield surname and up to two characters before a title."""
    for title in glued("zh", "title").finditer(text):
        if title[0] in "总總" and not _TOTAL.match(text, title.start()):
            continue
        for start in range(max(0, title.start() - 4), title.start()):
            surname = _surname().match(text, start)
            if surname is None or surname.end() > title.start() or title.start() - surname.end() > 2:
                continue
            given = text[surname.end() : title.start()]
            is_name = all(_is_han(char) and char not in listed("zh", "stop") for char in given)
            if is_name and not _is_ordinary(text, start) and not is_body(text[start : title.start()]):
                yield start, title.start()
                break


def _names_by_characters(text: str) -> Iterator[Span]:
    """Yield the spans of names that nothing introduces, by the characters that names are made of."""
    simplified = to_simplified(text)
    if len(simplified) != len(text):
        return
    for shape in (_STARRED, _surnamed()):
        yield from (match.span(shape.groups) for match in shape.finditer(simplified))
    for match in _full().finditer(simplified):
        yield from _checked(simplified, match.start(), match.end())
    for match in _pair().finditer(simplified):
        for start, end in (match.span(1), match.span(2)):
            yield from _checked(simplified, start, end)
    for kind in ("pay", "kin", "role"):
        for cue in glued("zh", kind).finditer(text):
            yield from _behind(simplified, cue.end(), is_kin=kind == "kin")


def _behind(text: str, start: int, *, is_kin: bool) -> Iterator[Span]:
    """Yield the short name that begins at a place and that no other character goes on."""
    shapes = (_short(), _nick(), *((_doubled(), _given()) if is_kin else ()))
    for shape in shapes:
        if (match := shape.match(text, start)) and match[0] not in listed("zh", "doubled"):
            yield from _checked(text, *match.span())
            return


def _checked(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield a would-be name that is neither the beginning of a word, nor a place, nor a body."""
    name = text[start:end]
    ordinary = listed("zh", "ordinary")
    is_word = name[:2] in common_pairs() or any(name[:length] in ordinary for length in (2, 3))
    if not (is_word or _PLACE.match(text, end) or text[start - 1 : start + 1] in ordinary or is_body(name)):
        yield start, end


@cache
def _full() -> re.Pattern[str]:
    return re.compile(rf"{_simple_surname()}{_of_names()}{{2}}")


@cache
def _pair() -> re.Pattern[str]:
    """Return what matches two short names that are joined."""
    short = rf"{_simple_surname()}{_of_names()}{{1,2}}"
    return re.compile(rf"({short})[和跟与、]({short})")


@cache
def _short() -> re.Pattern[str]:
    return re.compile(rf"{_simple_surname()}{_of_names()}{{1,2}}{_ends()}")


@cache
def _nick() -> re.Pattern[str]:
    return re.compile(rf"[{listed('zh', 'nick')[0]}小阿老大]{_of_names()}{_ends()}")


@cache
def _doubled() -> re.Pattern[str]:
    return re.compile(rf"([{HAN}])\1{_ends()}")


@cache
def _given() -> re.Pattern[str]:
    return re.compile(rf"{_of_names()}{{2}}{_ends()}")


@cache
def _surnamed() -> re.Pattern[str]:
    """Return what matches a surname that is said to be one."""
    return re.compile(rf"姓({_simple_surname()})(?=[的嘅叫，。,、\s]|[{HAN}]{{2}}[，。,、])")


@cache
def _simple_surname() -> str:
    simple = "".join(sorted({to_simplified(char) for char in listed("zh", "surname")}))
    return f"(?:{'|'.join(listed('zh', 'compound'))}|[{simple}])"


@cache
def _of_names() -> str:
    return f"[{''.join(listed('zh', 'given'))}]"


@cache
def _ends() -> str:
    return f"(?=[{''.join(listed('zh', 'stop'))}]|[^{HAN}]|$)"
