"""What the house needs of a model: texts to unit vectors, and what each tells of something given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.text.sentences import Span

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Encoded:
    """What an encoder makes of texts."""

    vectors: Vectors
    """(n, d), float32, rows of unit length."""
    given: NDArray[np.float32]
    """(n,): how surely each text says that something was paid or given, 0 to 1; NaN by a model not taught to tell."""


class Encoder(Protocol):
    """What the rest of the house needs of a model."""

    @property
    def name(self) -> str:
        """The model's name and version; vectors of another name are never compared with these."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    @property
    def tells_given(self) -> bool:
        """Whether it was taught to tell that something was given."""

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Encode texts one by one: (len(texts), dimension), float32, rows of unit length."""

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        """Encode texts one by one, and tell of each whether something was given."""

    def read_parts(self, text: str, spans: Sequence[Span]) -> tuple[Encoded, Vectors]:
        """Read a text and encode some of its parts, each part in the light of the whole.

        Returns what is made of the whole text, one row, and the parts' vectors (len(spans), dimension), unit length.
        """
