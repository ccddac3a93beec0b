"""Texts to unit vectors, over sentence-transformers."""

import logging
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from index.model_folder import made_once, verify
from index.weights import ADAPTER, PACKED_SHA256, WINDOW_TOKENS, BrokenModel, sha256, write_bert

if TYPE_CHECKING:  # the import takes seconds, and most commands need no model
    import torch
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Span = tuple[int, int]
"""Start and end (exclusive) of a part of a text, in characters."""

DEFAULT_MODEL = "multilingual-e5-small"
_PROMPTS = {"query": "query: "}  # both sides of our comparison are accounts of an event, so both take it
_INPUTS = ("input_ids", "attention_mask")
_BATCH_TOKENS, _LEAST, _MOST = 768, 2, 64  # larger batches are slower on two cores
_SMALL_BATCH = 4  # of windows whose token vectors are kept
_WINDOW = 256  # tokens; attention costs more than it brings in longer ones


class Encoder(Protocol):
    """What the rest of the house needs of a model."""

    @property
    def name(self) -> str:
        """The model's name and version; vectors of another name are never compared with these."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Encode texts one by one: (len(texts), dimension), float32, rows of unit length."""

    def encode_parts(self, text: str, spans: Sequence[Span]) -> tuple[Vectors, Vectors]:
        """Encode a text and some of its parts, each part in the light of the whole.

        Returns the whole text's vector (dimension,) and the parts' (len(spans), dimension), float32, unit length.
        """


class SentenceEncoder:
    """An Encoder over any sentence-transformers model.

    A part's vector is the mean of its own tokens' vectors; with a model that gives none, parts are encoded alone.

    A text longer than the model's window is encoded in windows whose vectors are averaged, each weighted by its
    tokens. Any string is accepted: lone surrogates are replaced, and an empty text has the vector of the bare prompt.
    """

    def __init__(self, model: Any, name: str) -> None:
        """Take a SentenceTransformer, whose methods have more shapes of answer than types can follow."""
        self._model = model
        self._name = name
        self._dimension = int(model.get_embedding_dimension() or 0)
        self._tokenizer: Any = model.tokenizer
        self._prompt = str(model.prompts.get(model.default_prompt_name or "") or "")
        features: Any = self._model.encode(["a"], output_value=None)
        self._has_tokens = "token_embeddings" in features[0]
        limit = int(min(model.max_seq_length or _WINDOW, _WINDOW))
        self._room = limit - len(self._offsets(self._prompt)) - 1

    @property
    def name(self) -> str:
        """The model's name and version; see Encoder."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of a vector; see Encoder."""
        return self._dimension

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Encode texts one by one; see Encoder."""
        windows = [list(self._windows(_clean(text))) for text in texts]
        flat = [window for of_text in windows for window, _ in of_text]
        vectors = self._encode(flat, progress)
        whole = np.empty((len(texts), self.dimension), dtype=np.float32)
        row = 0
        for number, of_text in enumerate(windows):
            weights = [tokens for _, tokens in of_text]
            whole[number] = np.average(vectors[row : row + len(of_text)], axis=0, weights=weights)
            row += len(of_text)
        return _unit(whole)

    def _encode(self, windows: list[str], progress: bool) -> Vectors:
        """Encode windows, the longest first, so that a bar's estimate only gets better."""
        import torch

        sizes = [len(self._offsets(window)) for window in windows] if len(windows) > 1 else [1]
        order = sorted(range(len(windows)), key=lambda row: -sizes[row])
        vectors = np.empty((len(windows), self.dimension), dtype=np.float32)
        bar = tqdm(total=len(windows), desc="Encoding", unit="text", disable=not progress)
        start = 0
        while start < len(order):
            count = max(_LEAST, min(_MOST, _BATCH_TOKENS // max(1, sizes[order[start]])))
            rows = order[start : start + count]
            features = self._model.preprocess([windows[row] for row in rows], prompt=self._prompt)
            with torch.no_grad():
                vectors[rows] = self._model(features)["sentence_embedding"].numpy()
            start += count
            bar.update(len(rows))
        bar.close()
        return vectors

    def encode_parts(self, text: str, spans: Sequence[Span]) -> tuple[Vectors, Vectors]:
        """Encode a text and its parts from one forward pass: a part is the mean of its own tokens; see Encoder."""
        text = _clean(text)
        windows = [window for window, _ in self._windows(text)]
        if not self._has_tokens:
            return self.encode([text])[0], self.encode([text[start:end] for start, end in spans])
        features = self._model.encode(windows, batch_size=_SMALL_BATCH, output_value=None, show_progress_bar=False)
        tokens: list[Vectors] = []
        ends: list[NDArray[np.int64]] = []
        whole = np.zeros(self.dimension, dtype=np.float32)
        start = 0
        for window, feature in zip(windows, features, strict=True):
            offsets = np.array(self._offsets(self._prompt + window), dtype=np.int64) - len(self._prompt)
            embeddings = feature["token_embeddings"][: len(offsets)].numpy()
            whole += feature["sentence_embedding"].numpy() * len(offsets)
            own = offsets[:, 1] > 0  # neither the prompt nor a special token
            tokens.append(embeddings[own])
            ends.append(offsets[own, 1] + start)
            start += len(window)
        parts = _pool(np.concatenate(tokens), np.concatenate(ends), spans, fallback=whole)
        return _unit(whole[None])[0], _unit(parts)

    def _offsets(self, text: str) -> list[Span]:
        """Return the span of each token in the text; a special token's is empty."""
        offsets: list[Span]
        if callable(self._tokenizer):
            offsets = self._tokenizer(text, return_offsets_mapping=True, verbose=False)["offset_mapping"]
        else:  # a bare tokenizers.Tokenizer, as models of static word vectors have
            offsets = self._tokenizer.encode(text).offsets
        return offsets

    def _windows(self, text: str) -> Iterator[tuple[str, int]]:
        """Cut a text at token borders into windows that fit the model, with each one's number of tokens."""
        if len(text) <= self._room:  # a token has at least one character
            yield text, max(1, len(text))
            return
        ends = [end for _, end in self._offsets(text) if end > 0]
        start = 0
        for first in range(0, len(ends), self._room):
            end = ends[min(first + self._room, len(ends)) - 1]
            yield text[start:end], min(self._room, len(ends) - first)
            start = end
        if not ends:
            yield text[: self._room], 1


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _unit(rows: Vectors) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(norms, 1e-12)).astype(np.float32)
    return scaled


def _pool(tokens: Vectors, ends: NDArray[np.int64], spans: Sequence[Span], fallback: Vectors) -> Vectors:
    """Average the tokens whose last character lies in each span; a span without tokens takes ``fallback``."""
    pooled = np.tile(fallback, (len(spans), 1))
    for row, (start, end) in enumerate(spans):
        inside = tokens[(ends > start) & (ends <= end)]
        if len(inside):
            pooled[row] = inside.mean(axis=0)
    return pooled


def model_name(model: str, adapter: Path | None = ADAPTER) -> str:
    """Return the name and version that vectors of a selected model carry, without loading it."""
    if model != DEFAULT_MODEL:
        return model
    return f"{DEFAULT_MODEL}-{PACKED_SHA256[:8]}" + (f"-{sha256(adapter)[:8]}" if adapter else "")


def load_encoder(model: str, models: Path) -> SentenceEncoder:
    """Load a model by name: the default one, unpacked below ``models`` on first use, or any sentence-transformers one.

    Raises:
        BrokenModel: the model cannot be had; the message says which file and what to do.
    """
    if model == DEFAULT_MODEL:
        return load_default(models)
    from sentence_transformers import SentenceTransformer

    _quieten()
    try:
        return SentenceEncoder(SentenceTransformer(model, device="cpu"), model)
    except (OSError, ValueError) as fault:
        reason = str(fault).splitlines()[0]
        raise BrokenModel(f"ASKFIRST_MODEL={model}: no sentence-transformers model ({reason})") from fault


def load_default(models: Path, adapter: Path | None = ADAPTER) -> SentenceEncoder:
    """Load the default model with our adapter, or as it came; OpenVINO serves it, or torch where that is missing.

    Raises:
        BrokenModel: the model cannot be had; the message says which file and what to do.
    """
    name = model_name(DEFAULT_MODEL, adapter)
    folder = made_once(models / name, lambda scratch: _write_default(scratch, adapter))
    if find_spec("openvino") is None:
        return SentenceEncoder(load_torch(folder), name)
    graph = made_once(models / f"{name}-openvino", lambda scratch: _write_openvino(folder, scratch))
    return SentenceEncoder(load_openvino(folder, graph), name)


def _quieten() -> None:
    """Keep the libraries' own bars and notices off the person's terminal; errors still come."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")


def load_torch(folder: Path) -> "SentenceTransformer":
    """Load an unpacked model with stock sentence-transformers."""
    from sentence_transformers import SentenceTransformer

    _quieten()
    verify(folder, "model.safetensors")
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def _write_default(folder: Path, adapter: Path | None) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    _quieten()
    bert = folder / "bert"
    write_bert(bert, adapter)
    transformer = Transformer(str(bert))
    pooling = Pooling(transformer.get_embedding_dimension(), "mean")
    model = SentenceTransformer(
        modules=[transformer, pooling, Normalize()], device="cpu", prompts=_PROMPTS, default_prompt_name="query"
    )
    model.save(str(folder), create_model_card=False)
    for file in bert.iterdir():
        file.unlink()
    bert.rmdir()


def _write_openvino(folder: Path, scratch: Path) -> None:
    # The converter reports each conversion to its maker over the network unless this module cannot be imported.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino
    import torch

    transformer: Any = load_torch(folder)[0]
    bert = transformer.auto_model.eval()
    example = {key: torch.ones((2, 8), dtype=torch.int64) for key in _INPUTS}
    with warnings.catch_warnings():  # the converter traces, which torch would rather not have anybody do
        warnings.simplefilter("ignore")
        graph = openvino.convert_model(bert, example_input=example)
    openvino.save_model(graph, scratch / "model.xml", compress_to_fp16=True)


def load_openvino(folder: Path, graph: Path) -> "SentenceTransformer":
    """Load an unpacked model with OpenVINO computing its token vectors, the rest being sentence-transformers' own."""
    with ThreadPoolExecutor(max_workers=1) as aside:
        compiling = aside.submit(_compile, graph)  # outside the interpreter's lock, while the imports hold it
        _quieten()
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

        compiled = compiling.result()
    dimension = int(compiled.output(0).partial_shape[2].get_length())
    modules = [_openvino_module(folder, compiled), Pooling(dimension, "mean"), Normalize()]
    return SentenceTransformer(modules=modules, device="cpu", prompts=_PROMPTS, default_prompt_name="query")


def _compile(graph: Path) -> Any:
    import openvino

    verify(graph, "model.")
    core = openvino.Core()
    # bf16 where the processor computes in it: 1.7 times the speed, and a cosine of 0.9999 to f32.
    precision = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
    hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision}
    return core.compile_model(graph / "model.xml", "CPU", hints)


def _openvino_module(folder: Path, compiled: Any) -> Any:
    """Return the first module of a SentenceTransformer: text to token vectors."""
    import torch
    from sentence_transformers.sentence_transformer.modules import InputModule
    from tokenizers import Tokenizer

    verify(folder, "tokenizer.json")
    lock = threading.Lock()  # a compiled model's own request serves one caller at a time

    class OpenVINOTransformer(InputModule):
        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self.tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.tokenizer.no_padding()
            self.tokenizer.no_truncation()
            self.max_seq_length = WINDOW_TOKENS

        def preprocess(self, inputs: Any, prompt: str | None = None, **_: Any) -> dict[str, Any]:
            encoded = self.tokenizer.encode_batch([(prompt or "") + text for text in inputs])
            rows = [encoding.ids[:WINDOW_TOKENS] for encoding in encoded]
            ids = np.full((len(rows), max(map(len, rows))), self.tokenizer.token_to_id("<pad>"), dtype=np.int64)
            for place, row in enumerate(rows):
                ids[place, : len(row)] = row
            mask = np.arange(ids.shape[1]) < np.array([[len(row)] for row in rows])
            return {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask.astype(np.int64))}

        def forward(self, features: dict[str, "torch.Tensor"], **_: Any) -> dict[str, "torch.Tensor"]:
            with lock:
                hidden = compiled({key: features[key].numpy() for key in _INPUTS})[0].copy()
            return features | {"token_embeddings": torch.from_numpy(hidden)}

        def save(self, output_path: str, *_: Any, **__: Any) -> None:
            raise OSError(f"{output_path}: not written, the model is kept as a folder of its own")

    return OpenVINOTransformer()
