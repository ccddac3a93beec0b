"""Teaching the head that tells how far it has gone, over the adapted model."""

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from tqdm import tqdm

from index.model.encoder import STAGES, Vectors
from index.training.adapter import Queries, mean_of, padded
from index.training.lessons import Lesson, some
from knowledge.documents.stages import Stage

STEPS, QUERIES, TIMES = 1200, 12, 2
_STAGED_A_BATCH, _MESSAGES_A_BATCH = 12, 16  # of each stage, and messages
_STORIES_A_BATCH, _SENTENCES_A_BATCH = (24, 36), (8, 8)  # that say something was given, and that do not


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
    pools = list(_pools(taught))
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


def _pools(taught: Sequence[Lesson]) -> Iterator[tuple[list[int], int]]:
    """Yield the rows of each kind of lesson, with how many of them a batch of the head takes."""
    kinds: dict[tuple[str, Stage | bool | None], list[int]] = defaultdict(list)
    for row, lesson in enumerate(taught):
        if lesson.message and lesson.stage:
            kinds["message", None].append(row)
        elif lesson.stage:
            kinds["staged", lesson.stage].append(row)
        else:
            kinds["sentence" if lesson.label is None else "story", lesson.given].append(row)
    for (kind, what), rows in kinds.items():
        of_given = _STORIES_A_BATCH if kind == "story" else _SENTENCES_A_BATCH
        counts = {"message": _MESSAGES_A_BATCH, "staged": _STAGED_A_BATCH}
        yield rows, counts.get(kind, of_given[0 if what else 1])
