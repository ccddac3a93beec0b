"""The words of the documents beside this module, made ready for finding them in a text."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.documents.official import read_bodies
from knowledge.text.letters import bare, lowered
from knowledge.text.phrases import Phrases, plain
from knowledge.text.toml_files import read_toml_file

HAN = "\u3400-\u9fff々"
KANA = re.compile("[\u3041-\u30f6]")
"""Character class of Chinese characters, which Japanese has too."""
_GLUED = ("zh", "ja", "ko", "th")
"""Languages whose words stand anywhere, with rules of their own for each."""
_RUSSIAN_ENDING = re.compile(r"(?:ой|ей|ом|ем|[аяуюеиыьй])$")
_BEFORE = r"(?:(?<![\w'\u0900-\u0963])|(?<=\b[ld]'))"
"""A word begins here, perhaps behind a French article."""
_BEHIND = r"(?![\w\u0900-\u0963])"
_NEVER = re.compile(r"(?!)")
_MOST_OF_NAME = 0.6
"""The share of a would-be name from which on an official body's name in it is all that it is."""


def written(text: str, language: str | None) -> str:
    """Return a text as its words are compared: bare, but of Vietnamese with the accents that tell words apart."""
    return lowered(text) if language == "vi" else bare(text)


@cache
def listed(language: str, kind: str) -> tuple[str, ...]:
    """Return one list of one language, as it is written; characters one by one where they are written as one text."""
    return tuple(unicodedata.normalize("NFKC", word) for word in _data().get(language, {}).get(kind, ()))


@cache
def everybodys(kind: str) -> frozenset[str]:
    """Return one list of all languages with blanks between words, bare."""
    return frozenset(written(word, code) for code in _data() if code not in _GLUED for word in listed(code, kind))


@cache
def little_words(language: str | None) -> frozenset[str]:
    """Return the little words that end a name in a text of some language: of all, where that is not known."""
    if language is None or not listed(language, "small"):
        return everybodys("small")
    return frozenset(written(word, language) for word in listed(language, "small"))


@cache
def known_names() -> frozenset[str]:
    """Return the common given names and surnames, bare, without those that are ordinary words too."""
    return (everybodys("given") | everybodys("surname")) - everybodys("ordinary")


@cache
def rare_names() -> frozenset[str]:
    """Return the surnames and rarer given names that are names beside words that say so, bare."""
    return frozenset(written(name, code) for code, names in _document("surnames").items() for name in names.split())


@cache
def common_words(language: str | None) -> frozenset[str]:
    """Return the words that are no names in a text of some language: English ones always, all where unknown."""
    document = _document("common_words")
    chosen = document if language not in document else {language, "en"}
    words = ((word, code) for code in chosen if code not in _GLUED for word in document[code].split())
    return frozenset(written(word, code) for word, code in words)


@cache
def common_katakana() -> frozenset[str]:
    """Return the Japanese words in katakana that are nobody's name."""
    return frozenset(_document("common_words")["ja"].split())


@cache
def common_pairs() -> frozenset[str]:
    """Return the pairs of simplified Chinese characters that begin as names do, and begin words."""
    return frozenset(_document("common_words")["zh"].split())


@cache
def known_stems() -> frozenset[str]:
    """Return the Russian ones of the common names, without their endings."""
    return _stems((*listed("ru", "given"), *listed("ru", "surname")))


@cache
def rare_stems() -> frozenset[str]:
    """Return the Russian ones of the rare names, without their endings."""
    return _stems(_document("surnames")["ru"].split())


def _stems(names: Iterable[str]) -> frozenset[str]:
    return frozenset(stem for name in names for stem in (bare(name), without_ending(bare(name))) if len(stem) > 2)


def without_ending(word: str) -> str:
    """Return a Russian word without the ending that tells its case."""
    return _RUSSIAN_ENDING.sub("", word)


@cache
def phrases(kind: str, language: str | None) -> re.Pattern[str]:
    """Return what matches the phrases of a kind in bare text, whole, the longest first.

    Short words of Latin letters are words of several languages: but for some, they count in a text of their own
    language, or of none known.
    """
    chosen = {
        written(word, language)
        for code in _data()
        if code not in _GLUED
        for word in listed(code, kind)
        if language in (None, code) or not _is_short(word) or word in listed("any", "everywhere")
    }
    return alternatives(chosen, prefix=r"\w{0,20}" if kind.endswith("_ending") else "")


def alternatives(words: Collection[str], *, whole: bool = True, prefix: str = "") -> re.Pattern[str]:
    """Return what matches any of some bare words, the longest first; any run of blanks stands for a blank."""
    if not words:
        return _NEVER
    spelled = f"(?:{'|'.join(_spelled(word) for word in sorted(words, key=_longest))})"
    return re.compile(f"{_BEFORE}{prefix}{spelled}{_BEHIND}" if whole else spelled)


def _spelled(word: str) -> str:
    """Return what matches a phrase, one Russian word in any case."""
    if len(stem := without_ending(word)) > 3 and " " not in word and "а" <= word[0] <= "я":
        return re.escape(stem) + "[а-я]{0,3}"
    return re.escape(word).replace(r"\ ", r"[ \t\u00a0]{1,3}")


@cache
def glued(language: str, kind: str) -> re.Pattern[str]:
    """Return what matches the words of a kind of a language that writes them without blanks between, anywhere."""
    return alternatives(listed(language, kind), whole=False)


def is_body(name: str) -> bool:
    """Say whether a would-be name is that of an official body, which everybody may read."""
    folded = plain(name).lower
    return any(end - start >= _MOST_OF_NAME * len(folded) for start, end, _ in _bodies().find(folded))


@cache
def short_numbers() -> frozenset[str]:
    """Return the short numbers that official bodies publish."""
    points = (point.value for body in read_bodies().values() for point in body.points if point.kind == "phone")
    return frozenset(value for value in points if len(value) <= 6)


def _longest(word: str) -> tuple[int, str]:
    return -len(word), word


def _is_short(word: str) -> bool:
    letters = word.rstrip(".")
    return len(letters) <= 3 and letters[:1] < "\u0250"


@cache
def _data() -> dict[str, dict[str, list[str] | str]]:
    data: dict[str, dict[str, list[str] | str]] = _read("private_words")
    for language, names in _document("given_names").items():
        data[language]["given"] = [*data[language]["given"], *names.split()]
    return data


@cache
def _document(name: str) -> dict[str, str]:
    """Return a document that holds one text of words a language."""
    return _read(name)


def _read(name: str) -> dict[str, Any]:
    return read_toml_file(Path(__file__).with_name(f"{name}.toml"))


@cache
def _bodies() -> Phrases[bool]:
    known: Phrases[bool] = Phrases()
    for body in read_bodies().values():
        for name in (*body.name.values(), *body.aliases):
            known.add(name, True)
    return known
