"""The vectors that ship with the casebook, so that a first build has next to nothing to encode.

``python -m index.model.shipped_vectors`` (or ``make vectors``) encodes what is new in the knowledge documents and
writes them all: ten bits a number (a unit vector needs no scale) and the digest of the text. With eight bits, some
golden situations in a thousand were judged otherwise. They belong to the default model with its adapter. Of another
model, and of a text that has changed since, they say nothing, and it is encoded as ever.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from index.model.encoder import Encoded
from index.model.loading import load_default
from index.model.sentence_encoder import unit
from index.model.vector_table import VectorTable
from knowledge.documents.casebook import read_casebook

SHIPPED = Path(__file__).with_name("vectors.npz")
_STEPS, _LOW = 511, 256


def shipped_vectors(model: str, file: Path = SHIPPED) -> VectorTable:
    """Return what ships for a model by its full name; nothing where there is no file, or it is of another model."""
    if not file.is_file():
        return VectorTable.empty()
    with np.load(file) as stored:
        if str(stored["model"]) != model:
            return VectorTable.empty()
        digests = [digest.tobytes().hex() for digest in stored["digests"]]
        steps = stored["high"].astype(np.float32) * _LOW + stored["low"]
        encoded = Encoded(unit(steps), stored["given"].astype(np.float32))
    return VectorTable({digest: row for row, digest in enumerate(digests)}, encoded)


def write_shipped(file: Path, model: str, table: VectorTable) -> None:
    """Write a table of a model's vectors where ``shipped_vectors`` reads it."""
    vectors = table.encoded.vectors
    steps = np.rint(vectors / np.abs(vectors).max(axis=1, keepdims=True) * _STEPS).astype(np.int16)
    np.savez_compressed(
        file,
        model=np.array(model),
        digests=np.array([list(bytes.fromhex(digest)) for digest in table.digests], np.uint8).reshape(len(table), -1),
        high=(steps // _LOW).astype(np.int8),  # apart from the low bytes, which hardly compress
        low=(steps % _LOW).astype(np.uint8),
        given=table.encoded.given.astype(np.float16),
    )


def main() -> None:
    """Write what ships, for the casebook and the adapter that ship."""
    with TemporaryDirectory() as models:
        encoder = load_default(Path(models))
        texts = read_casebook().texts(signals=not encoder.tells_given)
        table, encoded = shipped_vectors(encoder.name).extended(texts, encoder)
    write_shipped(SHIPPED, encoder.name, table)
    print(f"{SHIPPED}: {len(table)} texts, {encoded} of them encoded anew, {SHIPPED.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
