"""Streets that are written small: a street word with words beside it that are no other words, and a number."""

import re
from collections.abc import Iterator
from functools import cache

from knowledge.masking.name_ends import LETTER
from knowledge.masking.words import everybodys, phrases
from knowledge.text.letters import bare
from knowledge.text.sentences import Span

_WORD = rf"{LETTER}[\w'’-]{{0,24}}"
_NUMBER = r"(?:(?:no|nº|n°|nr|number|số|kav|blok|block|rt|lot|км|д)\.? ?)?\d{1,5}(?:[/-]\d{1,4})?[a-z]?\b"
_ANY_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_MOST_WORDS = 4


def small_streets(text: str, lower: str, language: str | None) -> Iterator[Span]:
    """Yield the spans of streets with a number, in a text and the same as its words are compared."""
    shapes = (_numbered_before(language), _numbered_behind(language), _named_behind(language), _number_first(language))
    for shape in shapes:
        for match in shape.finditer(lower):
            if all(_may_name(word[0]) for word in _ANY_WORD.finditer(text, *match.span("name"))):
                yield match.span()


def _may_name(word: str) -> bool:
    """Say whether a word may be of a street's name."""
    small = bare(word)
    if small in everybodys("street_particles"):
        return True
    return small not in everybodys("small") and small not in everybodys("no_street")


@cache
def _numbered_before(language: str | None) -> re.Pattern[str]:
    """Return what matches ``blk 123 bedok north road``."""
    street, room = phrases("street_word", language).pattern, phrases("room", language).pattern
    return re.compile(
        rf"(?:{room}\.? ?)?(?<![\w.,$€£])\d{{1,5}}[a-z]?,? (?P<name>(?:{_WORD} ){{1,3}}){street}(?:\.? \d{{1,3}}\b)?"
    )


@cache
def _numbered_behind(language: str | None) -> re.Pattern[str]:
    """Return what matches ``yishun avenue 6``."""
    street = phrases("street_word", language).pattern
    return re.compile(rf"(?P<name>\b{_WORD}(?: (?:north|south|east|west|central))?) (?:{street}|st)\.? \d{{1,3}}\b")


@cache
def _named_behind(language: str | None) -> re.Pattern[str]:
    """Return what matches ``jalan melati raya no 17``."""
    street = phrases("street_before", language).pattern
    return re.compile(rf"{street}\.? ?(?P<name>{_WORD}(?: {_WORD}){{0,{_MOST_WORDS - 1}}}?),? {_NUMBER}")


@cache
def _number_first(language: str | None) -> re.Pattern[str]:
    """Return what matches ``27 rue des lilas``."""
    street = phrases("street_before", language).pattern
    small = "(?:(?:de|du|des|d|del|la|las|los|da|do|das|dos) ){0,2}"
    return re.compile(rf"(?<![\w.,$€£])\d{{1,4}}(?: ?bis| ?ter|[a-z])?,? {street} (?P<name>{small}{_WORD})")
