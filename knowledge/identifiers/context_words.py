"""The words beside a number or a name that say what it is, in the languages people write in."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from knowledge.text.toml_files import read_toml_file

_BEFORE = 40
"""Characters before a number in which a word may say what it is."""
_BEHIND = 16
"""Characters behind a number in which a word may say what it is."""
_SENTENCE_END = re.compile(r"[。！？!?\n\x00;；]")
_TRANSFERS_TOO = ("打", "打了")
"""Verbs for calling that also mean to send money: a round number after them is an amount."""
_ROUND = re.compile(r"\d{2,}00")
_AMOUNT = re.compile(r"(?<![\d+])(?:\d{1,3}(?:[ \u00a0.,'’]\d{3})+|\d{1,15})(?:[.,]\d{1,3})?(?!\d)")


class Lexicon:
    """Words with a meaning each, found at a place of a lower-case text; whole where they are of an alphabet."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._meanings = meanings
        self._first: dict[str, list[str]] = defaultdict(list)
        self._last: dict[str, list[str]] = defaultdict(list)
        for word in sorted(meanings, key=len, reverse=True):
            self._first[word[0]].append(word)
            self._last[word[-1]].append(word)

    def at(self, text: str, place: int) -> str | None:
        """Return the longest word that starts at a place."""
        for word in self._first.get(text[place : place + 1], ()):
            if text.startswith(word, place) and _is_whole(text, place, place + len(word)):
                return word
        return None

    def before(self, text: str, place: int) -> str | None:
        """Return the longest word that ends at a place."""
        for word in self._last.get(text[place - 1 : place], ()):
            if text.endswith(word, 0, place) and _is_whole(text, place - len(word), place):
                return word
        return None

    def meanings(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield the place where each word ends and its meaning, in the text's order; a longer word hides its parts."""
        place = 0
        while place < len(text):
            word = self.at(text, place)
            if word:
                place += len(word)
                yield place, self._meanings[word]
            else:
                place += 1


def _is_whole(text: str, start: int, end: int) -> bool:
    """Say whether no word of an alphabet is cut at either end."""
    cut_before = start > 0 and _alphabetic(text[start]) and _alphabetic(text[start - 1])
    return not cut_before and not (end < len(text) and _alphabetic(text[end - 1]) and _alphabetic(text[end]))


def _alphabetic(char: str) -> bool:
    return char.isalpha() and (char < "\u0e00" or "\u1e00" <= char < "\u2000")


@cache
def _data() -> Mapping[str, Mapping[str, list[str]]]:
    return read_toml_file(Path(__file__).with_name("context_words.toml"))


@cache
def _lexicon(*names: str) -> Lexicon:
    return Lexicon({word: name for name in reversed(names) for word in _data()["numbers"][name]})


@cache
def dotted(name: str) -> frozenset[str]:
    """Return one of the lists of what has a dot in it, or beside it, and is no address."""
    return frozenset(_data()["dotted"][name])


@cache
def platforms() -> Lexicon:
    """Return the words people name platforms by; the meaning is the platform."""
    return Lexicon({word: platform for platform, named in _data()["platforms"].items() for word in named})


@cache
def countries() -> Lexicon:
    """Return the words that tell of a country: its name, its money, what only it has; the meaning is two letters."""
    return Lexicon({word: code for code, words in _data()["countries"].items() for word in words})


def platform_words() -> Iterable[str]:
    """Return the words people name platforms by."""
    return (word for named in _data()["platforms"].values() for word in named)


def is_named_a_phone(text: str, start: int, end: int) -> bool | None:
    """Say whether the words around a number call it a phone number (True), another number (False), or nothing (None).

    ``text`` is lower-case. The nearest word before the number counts, in the same sentence; where there is none, a
    word for a phone behind it.
    """
    lexicon = _lexicon("other", "phone")
    before = _SENTENCE_END.split(text[max(0, start - _BEFORE) : start])[-1]
    meaning = next(reversed([meaning for _, meaning in lexicon.meanings(before)]), None)
    if meaning is None:
        after = _SENTENCE_END.split(text[end : end + _BEHIND])[0]
        return True if any(meaning == "phone" for _, meaning in lexicon.meanings(after)) else None
    return meaning == "phone"


def is_called(text: str, start: int, end: int) -> bool:
    """Say whether a short number in a lower-case text is one that somebody calls or is told to call."""
    after = end + len(text[end : end + 2]) - len(text[end : end + 2].lstrip(" \"'”」)"))
    if _lexicon("called").at(text, after):
        return True
    if _lexicon("counted").at(text, after) or _lexicon("money_after").at(text, after):
        return False
    place = start
    for _ in range(10):
        place -= len(text[max(0, place - 4) : place]) - len(text[max(0, place - 4) : place].rstrip(" \t\"'“「:：(（"))
        if verb := _lexicon("calling").before(text, place):
            return not (verb in _TRANSFERS_TOO and _ROUND.fullmatch(text, start, end))
        word = _lexicon("between").before(text, place)
        if word is None:
            return False
        place -= len(word)
    return False


def amounts(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the numbers in a lower-case text that have a currency or unit beside them."""
    for match in _AMOUNT.finditer(text):
        start, end = match.span()
        left = start - (text[start - 1 : start] in (" ", "\u00a0"))
        right = end + (text[end : end + 1] in (" ", "\u00a0"))
        if _lexicon("money_before").before(text, left) or _lexicon("money_after").at(text, right):
            yield start, end
