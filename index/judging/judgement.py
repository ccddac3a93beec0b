"""The learned part of a build: from a text's vector to the patterns it may match, and whether something is gone.

Every language's own mean is removed from its vectors (language is the encoder's loudest signal). Then every known text
votes, the nearer the louder, for the patterns and for two classes that are no pattern: everyday talk, and too little
to judge. ``docs/judgement.md`` says what else was tried.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.judging.decision import GROUPS, Calibration
from index.model.encoder import Vectors

EVERYDAY, TOO_LITTLE = "everyday", "too-little"
_NEAR = 5


@dataclass(frozen=True)
class Votes:
    """Known texts that vote: each with a weight that falls with its distance, for every class by its own share.

    It is kernel ridge regression with a Gaussian kernel, that is, soft nearest neighbours whose votes were fitted.
    """

    vectors: Vectors
    """Centred vectors (m, d) of the known texts."""
    shares: NDArray[np.float32]
    """What each known text adds to each class: (m, classes)."""
    sharpness: float
    """How fast a vote falls with distance: at cosine c it weighs exp(sharpness (c - 1))."""

    def __call__(self, centred: Vectors) -> NDArray[np.float32]:
        """Return for centred vectors (n, d) how well each class is met: (n, classes), about 0 for no and 1 for yes."""
        return self.of_cosines(centred @ self.vectors.T)

    def of_cosines(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the same from the cosines (n, m) to the known texts."""
        weights = np.exp(self.sharpness * (cosines - 1))
        met: NDArray[np.float32] = weights.astype(np.float32) @ self.shares
        return met


@dataclass(frozen=True)
class Look:
    """What the votes make of texts."""

    scores: NDArray[np.float32]
    """How well each class is met, (n, classes): about 0 for no and 1 for yes."""
    nearest: NDArray[np.float32]
    """For each of GROUPS the cosine to its nearest known text, and the mean of its nearest five: (n, 6)."""


_NONE = np.zeros(0, dtype=np.float32)
UNCALIBRATED = Calibration(_NONE, _NONE, _NONE, _NONE)


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
    known: NDArray[np.int8]
    """The group (place in GROUPS) of each text that votes, (m,)."""
    given: Votes | None
    """Votes on whether something was given; None where the encoder tells that itself."""
    calibration: Calibration

    def centre(self, vectors: Vectors, language: str) -> Vectors:
        """Remove a language's own mean from vectors (n, d) and return them at unit length."""
        return centred(vectors, [language] * len(vectors), self.means)

    def look(self, centred: Vectors) -> Look:
        """Return what the votes make of centred vectors (n, d)."""
        cosines = centred @ self.votes.vectors.T
        nearest = []
        for group in range(len(GROUPS)):
            among = cosines[:, self.known == group]
            best = -np.partition(-among, min(_NEAR, among.shape[1]) - 1, axis=1)[:, :_NEAR]
            nearest += [best.max(axis=1), best.mean(axis=1)]
        return Look(self.votes.of_cosines(cosines), np.stack(nearest, axis=1).astype(np.float32))

    def groups(self, look: Look) -> NDArray[np.float32]:
        """Return the probabilities (n, 3) of GROUPS."""
        return self.calibration(features(look, self.classes, self.sides))

    def already_gone(self, centred: Vectors, told: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how surely each of some texts says that something was given: (n,), about 0 to 1.

        ``centred`` are their vectors (n, d), and ``told`` (n,) is what the encoder itself says, or NaN.
        """
        return told if self.given is None else self.given(centred)[:, 0]

    def save(self, file: Path) -> None:
        """Write the learned numbers to one ``.npz`` file."""
        arrays: dict[str, Any] = {
            "classes": np.array(self.classes),
            "sides": self.sides,
            "known": self.known,
            **_votes_to_arrays("vote", self.votes),
        }
        if self.given is not None:
            arrays |= _votes_to_arrays("given", self.given)
        arrays |= {f"calibration:{name}": value for name, value in asdict(self.calibration).items()}
        arrays |= {f"mean:{language}": mean for language, mean in self.means.items()}
        np.savez(file, **arrays)

    @classmethod
    def load(cls, file: Path) -> "Judgement":
        """Read what ``save`` wrote."""
        with np.load(file) as stored:
            return cls(
                classes=tuple(str(name) for name in stored["classes"]),
                sides=stored["sides"],
                known=stored["known"],
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
    """Return what the calibration looks at: (n, 14)."""
    scores = look.scores
    everyday, too_little = scores[:, [classes.index(EVERYDAY)]], scores[:, [classes.index(TOO_LITTLE)]]
    dangerous = _best_first(scores[:, sides > 0])
    legitimate = _best_first(scores[:, (sides < 0) & (np.array(classes) != EVERYDAY)])
    best, rival = dangerous[:, :1], np.maximum(legitimate[:, :1], everyday)
    sums = [rows.sum(axis=1, keepdims=True) for rows in (dangerous[:, :3], dangerous, legitimate)]
    table: NDArray[np.float32] = np.hstack(
        [best, legitimate[:, :1], everyday, too_little, rival - best, *sums, look.nearest]
    )
    return table


def _best_first(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each row in falling order; a column of zeros where a casebook has no pattern of the side."""
    return -np.sort(-scores, axis=1) if scores.shape[1] else np.zeros((len(scores), 1), dtype=np.float32)


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
    own = [means.get(language.partition("-")[0], means[""]) for language in languages]
    return unit(vectors - np.stack(own))


def fit_votes(vectors: Vectors, wanted: NDArray[np.float32], sharpness: float, ridge: float) -> Votes:
    """Fit the votes of known texts: centred vectors (m, d), and how well each should meet each class (m, classes)."""
    from scipy.linalg import cho_factor, cho_solve  # type: ignore[import-untyped] # only a rebuild fits anything
    from threadpoolctl import threadpool_limits

    with threadpool_limits(os.cpu_count(), "blas"):
        kernel = vectors @ vectors.T
    kernel -= 1
    kernel *= sharpness
    np.exp(kernel, out=kernel)
    kernel[np.diag_indices_from(kernel)] += ridge
    # The transpose is the same matrix in LAPACK's own order, which factors it in its place: 4 times faster than
    # scikit-learn's KernelRidge, a third of its memory, and shares that differ by 1e-5.
    with threadpool_limits(os.cpu_count(), "blas"):  # one large product, where several threads are worth it
        factor = cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False)
    shares = cho_solve(factor, wanted, check_finite=False)
    return Votes(vectors, shares.astype(np.float32), sharpness)
