"""Loading an encoder: the default model with our adapter, or any other of sentence-transformers."""

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from index.model.graph import EXACT, GraphModel, fastest, write_graph
from index.model.heads import (
    STAGE_LAYER,
    aside_head,
    concerned_head,
    danger_head,
    evidence_head,
    loss_head,
    stage_head,
    talk_head,
)
from index.model.packed_weights import ADAPTER, PACKED_SHA256, sha256
from index.model.sealed_folder import made_once
from index.model.sentence_encoder import SentenceEncoder, WindowModel
from index.model.stock import StockModel, load_folder, load_named, stock_folder

DEFAULT_MODEL = "multilingual-e5-small"


def model_name(model: str, adapter: Path | None = ADAPTER) -> str:
    """Return the name and version that vectors of a selected model carry, without loading it."""
    if model != DEFAULT_MODEL:
        return model
    return f"{DEFAULT_MODEL}-{PACKED_SHA256[:8]}" + (f"-{sha256(adapter)[:8]}" if adapter else "")


Precision = Literal["", "f32", "bf16"]
"""What the default model is computed in; empty: what is fastest on this processor."""


def load_encoder(model: str, models: Path, precision: Precision = EXACT) -> SentenceEncoder:
    """Load a model by name: the default one, unpacked below ``models`` on first use, or any sentence-transformers one.

    Raises:
        BrokenModel: the model cannot be had; the message says which file and what to do.
    """
    if model != DEFAULT_MODEL:
        return SentenceEncoder(load_named(model), model)
    return load_default(models, precision=precision)


def load_default(models: Path, adapter: Path | None = ADAPTER, precision: Precision = EXACT) -> SentenceEncoder:
    """Load the default model with our adapter, or as it came; OpenVINO serves it, or torch where that is missing.

    Raises:
        BrokenModel: the model cannot be had; the message says which file and what to do.
    """
    if find_spec("openvino") is None:
        return load_torch(models, adapter)
    name = model_name(DEFAULT_MODEL, adapter)
    folder = made_once(models / f"{name}-graph-{STAGE_LAYER}-pieces", lambda scratch: write_graph(scratch, adapter))
    return _with_heads(GraphModel(folder, precision or fastest()), name, adapter)


def load_torch(models: Path, adapter: Path | None = ADAPTER) -> SentenceEncoder:
    """Load the default model with stock sentence-transformers and torch.

    Raises:
        BrokenModel: the model cannot be had; the message says which file and what to do.
    """
    name = model_name(DEFAULT_MODEL, adapter)
    return _with_heads(StockModel(load_folder(stock_folder(models / name, adapter))), name, adapter)


def _with_heads(model: WindowModel, name: str, adapter: Path | None) -> SentenceEncoder:
    kinds = (stage_head, evidence_head, talk_head, danger_head, loss_head, aside_head, concerned_head)
    return SentenceEncoder(model, name, *(head(adapter) for head in kinds))  # type: ignore[arg-type]


def load_stock(models: Path) -> SentenceEncoder:
    """Load the default model as it came, without our adapter, to compare with.

    Raises:
        BrokenModel: as ``load_default``.
    """
    return load_default(models, None)
