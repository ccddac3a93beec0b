"""Vectors by the text they belong to, so that a text is encoded once and never again until the model changes."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.model.encoder import TOLD, Encoded, Encoder, Vectors, counted


class Reader(Protocol):
    """What a table needs of what fills it."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        """Read texts; see Encoder."""


class VectorTable:
    """What an encoder made of texts, by the digest of the text."""

    def __init__(self, rows: dict[str, int], encoded: Encoded) -> None:
        self._rows = rows
        self.encoded = encoded
        """One row a text."""

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def digests(self) -> list[str]:
        """The digests of the texts, in the order of the rows."""
        return sorted(self._rows, key=self._rows.__getitem__)

    def has(self, text: str) -> bool:
        """Say whether a text is in the table."""
        return text_digest(text) in self._rows

    def missing(self, texts: Sequence[str]) -> list[str]:
        """Return those of some texts that are not in the table."""
        return [text for text in texts if not self.has(text)]

    def of(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts, (len(texts), d), in order.

        Raises:
            KeyError: a text is not in the table.
        """
        return self.encoded.vectors[self._places(texts)]

    def told(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return how surely each text tells each of TOLD, (len(texts), 4); see Encoded.

        Raises:
            KeyError: a text is not in the table.
        """
        return self.encoded.told[self._places(texts)]

    def _places(self, texts: Sequence[str]) -> list[int]:
        return [self._rows[text_digest(text)] for text in texts]

    def extended(self, texts: Sequence[str], encoder: Reader) -> tuple["VectorTable", int]:
        """Return a table of exactly these texts, encoding those that are new, and how many those were."""
        new = self.missing(texts)
        kept = [text for text in texts if self.has(text)]
        fresh = encoder.read(new, progress=len(new) > 50) if new else nothing(encoder.dimension)
        old = Encoded(self.of(kept), self.told(kept)) if kept else nothing(encoder.dimension)
        rows = {text_digest(text): row for row, text in enumerate([*kept, *new])}
        return VectorTable(rows, _both(old, fresh)), len(new)

    def joined(self, other: "VectorTable") -> "VectorTable":
        """Return a table of this one's texts, and of those that only the other has."""
        if not len(self) or not len(other):
            return self if len(self) else other
        rows = {digest: len(self.encoded.vectors) + row for digest, row in other._rows.items()}
        return VectorTable({**rows, **self._rows}, _both(self.encoded, other.encoded))

    def save(self, file: Path) -> None:
        """Write the table to one ``.npz`` file."""
        digests = np.array(list(self._rows))
        np.savez(file, digests=digests, vectors=self.encoded.vectors, told=self.encoded.told)

    @classmethod
    def load(cls, file: Path) -> "VectorTable":
        """Read what ``save`` wrote."""
        with np.load(file) as stored:
            rows = {str(digest): row for row, digest in enumerate(stored["digests"])}
            return cls(rows, Encoded(stored["vectors"], stored["told"]))

    @classmethod
    def empty(cls) -> "VectorTable":
        """Return a table of nothing."""
        return cls({}, nothing(0))


class FlagEncoder:
    """An encoder's senses of red flags as a table keeps them, in place of vectors."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @property
    def dimension(self) -> int:
        """The length of a sense."""
        return int(self.read([""]).vectors.shape[1])

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        """Return the senses of flags, which tell no stage."""
        senses = []
        with counted(len(texts), "Reading the red flags", "flag", shown=progress) as further:
            for text in texts:
                senses.append(self._encoder.flag_senses([text]))
                further(1)
        return Encoded(np.concatenate(senses), np.full((len(texts), len(TOLD)), np.nan, dtype=np.float32))


def nothing(dimension: int) -> Encoded:
    """Return what is made of no text."""
    return Encoded(np.empty((0, dimension), np.float32), np.empty((0, len(TOLD)), np.float32))


def _both(first: Encoded, second: Encoded) -> Encoded:
    vectors = np.concatenate([first.vectors, second.vectors])
    return Encoded(vectors, np.concatenate([first.told, second.told]))


def text_digest(text: str) -> str:
    """Return the digest a text is known by in a table."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
