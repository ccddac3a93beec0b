"""Cases of a pattern that are copies of each other, with other names and numbers put in."""

import re
from collections.abc import Mapping

from rapidfuzz import fuzz, process

from knowledge.folding import fold
from knowledge.pattern import Pattern

ALIKE = 72
"""From this per cent of equal letters (rapidfuzz's ratio, an edit distance) two masked texts are copies."""
_SHORTEST = 24  # letters; questions shorter than that are alike by nature
_NUMBER = re.compile(r"\d[\d.,:/ ]*")
_NAME = re.compile(r"(?<=[^\W\d_][ ,])[A-ZÀ-ÞА-Я][^\W\d_]+")


def masked(text: str) -> str:
    """Return a text, folded, with its numbers and the names inside its sentences made equal."""
    return _NAME.sub("N", _NUMBER.sub("0", fold(text)))


def copies(patterns: Mapping[str, Pattern]) -> list[str]:
    """Return a line for each two cases of one pattern that are copies of each other."""
    lines = []
    for pattern in patterns.values():
        texts = [masked(case.text) for case in pattern.cases]
        alike = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=ALIKE)
        for first, row in enumerate(alike):
            for second in range(first + 1, len(texts)):
                if row[second] and min(len(texts[first]), len(texts[second])) >= _SHORTEST:
                    place = f"patterns/{pattern.id}.toml: cases[{first}] and cases[{second}]"
                    lines.append(f"{place}: {row[second]:.0f} % alike, expected two people's own words")
    return lines
