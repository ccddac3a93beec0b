"""The texts that a judgement knows, in a FAISS index: which are nearest, and what those correct."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.judging.case_index import CaseIndex
from index.model.encoder import Vectors

NEAR = 64
"""Known texts that correct what the landmarks say of a text: the nearest of all."""
_SHARPNESS = 10.0
_BEST = 5


@dataclass(frozen=True)
class Neighbours:
    """What the nearest known texts say of texts."""

    nearest: NDArray[np.float32]
    """For each group the cosine to its nearest known text, and the mean of its nearest five: (n, 2 groups)."""
    corrections: NDArray[np.float32]
    """By how much the landmarks say too little or too much for each class at the nearest texts of all, the mean of
    them, the nearer the more: (n, classes)."""
    closest: NDArray[np.float32]
    """The cosine to each class's nearest text, where that is among the nearest of its group; else NaN: (n, classes)."""


@dataclass(frozen=True)
class KnownTexts:
    """Known texts: their centred vectors by row, ordered by group and within it by class."""

    index: CaseIndex
    labels: NDArray[np.int16]
    """The class (its place) of each row, (m,)."""
    groups: NDArray[np.int8]
    """The group of each class, (classes,)."""
    residuals: NDArray[np.float16]
    """What the landmarks say too little of each row for each class, (m, classes)."""

    @classmethod
    def of(
        cls,
        vectors: Vectors,
        labels: NDArray[np.int64],
        groups: NDArray[np.int8],
        residuals: NDArray[np.float32] | NDArray[np.float16],
        like: CaseIndex | None = None,
    ) -> "KnownTexts":
        """Index centred vectors (m, d) in any order, each of a class, each class of a group; ``like`` see CaseIndex."""
        order = np.lexsort((labels, groups[labels]))
        labels_, residuals_ = labels[order].astype(np.int16), residuals[order].astype(np.float16)
        sizes = np.bincount(groups[labels], minlength=int(groups.max()) + 1)
        return cls(CaseIndex(vectors, sizes.tolist(), order=order, like=like), labels_, groups, residuals_)

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def _of_class(self) -> Sequence[range]:
        return [_rows(self.labels == label) for label in range(len(self.groups))]

    @cached_property
    def _of_group(self) -> Sequence[range]:
        return [_rows(self.groups[self.labels] == group) for group in range(int(self.groups.max()) + 1)]

    def similarity(self, vector: Vectors, label: int) -> float:
        """Return the cosine of a class's nearest known text to a unit vector (d,); -1 where it has none."""
        cosines, _ = self.index.among(vector[None], self._of_class[label], 1)
        return float(cosines[0, 0]) if cosines.size else -1.0

    def nearest_classes(self, vector: Vectors, most: int) -> list[tuple[int, float]]:
        """Return the classes of the nearest known texts to a unit vector (d,), best first, each with its cosine."""
        found: dict[int, float] = {}
        for hit in self.index.search(vector, NEAR):
            found.setdefault(int(self.labels[hit.row]), hit.similarity)
        return list(found.items())[:most]

    def neighbours(self, vectors: Vectors) -> Neighbours:
        """Search for unit vectors (n, d) in each group, and let the nearest of all correct the landmarks."""
        found = [self.index.among(vectors, rows, NEAR) for rows in self._of_group]
        nearest = [column for cosines, _ in found for column in _best(cosines)]
        cosines, rows = (np.concatenate(parts, axis=1) for parts in zip(*found, strict=True))
        best = np.argsort(-cosines, axis=1, kind="stable")[:, :NEAR]
        cosines, rows = np.take_along_axis(cosines, best, 1), np.take_along_axis(rows, best, 1)
        weights = np.exp(_SHARPNESS * (cosines - 1))
        weights /= weights.sum(axis=1, keepdims=True)
        corrections = np.einsum("nk,nkc->nc", weights, self.residuals[rows], dtype=np.float32)
        return Neighbours(np.stack(nearest, axis=1).astype(np.float32), corrections, self._closest(found))

    def _closest(self, found: Sequence[tuple[Vectors, NDArray[np.int64]]]) -> NDArray[np.float32]:
        """Return the best cosine of each class among what was found, NaN where there is none: (n, classes)."""
        closest = np.full((len(found[0][0]), len(self.groups)), np.nan, dtype=np.float32)
        for cosines, rows in found:
            texts = np.broadcast_to(np.arange(len(rows))[:, None], rows.shape)
            seen = cosines > -1
            np.fmax.at(closest, (texts[seen], self.labels[rows[seen]]), cosines[seen])
        return closest


def _best(cosines: Vectors) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return each row's first cosine, and the mean of its first five; -1 where there is none."""
    if not cosines.shape[1]:
        none = np.full(len(cosines), -1, dtype=np.float32)
        return none, none
    return cosines[:, 0], cosines[:, :_BEST].mean(axis=1)


def _rows(chosen: NDArray[np.bool_]) -> range:
    places = np.flatnonzero(chosen)
    return range(int(places[0]), int(places[-1]) + 1) if len(places) else range(0)
