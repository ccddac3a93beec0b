"""Vectors by the text they belong to, so that a text is encoded once and never again until the model changes."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.encoder import Encoder, Vectors


class VectorTable:
    """Vectors (n, d), float32, unit length, by the digest of their text."""

    def __init__(self, rows: dict[str, int], vectors: Vectors) -> None:
        self._rows = rows
        self._vectors = vectors

    def __len__(self) -> int:
        return len(self._rows)

    def of(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts, (len(texts), d), in order.

        Raises:
            KeyError: a text is not in the table.
        """
        return self._vectors[[self._rows[text_digest(text)] for text in texts]]

    def extended(self, texts: Sequence[str], encoder: Encoder) -> tuple["VectorTable", int]:
        """Return a table of exactly these texts, encoding those that are new, and how many those were."""
        new = [text for text in texts if text_digest(text) not in self._rows]
        encoded = encoder.encode(new, progress=len(new) > 50) if new else np.empty((0, encoder.dimension), np.float32)
        fresh = dict(zip(map(text_digest, new), encoded, strict=True))
        digests = [text_digest(text) for text in texts]
        rows = [fresh[digest] if digest in fresh else self._vectors[self._rows[digest]] for digest in digests]
        stacked = np.stack(rows) if rows else np.empty((0, encoder.dimension), np.float32)
        return VectorTable({digest: row for row, digest in enumerate(digests)}, stacked), len(new)

    def save(self, file: Path) -> None:
        """Write the table to one ``.npz`` file."""
        np.savez(file, digests=np.array(list(self._rows)), vectors=self._vectors)

    @classmethod
    def load(cls, file: Path) -> "VectorTable":
        """Read what ``save`` wrote."""
        with np.load(file) as stored:
            rows = {str(digest): row for row, digest in enumerate(stored["digests"])}
            return cls(rows, stored["vectors"])

    @classmethod
    def empty(cls) -> "VectorTable":
        """Return a table of nothing."""
        return cls({}, np.empty((0, 0), np.float32))


def text_digest(text: str) -> str:
    """Return the digest a text is known by in a table."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
