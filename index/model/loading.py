"""Loading an encoder: the default model with our adapter, or any other of sentence-transformers."""

import logging
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.model.encoder import GIVEN_LAYER, GivenHead, SentenceEncoder
from index.model.packed_weights import ADAPTER, PACKED_SHA256, WINDOW_TOKENS, BrokenModel, sha256, write_bert
from index.model.sealed_folder import made_once, verify

if TYPE_CHECKING:  # the import takes seconds, and most commands need no model
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "multilingual-e5-small"
_PROMPTS = {"query": "query: "}  # both sides of our comparison are accounts of an event, so both take it
_INPUTS = ("input_ids", "attention_mask")


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
        return SentenceEncoder(load_torch(folder), name, given_head(adapter))
    graph = made_once(models / f"{name}-openvino-{GIVEN_LAYER}", lambda scratch: _write_openvino(folder, scratch))
    return SentenceEncoder(load_openvino(folder, graph), name, given_head(adapter))


def given_head(adapter: Path | None) -> GivenHead | None:
    """Return the head that was trained with an adapter, or None where there is none."""
    from safetensors.numpy import load_file

    tensors = load_file(adapter) if adapter else {}
    if "given.queries" not in tensors:
        return None
    return GivenHead(tensors["given.queries"], tensors["given.values"], float(tensors["given.bias"][0]))


def load_stock(models: Path) -> SentenceEncoder:
    """Load the default model as it came, without our adapter, to compare with.

    Raises:
        BrokenModel: as ``load_default``.
    """
    return load_default(models, None)


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
    transformer = Transformer(str(bert), config_kwargs={"output_hidden_states": True})  # the head reads one of them
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

    class TwoLayers(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
            made = self.bert(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
            return made.last_hidden_state, made.hidden_states[GIVEN_LAYER]

    example = {key: torch.ones((2, 8), dtype=torch.int64) for key in _INPUTS}
    with warnings.catch_warnings():  # the converter traces, which torch would rather not have anybody do
        warnings.simplefilter("ignore")
        graph = openvino.convert_model(TwoLayers(), example_input=example)
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

        def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
            with lock:
                made = compiled({key: features[key].numpy() for key in _INPUTS})
                last, told = (torch.from_numpy(made[number].copy()) for number in (0, 1))
            return features | {"token_embeddings": last, "all_layer_embeddings": {GIVEN_LAYER: told}}

        def save(self, output_path: str, *_: Any, **__: Any) -> None:
            raise OSError(f"{output_path}: not written, the model is kept as a folder of its own")

    return OpenVINOTransformer()
