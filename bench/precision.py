"""``python -m bench.precision``: what the precision a text is computed in changes: f32, which serves, against bf16.

Where the processor computes in bf16, OpenVINO does both; elsewhere torch computes the bf16, and no speed is stated.
"""

import os
import random
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import openvino

from bench.figures import LONG, SHORT, alternating_ms
from bot.settings import read_settings
from index.model.encoder import Encoded
from index.model.graph import GraphModel, write_graph
from index.model.heads import stage_head
from index.model.packed_weights import ADAPTER
from index.model.sealed_folder import made_once
from index.model.sentence_encoder import SentenceEncoder
from index.model.stock import StockModel, load_folder, stock_folder
from knowledge.documents.casebook import read_casebook

TEXTS = 150


def main() -> None:
    """Print how far vectors, their cosines and what was given move from one precision to the other."""
    texts = random.Random(1).sample(sorted(read_casebook().texts(signals=False)), TEXTS)
    head = stage_head(ADAPTER)
    with tempfile.TemporaryDirectory() as scratch:
        folder = made_once(Path(scratch) / "graph", lambda made: write_graph(made, ADAPTER))
        served = SentenceEncoder(GraphModel(folder), "f32", head)
        if "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
            coarse = SentenceEncoder(GraphModel(folder, "bf16"), "bf16", head)
            for text in (SHORT, LONG):
                fine_ms, coarse_ms = alternating_ms(lambda: served.encode([text]), lambda: coarse.encode([text]), 60)  # noqa: B023
                print(f"{len(text)} characters: f32 {fine_ms:.1f} ms, bf16 {coarse_ms:.1f} ms")
        else:
            print("this processor does not compute in bf16; torch does, for the cosines alone")
            coarse = SentenceEncoder(StockModel(_torch_bf16()), "bf16", head)
        compare(served.read(texts), coarse.read(texts), "f32 against bf16")
        torch = SentenceEncoder(StockModel(load_folder(_folder())), "torch", head)
        compare(served.read(texts), torch.read(texts), "f32 by OpenVINO against f32 by torch")


def _folder() -> Path:
    return stock_folder(read_settings(os.environ).models / "bench-precision", ADAPTER)


def _torch_bf16() -> Any:
    import torch

    model = load_folder(_folder())
    forward = model.forward

    def coarse(features: Any, **more: Any) -> Any:
        with torch.autocast("cpu", torch.bfloat16):
            made = forward(features, **more)
        made["all_layer_embeddings"] = [layer.float() for layer in made["all_layer_embeddings"]]
        return made | {name: made[name].float() for name in ("token_embeddings", "sentence_embedding")}

    model.forward = coarse
    return model


def compare(first: Encoded, second: Encoded, name: str) -> None:
    """Print how far two encodings of the same texts are apart."""
    same = (first.vectors * second.vectors).sum(axis=1)
    cosines = first.vectors @ first.vectors.T
    moved = np.abs(cosines - second.vectors @ second.vectors.T)
    given = np.abs(first.told - second.told)
    print(
        f"{name}, {len(same)} texts: a text's cosine to itself {same.min():.6f} at least, median {np.median(same):.6f}"
    )
    print(f"  two texts' cosine moves by up to {moved.max():.6f}")
    print(f"  what was given moves by up to {given.max():.6f}")


if __name__ == "__main__":
    main()
