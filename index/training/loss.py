"""Teach what is gone where something is: a head over the adapted model, from the accounts told at each stage."""

import math
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from index.model.encoder import Vectors
from index.training.adapter import Queries
from index.training.choosing import as_bytes, fit_choice
from index.training.stage import TokenReader
from knowledge.documents.casebook import comparable
from knowledge.documents.stages import LOSSES, Loss, StagedAccount

STEPS, QUERIES = 600, 6
_LEAST_A_BATCH = 6
_MOST_TOKENS = 64
_GOING = ("now", "after")


def train_loss(
    staged: Sequence[tuple[str, StagedAccount]], encoder: TokenReader, file: Path, steps: int = STEPS
) -> None:
    """Train the head that tells what is gone over an encoder with the adapter in ``file``, and add it there."""
    taught = [account for _, account in staged if account.stage in _GOING and account.loss in LOSSES]
    _, tokens = encoder.read_tokens([comparable(account.text) for account in taught], progress=True)
    head = fit_loss([account.loss for account in taught], tokens, steps)
    learned = {f"loss.{name}": tensor.detach().half().contiguous() for name, tensor in head.named_parameters()}
    save_file({**load_file(file), **learned, "loss.names": as_bytes(LOSSES)}, file)


def fit_loss(losses: Sequence[Loss], tokens: Sequence[Vectors], steps: int = STEPS) -> Queries:
    """Train queries that tell which of LOSSES texts of such token vectors (t, d) are about.

    What many are about is drawn oftener than what few are, but by the root of it only.
    """
    outputs = [torch.from_numpy(rows[:_MOST_TOKENS]) for rows in tokens]
    return fit_choice(outputs, losses, LOSSES, QUERIES, lambda _, count: max(_LEAST_A_BATCH, math.isqrt(count)), steps)
