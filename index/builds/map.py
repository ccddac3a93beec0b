"""A two-dimensional map of the casebook, and where on it a text belongs."""

import numpy as np

from index.builds.build import Build
from index.model.encoder import Vectors
from knowledge.documents.casebook import comparable

_NEIGHBOURS = 10


def case_vectors(build: Build) -> Vectors:
    """Return every case's centred vector (n, d), in the order of the patterns and their cases."""
    rows = []
    for pattern in build.patterns.values():
        for case in pattern.cases:
            rows.append(build.judgement.centre(build.vectors.of([comparable(case.text)]), case.language)[0])
    return np.stack(rows)


def flattened(vectors: Vectors) -> Vectors:
    """Lay unit vectors (n, d) out in two dimensions (n, 2) so that neighbours stay near (t-SNE by cosine)."""
    from sklearn.manifold import TSNE  # slow to import, and only a picture needs it

    perplexity = min(30.0, (len(vectors) - 1) / 3)
    layout = TSNE(2, metric="cosine", init="random", random_state=0, perplexity=perplexity).fit_transform(vectors)
    flat: Vectors = layout.astype(np.float32)
    return flat


def placed(vector: Vectors, vectors: Vectors, layout: Vectors) -> Vectors:
    """Return where a unit vector (d,) belongs on a layout (n, 2): among its nearest cases, the nearer the more."""
    cosines = vectors @ vector
    nearest = np.argsort(-cosines)[:_NEIGHBOURS]
    weights = np.exp(20 * (cosines[nearest] - cosines[nearest[0]]))
    place: Vectors = np.average(layout[nearest], axis=0, weights=weights).astype(np.float32)
    return place
