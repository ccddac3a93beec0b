"""``python -m bench.precision``: what the precision a text is computed in changes: f32, which serves, against bf16.

Where the processor computes in bf16, OpenVINO does both; elsewhere torch computes the bf16, and no speed is stated.
"""

import os
import random
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openvino

from bench.figures import LONG, SHORT, alternating_ms
from bot.checking.checker import Checker
from bot.checking.engine import open_engine
from bot.checking.situation import Situation
from bot.settings import read_settings
from index.model.encoder import Encoded, Encoder
from index.model.graph import COARSE, EXACT, GraphModel, fastest, write_graph
from index.model.heads import stage_head
from index.model.loading import load_default
from index.model.packed_weights import ADAPTER
from index.model.sealed_folder import made_once
from index.model.sentence_encoder import SentenceEncoder
from index.model.stock import StockModel, load_folder, stock_folder
from knowledge.documents.casebook import read_casebook
from knowledge.documents.golden import read_golden

TEXTS = 150


def main() -> None:
    """Print how far vectors, their cosines and what was given move from one precision to the other."""
    texts = random.Random(1).sample(sorted(read_casebook().texts(signals=False)), TEXTS)
    head = stage_head(ADAPTER)
    with tempfile.TemporaryDirectory() as scratch:
        folder = made_once(Path(scratch) / "graph", lambda made: write_graph(made, ADAPTER))
        served = SentenceEncoder(GraphModel(folder), "f32", head)
        if "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
            coarse = SentenceEncoder(GraphModel(folder, COARSE), "bf16", head)
            for text in (SHORT, LONG):
                fine_ms, coarse_ms = alternating_ms(lambda: served.encode([text]), lambda: coarse.encode([text]), 60)  # noqa: B023
                print(f"{len(text)} characters: f32 {fine_ms:.1f} ms, bf16 {coarse_ms:.1f} ms")
        else:
            print("this processor does not compute in bf16; torch does, for the cosines alone")
            coarse = SentenceEncoder(StockModel(_torch_bf16()), "bf16", head)
        compare(served.read(texts), coarse.read(texts), "f32 against bf16")
        torch = SentenceEncoder(StockModel(load_folder(_folder())), "torch", head)
        compare(served.read(texts), torch.read(texts), "f32 by OpenVINO against f32 by torch")
    if fastest() == COARSE:
        golden(load_default(read_settings(os.environ).models, precision=COARSE))


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
    print(f"  what is told moves by up to {np.nanmax(given):.6f}")


def golden(coarse: Encoder) -> None:
    """Print what golden situations are judged to be in the precision that is coarser, beside the one that is exact."""
    settings = read_settings(os.environ)
    situations = read_golden()
    texts = [Situation(one.text) for one in situations]
    exact = open_engine(replace(settings, precision=EXACT), print)
    checkers = [exact.checker, Checker(coarse, exact.serving.build, exact.contacts)]
    found = [[checker.check(text) for text in texts] for checker in checkers]
    first = [[one.matches[0].pattern.id for one in judged] for judged in found]
    each: dict[str, list[list[str]]] = {
        "concern": [[one.concern for one in judged] for judged in found],
        "first pattern": first,
        "stage": [[one.stage for one in judged] for judged in found],
    }
    for name, (fine, other) in each.items():
        moved = sum(one != another for one, another in zip(fine, other, strict=True))
        print(f"golden set, {name}: {moved} of {len(texts)} are told otherwise")
    wanted = [one.patterns for one in situations]
    for name, places in zip((EXACT, COARSE), first, strict=True):
        right = sum(place in names for place, names in zip(places, wanted, strict=True) if names)
        print(f"golden set, expected pattern first in {name}: {right}")


if __name__ == "__main__":
    main()
