"""The learned part of a build: from a text's vector to the patterns it may match, and whether something is gone.

Every language's own mean is removed from its vectors (language is the encoder's loudest signal). Then landmarks amid
the known texts vote, the nearer the louder, for the patterns and for two classes that are no pattern: everyday talk,
and too little to judge; and the nearest known texts correct them. Neither an answer nor a fit compares all texts
with all. ``docs/judgement.md`` says what else was tried.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.judging.case_index import CaseIndex, landmarks
from index.judging.decision import Calibration
from index.judging.known_texts import KnownTexts
from index.model.encoder import Vectors

EVERYDAY, TOO_LITTLE = "everyday", "too-little"
DANGER, HARMLESS = 0, 1
"""Places in GROUPS."""
FILES = ("judgement.npz", "known.faiss")


@dataclass(frozen=True)
class Votes:
    """Landmarks that vote: each with a weight that falls with its distance, for every class by its own share.

    It is kernel ridge regression with a Gaussian kernel, over landmarks in place of all texts (Nyström).
    """

    vectors: Vectors
    """Centred vectors (m, d) of the landmarks."""
    shares: NDArray[np.float32]
    """What each landmark adds to each class: (m, classes)."""
    sharpness: float
    """How fast a vote falls with distance: at cosine c it weighs exp(sharpness (c - 1))."""

    def __call__(self, centred: Vectors) -> NDArray[np.float32]:
        """Return for centred vectors (n, d) how well each class is met: (n, classes), about 0 for no and 1 for yes."""
        weights = np.exp(self.sharpness * (centred @ self.vectors.T - 1))
        met: NDArray[np.float32] = weights.astype(np.float32) @ self.shares
        return met


@dataclass(frozen=True)
class Look:
    """What the votes make of texts."""

    scores: NDArray[np.float32]
    """How well each class is met, (n, classes): about 0 for no and 1 for yes."""
    nearest: NDArray[np.float32]
    """For each of GROUPS the cosine to its nearest known text, and the mean of its nearest five: (n, 6)."""
    closest: NDArray[np.float32]
    """The cosine to each class's nearest known text, NaN where that is far: (n, classes)."""


_NONE = np.zeros(0, dtype=np.float32)
UNCALIBRATED = Calibration(_NONE, _NONE, _NONE, _NONE, _NONE)


@dataclass(frozen=True)
class Judgement:
    """What was learned from the casebook at a rebuild."""

    classes: tuple[str, ...]
    """Pattern ids, ``everyday`` and ``too-little``."""
    sides: NDArray[np.float32]
    """For each class 1 where it is dangerous, -1 where it is harmless, 0 where too little was said."""
    means: Mapping[str, Vectors]
    """The mean vector (d,) of each language of the casebook; ``""`` for any other language."""
    votes: Votes
    known: KnownTexts
    """Every text that teaches what a class reads like; a class's group is its place in GROUPS."""
    given: Votes | None
    """Votes on whether something was given; None where the encoder tells the stage itself."""
    calibration: Calibration

    def centre(self, vectors: Vectors, language: str) -> Vectors:
        """Remove a language's own mean from vectors (n, d) and return them at unit length."""
        return centred(vectors, [language] * len(vectors), self.means)

    def look(self, centred: Vectors) -> Look:
        """Return what the votes make of centred vectors (n, d)."""
        near = self.known.neighbours(centred)
        return Look(self.votes(centred) + near.corrections, near.nearest, near.closest)

    def stages(self, centred: Vectors, told: Vectors) -> Vectors:
        """Return how surely each of some texts tells each of STAGES: (n, 3), about 0 to 1.

        ``centred`` are their vectors (n, d), and ``told`` (n, 3) is what the encoder itself says, or NaN. Where it
        says nothing, the votes know one stage alone: that something is gone.
        """
        if self.given is None:
            return told
        nothing = np.zeros(len(centred), dtype=np.float32)
        return np.stack([nothing, nothing, self.given(centred)[:, 0]], axis=1)

    def similarity(self, centred: Vectors, name: str, closest: NDArray[np.float32] | None = None) -> float:
        """Return the cosine of a class's nearest known text to a centred vector (d,).

        ``closest`` (classes,) is what a look has found of it; what it has not is searched for.
        """
        place = self.classes.index(name)
        seen = closest is not None and not np.isnan(closest[place])
        return float(closest[place]) if closest is not None and seen else self.known.similarity(centred, place)

    def save(self, folder: Path) -> None:
        """Write what was learned into the two files of a folder that FILES names."""
        arrays: dict[str, Any] = {
            "classes": np.array(self.classes),
            "sides": self.sides,
            "known_labels": self.known.labels,
            "known_groups": self.known.groups,
            "known_residuals": self.known.residuals,
            **_votes_to_arrays("vote", self.votes),
        }
        if self.given is not None:
            arrays |= _votes_to_arrays("given", self.given)
        arrays |= {f"calibration:{name}": value for name, value in asdict(self.calibration).items()}
        arrays |= {f"mean:{language}": mean for language, mean in self.means.items()}
        np.savez(folder / FILES[0], **arrays)
        self.known.index.save(folder / FILES[1])

    @classmethod
    def load(cls, folder: Path) -> "Judgement":
        """Read what ``save`` wrote."""
        index = CaseIndex.load(folder / FILES[1])
        with np.load(folder / FILES[0]) as stored:
            return cls(
                classes=tuple(str(name) for name in stored["classes"]),
                sides=stored["sides"],
                known=KnownTexts(
                    index,
                    *(stored[f"known_{name}"] for name in ("labels", "groups", "residuals")),
                ),
                means={key[5:]: stored[key] for key in stored.files if key.startswith("mean:")},
                votes=_votes_from_arrays("vote", stored),
                given=_votes_from_arrays("given", stored) if "given_vectors" in stored else None,
                calibration=Calibration(**{f.name: stored[f"calibration:{f.name}"] for f in fields(Calibration)}),
            )


def _votes_to_arrays(name: str, votes: Votes) -> dict[str, Any]:
    parts = {"vectors": votes.vectors, "shares": votes.shares, "sharpness": np.array(votes.sharpness)}
    return {f"{name}_{part}": value for part, value in parts.items()}


def _votes_from_arrays(name: str, stored: Any) -> Votes:
    return Votes(stored[f"{name}_vectors"], stored[f"{name}_shares"], float(stored[f"{name}_sharpness"]))


def features(look: Look, classes: Sequence[str], sides: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the calibration looks at: (n, 4).

    How well "too little" is met, by how much the best harmless class is met better than the best dangerous one, and the
    cosines to the nearest dangerous and the nearest harmless known text.
    """
    danger, harmless = (look.scores[:, side].max(axis=1, initial=-1.0) for side in (sides > 0, sides < 0))
    too_little = look.scores[:, classes.index(TOO_LITTLE)]
    nearest = (look.nearest[:, 2 * group] for group in (DANGER, HARMLESS))
    table: NDArray[np.float32] = np.stack([too_little, harmless - danger, *nearest], axis=1).astype(np.float32)
    return table


def unit(rows: Vectors) -> Vectors:
    """Scale rows to unit length; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled


def language_means(vectors: Vectors, languages: Sequence[str]) -> dict[str, Vectors]:
    """Return the mean of each language's vectors, and under ``""`` the mean of those means."""
    bases = np.array([language.partition("-")[0] for language in languages])
    means = {str(base): vectors[bases == base].mean(axis=0) for base in np.unique(bases)}
    return {**means, "": np.mean(list(means.values()), axis=0)}


def centred(vectors: Vectors, languages: Sequence[str], means: Mapping[str, Vectors]) -> Vectors:
    """Remove from each vector (n, d) its own language's mean, and return them at unit length."""
    if not len(vectors):
        return vectors
    bases, places = np.unique([language.partition("-")[0] for language in languages], return_inverse=True)
    own = np.stack([means.get(str(base), means[""]) for base in bases])
    rows = np.empty_like(vectors, dtype=np.float32)
    for start in range(0, len(vectors), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        rows[some] = unit(vectors[some] - own[places[some]])
    return rows


LANDMARKS = 4096
_MOST_FITTED = 64 * LANDMARKS
"""Texts that the votes are fitted on; of more, so many drawn by chance. What they miss, the nearest texts correct."""
_AT_ONCE = 4096  # texts, so that their cosines to the landmarks take little memory
_JITTER = 1e-7


def fit_votes(
    vectors: Vectors,
    wanted: NDArray[np.float32],
    sharpness: float,
    ridge: float,
    like: Votes | None = None,
    count: int = LANDMARKS,
) -> Votes:
    """Fit votes to centred vectors (m, d) of known texts, and how well each should meet each class (m, classes).

    The landmarks are those of ``like``, where it has as many as are wanted; else so many are looked for anew.
    """
    from scipy.linalg import cho_factor, cho_solve  # type: ignore[import-untyped] # only a rebuild fits anything

    keeps = like is not None and len(like.vectors) == count
    marks = like.vectors if like and keeps else landmarks(vectors, count)
    rows = _drawn(len(vectors), _MOST_FITTED)
    system = ridge * len(rows) / len(vectors) * np.exp(sharpness * (marks @ marks.T - 1)).astype(np.float64)
    system[np.diag_indices_from(system)] += _JITTER * len(rows)
    right = np.zeros((len(marks), wanted.shape[1]))
    with every_processor():
        for start in range(0, len(rows), _AT_ONCE):
            chosen = rows[start : start + _AT_ONCE]
            some = np.exp(sharpness * (vectors[chosen] @ marks.T - 1))
            system += some.T @ some
            right += some.T @ wanted[chosen]
        factor = cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
    shares = cho_solve(factor, right, check_finite=False)
    return Votes(marks, shares.astype(np.float32), sharpness)


def missed(votes: Votes, vectors: Vectors, wanted: NDArray[np.float32]) -> NDArray[np.float16]:
    """Return by how much votes say too little of centred vectors (m, d) for each class: (m, classes)."""
    residuals = np.empty(wanted.shape, dtype=np.float16)
    with every_processor():
        for start in range(0, len(vectors), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            residuals[some] = wanted[some] - votes(vectors[some])
    return residuals


def every_processor() -> AbstractContextManager[object]:
    """Let every processor take part in few large products; in many small ones their threads get in each other's way."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(os.cpu_count(), "blas")
    return limits


def _drawn(count: int, most: int) -> NDArray[np.int64]:
    """Return the rows of ``count``, or so many of them, drawn by chance with a seed."""
    return np.arange(count) if count <= most else np.sort(np.random.default_rng(1).choice(count, most, replace=False))
