"""Teach whom it happens to: a head over the adapted model that tells another's trouble from one's own."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from index.training.adapter import Queries, mean_of, padded
from index.training.lessons import some
from index.training.stage import TokenReader
from knowledge.documents.casebook import comparable
from knowledge.documents.talk import Concerned

STEPS, QUERIES, HEADS = 900, 3, 2
_A_BATCH, _MOST_TOKENS, _SMOOTHED = 96, 64, 0.03


def train_concerned(lines: Mapping[str, Concerned], encoder: TokenReader, file: Path, steps: int = STEPS) -> None:
    """Train the head over an encoder with the adapter in ``file``, on lines by language, and add it there."""
    told = [(text, another) for own in lines.values() for another in (False, True) for text in _of(own, another)]
    _, tokens = encoder.read_tokens([comparable(text) for text, _ in told], progress=True)
    outputs = [torch.from_numpy(rows[:_MOST_TOKENS]) for rows in tokens]
    head = fit_concerned(outputs, [another for _, another in told], steps)
    learned = {f"concerned.{name}": tensor.detach().half().contiguous() for name, tensor in head.named_parameters()}
    save_file({**load_file(file), **learned}, file)


def _of(lines: Concerned, another: bool) -> tuple[str, ...]:
    return lines.another if another else lines.own


def fit_concerned(tokens: list[torch.Tensor], another: list[bool], steps: int = STEPS) -> Queries:
    """Train queries that tell of texts of such token vectors (t, d) whether they are another's: the mean of a few."""
    heads: list[Queries] = []
    for seed in range(HEADS):
        torch.manual_seed(seed)
        head = Queries(1, QUERIES, tokens[0].shape[1])
        optimiser = torch.optim.AdamW(head.parameters(), lr=5e-3, weight_decay=0.02)
        rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / 20) * (1 - step / steps))
        for _ in range(steps):
            rows = some(range(len(tokens)), _A_BATCH)
            wanted = torch.tensor([1 - _SMOOTHED if another[row] else _SMOOTHED for row in rows])
            logits = head(*padded([tokens[row] for row in rows]))[:, 0]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            rate.step()
        heads.append(head.eval())
    return mean_of(heads)
