"""Teach the encoder our subject: a low-rank adapter for its upper layers, trained on the casebook alone.

``python -m index.training`` (or ``make adapter``) reads the knowledge documents and writes ``adapter.safetensors``.
Texts of one pattern in several languages are drawn together, and texts of other patterns in the same languages apart
(supervised contrastive loss, Khosla et al. 2020), beside a classifier over the patterns and one for what was already
given. Golden situations are never read. The lower layers are frozen, so their outputs are computed once.
"""

import math
import random
import tomllib
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import tqdm

from index.casebook import Casebook, read_casebook, voting_texts
from index.judgement import EVERYDAY, TOO_LITTLE
from index.weights import ADAPTER, write_bert
from knowledge.documents import KNOWLEDGE
from knowledge.folding import fold
from knowledge.pattern import Kind

STEPS = 460
UPPER = 8  # of 12 layers
RANK = 16
QUERIES = 4
SCALE = 2.0
LEARNING_RATE = 6e-4
MAX_TOKENS = 192
_CHUNK_TOKENS = 1536  # of one pass; texts of like length go together, so that little is padding
TEMPERATURE = 0.07
PATTERNS_A_BATCH = 11
_BACKGROUND_A_BATCH, _GIVEN_A_BATCH, _NOT_GIVEN_A_BATCH, _EMERGENCIES_A_BATCH = 24, 10, 10, 4
_BURIED_ONE_IN, _ORDERED_ONE_IN = 8, 14
ORDERS = KNOWLEDGE / "orders.toml"
_MATRICES = (
    "attention.self.query", "attention.self.key", "attention.self.value",
    "attention.output.dense", "intermediate.dense", "output.dense",
)  # fmt: skip


@dataclass(frozen=True)
class Lesson:
    """One text to learn from."""

    text: str
    language: str
    label: str | None
    """A pattern's id, ``everyday`` or ``too-little``; None for a sentence that only tells what was given."""
    given: bool | None
    """Whether something was already paid or given; None where the text does not tell."""
    guidance: bool = False


class LowRank(nn.Module):
    """A frozen linear layer with a trainable product of two thin matrices beside it (Hu et al. 2021)."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(RANK, linear.in_features) / math.sqrt(linear.in_features))
        self.up = nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, hidden: Tensor) -> Tensor:
        """Add the adapter's part to the layer's own."""
        own: Tensor = self.linear(hidden)
        thin = nn.functional.dropout(hidden, 0.1, self.training) @ self.down.T
        return own + SCALE * thin @ self.up.T


def lessons(casebook: Casebook) -> Iterator[Lesson]:
    """Yield every text of the casebook that teaches something; the golden set is not among them."""
    for pattern in casebook.patterns.values():
        for case in pattern.cases:
            yield Lesson(fold(case.text), case.language.partition("-")[0], pattern.id, case.emergency)
        for language, guidance in pattern.guidance.items():
            for text in voting_texts(guidance):
                yield Lesson(text, language, pattern.id, None, guidance=True)
    for language, background in casebook.background:
        yield Lesson(fold(background.text), language, background.kind, False)
    for language, sentence in casebook.signals:
        yield Lesson(fold(sentence.text), language, None, sentence.given)


class Given(nn.Module):
    """Says from a text's tokens how surely something was given: it may be told in one clause of a long story.

    A few queries each choose tokens to look at (softmax over the text), and what they find is added up.
    """

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.randn(QUERIES, dimension) / dimension)
        self.values = nn.Parameter(torch.zeros(QUERIES, dimension))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return for tokens (n, t, d) with their mask (n, t) the logits (n,)."""
        attention = (tokens @ self.queries.T).masked_fill(mask[..., None] == 0, -1e4).softmax(1)
        return (attention * (tokens @ self.values.T)).sum((1, 2)) + self.bias


def buried_lessons(taught: Sequence[Lesson]) -> Iterator[Lesson]:
    """Yield some of the lessons again, buried in everyday talk or with an order to the bot: their labels stay.

    Everyday talk is buried in more of it as well, so that length alone tells nothing.
    """
    with ORDERS.open("rb") as stream:
        orders: dict[str, list[str]] = tomllib.load(stream)
    chat: dict[str, list[str]] = defaultdict(list)
    for lesson in taught:
        if lesson.label == EVERYDAY:
            chat[lesson.language].append(lesson.text)
    whole = [lesson for lesson in taught if lesson.label not in (None, TOO_LITTLE) and not lesson.guidance]
    for lesson in random.sample(whole, len(whole) // _BURIED_ONE_IN):
        around = random.sample(chat[lesson.language], 2)
        yield replace(lesson, text=" ".join(random.sample([*around, lesson.text], 3)))
    for lesson in random.sample(whole, len(whole) // _ORDERED_ONE_IN):
        order = fold(random.choice(orders[random.choice((lesson.language, "en"))]))
        yield replace(lesson, text=" ".join(random.sample([order, lesson.text], 2)))


class Upper(nn.Module):
    """The upper layers with their adapters, over the lower layers' outputs, which are computed once."""

    def __init__(self, bert: Any, tokenizer: Any, texts: Sequence[str]) -> None:
        super().__init__()
        self._lower = _lower_outputs(bert, tokenizer, texts)
        self.layers = bert.encoder.layer[-UPPER:]
        self.adapters: dict[str, LowRank] = {}
        first = len(bert.encoder.layer) - UPPER
        for number, layer in enumerate(self.layers, first):
            for name in _MATRICES:
                parent, _, leaf = name.rpartition(".")
                owner = layer.get_submodule(parent)
                adapter = LowRank(getattr(owner, leaf))
                setattr(owner, leaf, adapter)
                self.adapters[f"encoder.layer.{number}.{name}"] = adapter
        self.given = Given(bert.config.hidden_size)
        for module in self.layers.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.05

    def forward(self, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Return of texts, by row, unit vectors (len(rows), d), and logits (len(rows),) that each says given."""
        order = sorted(range(len(rows)), key=lambda place: -len(self._lower[rows[place]]))
        passes: list[tuple[Tensor, Tensor]] = []
        start = 0
        while start < len(order):
            count = max(2, _CHUNK_TOKENS // len(self._lower[rows[order[start]]]))
            passes.append(self._pass([rows[place] for place in order[start : start + count]]))
            start += count
        back = torch.tensor(order).argsort()
        means, given = (torch.cat(parts)[back] for parts in zip(*passes, strict=True))
        return nn.functional.normalize(means, dim=1), given

    def _pass(self, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
        length = max(len(self._lower[row]) for row in rows)
        hidden = torch.zeros(len(rows), length, self._lower[0].shape[1])
        mask = torch.zeros(len(rows), length)
        for place, row in enumerate(rows):
            hidden[place, : len(self._lower[row])] = self._lower[row].float()
            mask[place, : len(self._lower[row])] = 1
        hidden = self._through(hidden, (1 - mask)[:, None, None, :] * -1e4)
        means = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return means, self.given(hidden, mask)

    def _through(self, hidden: Tensor, masked: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            for layer in self.layers:
                out = layer(hidden, masked)
                hidden = out[0] if isinstance(out, tuple) else out
        return hidden.float()

    def save(self, file: Path) -> None:
        """Write the adapters' matrices in half precision; the scale is in the second one."""
        tensors = {}
        for name, adapter in self.adapters.items():
            tensors[f"{name}.down"] = adapter.down.detach().half().contiguous()
            tensors[f"{name}.up"] = (SCALE * adapter.up.detach()).half().contiguous()
        for name, parameter in self.given.named_parameters():
            tensors[f"given.{name}"] = parameter.detach().float().contiguous()
        save_file(tensors, file)


class _Stop(Exception):
    """Raised at the border between the lower and the upper layers."""


def _lower_outputs(bert: Any, tokenizer: Any, texts: Sequence[str]) -> list[Tensor]:
    caught: list[Tensor] = []

    def catch(_module: nn.Module, inputs: tuple[Tensor, ...], _more: dict[str, Any]) -> None:
        caught.append(inputs[0])
        raise _Stop

    hook = bert.encoder.layer[-UPPER].register_forward_pre_hook(catch, with_kwargs=True)
    outputs: list[Tensor] = [torch.empty(0)] * len(texts)
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    bert.eval()
    for start in tqdm(range(0, len(order), 16), desc="Lower layers", unit="batch"):
        rows = order[start : start + 16]
        words = ["query: " + texts[row] for row in rows]
        batch = tokenizer(words, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        with torch.no_grad():
            try:
                bert(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"])
            except _Stop:
                hidden = caught.pop()
        for place, row in enumerate(rows):
            outputs[row] = hidden[place, : int(batch["attention_mask"][place].sum())].half()
    hook.remove()
    return outputs


class Sampler:
    """Draws batches: some patterns in three languages each with a line of guidance, and some of everything else."""

    def __init__(self, taught: Sequence[Lesson], patterns: int) -> None:
        self._patterns = patterns
        self._cases: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._guidance: dict[str, list[int]] = defaultdict(list)
        self._background: list[int] = []
        self._given: dict[bool, list[int]] = {True: [], False: []}
        self._emergencies: list[int] = []
        for row, lesson in enumerate(taught):
            if lesson.label is None:
                self._given[bool(lesson.given)].append(row)
            elif lesson.guidance:
                self._guidance[lesson.label].append(row)
            elif lesson.label in (EVERYDAY, TOO_LITTLE):
                self._background.append(row)
            else:
                self._cases[lesson.label][lesson.language].append(row)
                self._emergencies += [row] if lesson.given else []

    def draw(self) -> list[int]:
        """Return the rows of one batch."""
        rows: list[int] = []
        for pattern in random.sample(sorted(self._cases), self._patterns):
            languages = random.sample(sorted(self._cases[pattern]), k=len(self._cases[pattern]))
            chosen = (languages * 3)[:3]
            rows += [random.choice(self._cases[pattern][language]) for language in chosen]
            rows.append(random.choice(self._guidance[pattern]))
        rows += _some(self._background, _BACKGROUND_A_BATCH)
        rows += _some(self._given[True], _GIVEN_A_BATCH)
        rows += _some(self._given[False], _NOT_GIVEN_A_BATCH)
        rows += _some(self._emergencies, _EMERGENCIES_A_BATCH)
        return list(dict.fromkeys(rows))


def _some(rows: Sequence[int], count: int) -> list[int]:
    return random.sample(rows, min(count, len(rows)))


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
    file: Path,
    steps: int = STEPS,
    patterns: int = PATTERNS_A_BATCH,
) -> None:
    """Train an adapter of a BERT model on a casebook and write it to a file; a batch draws from so many patterns."""
    torch.manual_seed(0)
    random.seed(0)
    for parameter in bert.parameters():
        parameter.requires_grad = False
    taught = list(lessons(casebook))
    taught += buried_lessons(taught)
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


def main() -> None:
    """Train the adapter that ships, on the casebook that ships."""
    from transformers import AutoTokenizer, BertModel

    with TemporaryDirectory() as folder:
        write_bert(Path(folder), None)
        bert = BertModel.from_pretrained(folder, add_pooling_layer=False)
        train(bert, AutoTokenizer.from_pretrained(folder), read_casebook(), ADAPTER)
    print(f"{ADAPTER}: {ADAPTER.stat().st_size / 1e6:.1f} MB; the next rebuild encodes with it")


if __name__ == "__main__":
    main()
