"""People's names in Chinese: a surname and one or two characters, beside the words that say so."""

import re
from collections.abc import Iterator
from functools import cache

from knowledge.masking.words import HAN, glued, is_body, listed

Span = tuple[int, int]
_OPENING = re.compile(r"[ :：=“\"「『（(【]{0,3}")
_IN_FIELD = re.compile(rf"[{HAN}]{{2,4}}(?:·[{HAN}]{{1,8}}){{0,3}}(?![{HAN}])")
_LATIN_NAME = re.compile(r"[A-Z][a-z]{1,20}(?: [A-Z][a-z]{1,20}){0,2}")
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
