"""What was not understood, in clusters of several people: vectors in, groups of rows out, the same each time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index.builds.build import Build
from index.judging.judgement import unit
from index.model.encoder import Vectors

ALIKE = 0.25
"""The mean cosine of two clusters' texts, language means removed, at which they are still one."""
FEWEST_PEOPLE = 3
"""Below this many different people nothing is shown of a cluster."""


@dataclass(frozen=True, eq=False)
class NotUnderstood:
    """One thing that somebody asked in vain, or was answered wrongly; of an open question nothing but its vector."""

    vector: Vectors
    """(d,), its language's mean removed, unit length."""
    person: str
    """A keyed hash, the same for one person wherever it is from."""
    language: str
    """Empty where it is not known."""
    note: int = 0
    """The number of the wrong-answer note it is from; 0 for an open question."""
    text: str = ""
    """The masked text of a note, which its author agreed to show to moderators; empty for an open question."""


def clusters(vectors: Vectors, fewest: int) -> list[list[int]]:
    """Return the rows of each cluster of unit vectors (n, d), by average linkage; what is near nothing is in none.

    A cluster has at least ``fewest`` rows. The largest comes first, of equal ones that with the first row.

    On situations of the golden set, five patterns of 4 to 12 each among 40 of others (ten draws), 43 of 50 patterns had
    a cluster of their own, and 68 % of what clusters held belonged in them; with HDBSCAN (leaves, two neighbours) it
    was 41, and 54 %. HDBSCAN also takes a lone cluster among strays for no cluster, or for all there is.
    """
    if len(vectors) < max(fewest, 2):
        return []
    from sklearn.cluster import AgglomerativeClustering  # slow to import, and only gaps are looked for with it

    joining = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=1 - ALIKE)
    labels = joining.fit_predict(vectors.astype(np.float64))
    rows = [[int(row) for row in np.flatnonzero(labels == label)] for label in range(int(labels.max()) + 1)]
    return sorted((own for own in rows if len(own) >= fewest), key=lambda own: (-len(own), own[0]))


def people(items: Iterable[NotUnderstood]) -> int:
    """Return how many different people some things are from."""
    return len({item.person for item in items})


def nearest_patterns(build: Build, vectors: Sequence[Vectors], most: int) -> tuple[tuple[str, float], ...]:
    """Return the patterns whose known texts are nearest to the middle of some vectors, each with its cosine."""
    middle = unit(np.mean(np.stack(vectors), axis=0, keepdims=True))[0]
    near = build.judgement.known.nearest_classes(middle, len(build.judgement.classes))
    named = [(build.judgement.classes[label], round(cosine, 4)) for label, cosine in near]
    return tuple((name, cosine) for name, cosine in named if name in build.patterns)[:most]
