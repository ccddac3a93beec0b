"""An encoder that encodes a text once: what is tried again and again shares most of its texts."""

from collections.abc import Sequence

import numpy as np

from index.model.encoder import Encoded, Encoder, Parts, Vectors
from index.model.vector_table import nothing, text_digest
from knowledge.text.sentences import Span

_MOST = 20_000  # texts; 30 MB of vectors


class EncoderAround:
    """What is the same of an encoder that has another one read its texts, in a way of its own; see Encoder."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @property
    def name(self) -> str:
        """The model's name and version; see Encoder."""
        return self._encoder.name

    @property
    def dimension(self) -> int:
        """The length of a vector; see Encoder."""
        return self._encoder.dimension

    @property
    def tells_stages(self) -> bool:
        """Whether it was taught to tell how far it has gone; see Encoder."""
        return self._encoder.tells_stages

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Encode texts one by one; see Encoder."""
        return self.read(texts, progress=progress).vectors

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        """Encode texts one by one, with all that is told of them; see Encoder."""
        return self._encoder.read(texts, progress=progress)


class CachedEncoder(EncoderAround):
    """Another encoder's answers, kept in memory by the text's digest; see Encoder."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__(encoder)
        self._rows: dict[str, tuple[Vectors, Vectors]] = {}

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        """Encode those texts that are new, and remember them; see Encoder."""
        digests = [text_digest(text) for text in texts]
        known = self._rows if len(self._rows) <= _MOST else {}
        new = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
        if new:
            fresh = self._encoder.read(list(new.values()), progress=progress)
            known = {**known, **dict(zip(new, zip(fresh.vectors, fresh.told, strict=True), strict=True))}
        self._rows = known
        if not texts:
            return nothing(self.dimension)
        rows = [known[digest] for digest in digests]
        return Encoded(np.stack([vector for vector, _ in rows]), np.stack([told for _, told in rows]))

    def flag_senses(self, flags: Sequence[str]) -> Vectors:
        """Return what red flags state; see Encoder."""
        return self._encoder.flag_senses(flags)

    def read_parts(self, text: str, spans: Sequence[Span]) -> tuple[Encoded, Parts]:
        """Read a text and its parts; never remembered; see Encoder."""
        return self._encoder.read_parts(text, spans)

    def read_all_parts(self, texts: Sequence[tuple[str, Sequence[Span]]]) -> list[tuple[Encoded, Parts]]:
        """Read texts and their parts; never remembered; see Encoder."""
        return self._encoder.read_all_parts(texts)
