"""Teach what is gone where something is: a head over the adapted model, from the accounts told at each stage."""

import json
import math
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from index.model.encoder import Vectors
from index.training.adapter import Queries, padded
from index.training.lessons import some
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
    names = torch.frombuffer(bytearray(json.dumps(LOSSES).encode()), dtype=torch.uint8)
    save_file({**load_file(file), **learned, "loss.names": names}, file)


def fit_loss(losses: Sequence[Loss], tokens: Sequence[Vectors], steps: int = STEPS) -> Queries:
    """Train queries that tell which of LOSSES texts of such token vectors (t, d) are about.

    What many are about is drawn oftener than what few are, but by the root of it only.
    """
    torch.manual_seed(0)
    random.seed(0)
    outputs = [torch.from_numpy(rows[:_MOST_TOKENS]) for rows in tokens]
    rows_of: dict[Loss, list[int]] = defaultdict(list)
    for row, loss in enumerate(losses):
        rows_of[loss].append(row)
    head = Queries(len(LOSSES), QUERIES, outputs[0].shape[1])
    optimiser = torch.optim.AdamW(head.parameters(), lr=5e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / 20) * (1 - step / steps))
    for _ in range(steps):
        rows = [row for own in rows_of.values() for row in some(own, max(_LEAST_A_BATCH, math.isqrt(len(own))))]
        wanted = torch.tensor([LOSSES.index(losses[row]) for row in rows])
        logits = head(*padded([outputs[row] for row in rows]))
        missed = nn.functional.cross_entropy(logits, wanted, label_smoothing=0.05)
        optimiser.zero_grad()
        missed.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return head.eval()
