"""A FAISS index for many vectors: they lie in lists, and a search looks at the lists that are nearest.

In the lists is a short code of each vector, four bits for two numbers. What looks near by its code is compared by the
vector itself, which is kept beside with two bytes a number. How many lists a search looks at is measured when it is
made: as few as find nearly all that a look at every list would find.
"""

import math
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.model.encoder import Vectors

NEAREST = 64
_MANY = 250_000
"""More vectors are searched less thoroughly, for a search in all groups to take a few milliseconds at a million."""
_FOUND, _FOUND_OF_MANY = 0.99, 0.97
"""The share of the NEAREST vectors that a search finds, on the average, of vectors that are in the index."""
_COMPARED, _COMPARED_OF_MANY = 8.0, 6.0
"""By the vectors themselves are compared so many times the number of those that are asked for."""
_LISTS = 1.5  # times the square root of the number of vectors
_EACH, _ROUNDS = 48, 6
"""Vectors looked at for each list, and rounds of k-means."""
_MEASURED = 256
_AT_ONCE = 65_536


def listed(vectors: Vectors, rows: NDArray[np.int64], like: Any = None) -> Any:
    """Return an index of some rows of unit vectors (n, d), in the order of ``rows``; d is even.

    Lists and codes are those of an index that it is ``like``, where that has about as many lists as are wanted.
    """
    index = _with_lists_of(like, len(rows)) or _with_own_lists(vectors, rows)
    for start in range(0, len(rows), _AT_ONCE):
        index.add(np.ascontiguousarray(vectors[rows[start : start + _AT_ONCE]], dtype=np.float32))
    index.k_factor = _COMPARED_OF_MANY if len(rows) > _MANY else _COMPARED
    _look_enough(index, vectors, rows)
    return index


def has_lists(index: Any) -> bool:
    """Return whether ``listed`` has made an index."""
    return isinstance(index, faiss.IndexRefine)


def nearest(index: Any, vectors: Vectors, count: int) -> tuple[Vectors, NDArray[np.int64]]:
    """Search for vectors (n, d); so many are compared as for NEAREST, also where fewer are asked for."""
    similarities, found = index.search(vectors, min(index.ntotal, max(count, NEAREST)))
    return similarities[:, :count], found[:, :count]


def exact(index: Any) -> Any:
    """Return what has the vectors of an index themselves, by row, to be compared one by one."""
    return faiss.downcast_index(index.refine_index) if has_lists(index) else index


def lists_of(index: Any) -> Any:
    """Return what has the lists of an index that ``listed`` has made."""
    return faiss.downcast_index(index.base_index)


def _lists(count: int) -> int:
    return max(1, int(_LISTS * math.sqrt(count)))


def _with_own_lists(vectors: Vectors, rows: NDArray[np.int64]) -> Any:
    count, width = _lists(len(rows)), vectors.shape[1]
    kind = f"IVF{count},PQ{width // 2}x4fs,Refine(SQfp16)"
    index: Any = faiss.index_factory(width, kind, faiss.METRIC_INNER_PRODUCT)
    means = lists_of(index).cp
    means.niter, means.max_points_per_centroid, means.min_points_per_centroid, means.seed = _ROUNDS, _EACH, 1, 1
    index.train(np.ascontiguousarray(vectors[_drawn(rows, count * _EACH)], dtype=np.float32))
    return index


def _with_lists_of(like: Any, count: int) -> Any:
    """Return an empty index with the lists of another one; None where that has none, or too many or few."""
    if not has_lists(like) or not 0.5 <= lists_of(like).nlist / _lists(count) <= 2:
        return None
    lists: Any = faiss.clone_index(lists_of(like))
    lists.reset()
    vectors: Any = faiss.IndexScalarQuantizer(like.d, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    return faiss.IndexRefine(lists, vectors)


def _look_enough(index: Any, vectors: Vectors, rows: NDArray[np.int64]) -> None:
    """Have a search look at as many lists as it must to find nearly all of the nearest."""
    least = _FOUND_OF_MANY if len(rows) > _MANY else _FOUND
    asked = np.ascontiguousarray(vectors[_drawn(rows, _MEASURED)], dtype=np.float32)
    lists, count = lists_of(index), min(NEAREST, len(rows))
    lists.nprobe = lists.nlist
    _, best = index.search(asked, count)
    lists.nprobe = 1
    while lists.nprobe < lists.nlist:
        _, found = index.search(asked, count)
        shared = [len(np.intersect1d(one, other)) for one, other in zip(found, best, strict=True)]
        if np.mean(shared) >= least * count:
            break
        lists.nprobe = min(lists.nlist, math.ceil(1.25 * lists.nprobe))


def _drawn(rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return some of the rows, drawn by chance with a seed; all of them where they are fewer."""
    if len(rows) <= count:
        return rows
    return np.sort(np.random.default_rng(1).choice(rows, count, replace=False))
