"""Finding many phrases in a text at once, in every script, in time linear in its length.

A phrase of an alphabet begins and ends at word borders; one of Chinese, Japanese, Korean or Thai may stand anywhere.
Case, accents, Traditional characters, blanks and hyphens make no difference, nor do the endings of Russian words.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

from knowledge.text.folding import fold

T = TypeVar("T")
_JOINING = re.compile(r"[\u064b-\u0652\u0640\u093c]")  # Arabic vowel marks and stretching, the Devanagari nukta
_TURNED = str.maketrans("أإآىةؤئё’ʼ‘", "اااىهوىе'''")
_BLANKS = re.compile(r"[\s\-_.·・/]+")
# й may have lost its breve by then: и stands for it too
_ENDING = re.compile(r"(?:ы[ий]|и[ий]|о[ий]|ая|ое|ые|[аяоеыийью])$")
_ENDINGS = re.compile(
    r"(?:а|я|о|е|ы|и|й|ь|у|ю|ом|ем|ой|ей|ою|ам|ям|ами|ями|ах|ях|ов|ев|его|ого|ему|ому|ым|им|ых|их"
    r"|ая|ое|ые|ую|ия|ию|ие|ии|ы[ий]|ий|о[ий]|е[ий])?"
)
_ANY_ENDING = "\x00"
_CYRILLIC = re.compile(r"^[а-яіїєґ]{4,}$")
_ARABIC_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ب", "ل", "ف")


@dataclass(frozen=True)
class Plain:
    """A text as it is compared, character by character, beside the same with its capital letters kept."""

    cased: str
    lower: str
    """As long as ``cased``."""


@dataclass
class _Node(Generic[T]):
    next: dict[str, "_Node[T]"] = field(default_factory=dict)
    found: list[T] = field(default_factory=list)


def plain(text: str) -> Plain:
    """Fold a text for comparing: one Chinese script, no accents, no marks that writers leave out."""
    cased = _JOINING.sub("", fold(text)).translate(_TURNED)
    return Plain(cased, "".join(map(_bare, cased)))


@lru_cache(4096)
def _bare(char: str) -> str:
    """Return a letter in lower case and without its accent; Korean, Japanese and Indian letters stay whole."""
    if char.isascii():
        return char.lower()
    if char in "đĐ":
        return "d"
    base = unicodedata.normalize("NFD", char.lower())[0]
    return base if base.isalpha() and ord(base) < 0x0500 else char.lower()[0]


@lru_cache(8192)
def sort_of(char: str) -> str:
    """Return ``free`` for letters written without blanks, ``word`` for letters and digits, else an empty string."""
    number = ord(char)
    if 0x0E00 <= number <= 0x0E7F or 0x1100 <= number <= 0x11FF or 0x2E80 <= number <= 0xD7FF or number >= 0x20000:
        return "free" if unicodedata.category(char)[0] in "LM" else ""
    return "word" if unicodedata.category(char)[0] in "LMN" else ""


class Phrases(Generic[T]):
    """A set of phrases, each with what it stands for."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, phrase: str, meaning: T) -> None:
        """Add a phrase; blanks and hyphens in it may be missing or other ones in a text."""
        words = [word for word in _BLANKS.split(plain(phrase).lower) if word]
        acronym = phrase.isupper()
        inflected = words if acronym else [_stem(word) for word in words]
        for spelling in {" ".join(inflected), "".join(inflected)} if words else ():
            node = self._root
            for char in spelling:
                node = node.next.setdefault(char, _Node())
            if meaning not in node.found:
                node.found.append(meaning)

    def find(self, text: str) -> Iterator[tuple[int, int, T]]:
        """Yield start, end and meaning of every phrase in a plain lower-case text, by start, the longest first."""
        for start in range(len(text)):
            if _may_start(text, start):
                ends = [end for end in self._ends(text, start) if _may_end(text, end[0])]
                for end, node in sorted(ends, key=lambda found: -found[0]):
                    for meaning in node.found:
                        yield start, end, meaning

    def _ends(self, text: str, start: int) -> Iterator[tuple[int, _Node[T]]]:
        pending = [(start, self._root)]
        while pending:
            at, node = pending.pop()
            if node.found:
                yield at, node
            if _ANY_ENDING in node.next:
                end = at
                while end < len(text) and end - at < 4 and sort_of(text[end]) == "word":
                    end += 1
                if _ENDINGS.fullmatch(text, at, end):
                    pending.append((end, node.next[_ANY_ENDING]))
            if at == len(text):
                continue
            if " " in node.next and (gap := _BLANKS.match(text, at)):
                pending.append((gap.end(), node.next[" "]))
            if text[at] != " " and text[at] in node.next:
                pending.append((at + 1, node.next[text[at]]))


def _stem(word: str) -> str:
    return _ENDING.sub("", word) + _ANY_ENDING if _CYRILLIC.match(word) else word


def _may_start(text: str, start: int) -> bool:
    if sort_of(text[start]) != "word" or start == 0 or sort_of(text[start - 1]) != "word":
        return sort_of(text[start]) != ""
    if not "\u0621" <= text[start] <= "\u064a":
        return False
    return any(
        text.startswith(prefix, start - len(prefix))
        and (start == len(prefix) or sort_of(text[start - len(prefix) - 1]) != "word")
        for prefix in _ARABIC_PREFIXES
        if start >= len(prefix)
    )


def _may_end(text: str, end: int) -> bool:
    return end == len(text) or sort_of(text[end - 1]) != "word" or sort_of(text[end]) != "word"
