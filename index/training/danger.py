"""Teaching the head that tells what is dangerous from what is harmless, over the adapted model.

It reads a text's tokens, where the votes of a build see one vector of the last layer, and errs elsewhere than they do;
the two are added up (see index/judging/decision.py).
"""

import random
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

from index.judging.judgement import TOO_LITTLE, fit_votes
from index.judging.learning import Example
from index.model.encoder import Vectors
from index.model.sentence_encoder import unit
from index.training.adapter import Queries, mean_of, padded
from index.training.lessons import some
from index.training.stage import TokenReader

STEPS, QUERIES, TIMES = 1000, 12, 2
LANDMARKS, SHARPNESS, RIDGE = 1024, 8.0, 0.1
SCALE = 5.0
"""How much the landmarks' margin counts beside the queries' log-odds; docs/judgement.md has the values tried."""
_A_BATCH = 48  # of each side
_MOST_TOKENS = 128


def train_danger(
    voting: Sequence[Example],
    ordinary: Sequence[str],
    harmless: Collection[str],
    encoder: TokenReader,
    file: Path,
    steps: int = STEPS,
) -> None:
    """Train the head over an encoder with the adapter in ``file``, and add it there.

    The landmarks learn from the texts that vote, the queries from those and from ordinary messages. ``harmless`` are
    the labels that are no danger; what says too little is neither.
    """
    sides = {text: label not in harmless for text, _, label in voting if label != TOO_LITTLE} | dict.fromkeys(
        ordinary, False
    )
    _, tokens = encoder.read_tokens(list(sides), progress=True)
    queries = mean_of([fit_queries(list(sides.values()), tokens, steps, seed) for seed in range(TIMES)])
    learned = {name: parameter.detach().half() for name, parameter in queries.named_parameters()}
    _, tokens = encoder.read_tokens([text for text, _, _ in voting], progress=True)
    means = np.stack([rows.mean(axis=0) for rows in tokens])
    learned |= fit_landmarks(means, [label for *_, label in voting], harmless)
    save_file({**load_file(file), **{f"danger.{name}": part.contiguous() for name, part in learned.items()}}, file)


def fit_queries(dangerous: Sequence[bool], tokens: Sequence[Vectors], steps: int = STEPS, seed: int = 0) -> Queries:
    """Train queries that tell which texts are dangerous by their token vectors (t, d)."""
    torch.manual_seed(seed)
    random.seed(seed)
    outputs = [torch.from_numpy(rows[:_MOST_TOKENS]).half() for rows in tokens]
    pools = [[row for row, side in enumerate(dangerous) if side == wanted] for wanted in (True, False)]
    head = Queries(1, QUERIES, outputs[0].shape[1])
    optimiser = torch.optim.AdamW(head.parameters(), lr=5e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    for _ in tqdm(range(steps), desc="Training what is dangerous", unit="step"):
        rows = [row for pool in pools for row in some(pool, _A_BATCH)]
        wanted = torch.tensor([0.97 if dangerous[row] else 0.03 for row in rows])
        logits = head(*padded([outputs[row] for row in rows]))[:, 0]
        loss = nn.functional.binary_cross_entropy_with_logits(logits, wanted)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return head.eval()


def fit_landmarks(means: Vectors, labels: Sequence[str], harmless: Collection[str]) -> dict[str, Tensor]:
    """Fit landmarks amid texts' mean token vectors (n, d), that vote for the texts' labels."""
    middle = means.mean(axis=0)
    names, places = np.unique(labels, return_inverse=True)
    votes = fit_votes(
        unit(means - middle), np.eye(len(names), dtype=np.float32)[places], SHARPNESS, RIDGE, count=LANDMARKS
    )
    side = np.array([0 if name == TOO_LITTLE else -1 if name in harmless else 1 for name in names])
    learned = {
        "middle": middle, "landmarks": votes.vectors,
        "dangerous": votes.shares[:, side > 0], "harmless": votes.shares[:, side < 0],
    }  # fmt: skip
    tensors = {name: torch.from_numpy(part).half() for name, part in learned.items()}
    return {**tensors, "sharpness_and_scale": torch.tensor([SHARPNESS, SCALE])}
