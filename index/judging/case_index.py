"""Vectors in a FAISS index: the nearest by cosine, and landmarks amid them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.judging import listed_index
from index.model.encoder import Vectors

EXACT = 40_000
"""Vectors up to which a search compares all of them, in 2 ms or so; docs/scale.md has what others take."""
_FEW = 32
"""A part that is so many times smaller than EXACT is still compared whole beside larger ones."""
_AT_ONCE = 65_536  # vectors copied on their way into an index
_EACH, _MOST_EACH = 2, 64
"""At least so many vectors a landmark, and at most so many are looked at."""
_ROUNDS = 3  # more of them place the landmarks no better for the votes


@dataclass(frozen=True)
class Hit:
    """One near vector: its row in the index, and its cosine to the query (-1 to 1, higher is nearer)."""

    row: int
    similarity: float


@dataclass(frozen=True)
class _Part:
    """Rows on end that have an index of their own."""

    rows: range
    index: Any

    def search(self, vectors: Vectors, rows: range, count: int) -> tuple[Vectors, NDArray[np.int64]]:
        """Search among some of the rows; a place for which none is found has cosine -1, and the first of them."""
        count = min(count, len(rows))
        if listed_index.has_lists(self.index) and len(rows) == len(self.rows):
            similarities, found = listed_index.nearest(self.index, vectors, count)
        else:
            chosen: Any = faiss.IDSelectorRange(rows.start - self.rows.start, rows.stop - self.rows.start, True)
            how: Any = faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]
            similarities, found = listed_index.exact(self.index).search(vectors, count, params=how)
        missing = found < 0
        similarities[missing], found[missing] = -1, rows.start - self.rows.start
        return similarities, found + self.rows.start


class CaseIndex:
    """Unit vectors by row, searched by inner product, which is the cosine for unit vectors.

    Few are searched exactly. Of many, each part of the rows that is large has lists, of which a search looks at those
    that are nearest.
    """

    def __init__(
        self,
        vectors: Vectors,
        parts: Sequence[int] = (),
        *,
        order: NDArray[np.int64] | None = None,
        like: "CaseIndex | None" = None,
        exact: int = EXACT,
    ) -> None:
        """Index vectors of shape (n, d), float32, rows of unit length.

        Args:
            vectors: the vectors.
            parts: how many rows on end each have an index of their own, where there are many; together n.
            order: which vector is in which row, (n,); where left out, they are in order.
            like: an index whose lists are taken over, so that they need not be looked for.
            exact: how many are searched exactly.

        Raises:
            ValueError: a row is not of unit length, so that an inner product would not be a cosine.
        """
        if vectors.ndim != 2 or not all(
            np.allclose(np.linalg.norm(some, axis=1), 1, atol=1e-3) for some in _some(vectors)
        ):
            raise ValueError(f"vectors of shape {vectors.shape}: expected (n, d) with rows of unit length")
        order = np.arange(len(vectors)) if order is None else order
        sizes = [size for size in parts if size] if len(vectors) > exact else []
        self._parts: list[_Part] = []
        start = 0
        for number, size in enumerate(sizes or [len(vectors)]):
            rows = order[start : start + size]
            before = like._parts[number].index if like and number < len(like._parts) else None
            many = len(vectors) > exact and len(rows) > exact // _FEW
            index = listed_index.listed(vectors, rows, before) if many else _flat(vectors, rows)
            self._parts.append(_Part(range(start, start + size), index))
            start += size

    def __len__(self) -> int:
        return self._parts[-1].rows.stop

    def search(self, vector: Vectors, count: int) -> list[Hit]:
        """Return the nearest ``count`` rows to a unit vector (d,), best first; fewer where the index is smaller."""
        similarities, rows = self.among(vector[None], range(len(self)), count)
        return [Hit(int(row), float(cosine)) for row, cosine in zip(rows[0], similarities[0], strict=True)]

    def among(self, vectors: Vectors, rows: range, count: int) -> tuple[Vectors, NDArray[np.int64]]:
        """Search for unit vectors (n, d) among some rows on end; the others are not looked at.

        Returns the cosines of the nearest ``count`` and their rows, best first: (n, c) each, where c is less than
        ``count`` if there are not so many rows.
        """
        count = min(count, len(rows))
        if not count or not len(vectors):
            return np.empty((len(vectors), count), np.float32), np.empty((len(vectors), count), np.int64)
        asked = np.ascontiguousarray(vectors, np.float32)
        both = [(part, range(max(rows.start, part.rows.start), min(rows.stop, part.rows.stop))) for part in self._parts]
        found = [part.search(asked, own, count) for part, own in both if own]
        if len(found) == 1:
            return found[0]
        similarities, places = (np.concatenate(columns, axis=1) for columns in zip(*found, strict=True))
        best = np.argsort(-similarities, axis=1, kind="stable")[:, :count]
        return np.take_along_axis(similarities, best, 1), np.take_along_axis(places, best, 1)

    def save(self, file: Path) -> None:
        """Write the index to a file, its parts one after the other.

        Raises:
            OSError: it cannot be written.
        """
        try:
            if len(self._parts) == 1:
                faiss.write_index(self._parts[0].index, str(file))
                return
            with file.open("wb") as stream:
                for part in self._parts:
                    faiss.write_index(part.index, faiss.PyCallbackIOWriter(stream.write))  # type: ignore[attr-defined]
        except RuntimeError as fault:  # what faiss makes of a full disk
            raise OSError(f"{file}: cannot be written, expected room on the disk") from fault

    @classmethod
    def load(cls, file: Path) -> "CaseIndex":
        """Read an index that ``save`` wrote."""
        loaded = cls.__new__(cls)
        loaded._parts = []
        with file.open("rb") as stream:
            start, end = 0, file.stat().st_size
            while stream.tell() < end:
                index = faiss.read_index(faiss.PyCallbackIOReader(stream.read))  # type: ignore[attr-defined]
                loaded._parts.append(_Part(range(start, start + index.ntotal), index))
                start += index.ntotal
        return loaded


def _flat(vectors: Vectors, rows: NDArray[np.int64]) -> faiss.Index:
    """Return an index that compares every vector, kept with two bytes a number: a search waits for memory alone."""
    halves = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexScalarQuantizer(vectors.shape[1], halves, faiss.METRIC_INNER_PRODUCT)
    for some in _some(rows):
        index.add(np.ascontiguousarray(vectors[some], dtype=np.float32))
    return index


def _some(rows: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Yield rows (n, …), not too many at once."""
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


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
