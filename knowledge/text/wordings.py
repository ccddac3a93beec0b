"""Short texts found again by their wording: what shares many rare runs of letters with one of them is like it."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

_WORD = re.compile(r"\w+")


class Wordings:
    """Texts by the name of what they say, compared by runs of two and three letters, the rarer the weightier."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """Take the name and the wording of each text; several may have one name."""
        names, wordings = zip(*texts, strict=True)
        self._names: tuple[str, ...] = tuple(dict.fromkeys(names))
        place = {name: number for number, name in enumerate(self._names)}
        self._places = np.array([place[name] for name in names])
        counts = [_runs(text) for text in wordings]
        seen = Counter(run for count in counts for run in count)
        self._weights = {run: math.log((1 + len(counts)) / (1 + often)) + 1 for run, often in seen.items()}
        self._unseen = max(self._weights.values(), default=1.0)
        rows: dict[str, list[tuple[int, float]]] = {run: [] for run in seen}
        for number, count in enumerate(counts):
            for run, share in self._unit(count).items():
                rows[run].append((number, share))
        self._rows = {run: (np.array([n for n, _ in row]), np.array([s for _, s in row])) for run, row in rows.items()}

    def nearest(self, text: str) -> Mapping[str, float]:
        """Return for each name how like the likest of its texts a text is: a cosine from 0 to 1 (worded the same)."""
        cosines = np.zeros(len(self._places))
        for run, share in self._unit(_runs(text)).items():
            numbers, shares = self._rows[run]
            cosines[numbers] += share * shares
        best = np.zeros(len(self._names))
        np.maximum.at(best, self._places, cosines)
        return dict(zip(self._names, map(float, best.clip(0, 1)), strict=True))

    def _unit(self, count: Mapping[str, int]) -> Mapping[str, float]:
        """Return the weights of a text's runs, together of length 1, to which runs that no text has count too."""
        shares = {run: (1 + math.log(n)) * self._weights.get(run, self._unseen) for run, n in count.items()}
        length = math.sqrt(sum(share * share for share in shares.values())) or 1.0
        return {run: share / length for run, share in shares.items() if run in self._weights}


def _runs(text: str) -> Counter[str]:
    """Return the runs of two and three letters of a text's words; a blank stands before and after each word."""
    words = (f" {word} " for word in _WORD.findall(_plain(text)))
    return Counter(
        word[start : start + length] for word in words for length in (2, 3) for start in range(len(word) - length + 1)
    )


def _plain(text: str) -> str:
    """Return a text without case and accents, which people leave out as they type."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in parts if not "\u0300" <= char <= "\u036f"))
