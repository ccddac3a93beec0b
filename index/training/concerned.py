"""Teach whom it happens to: a head over the adapted model that tells another's trouble from one's own."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from index.training.choosing import as_bytes, fit_choice
from index.training.stage import TokenReader
from knowledge.documents.casebook import comparable
from knowledge.documents.talk import CONCERNED, Concerned

STEPS, QUERIES = 900, 3
_A_BATCH = {"own": 64, "another": 40}
_MOST_TOKENS = 64


def train_concerned(lines: Mapping[str, Concerned], encoder: TokenReader, file: Path, steps: int = STEPS) -> None:
    """Train the head over an encoder with the adapter in ``file``, on lines by language, and add it there."""
    told = [(text, whose) for of in lines.values() for whose in CONCERNED for text in of.lines(whose)]
    texts, chosen = zip(*told, strict=True)
    _, tokens = encoder.read_tokens([comparable(text) for text in texts], progress=True)
    outputs = [torch.from_numpy(rows[:_MOST_TOKENS]) for rows in tokens]
    head = fit_choice(outputs, chosen, CONCERNED, QUERIES, lambda whose, _: _A_BATCH[whose], steps)
    learned = {f"concerned.{name}": tensor.detach().half().contiguous() for name, tensor in head.named_parameters()}
    save_file({**load_file(file), **learned, "concerned.names": as_bytes(CONCERNED)}, file)
