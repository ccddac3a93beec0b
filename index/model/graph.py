"""The default model as an OpenVINO graph: how it is written from the packed weights, and how it serves.

sentence-transformers could carry it, and did: but importing that takes torch, transformers, scikit-learn and five
seconds, half a gigabyte of memory, and a graph traced from a torch model. BERT is twelve times the same few lines, so
they are written here in OpenVINO's own operations, and a check imports OpenVINO and SentencePiece alone. Any other
model, and this one where OpenVINO is missing, is sentence-transformers' (see stock.py).

The word embeddings stay outside the graph, in four bits as they came and mapped from the disk: they are four fifths of
the weights, and a text needs a few rows of them.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from tqdm import tqdm

from index.model.encoder import Vectors
from index.model.heads import STAGE_LAYER
from index.model.packed_weights import WINDOW_TOKENS, Weights, dequantise, packed_model
from index.model.sealed_folder import verify
from index.model.sentence_encoder import Pass, unit
from index.model.tokenizer import Tokenizer, write_pieces
from knowledge.text.sentences import Span

PROMPT = "query: "  # both sides of our comparison are accounts of an event, so both take it
EXACT: Final = "f32"
COARSE: Final = "bf16"
"""What it is computed in, by name. Of the same text bf16 makes another vector than other machines do, by a cosine of
0.99998 or more, which moves no figure (see docs/performance.md)."""
_GRAPH, _PIECES, _WORDS, _PLACES = "model.xml", "pieces.model", "words.npy", "places.npy"
_HIDDEN = 1e9  # what a padding token's attention is lowered by


def write_graph(folder: Path, adapter: Path | None) -> None:
    """Write what ``GraphModel`` serves from: the packed model with an adapter merged in, or as it came.

    Raises:
        BrokenModel: the package with the weights is missing, or carries other bytes than the ones pinned here.
    """
    from index.model.silent_openvino import openvino

    packed = packed_model()
    weights = Weights(packed, adapter)
    vocabulary, dimension = packed.header["vocab_size"], packed.header["hidden_size"]
    write_pieces(folder / _PIECES, packed.pieces)
    np.save(folder / _WORDS, packed.raw("emb.word").reshape(vocabulary, -1))
    kind = weights("emb.type", packed.header["type_vocab_size"], dimension)[0]
    np.save(folder / _PLACES, weights("emb.pos", packed.header["max_position_embeddings"], dimension) + kind)
    openvino.save_model(_bert(weights), folder / _GRAPH, compress_to_fp16=True)


def _bert(weights: Weights) -> Any:
    """Build BERT: from summed embeddings (n, t, d) and a mask (n, t) to the last layer and STAGE_LAYER, (n, t, d)."""
    from index.model.silent_openvino import openvino, ops

    header = weights.packed.header
    embedded = ops.parameter([-1, -1, header["hidden_size"]], np.float32, name="embedded")
    mask = ops.parameter([-1, -1], np.float32, name="mask")
    lowered = ops.multiply(ops.subtract(mask, np.float32(1)), np.float32(_HIDDEN))
    lowered = ops.unsqueeze(lowered, ops.constant([1, 2]))
    layers = [_normalised(weights, embedded, "emb.ln")]
    for number in tqdm(range(header["num_hidden_layers"]), "Unpacking the language model", unit="layer", disable=None):
        layers.append(_layer(weights, layers[-1], lowered, f"l{number}"))
    return openvino.Model([layers[-1].output(0), layers[STAGE_LAYER].output(0)], [embedded, mask], "bert")


def _layer(weights: Weights, hidden: Any, lowered: Any, layer: str) -> Any:
    """Add one layer: attention among the tokens, then two dense steps, each with what went in added."""
    from index.model.silent_openvino import ops

    dimension, heads = weights.packed.header["hidden_size"], weights.packed.header["num_attention_heads"]
    apart, swapped = ops.constant([0, 0, heads, dimension // heads]), ops.constant([0, 2, 1, 3])

    def by_head(name: str) -> Any:
        dense = _dense(weights, hidden, f"{layer}.{name}", dimension, dimension)
        return ops.transpose(ops.reshape(dense, apart, special_zero=True), swapped)

    attended = ops.scaled_dot_product_attention(by_head("q"), by_head("k"), by_head("v"), lowered)
    attended = ops.reshape(ops.transpose(attended, swapped), ops.constant([0, 0, dimension]), special_zero=True)
    attended = _dense(weights, attended, f"{layer}.ao", dimension, dimension)
    hidden = _normalised(weights, ops.add(hidden, attended), f"{layer}.aln")
    wide = weights.packed.header["intermediate_size"]
    inner = ops.gelu(_dense(weights, hidden, f"{layer}.fi", wide, dimension), "erf")
    return _normalised(weights, ops.add(hidden, _dense(weights, inner, f"{layer}.fo", dimension, wide)), f"{layer}.oln")


def _dense(weights: Weights, hidden: Any, name: str, out: int, into: int) -> Any:
    from index.model.silent_openvino import ops

    product = ops.matmul(hidden, ops.constant(weights(f"{name}.w", out, into)), transpose_a=False, transpose_b=True)
    return ops.add(product, ops.constant(weights(f"{name}.b", out)))


def _normalised(weights: Weights, hidden: Any, name: str) -> Any:
    from index.model.silent_openvino import ops

    header = weights.packed.header
    eps = header["layer_norm_eps"]
    centred = ops.mvn(hidden, ops.constant([-1]), normalize_variance=True, eps=eps, eps_mode="inside_sqrt")
    scale, shift = (ops.constant(weights(f"{name}.{end}", header["hidden_size"])) for end in "wb")
    return ops.add(ops.multiply(centred, scale), shift)


class GraphModel:
    """A WindowModel over a folder that ``write_graph`` wrote; safe to call from several threads."""

    prompt = PROMPT
    most_tokens = WINDOW_TOKENS
    has_tokens = True

    def __init__(self, folder: Path, precision: str = EXACT) -> None:
        """Load it, to be computed in EXACT or COARSE.

        Raises:
            BrokenModel: a file is missing or damaged.
        """
        with ThreadPoolExecutor(max_workers=1) as aside:
            compiling = aside.submit(_compile, folder, precision)  # outside the interpreter's lock
            verify(folder, _PIECES)
            self._tokenizer = Tokenizer(folder / _PIECES)
            verify(folder, _WORDS)
            verify(folder, _PLACES)
            self._words = np.load(folder / _WORDS, mmap_mode="r")
            self._places = np.load(folder / _PLACES)
            self._graph = compiling.result()
        self._lock = threading.Lock()  # a compiled model's own request serves one caller at a time

    @property
    def dimension(self) -> int:
        """The length of a vector; see WindowModel."""
        return int(self._places.shape[1])

    def offsets(self, text: str) -> list[Span]:
        """Return the span of each token; see WindowModel."""
        return self._tokenizer.encode(text).offsets

    def run(self, windows: Sequence[str]) -> Pass:
        """Read windows; see WindowModel."""
        rows = [self._tokenizer.encode(PROMPT + window).ids[:WINDOW_TOKENS] for window in windows]
        ids = np.full((len(rows), max(map(len, rows))), self._tokenizer.padding)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = row
        mask = np.arange(ids.shape[1]) < np.array([[len(row)] for row in rows])
        with self._lock:
            made = self._graph([self._embedded(ids), mask.astype(np.float32)])
            last, told = made[0].copy(), made[1].copy()
        tokens = [last[place, : len(row)] for place, row in enumerate(rows)]
        means = unit(np.stack([own.mean(axis=0) for own in tokens]))
        return Pass(means, tokens, [told[place, : len(row)] for place, row in enumerate(rows)])

    def _embedded(self, ids: Any) -> Vectors:
        """Return for ids (n, t) the sums (n, t, d) of what the words and what their places stand for."""
        words = dequantise(self._words[ids].reshape(-1)).reshape(*ids.shape, self.dimension)
        summed: Vectors = words + self._places[: ids.shape[1]]
        return summed


def fastest() -> Literal["f32", "bf16"]:
    """Return what is computed fastest here: COARSE where the processor has instructions for it, EXACT elsewhere."""
    from index.model.silent_openvino import openvino

    return COARSE if "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else EXACT


def _compile(folder: Path, precision: str) -> Any:
    from index.model.silent_openvino import openvino

    verify(folder, "model.")
    hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision}
    return openvino.Core().compile_model(folder / _GRAPH, "CPU", hints)
