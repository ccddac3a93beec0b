"""Teaching the head that tells how far it has gone, over the adapted model."""

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, get_args

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from tqdm import tqdm

from index.model.encoder import STAGES, Vectors
from index.training.adapter import Queries, mean_of, padded
from index.training.lessons import Lesson, some
from knowledge.documents.stages import Stage

STEPS, QUERIES, TIMES = 1200, 12, 2
_A_BATCH: Mapping[tuple[str, Stage | bool | None], int] = {
    **{("staged", stage): 12 for stage in get_args(Stage)},
    **{("in passing", stage): 20 if stage in ("before", "after") else 4 for stage in get_args(Stage)},
    **{("story", True): 24, ("story", False): 36, ("sentence", True): 8, ("sentence", False): 8},
    ("message", None): 16,
}
"""How many lessons of each kind a batch has: of a kind and a stage, or a kind and whether something was given."""


class TokenReader(Protocol):
    """What training needs of an encoder."""

    def read_tokens(self, texts: Sequence[str], *, progress: bool = False) -> tuple[Vectors, list[Vectors]]:
        """Return the vectors (n, d) of texts, and each one's token vectors (t, d)."""


def train_stage(taught: Sequence[Lesson], encoder: TokenReader, file: Path, steps: int = STEPS) -> None:
    """Train the head that tells the stage over an encoder with the adapter in ``file``, and add it there."""
    taught = [lesson for lesson in taught if not all(map(math.isnan, lesson.told))]
    _, tokens = encoder.read_tokens([lesson.text for lesson in taught], progress=True)
    head = mean_of([fit_stage(taught, tokens, steps, seed) for seed in range(TIMES)])
    parameters = {f"stage.{name}": parameter.detach().contiguous() for name, parameter in head.named_parameters()}
    save_file({**load_file(file), **parameters}, file)


def fit_stage(taught: Sequence[Lesson], tokens: Sequence[Vectors], steps: int = STEPS, seed: int = 0) -> Queries:
    """Train queries that tell the stage of lessons, each of which tells one, by their token vectors (t, d)."""
    torch.manual_seed(seed)
    random.seed(seed)
    outputs = [torch.from_numpy(rows).half() for rows in tokens]
    told = torch.tensor([lesson.told for lesson in taught])
    pools = list(pools_of(taught))
    head = Queries(len(STAGES), QUERIES, outputs[0].shape[1])
    optimiser = torch.optim.AdamW(head.parameters(), lr=5e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    for _ in tqdm(range(steps), desc="Training the head", unit="step"):
        rows = [row for pool, count in pools for row in some(pool, count)]
        logits, wanted = head(*padded([outputs[row] for row in rows])), told[rows]
        known = ~wanted.isnan()
        loss = nn.functional.binary_cross_entropy_with_logits(logits[known], wanted[known])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return head.eval()


def pools_of(taught: Sequence[Lesson]) -> Iterator[tuple[list[int], int]]:
    """Yield the rows of each kind of lesson, with how many of them a batch of the head takes."""
    kinds: dict[tuple[str, Stage | bool | None], list[int]] = defaultdict(list)
    for row, lesson in enumerate(taught):
        if lesson.in_passing:
            kinds["in passing", lesson.stage].append(row)
        elif lesson.message and lesson.stage:
            kinds["message", None].append(row)
        elif lesson.stage:
            kinds["staged", lesson.stage].append(row)
        else:
            kinds["sentence" if lesson.label is None else "story", lesson.given].append(row)
    yield from ((rows, _A_BATCH[kind]) for kind, rows in kinds.items())
