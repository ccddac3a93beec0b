"""Vectors in a FAISS index: exact search by cosine, and landmarks amid them."""

from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.model.encoder import Vectors

_EACH, _MOST_EACH = 2, 256
"""At least so many vectors a landmark, and at most so many are looked at."""
_ROUNDS = 3  # more of them place the landmarks no better for the votes


@dataclass(frozen=True)
class Hit:
    """One near vector: its row in the index, and its cosine to the query (-1 to 1, higher is nearer)."""

    row: int
    similarity: float


class CaseIndex:
    """Unit vectors by row, searched exactly by inner product, which is the cosine for unit vectors."""

    def __init__(self, vectors: Vectors) -> None:
        """Index vectors of shape (n, d), float32, rows of unit length.

        Raises:
            ValueError: a row is not of unit length, so that an inner product would not be a cosine.
        """
        if vectors.ndim != 2 or not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3):
            raise ValueError(f"vectors of shape {vectors.shape}: expected (n, d) with rows of unit length")
        self._index: faiss.Index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: Vectors, count: int) -> list[Hit]:
        """Return the nearest ``count`` rows to a unit vector (d,), best first; fewer where the index is smaller."""
        count = min(count, len(self))
        similarities, rows = self._index.search(vector[None].astype(np.float32), count)
        return [Hit(int(row), float(cosine)) for row, cosine in zip(rows[0], similarities[0], strict=True)]

    def among(self, vectors: Vectors, rows: range, count: int) -> tuple[Vectors, NDArray[np.int64]]:
        """Search for unit vectors (n, d) among some rows on end; the others are not looked at.

        Returns the cosines of the nearest ``count`` and their rows, best first: (n, c) each, where c is less than
        ``count`` if there are not so many rows.
        """
        count = min(count, len(rows))
        if not count or not len(vectors):
            return np.empty((len(vectors), count), np.float32), np.empty((len(vectors), count), np.int64)
        chosen = faiss.IDSelectorRange(rows.start, rows.stop)
        among = faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]
        similarities, found = self._index.search(np.ascontiguousarray(vectors, np.float32), count, params=among)
        return similarities, found

    def save(self, file: Path) -> None:
        """Write the index to a file.

        Raises:
            OSError: it cannot be written.
        """
        try:
            faiss.write_index(self._index, str(file))
        except RuntimeError as fault:  # what faiss makes of a full disk
            raise OSError(f"{file}: cannot be written, expected room on the disk") from fault

    @classmethod
    def load(cls, file: Path) -> "CaseIndex":
        """Read an index that ``save`` wrote."""
        loaded = cls.__new__(cls)
        loaded._index = faiss.read_index(str(file))
        return loaded


def landmarks(vectors: Vectors, count: int) -> Vectors:
    """Return ``count`` unit vectors (count, d) that lie amid unit vectors (n, d): spherical k-means, seeded.

    Of vectors that are few for so many, all are returned.
    """
    if len(vectors) < _EACH * count:
        return vectors
    means = faiss.Kmeans(
        vectors.shape[1], count, niter=_ROUNDS, spherical=True, seed=1, min_points_per_centroid=1,
        max_points_per_centroid=_MOST_EACH,
    )  # fmt: skip
    means.train(np.ascontiguousarray(vectors, dtype=np.float32))
    centroids: Vectors = means.centroids  # type: ignore[assignment]
    found: Vectors = centroids / np.linalg.norm(centroids, axis=1, keepdims=True)
    return found
