"""Finding many phrases in a text at once, in every script, in time linear in its length.

A phrase of an alphabet begins and ends at word borders; one of Chinese, Japanese, Korean or Thai may stand anywhere.
Case, accents, Traditional characters, blanks and hyphens make no difference, nor do the endings of Russian words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from knowledge.text.folding import fold
from knowledge.text.letters import bare, sort_of

T = TypeVar("T")
_JOINING = re.compile(r"[\u064b-\u0652\u0640\u093c]")  # Arabic vowel marks and stretching, the Devanagari nukta
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
    cased = _JOINING.sub("", fold(text))
    return Plain(cased, bare(cased))


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
        sorts = [sort_of(char) for char in text]
        for start, char in enumerate(text):
            if char in self._root.next and _may_start(text, sorts, start):
                ends = [end for end in self._ends(text, sorts, start) if _may_end(sorts, end[0])]
                for end, node in sorted(ends, key=lambda found: -found[0]):
                    for meaning in node.found:
                        yield start, end, meaning

    def _ends(self, text: str, sorts: Sequence[str], start: int) -> Iterator[tuple[int, _Node[T]]]:
        pending = [(start, self._root)]
        while pending:
            at, node = pending.pop()
            if node.found:
                yield at, node
            if _ANY_ENDING in node.next:
                end = at
                while end < len(text) and end - at < 4 and sorts[end] == "word":
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


def _may_start(text: str, sorts: Sequence[str], start: int) -> bool:
    if sorts[start] != "word" or start == 0 or sorts[start - 1] != "word":
        return sorts[start] != ""
    if not "\u0621" <= text[start] <= "\u064a":
        return False
    return any(
        text.startswith(prefix, start - len(prefix))
        and (start == len(prefix) or sorts[start - len(prefix) - 1] != "word")
        for prefix in _ARABIC_PREFIXES
        if start >= len(prefix)
    )


def _may_end(sorts: Sequence[str], end: int) -> bool:
    return end == len(sorts) or sorts[end - 1] != "word" or sorts[end] != "word"
