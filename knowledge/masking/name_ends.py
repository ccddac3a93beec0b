"""How far a name goes that begins at a place of a text, in the scripts that write words with blanks between them."""

import re
from dataclasses import dataclass
from typing import Literal

from knowledge.identifiers.masked_form import HIDDEN
from knowledge.identifiers.undisguised import GLUED
from knowledge.masking.words import (
    common_words,
    everybodys,
    known_names,
    known_stems,
    little_words,
    phrases,
    rare_names,
    without_ending,
)

Trust = Literal["surely", "titled", "if capital", "if known"]
"""How much the words before a would-be name say that it is one."""

_MARKS = r"\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u064b-\u0652\u0670\u0640"
LETTER = rf"[^\W\d_{GLUED}]"
WORD = re.compile(rf"{LETTER}(?:[{_MARKS}]|['’-]?{LETTER}){{0,40}}[{_MARKS}]{{0,4}}")
GAP = re.compile(r"[ \t\u00a0]{1,3}")
BREAK = re.compile(r"[ \t]{0,3}(?:$|[,.!?:;\n，。！：()\u060c\u0964/\"”»–—-])")
_INITIAL_GAP = re.compile(r"\.[ \t\u00a0]{0,2}")
_MR = re.compile(r"\b(?:mrs?|mme|herrn?)\.? {1,2}$")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
_ARABIC_VERB = re.compile("(?:ي|بي|كي|عم|وي|و|ف|ال|تت|بت)")
_OF_THE = re.compile(r"v(?:on de[rmn]|om) ")
_OFFICE = re.compile(
    "(?:schaft|amt|bank|polizei|behorde|kasse|gericht|firma|post|bahn|versicherung|abteilung|zentrale)$"
)
_MOST_WORDS = 5


@dataclass(frozen=True)
class Reader:
    """A text in which names are looked for."""

    text: str
    bare: str
    """As long as ``text``."""
    language: str | None
    shouts: bool
    """Capital letters say nothing, since all are, or none is."""


def behind_titles(reader: Reader, start: int) -> int:
    """Return the place behind the titles, three at most, that stand at a place and have a word behind them."""
    for _ in range(3):
        title = phrases("title", reader.language).match(reader.bare, start)
        gap = title and (_INITIAL_GAP.match(reader.text, title.end()) or GAP.match(reader.text, title.end()))
        if gap is None or not WORD.match(reader.text, gap.end()):
            break
        start = gap.end()
    return start


def end_of_name(reader: Reader, start: int, trust: Trust) -> int | None:
    """Return where the name that begins at a place ends; None where none begins there."""
    taken: list[str] = []
    end, place = start, start
    title = phrases("title", reader.language).match(reader.bare, start)
    if title and reader.text.startswith(f" {HIDDEN}", title.end()):
        return None
    if title and (trust in ("surely", "if capital") or title[0] in everybodys("abbreviations")):
        return None
    while len(taken) < _MOST_WORDS and (match := WORD.match(reader.text, place)):
        word = reader.bare[match.start() : match.end()]
        is_particle = bool(taken) and _is_particle(match[0], word, taken) and not _is_office(reader, match)
        if not is_particle:
            if not _goes_on(reader, match, taken, trust):
                break
            taken.append(match[0])
            end = match.end()
        gap = GAP.match(reader.text, match.end())
        if gap is None and len(match[0]) == 1:
            gap = _INITIAL_GAP.match(reader.text, match.end())
        if gap is None:
            break
        place = gap.end()
    is_acronym = len(taken) == 1 and 1 < len(taken[0]) <= 4 and taken[0].isupper() and not reader.shouts
    if not taken or (is_acronym and trust != "surely"):
        return None
    return end


def _is_particle(written: str, word: str, taken: list[str]) -> bool:
    """Say whether a word joins parts of a name; the German ones also mean "of" behind a whole name."""
    return word in everybodys("particles") and written.islower() and not (len(taken) > 1 and word == "von")


def _is_office(reader: Reader, match: re.Match[str]) -> bool:
    """Say whether a German "of the" stands before what is no name."""
    behind = _OF_THE.match(reader.bare, match.start())
    word = WORD.match(reader.bare, behind.end()) if behind else None
    return word is not None and (word[0] in common_words("de") or _OFFICE.search(word[0]) is not None)


def _goes_on(reader: Reader, match: re.Match[str], taken: list[str], trust: Trust) -> bool:
    """Say whether a word is the first, or the next, of a name."""
    word = reader.bare[match.start() : match.end()]
    known = is_known(word) or (not has_cases(word) and word in rare_names() and not is_title(word))
    if known and (taken or trust != "titled" or match[0][0].isupper() or not has_cases(match[0])):
        return True
    if word in everybodys("ordinary") or (trust == "if known" and not taken) or _is_strange(match[0], taken):
        return False
    if has_cases(match[0]) and not reader.shouts:
        if match[0][0].isupper():
            return True
        few = trust == "surely" and len(taken) < 2 and (not taken or not taken[0][0].isupper())
        named = trust == "titled" and not taken and _is_behind_mr(reader, match.start())
        return named or (few and word not in little_words(reader.language))
    if word in little_words(reader.language) or len(taken) > 2:
        return False
    if has_cases(match[0]):
        return trust in ("surely", "titled") and len(taken) < 2
    if not taken:
        return not _ARABIC_VERB.match(word)
    return word.startswith("ال") or (len(taken) == 1 and not word.endswith("وا") and _ends_here(reader, match.end()))


def _is_strange(word: str, taken: list[str]) -> bool:
    """Say whether a word is written as products are, or is an abbreviation behind a name."""
    if _INNER_CAPITAL.search(word) and not word.startswith(("Mc", "Mac", "De", "Le", "La", "Di", "O'")):
        return True
    return bool(taken) and 2 <= len(word) <= 4 and word.isupper() and not taken[0].isupper()


def _is_behind_mr(reader: Reader, start: int) -> bool:
    """Say whether a title that always has a name behind it ends at a place."""
    return _MR.search(reader.bare[max(0, start - 8) : start]) is not None


def _ends_here(reader: Reader, end: int) -> bool:
    """Say whether a little word or a mark stands behind a place."""
    if BREAK.match(reader.text, end):
        return True
    gap = GAP.match(reader.text, end)
    after = WORD.match(reader.text, gap.end()) if gap else None
    return after is not None and reader.bare[after.start() : after.end()] in little_words(reader.language)


def is_title(word: str) -> bool:
    """Say whether a bare word stands before names, in any language."""
    return phrases("title", None).fullmatch(word) is not None


def has_cases(word: str) -> bool:
    """Say whether a word is of a script with capital letters."""
    return word[0].lower() != word[0].upper()


def is_known(word: str) -> bool:
    """Say whether a bare word is a common given name or surname: in any case in Russian, with prefixes in Arabic."""
    word = word.removesuffix("'s")
    if word in known_names():
        return True
    if not word:
        return False
    if "а" <= word[0] <= "я":
        return len(word) > 3 and word not in everybodys("ordinary") and without_ending(word) in known_stems()
    return word[0] in "ولب" and word[1:] in known_names() and "\u0621" <= word[0] <= "\u064a"
