"""Teaching a head over the adapted model to choose one of several things: what is meant, or what is gone."""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from index.training.adapter import Queries, padded
from index.training.lessons import some


def fit_choice(
    tokens: Sequence[Tensor],
    chosen: Sequence[str],
    choices: Sequence[str],
    queries: int,
    share: Callable[[str, int], int],
    steps: int,
    seed: int = 0,
) -> Queries:
    """Train queries, so many a choice, that tell which of ``choices`` texts of such token vectors (t, d) are.

    A batch has ``share(choice, count)`` texts of a choice of which there are ``count``.
    """
    torch.manual_seed(seed)
    random.seed(seed)
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, choice in enumerate(chosen):
        rows_of[choice].append(row)
    head = Queries(len(choices), queries, tokens[0].shape[1])
    optimiser = torch.optim.AdamW(head.parameters(), lr=5e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / 20) * (1 - step / steps))
    for _ in range(steps):
        rows = [row for choice, own in rows_of.items() for row in some(own, share(choice, len(own)))]
        wanted = torch.tensor([choices.index(chosen[row]) for row in rows])
        logits = head(*padded([tokens[row] for row in rows]))
        loss = nn.functional.cross_entropy(logits, wanted, label_smoothing=0.05)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return head.eval()


def as_bytes(names: Sequence[str]) -> Tensor:
    """Return names as they are kept among tensors."""
    return torch.frombuffer(bytearray(json.dumps(list(names)).encode()), dtype=torch.uint8)
