"""Teach the encoder our subject: a low-rank adapter for its upper layers, trained on the casebook alone.

``python -m index.training.training`` (or ``make adapter``) reads the knowledge documents, goes on from the adapter that
ships and writes it anew; with ``--anew`` it begins from nothing. Then it trains the heads over it; with ``--heads`` it
trains those alone.
Texts of one pattern in several languages are drawn together, and texts of other patterns in the same languages apart
(supervised contrastive loss, Khosla et al. 2020), beside a classifier over the patterns and one for what was already
given. Golden situations are never read.
"""

import random
import sys
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from index.judging.judgement import TOO_LITTLE
from index.judging.learning import examples, harmless_labels
from index.model.loading import load_default
from index.model.packed_weights import ADAPTER
from index.model.stock import write_bert
from index.training.adapter import Upper
from index.training.asides import framed_texts, train_asides
from index.training.concerned import train_concerned
from index.training.danger import train_danger
from index.training.evidence import train_evidence
from index.training.lessons import PATTERNS_A_BATCH, Lesson, Sampler, buried_lessons, lessons
from index.training.loss import train_loss
from index.training.stage import train_stage
from index.training.talking import train_talk
from knowledge.documents.casebook import Casebook, comparable, read_casebook
from knowledge.documents.marks import read_marks
from knowledge.documents.questions import read_questions
from knowledge.documents.stages import read_stages
from knowledge.documents.talk import read_asides, read_concerned, read_said

STEPS, LEARNING_RATE = 270, 4e-4  # where an adapter goes on learning
ANEW = 460, 6e-4  # where it begins
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
    steps: int | None = None,
    patterns: int = PATTERNS_A_BATCH,
    start: Path | None = None,
) -> None:
    """Train an adapter of a BERT model on lessons and write it to a file; a batch draws from so many patterns.

    It goes on from the adapter in ``start``, or begins anew, with fewer or more steps unless those are said.
    """
    steps, learning_rate = (steps or (STEPS if start else ANEW[0])), (LEARNING_RATE if start else ANEW[1])
    torch.manual_seed(0)
    random.seed(0)
    for parameter in bert.parameters():
        parameter.requires_grad = False
    taught, batches = _drawn([*taught, *buried_lessons(taught)], steps, patterns)
    upper = Upper(bert, tokenizer, [lesson.text for lesson in taught])
    if start:
        upper.start_from(start)
    losses = Losses(taught, harmless_labels(casebook), bert.config.hidden_size)
    adapted = [parameter for adapter in upper.adapters.values() for parameter in (adapter.down, adapter.up)]
    groups = [
        {"params": adapted, "lr": learning_rate, "weight_decay": 0.01},
        {"params": [*losses.parameters(), *upper.given.parameters()], "lr": 5e-3, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 20) * max(0.03, 1 - step / steps)
    )
    upper.train()
    for rows in (bar := tqdm(batches, desc="Training", unit="step")):
        loss = losses(*upper(rows), rows)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(adapted, 1.0)
        optimiser.step()
        schedule.step()
        bar.set_postfix(loss=f"{loss.item():.2f}")
    upper.save(file)


def _ordinary(casebook: Casebook) -> list[str]:
    return [comparable(message.text) for message in casebook.messages if message.harmless]


def _drawn(taught: Sequence[Lesson], steps: int, patterns: int) -> tuple[list[Lesson], list[list[int]]]:
    """Draw all batches, and return the lessons that are in one, with each batch's rows among those."""
    sampler = Sampler(taught, patterns)
    batches = [sampler.draw() for _ in range(steps)]
    drawn = sorted({row for rows in batches for row in rows})  # the others need not even be read
    place = {row: number for number, row in enumerate(drawn)}
    return [taught[row] for row in drawn], [[place[row] for row in rows] for rows in batches]


def main() -> None:
    """Train the adapter that ships, on the documents that ship, and then the heads over it."""
    casebook = read_casebook()
    if "--heads" not in sys.argv:
        taught = list(lessons(casebook, read_stages()))
        with _model(None) as (bert, tokenizer):
            train(bert, tokenizer, casebook, taught, ADAPTER, start=None if "--anew" in sys.argv else ADAPTER)
    train_heads(casebook)


def train_heads(casebook: Casebook) -> None:
    """Train the heads over the adapter that ships and add them to its file."""
    with TemporaryDirectory() as models:
        encoder = load_default(Path(models))
        train_stage(list(lessons(casebook, read_stages(), read_said())), encoder, ADAPTER)
        train_loss(read_stages(), encoder, ADAPTER)
        train_concerned(read_concerned(), encoder, ADAPTER)
        train_danger(list(examples(casebook)), _ordinary(casebook), harmless_labels(casebook), encoder, ADAPTER)
        right, found = train_evidence(read_marks(), casebook, encoder, ADAPTER)
        train_talk(read_said(), read_questions(), casebook, read_stages(), encoder, ADAPTER)
        train_asides(list(framed_texts(casebook, read_asides(), read_stages(), read_said())), encoder, ADAPTER)
    print(f"evidence: {right:.0%} of what is shown is right, {found:.0%} of what could be is shown")
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
