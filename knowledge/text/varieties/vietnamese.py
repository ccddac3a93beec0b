"""Vietnamese as people and companies type it, without its marks: the marks are put back, as known texts have them.

Which syllable with marks a bare one stands for is told by the one before it: the likeliest sequence of a bigram model
over syllables is taken (Viterbi), smoothed after Witten and Bell (1991). ``make tables`` counts the syllables of the
knowledge documents.
"""

import json
import lzma
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from knowledge.text.varieties.romanised import is_romanised_hindi

COUNTS = Path(__file__).with_name("vietnamese.json.xz")
START = ""
"""Stands before the first syllable of a clause."""

_WORD = re.compile(r"[^\W\d_]+")
_CLAUSE = re.compile(r"[^.!?\n;:]+")
_LEAST, _LEAST_TELLING, _SHARE = 2, 2, 0.66
"""Words of a text; those that only Vietnamese has; and the share of all that it must have, to be Vietnamese."""
_OURS = 20
"""How many times as often Vietnamese must have a bare word as all others together, for it to tell Vietnamese."""
_ENOUGH = 4
"""With fewer words each must be one that Vietnamese has."""
_MARKED = 0.1
"""The share of words with a mark from which on a text is written with them."""
_UNSEEN = 0.5
"""What is added to how often each syllable was seen."""


def bare(text: str) -> str:
    """Return a text without the marks of its Latin letters, as it is typed on a plain keyboard."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(char for char in letters if not unicodedata.combining(char)))


def is_unmarked(text: str) -> bool:
    """Say whether a text is Vietnamese without its marks."""
    words = _WORD.findall(text.lower())
    if len(words) < _LEAST or sum(not word.isascii() for word in words) > _MARKED * len(words):
        return False
    model = _model()
    known = sum(word in model.written for word in words)
    if known < (_SHARE * len(words) if len(words) >= _ENOUGH else len(words)):
        return False
    return len(model.telling.intersection(words)) >= _LEAST_TELLING and not is_romanised_hindi(text)


def with_marks(text: str) -> str:
    """Return a text with the marks that it should have, as long as before; any that is not ``is_unmarked`` as it is."""
    if not is_unmarked(text):
        return text
    letters = list(text)
    for clause in _CLAUSE.finditer(text):
        words = list(_WORD.finditer(text, clause.start(), clause.end()))
        for word, written in zip(words, _model().likeliest([word[0].lower() for word in words]), strict=True):
            cased = (new.upper() if old.isupper() else new for old, new in zip(word[0], written, strict=True))
            letters[word.start() : word.end()] = cased
    return "".join(letters)


def counted(syllables: Mapping[str, Mapping[str, int]], elsewhere: Mapping[str, int]) -> bytes:
    """Return the contents of COUNTS: how often which syllable follows each, and bare ones that others use too.

    ``elsewhere`` tells how often each word is written in the other languages with Latin letters.
    """
    seen: Counter[str] = Counter()
    for after in syllables.values():
        for syllable, times in after.items():
            seen[bare(syllable)] += times
    shared = sorted(word for word, times in seen.items() if times < _OURS * elsewhere.get(word, 0))
    rows = {"shared": shared, "follows": {one: dict(sorted(syllables[one].items())) for one in sorted(syllables)}}
    return lzma.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode())


@dataclass(frozen=True)
class _Model:
    """How likely which syllable follows another."""

    follows: Mapping[str, Mapping[str, int]]
    seen: Mapping[str, int]
    seen_before: Mapping[str, int]
    """How often each was followed by another."""
    written: Mapping[str, Sequence[str]]
    """The syllables that each bare one may stand for."""
    telling: frozenset[str]
    """The bare ones that no other language has, or hardly any."""
    total: int
    """Of ``seen``."""

    def likeliest(self, words: Sequence[str]) -> Sequence[str]:
        """Return the likeliest syllable with marks for each word of a clause; an unknown word is itself."""
        paths: dict[str, tuple[float, tuple[str, ...]]] = {START: (0.0, ())}
        for word in words:
            paths = {
                syllable: max(
                    (chance + self._chance(last, syllable), (*path, syllable)) for last, (chance, path) in paths.items()
                )
                for syllable in self.written.get(word, (word,))
            }
        return max(paths.values())[1]

    def _chance(self, last: str, syllable: str) -> float:
        """Return the logarithm of how likely a syllable is after another."""
        everywhere = (self.seen.get(syllable, 0) + _UNSEEN) / (self.total + _UNSEEN * len(self.seen))
        if not (after := self.follows.get(last)):
            return math.log(everywhere)
        return math.log((after.get(syllable, 0) + len(after) * everywhere) / (self.seen_before[last] + len(after)))


@cache
def _model() -> _Model:
    rows = json.loads(lzma.decompress(COUNTS.read_bytes()))
    seen: Counter[str] = Counter()
    for after in rows["follows"].values():
        seen.update(after)
    written: dict[str, list[str]] = defaultdict(list)
    for syllable in seen:
        written[bare(syllable)].append(syllable)
    seen_before = {syllable: sum(after.values()) for syllable, after in rows["follows"].items()}
    return _Model(rows["follows"], seen, seen_before, written, frozenset(written) - set(rows["shared"]), seen.total())


def follows_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield each syllable of a text written with its marks, after the one before it in its clause or START."""
    for clause in _CLAUSE.findall(text.lower()):
        yield from pairwise([START, *_WORD.findall(clause)])
