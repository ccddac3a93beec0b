"""Texts of the casebook that say nearly the same: paraphrased cases, and golden situations that a case gives away."""

from dataclasses import dataclass

import numpy as np

from index.builds.build import Build
from index.judging.case_index import CaseIndex
from index.model.encoder import Encoder, Vectors
from index.model.vector_table import VectorTable
from knowledge.documents.casebook import Casebook, comparable

NEAR_CASES = 0.97
"""From this cosine two cases are paraphrases of each other; the nearest honest two are below."""
NEAR_GOLDEN = 0.955
"""From this cosine a golden situation is no examination: a case has nearly its words."""
MARGIN = 0.01
"""Two texts that keep a limit by less are named without a fault, so that what is not named keeps it on any machine."""

ALIKE = 0.93
"""From this cosine two cases are worth reading together; of those that ship, one in a hundred has such another."""

_NEAREST = 32
_MOST_ALIKE = 3


@dataclass(frozen=True)
class Near:
    """Two texts that are near each other."""

    line: str
    """Names both, with the cosine."""
    fault: bool
    """Whether they are too near."""


@dataclass(frozen=True)
class Alike:
    """A case that another one is near to, by where it stands."""

    pattern: str
    number: int
    cosine: float

    @property
    def copy(self) -> bool:
        """Whether the two are paraphrases of each other."""
        return self.cosine >= NEAR_CASES


def alike_cases(build: Build, name: str) -> dict[int, tuple[Alike, ...]]:
    """Return, by the number of each case of a pattern that is near to others, of any pattern, the nearest of them.

    By raw cosine, ALIKE or more; three at most, the nearest first.
    """
    names = list(build.patterns)
    first, count = int(build.first_cases[names.index(name)]), len(build.patterns[name].cases)
    cosines = build.raw_cases[first : first + count] @ build.raw_cases.T
    cosines[np.arange(count), first + np.arange(count)] = -1
    found: dict[int, list[Alike]] = {}
    for own, row in np.argwhere(cosines >= ALIKE):
        place = int(np.searchsorted(build.first_cases, row, side="right")) - 1
        number = int(row - build.first_cases[place])
        found.setdefault(int(own), []).append(Alike(names[place], number, float(cosines[own, row])))
    return {own: tuple(sorted(near, key=lambda one: -one.cosine)[:_MOST_ALIKE]) for own, near in found.items()}


def near_copies(casebook: Casebook, encoder: Encoder, known: VectorTable) -> list[Near]:
    """Return each two cases, and each golden situation and case, that are too near by raw cosine or nearly so.

    ``known`` holds vectors that need not be computed again.
    """
    cases = [
        (p.id, number, comparable(case.text)) for p in casebook.patterns.values() for number, case in enumerate(p.cases)
    ]
    golden = [(situation.id, comparable(situation.text)) for situation in casebook.golden]
    texts = list(dict.fromkeys([text for *_, text in cases] + [text for _, text in golden]))
    vectors, _ = known.extended(texts, encoder)
    of_cases = vectors.of([text for *_, text in cases])
    near = []
    for first, second, cosine in _pairs(of_cases, of_cases, NEAR_CASES):
        if first < second:
            near.append(_near(place(*cases[first][:2]), place(*cases[second][:2]), cosine, NEAR_CASES))
    for row, case, cosine in _pairs(vectors.of([text for _, text in golden]), of_cases, NEAR_GOLDEN):
        near.append(_near(f"golden {golden[row][0]}", place(*cases[case][:2]), cosine, NEAR_GOLDEN))
    return near


def _near(first: str, second: str, cosine: float, limit: float) -> Near:
    line = f"{first} and {second}: cosine {cosine:.3f}, expected two people's own words, below {limit - MARGIN:.2f}"
    return Near(line, cosine >= limit)


def place(pattern: str, number: int) -> str:
    """Name a case by where it stands."""
    return f"patterns/{pattern}.toml cases[{number}]"


def _pairs(rows: Vectors, others: Vectors, limit: float) -> list[tuple[int, int, float]]:
    """Return the rows that are near another's, with the cosine; of each row its nearest few alone."""
    cosines, found = CaseIndex(others).among(rows, range(len(others)), _NEAREST)
    near = np.argwhere(cosines >= limit - MARGIN)
    pairs = [(int(row), int(found[row, place]), float(cosines[row, place])) for row, place in near]
    return sorted(pairs)
