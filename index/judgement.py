"""The learned part of a build: from a text's vector to the patterns it may match, and whether something is gone.

Every language's own mean is removed from its vectors (language is the encoder's loudest signal), then a linear head,
fitted on the same vectors that the index holds, gives each pattern a probability beside two classes that are no
pattern: everyday talk, and too little to judge. ``docs/judgement.md`` says what else was tried.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from knowledge.golden import Concern

EVERYDAY, TOO_LITTLE = "everyday", "too-little"
_HEAD_C = 3.0  # inverse of the regularisation; 1 to 10 differ by less than the folds do
_EMERGENCY_C = 3.0


@dataclass(frozen=True)
class Thresholds:
    """Where one concern ends and the next begins, all probabilities; fitted at a rebuild, kept in its manifest."""

    likely: float
    """At least this much of dangerous patterns together."""
    unclear: float
    """At least this much of too-little-to-judge, where it is not likely."""
    possible: float
    """At least this much of dangerous patterns, where enough was said."""
    gone: float
    """How surely a text must say that something was already paid or given."""

    def concern(self, danger: float, too_little: float) -> Concern:
        """Return the concern for the probability of any dangerous pattern, and of too little having been said."""
        if danger >= self.likely:
            return "likely"
        if too_little >= self.unclear:
            return "unclear"
        return "possible" if danger >= self.possible else "no_match"


@dataclass(frozen=True)
class Linear:
    """A linear head: ``vectors @ weights + bias``, weights of shape (d, classes) and bias (classes,)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def __call__(self, vectors: Vectors) -> NDArray[np.float32]:
        """Return the logits of vectors (n, d): (n, classes)."""
        logits: NDArray[np.float32] = vectors @ self.weights + self.bias
        return logits


@dataclass(frozen=True)
class Judgement:
    """What was learned from the casebook at a rebuild."""

    classes: tuple[str, ...]
    means: Mapping[str, Vectors]
    """The mean vector (d,) of each language of the casebook; ``""`` for any other language."""
    head: Linear
    emergency_head: Linear

    def centre(self, vectors: Vectors, language: str) -> Vectors:
        """Remove a language's own mean from vectors (n, d) and return them at unit length."""
        return centred(vectors, [language] * len(vectors), self.means)

    def probabilities(self, centred: Vectors) -> NDArray[np.float32]:
        """Return the probability of each class for centred vectors (n, d): (n, classes), rows summing to 1."""
        logits = self.head(centred)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def already_gone(self, centred: Vectors) -> NDArray[np.float32]:
        """Return for centred vectors (n, d) how surely each says that something was paid or given: (n,), 0 to 1."""
        logits = self.emergency_head(centred)[:, 0]
        sure: NDArray[np.float32] = np.reciprocal(1 + np.exp(-logits), dtype=np.float32)
        return sure

    def save(self, file: Path) -> None:
        """Write the learned numbers to one ``.npz`` file."""
        arrays: dict[str, Any] = {
            "classes": np.array(self.classes),
            "head_weights": self.head.weights,
            "head_bias": self.head.bias,
            "emergency_weights": self.emergency_head.weights,
            "emergency_bias": self.emergency_head.bias,
        }
        arrays |= {f"mean:{language}": mean for language, mean in self.means.items()}
        np.savez(file, **arrays)

    @classmethod
    def load(cls, file: Path) -> "Judgement":
        """Read what ``save`` wrote."""
        with np.load(file) as stored:
            return cls(
                classes=tuple(str(name) for name in stored["classes"]),
                means={key[5:]: stored[key] for key in stored.files if key.startswith("mean:")},
                head=Linear(stored["head_weights"], stored["head_bias"]),
                emergency_head=Linear(stored["emergency_weights"], stored["emergency_bias"]),
            )


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


def fit_head(vectors: Vectors, labels: Sequence[str]) -> tuple[tuple[str, ...], Linear]:
    """Fit a multinomial head on centred vectors (n, d); return its classes in order and the head."""
    from sklearn.linear_model import LogisticRegression  # slow to import, and only a rebuild fits anything

    model = LogisticRegression(C=_HEAD_C, max_iter=400).fit(vectors, labels)
    head = Linear(model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))
    return tuple(str(name) for name in model.classes_), head


def fit_emergency(vectors: Vectors, gone: Sequence[bool]) -> Linear:
    """Fit the head that tells what has already been given from what is only wanted, on centred vectors (n, d)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_EMERGENCY_C, max_iter=400, class_weight="balanced").fit(vectors, gone)
    return Linear(model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))
