"""The vectors that ship with the casebook, so that a first build has next to nothing to encode.

``python -m index.model.shipped_vectors`` (or ``make vectors``) encodes what is new in the knowledge documents and
writes them all: ten bits a number (a unit vector needs no scale) and the digest of the text. With eight bits, some
golden situations in a thousand were judged otherwise. They belong to the default model with its adapter. Of another
model, and of a text that has changed since, they say nothing, and it is encoded as ever.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from index.model.encoder import Encoded
from index.model.loading import load_default
from index.model.sentence_encoder import unit
from index.model.vector_table import FlagEncoder, VectorTable
from knowledge.documents.casebook import read_casebook


@dataclass(frozen=True)
class Shipped:
    """What is known of texts before any is encoded."""

    vectors: VectorTable
    senses: VectorTable
    """What red flags state; see FlagEncoder."""


SHIPPED = Path(__file__).with_name("vectors.npz")
_STEPS, _LOW = 511, 256


def shipped_vectors(model: str, file: Path = SHIPPED) -> Shipped:
    """Return what ships for a model by its full name; nothing where there is no file, or it is of another model."""
    nothing = Shipped(VectorTable.empty(), VectorTable.empty())
    if not file.is_file():
        return nothing
    with np.load(file) as stored:
        if str(stored["model"]) != model:
            return nothing
        digests, flags = (_texts(stored[name]) for name in ("digests", "flag_digests"))
        steps = stored["high"].astype(np.float32) * _LOW + stored["low"]
        encoded = Encoded(unit(steps), stored["told"].astype(np.float32))
        senses = stored["senses"].astype(np.float32)
    told = np.full((len(senses), encoded.told.shape[1]), np.nan, dtype=np.float32)
    return Shipped(VectorTable(digests, encoded), VectorTable(flags, Encoded(senses, told)))


def _texts(stored: NDArray[np.uint8]) -> dict[str, int]:
    return {digest.tobytes().hex(): row for row, digest in enumerate(stored)}


def write_shipped(file: Path, model: str, known: Shipped) -> None:
    """Write what a model made of texts where ``shipped_vectors`` reads it."""
    vectors = known.vectors.encoded.vectors
    steps = np.rint(vectors / np.abs(vectors).max(axis=1, keepdims=True) * _STEPS).astype(np.int16)
    np.savez_compressed(
        file,
        model=np.array(model),
        digests=_digests(known.vectors),
        high=(steps // _LOW).astype(np.int8),  # apart from the low bytes, which hardly compress
        low=(steps % _LOW).astype(np.uint8),
        told=known.vectors.encoded.told.astype(np.float16),
        flag_digests=_digests(known.senses),
        senses=known.senses.encoded.vectors.astype(np.float16),
    )


def _digests(table: VectorTable) -> NDArray[np.uint8]:
    return np.array([list(bytes.fromhex(digest)) for digest in table.digests], np.uint8).reshape(len(table), -1)


def main() -> None:
    """Write what ships, for the casebook and the adapter that ship."""
    with TemporaryDirectory() as models:
        encoder = load_default(Path(models))
        casebook, known = read_casebook(), shipped_vectors(encoder.name)
        table, encoded = known.vectors.extended(casebook.texts(signals=not encoder.tells_stages), encoder)
        senses, _ = known.senses.extended(casebook.flags(), FlagEncoder(encoder))
    write_shipped(SHIPPED, encoder.name, Shipped(table, senses))
    print(f"{SHIPPED}: {len(table)} texts, {encoded} of them encoded anew, {SHIPPED.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
