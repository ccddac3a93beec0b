"""The cases' vectors in a FAISS index: exact search by cosine."""

from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np

from index.model.encoder import Vectors


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

    def nearest(self, vector: Vectors, rows: range) -> float:
        """Return the cosine to a unit vector (d,) of the nearest of some rows on end; the others are not looked at."""
        among = faiss.SearchParameters(sel=faiss.IDSelectorRange(rows.start, rows.stop))  # type: ignore[call-arg]
        similarities, _ = self._index.search(vector[None].astype(np.float32), 1, params=among)
        return float(similarities[0, 0])

    def cosines(self, vector: Vectors) -> Vectors:
        """Return every row's cosine to a unit vector (d,), in the order of the rows: (n,)."""
        similarities, rows = self._index.search(vector[None].astype(np.float32), len(self))
        ordered = np.empty(len(self), dtype=np.float32)
        ordered[rows[0]] = similarities[0]
        return ordered

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
