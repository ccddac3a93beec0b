"""Texts of the casebook that say nearly the same: paraphrased cases, and golden situations that a case gives away."""

import numpy as np

from index.model.encoder import Encoder, Vectors
from index.model.vector_table import VectorTable
from knowledge.documents.casebook import Casebook, comparable

NEAR_CASES = 0.88
"""From this cosine two cases are paraphrases of each other; the nearest honest two are below."""
NEAR_GOLDEN = 0.82
"""From this cosine a golden situation is no examination: a case has nearly its words."""


def too_near(casebook: Casebook, encoder: Encoder, known: VectorTable) -> list[str]:
    """Return a line for each two cases, and each golden situation and case, that are too near by raw cosine.

    ``known`` holds vectors that need not be computed again.
    """
    cases = [
        (p.id, number, comparable(case.text)) for p in casebook.patterns.values() for number, case in enumerate(p.cases)
    ]
    golden = [(situation.id, comparable(situation.text)) for situation in casebook.golden]
    texts = list(dict.fromkeys([text for *_, text in cases] + [text for _, text in golden]))
    vectors, _ = known.extended(texts, encoder)
    of_cases = vectors.of([text for *_, text in cases])
    lines = []
    for first, second, cosine in _pairs(of_cases, of_cases, NEAR_CASES):
        if first < second:
            lines.append(f"{place(*cases[first][:2])} and {place(*cases[second][:2])}: cosine {cosine:.2f}")
    for row, case, cosine in _pairs(vectors.of([text for _, text in golden]), of_cases, NEAR_GOLDEN):
        lines.append(f"golden {golden[row][0]} and {place(*cases[case][:2])}: cosine {cosine:.2f}")
    return [f"{line}, expected two people's own words" for line in lines]


def place(pattern: str, number: int) -> str:
    """Name a case by where it stands."""
    return f"patterns/{pattern}.toml cases[{number}]"


def _pairs(rows: Vectors, others: Vectors, least: float) -> list[tuple[int, int, float]]:
    cosines = rows @ others.T
    return [(int(row), int(other), float(cosines[row, other])) for row, other in np.argwhere(cosines >= least)]
