"""Vectors by the text they belong to, so that a text is encoded once and never again until the model changes."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.model.encoder import Encoded, Encoder, Vectors


class VectorTable:
    """What an encoder made of texts, by the digest of the text."""

    def __init__(self, rows: dict[str, int], encoded: Encoded) -> None:
        self._rows = rows
        self._encoded = encoded

    def __len__(self) -> int:
        return len(self._rows)

    def of(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts, (len(texts), d), in order.

        Raises:
            KeyError: a text is not in the table.
        """
        return self._encoded.vectors[self._places(texts)]

    def given(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return how surely each text says that something was given, (len(texts),); see Encoded.

        Raises:
            KeyError: a text is not in the table.
        """
        return self._encoded.given[self._places(texts)]

    def _places(self, texts: Sequence[str]) -> list[int]:
        return [self._rows[text_digest(text)] for text in texts]

    def extended(self, texts: Sequence[str], encoder: Encoder) -> tuple["VectorTable", int]:
        """Return a table of exactly these texts, encoding those that are new, and how many those were."""
        new = [text for text in texts if text_digest(text) not in self._rows]
        kept = [text for text in texts if text_digest(text) in self._rows]
        fresh = encoder.read(new, progress=len(new) > 50) if new else nothing(encoder.dimension)
        old = Encoded(self.of(kept), self.given(kept)) if kept else nothing(encoder.dimension)
        rows = {text_digest(text): row for row, text in enumerate([*kept, *new])}
        both = Encoded(np.concatenate([old.vectors, fresh.vectors]), np.concatenate([old.given, fresh.given]))
        return VectorTable(rows, both), len(new)

    def save(self, file: Path) -> None:
        """Write the table to one ``.npz`` file."""
        digests = np.array(list(self._rows))
        np.savez(file, digests=digests, vectors=self._encoded.vectors, given=self._encoded.given)

    @classmethod
    def load(cls, file: Path) -> "VectorTable":
        """Read what ``save`` wrote."""
        with np.load(file) as stored:
            rows = {str(digest): row for row, digest in enumerate(stored["digests"])}
            return cls(rows, Encoded(stored["vectors"], stored["given"]))

    @classmethod
    def empty(cls) -> "VectorTable":
        """Return a table of nothing."""
        return cls({}, nothing(0))


def nothing(dimension: int) -> Encoded:
    """Return what is made of no text."""
    return Encoded(np.empty((0, dimension), np.float32), np.empty(0, np.float32))


def text_digest(text: str) -> str:
    """Return the digest a text is known by in a table."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
