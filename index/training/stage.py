"""Teaching the head that tells how far it has gone, over the adapted model."""

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, get_args

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

from index.model.encoder import STAGES, Vectors
from index.training.adapter import Queries, mean_of, padded
from index.training.lessons import Lesson, some
from index.training.packing import packed
from knowledge.documents.stages import Stage

STEPS, QUERIES, TIMES = 1200, 12, 2
NETWORK_STEPS, NETWORKS = 1500, 2
_LOOKS, _READ, _HIDDEN, _DROPPED = 16, 24, 96, 0.2
_A_BATCH: Mapping[tuple[str, Stage | bool | None], int] = {
    **{("staged", stage): 12 for stage in get_args(Stage)},
    **{("in passing", stage): 20 if stage in ("before", "after") else 4 for stage in get_args(Stage)},
    ("followed", "after"): 12, ("followed", "before"): 8, ("followed", "now"): 5, ("followed", "unsaid"): 16,
    **{("story", True): 24, ("story", False): 36, ("sentence", True): 8, ("sentence", False): 8},
    ("message", None): 16,
}  # fmt: skip
"""How many lessons of each kind a batch has: of a kind and a stage, or a kind and whether something was given."""


class TokenReader(Protocol):
    """What training needs of an encoder."""

    def read_tokens(self, texts: Sequence[str], *, progress: bool = False) -> tuple[Vectors, list[Vectors]]:
        """Return the vectors (n, d) of texts, and each one's token vectors (t, d)."""


class Findings(nn.Module):
    """Tells things of a text by what queries find in it together; see FindingsNetwork in index/model/heads.py."""

    def __init__(self, things: int, dimension: int) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.randn(_LOOKS, dimension) * 0.05)
        self.values = nn.Parameter(torch.randn(_LOOKS, dimension, _READ) / dimension**0.5)
        self.inner, self.outer = nn.Linear(_LOOKS * _READ, _HIDDEN), nn.Linear(_HIDDEN, things)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return for tokens (n, t, d) with their mask (n, t) the logits (n, things)."""
        attention = (tokens @ self.queries.T).masked_fill(mask[..., None] == 0, -1e4).softmax(1)
        found = torch.einsum("ntq,ntd->nqd", attention, tokens)
        read = torch.einsum("nqd,qdr->nqr", found, self.values).flatten(1)
        read = nn.functional.dropout(read, _DROPPED, self.training)
        hidden = nn.functional.dropout(nn.functional.relu(self.inner(read)), _DROPPED, self.training)
        told: Tensor = self.outer(hidden)
        return told


def train_stage(
    taught: Sequence[Lesson],
    encoder: TokenReader,
    file: Path,
    steps: int = STEPS,
    network_steps: int = NETWORK_STEPS,
) -> None:
    """Train the head that tells the stage over an encoder with the adapter in ``file``, and add it there.

    It says the mean of what queries and networks say that were each trained by themselves.
    """
    taught = [lesson for lesson in taught if not all(map(math.isnan, lesson.told))]
    _, tokens = encoder.read_tokens([lesson.text for lesson in taught], progress=True)
    head = mean_of([fit_stage(taught, tokens, steps, seed) for seed in range(TIMES)])
    networks = [fit_findings(taught, tokens, network_steps, seed) for seed in range(NETWORKS)]
    save_file({**load_file(file), **learned(head, networks)}, file)


def learned(head: Queries, networks: Sequence[Findings], name: str = "stage") -> dict[str, Tensor]:
    """Return what an adapter keeps of queries that say the mean of TIMES, and of networks: all say their mean."""
    share = TIMES / (TIMES + len(networks))
    bias = head.bias * share + sum(network.outer.bias for network in networks) / (TIMES + len(networks))
    kept = {"queries": head.queries.half(), "values": (head.values * share).half(), "bias": bias}
    for number, network in enumerate(networks):
        parts = {
            "queries": network.queries, "values": network.values, "inner": network.inner.weight.T,
            "inner_bias": network.inner.bias, "outer": network.outer.weight.T / (TIMES + len(networks)),
        }  # fmt: skip
        kept |= {f"{number}.{part}": tensor for part, tensor in packed(parts).items()}
    return {f"{name}.{part}": tensor.detach().contiguous() for part, tensor in kept.items()}


def fit_stage(taught: Sequence[Lesson], tokens: Sequence[Vectors], steps: int = STEPS, seed: int = 0) -> Queries:
    """Train queries that tell the stage of lessons, each of which tells one, by their token vectors (t, d)."""
    torch.manual_seed(seed)
    head = Queries(len(STAGES), QUERIES, tokens[0].shape[1])
    _train(head, taught, tokens, steps, seed, rate=5e-3, decay=0.01)
    return head


def fit_findings(
    taught: Sequence[Lesson], tokens: Sequence[Vectors], steps: int = NETWORK_STEPS, seed: int = 0
) -> Findings:
    """Train a network that does the same."""
    torch.manual_seed(seed)
    network = Findings(len(STAGES), tokens[0].shape[1])
    _train(network, taught, tokens, steps, seed, rate=2e-3, decay=0.02)
    return network


def _train(
    head: nn.Module, taught: Sequence[Lesson], tokens: Sequence[Vectors], steps: int, seed: int, *, rate: float,
    decay: float,
) -> None:  # fmt: skip
    random.seed(seed)
    outputs = [torch.from_numpy(rows).half() for rows in tokens]
    told = torch.tensor([lesson.told for lesson in taught])
    pools = list(pools_of(taught))
    optimiser = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / 50) * (1 - step / steps))
    for _ in tqdm(range(steps), desc="Training the head", unit="step"):
        rows = [row for pool, count in pools for row in some(pool, count)]
        logits, wanted = head(*padded([outputs[row] for row in rows])), told[rows]
        known = ~wanted.isnan()
        loss = nn.functional.binary_cross_entropy_with_logits(logits[known], wanted[known])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    head.eval()


def pools_of(taught: Sequence[Lesson]) -> Iterator[tuple[list[int], int]]:
    """Yield the rows of each kind of lesson, with how many of them a batch of the head takes."""
    kinds: dict[tuple[str, Stage | bool | None], list[int]] = defaultdict(list)
    for row, lesson in enumerate(taught):
        if lesson.followed:
            kinds["followed", lesson.stage].append(row)
        elif lesson.in_passing:
            kinds["in passing", lesson.stage].append(row)
        elif lesson.message and lesson.stage:
            kinds["message", None].append(row)
        elif lesson.stage:
            kinds["staged", lesson.stage].append(row)
        else:
            kinds["sentence" if lesson.label is None else "story", lesson.given].append(row)
    yield from ((rows, _A_BATCH[kind]) for kind, rows in kinds.items())
