"""A FAISS index for many vectors: they lie in lists, and a search looks at the lists that are nearest.

How many lists it looks at is measured when it is made: as few as find nearly all of the nearest.
"""

import math
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.model.encoder import Vectors

FOUND = 0.99
"""The share of the NEAREST vectors that a search finds, on the average, of vectors that are in the index."""
NEAREST = 64
_LISTS = 4.0  # times the square root of the number of vectors
_EACH, _ROUNDS = 48, 6
"""Vectors looked at for each list, and rounds of k-means."""
_MEASURED = 256
_AT_ONCE = 65_536


def listed(vectors: Vectors, rows: NDArray[np.int64], like: Any = None) -> Any:
    """Return an index of some rows of unit vectors (n, d), in the order of ``rows``, two bytes a number.

    The lists are those of an index that it is ``like``, where that has about as many as are wanted.
    """
    index = _with_lists_of(like, len(rows)) or _with_own_lists(vectors, rows)
    for start in range(0, len(rows), _AT_ONCE):
        index.add(np.ascontiguousarray(vectors[rows[start : start + _AT_ONCE]], dtype=np.float32))
    index.nprobe = _enough(index, vectors, rows)
    return index


def _lists(count: int) -> int:
    return max(1, int(_LISTS * math.sqrt(count)))


def _with_own_lists(vectors: Vectors, rows: NDArray[np.int64]) -> Any:
    lists = _lists(len(rows))
    index: Any = faiss.index_factory(vectors.shape[1], f"IVF{lists},SQfp16", faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.max_points_per_centroid, index.cp.seed = _ROUNDS, _EACH, 1
    index.cp.min_points_per_centroid = 1
    index.train(np.ascontiguousarray(vectors[_drawn(rows, lists * _EACH)], dtype=np.float32))
    return index


def _with_lists_of(like: Any, count: int) -> Any:
    """Return an empty index with the lists of another one; None where that has none, or too many or few."""
    if not isinstance(like, faiss.IndexIVF) or not 0.5 <= like.nlist / _lists(count) <= 2:
        return None
    index: Any = faiss.IndexIVFScalarQuantizer(
        faiss.clone_index(faiss.downcast_index(like.quantizer)),
        like.d,
        like.nlist,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.train(np.zeros((1, like.d), np.float32))  # nothing is left to learn
    return index


def _enough(index: Any, vectors: Vectors, rows: NDArray[np.int64]) -> int:
    """Return how many lists a search must look at to find FOUND of the nearest."""
    asked = np.ascontiguousarray(vectors[_drawn(rows, _MEASURED)], dtype=np.float32)
    count = min(NEAREST, len(rows))
    _, true = index.search(asked, count, params=in_lists(index.nlist))
    lists = 1
    while lists < index.nlist:
        _, found = index.search(asked, count, params=in_lists(lists))
        shared = [len(np.intersect1d(one, other)) for one, other in zip(found, true, strict=True)]
        if np.mean(shared) >= FOUND * count:
            break
        lists = math.ceil(lists * 1.5)
    return int(min(lists, index.nlist))


def in_lists(count: int, chosen: Any = None) -> Any:
    """Return how to search: in so many lists, and among some rows alone where they are chosen."""
    return faiss.SearchParametersIVF(sel=chosen, nprobe=count)  # type: ignore[call-arg]


def _drawn(rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return some of the rows, drawn by chance with a seed; all of them where they are fewer."""
    if len(rows) <= count:
        return rows
    return np.sort(np.random.default_rng(1).choice(rows, count, replace=False))
