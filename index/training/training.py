"""Teach the encoder our subject: a low-rank adapter for its upper layers, trained on the casebook alone.

``python -m index.training`` (or ``make adapter``) reads the knowledge documents and writes ``adapter.safetensors``.
Texts of one pattern in several languages are drawn together, and texts of other patterns in the same languages apart
(supervised contrastive loss, Khosla et al. 2020), beside a classifier over the patterns and one for what was already
given. Golden situations are never read.
"""

import random
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

from index.judging.judgement import EVERYDAY, TOO_LITTLE
from index.model.given_head import GIVEN_LAYER
from index.model.packed_weights import ADAPTER
from index.model.stock import write_bert
from index.training.adapter import GivenQueries, Upper, outputs_below, padded
from index.training.lessons import PATTERNS_A_BATCH, Lesson, Sampler, buried_lessons, lessons, some
from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.pattern import Kind
from knowledge.documents.stages import read_stages
from knowledge.documents.utterances import read_messages

STEPS = 460
HEAD_STEPS, HEAD_QUERIES = 1500, 16
_STORIES_A_BATCH, _SENTENCES_A_BATCH = (32, 48), (8, 8)  # that say something was given, and that do not
LEARNING_RATE = 6e-4
TEMPERATURE = 0.07


class Losses(nn.Module):
    """The losses of a batch, and the classifier over the patterns that only training needs."""

    def __init__(self, taught: Sequence[Lesson], harmless: Container[str], dimension: int) -> None:
        super().__init__()
        classes = sorted({lesson.label for lesson in taught if lesson.label})
        self._labels = torch.tensor([classes.index(lesson.label) if lesson.label else -1 for lesson in taught])
        side = {name: 2 if name == TOO_LITTLE else int(name in harmless) for name in classes}
        self._side = torch.tensor([side[name] for name in classes])
        self._given = torch.tensor([-1.0 if lesson.given is None else float(lesson.given) for lesson in taught])
        self.centres = nn.Parameter(torch.randn(len(classes), dimension) * 0.02)

    def forward(self, vectors: Tensor, gone: Tensor, rows: Sequence[int]) -> Tensor:
        """Return the loss of a batch's unit vectors (n, d) and of the logits (n,) that something was given."""
        labels, given = self._labels[list(rows)], self._given[list(rows)]
        known, told = labels >= 0, given >= 0
        logits = 16 * vectors[known] @ nn.functional.normalize(self.centres, dim=1).T
        classified = nn.functional.cross_entropy(logits, labels[known], label_smoothing=0.05)
        sides = nn.functional.cross_entropy(self._by_side(logits), self._side[labels[known]])
        emergency = nn.functional.binary_cross_entropy_with_logits(gone[told], given[told])
        return classified + 0.7 * _contrastive(vectors[known], labels[known]) + 0.5 * sides + emergency

    def _by_side(self, logits: Tensor) -> Tensor:
        """Add the classes (n, classes) of each side up: logits (n, 3) of dangerous, harmless, too little."""
        return torch.stack([logits[:, self._side == side].logsumexp(1) for side in range(3)], 1)


def _contrastive(vectors: Tensor, labels: Tensor) -> Tensor:
    itself = torch.eye(len(labels), dtype=torch.bool)
    cosines = (vectors @ vectors.T / TEMPERATURE).masked_fill(itself, -1e9)
    logs = cosines - torch.logsumexp(cosines, 1, keepdim=True)
    same = (labels[:, None] == labels[None]) & ~itself
    paired = same.any(1)
    return -((logs * same).sum(1)[paired] / same.sum(1)[paired]).mean()


def train(
    bert: Any,
    tokenizer: Any,
    casebook: Casebook,
    taught: Sequence[Lesson],
    file: Path,
    steps: int = STEPS,
    patterns: int = PATTERNS_A_BATCH,
) -> None:
    """Train an adapter of a BERT model on lessons and write it to a file; a batch draws from so many patterns."""
    torch.manual_seed(0)
    random.seed(0)
    for parameter in bert.parameters():
        parameter.requires_grad = False
    taught = [*taught, *buried_lessons(taught)]
    upper = Upper(bert, tokenizer, [lesson.text for lesson in taught])
    harmless = {EVERYDAY} | {name for name, pattern in casebook.patterns.items() if pattern.kind == Kind.LEGITIMATE}
    losses = Losses(taught, harmless, bert.config.hidden_size)
    adapted = [parameter for adapter in upper.adapters.values() for parameter in (adapter.down, adapter.up)]
    groups = [
        {"params": adapted, "lr": LEARNING_RATE, "weight_decay": 0.01},
        {"params": [*losses.parameters(), *upper.given.parameters()], "lr": 5e-3, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 20) * max(0.03, 1 - step / steps)
    )
    sampler = Sampler(taught, patterns)
    upper.train()
    for _ in (bar := tqdm(range(steps), desc="Training", unit="step")):
        rows = sampler.draw()
        loss = losses(*upper(rows), rows)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(adapted, 1.0)
        optimiser.step()
        schedule.step()
        bar.set_postfix(loss=f"{loss.item():.2f}")
    upper.save(file)


def train_head(bert: Any, tokenizer: Any, taught: Sequence[Lesson], file: Path, steps: int = HEAD_STEPS) -> None:
    """Train the head that tells what was given over a model with its adapter, and add it to the adapter's file."""
    torch.manual_seed(0)
    random.seed(0)
    taught = [lesson for lesson in taught if lesson.given is not None]
    outputs = outputs_below(GIVEN_LAYER, bert, tokenizer, [lesson.text for lesson in taught])
    given = torch.tensor([float(bool(lesson.given)) for lesson in taught])
    pools = [
        ([row for row, lesson in enumerate(taught) if lesson.given == told and (lesson.label is None) == apart], count)
        for apart, counts in ((False, _STORIES_A_BATCH), (True, _SENTENCES_A_BATCH))
        for told, count in zip((True, False), counts, strict=True)
    ]
    head = GivenQueries(HEAD_QUERIES, bert.config.hidden_size)
    optimiser = torch.optim.AdamW(head.parameters(), lr=5e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    for _ in tqdm(range(steps), desc="Training the head", unit="step"):
        rows = [row for pool, count in pools for row in some(pool, count)]
        told = head(*padded([outputs[row] for row in rows]))
        loss = nn.functional.binary_cross_entropy_with_logits(told, given[rows])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    parameters = {f"given.{name}": parameter.detach().contiguous() for name, parameter in head.named_parameters()}
    save_file({**load_file(file), **parameters}, file)


def main() -> None:
    """Train the adapter that ships, on the documents that ship, and then the head over it."""
    casebook = read_casebook()
    taught = list(lessons(casebook, read_messages(), read_stages()))
    with _model(None) as (bert, tokenizer):
        train(bert, tokenizer, casebook, taught, ADAPTER)
    with _model(ADAPTER) as (bert, tokenizer):
        train_head(bert, tokenizer, taught, ADAPTER)
    print(f"{ADAPTER}: {ADAPTER.stat().st_size / 1e6:.1f} MB; the next rebuild encodes with it")


@contextmanager
def _model(adapter: Path | None) -> Iterator[tuple[Any, Any]]:
    """Load the model, with an adapter or as it came, and its tokenizer."""
    from transformers import AutoTokenizer, BertModel

    with TemporaryDirectory() as folder:
        write_bert(Path(folder), adapter)
        yield BertModel.from_pretrained(folder, add_pooling_layer=False), AutoTokenizer.from_pretrained(folder)


if __name__ == "__main__":
    main()
