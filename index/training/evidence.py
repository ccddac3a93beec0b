"""Teaching the head that tells whether a sentence shows a red flag, on sentences that were marked one by one.

It is trained over the adapted model and measured on sentences that no training saw; the bar above which evidence is
shown is the lowest at which PRECISION of those that would be shown are marked as showing the flag.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from index.model.encoder import Vectors
from index.training.packing import packed
from knowledge.documents.casebook import Casebook, comparable, reading_of
from knowledge.documents.marks import MarkedSentence, Marks
from knowledge.documents.pattern import Pattern
from knowledge.documents.utterances import Message
from knowledge.text.sentences import Span, may_state

PRECISION = 0.85
_NONE, _UNMEASURED = -1, -2
"""The fold that no sentence is in, and that of those that all training sees: they were written for their marks, or are
never shown as evidence."""
STEPS, FOLDS, MEASURED = 3000, 5, 2
"""MEASURED of the FOLDS are measured on."""
_DIMENSION, _HIDDEN, _PATTERNS_A_BATCH, _SENTENCES_A_PATTERN, _DROPPED = 256, 512, 10, 160, 0.2
_LENGTH = 6.5  # of token vectors while training, near that of a sentence's, so that weights start at a usual size
_TOUCHES, _ELSEWHERE = 0.5, 0.3
"""How much a sentence counts, as an example of what shows nothing, that touches a fact without showing it, or that is
of another pattern or of none and was not marked against the flag."""
_ORDINARY, _OTHERS_A_BATCH = 1200, 60


class SenseReader(Protocol):
    """What reads sentences and flags for the head; a SentenceEncoder does."""

    def read_senses(self, text: str, spans: Sequence[Span]) -> Vectors:
        """Return the means (n, d) of the token vectors of parts of a text."""


@dataclass(frozen=True)
class Marked:
    """One pattern's marked sentences and flags as the model reads them."""

    sentences: Tensor
    """Mean token vectors (n, d)."""
    flags: Tensor
    """Mean token vectors (f, d)."""
    shows: Tensor
    """Whether each sentence shows each flag, (n, f), 0 or 1."""
    weights: Tensor
    """How much each pair counts, (n, f)."""
    offered: Tensor
    """Whether each flag is one that whoever reads the sentence's language is shown, (n, f), 0 or 1."""
    folds: Tensor
    """The fold of each sentence, (n,), or _UNMEASURED; one read alone and in its account is in one fold."""


class Scorer(nn.Module):
    """Scores sentences against flags; see index/model/heads.py."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        start = torch.randn(dimension, _DIMENSION) / dimension**0.5
        self.sentence, self.flag = nn.Parameter(start.clone()), nn.Parameter(start.clone())
        self.inner, self.outer = nn.Linear(dimension, _HIDDEN), nn.Linear(_HIDDEN, _DIMENSION, bias=False)
        nn.init.zeros_(self.outer.weight)
        self.scale_and_bias = nn.Parameter(torch.tensor([8.0, -4.0]))

    def forward(self, sentences: Tensor, flags: Tensor) -> Tensor:
        """Return for mean token vectors (n, d) and (f, d) the logits (n, f)."""
        said, stated = self._sense(sentences, self.sentence), self._sense(flags, self.flag)
        return self.scale_and_bias[0] * said @ stated.T + self.scale_and_bias[1]

    def _sense(self, read: Tensor, side: Tensor) -> Tensor:
        read = _LENGTH * nn.functional.normalize(read, dim=1)
        read = nn.functional.dropout(read, _DROPPED, self.training)
        hidden = nn.functional.dropout(nn.functional.relu(self.inner(read)), _DROPPED, self.training)
        return nn.functional.normalize(read @ side + self.outer(hidden), dim=1)

    def learned(self) -> dict[str, Tensor]:
        """Return what index/model/heads.py reads, for token vectors of length one; without the scale."""
        return {
            "sentence": _LENGTH * self.sentence.detach(), "flag": _LENGTH * self.flag.detach(),
            "inner": _LENGTH * self.inner.weight.detach().T, "inner_bias": self.inner.bias.detach(),
            "outer": self.outer.weight.detach().T,
        }  # fmt: skip


def read_lessons(marks: Mapping[str, Marks], casebook: Casebook, encoder: SenseReader) -> list[Marked]:
    """Read every marked sentence alone, and in its account where a case has it, and every flag."""
    filled = {message.template: message for message in casebook.messages}
    return [
        _lessons(own, dict(_in_accounts(casebook, name)), filled, casebook.patterns[name], encoder)
        for name, own in marks.items()
    ]


def _in_accounts(casebook: Casebook, pattern: str) -> Iterator[tuple[str, tuple[str, tuple[int, int]]]]:
    for case in casebook.patterns[pattern].cases:
        reading = reading_of(case.text)
        for sentence, span in zip(reading.sentences, reading.spans, strict=True):
            yield " ".join(sentence.split()), (reading.whole, span)


def _lessons(
    marks: Marks,
    accounts: Mapping[str, tuple[str, tuple[int, int]]],
    filled: Mapping[str, Message],
    pattern: Pattern,
    encoder: SenseReader,
) -> Marked:
    flags = [(fact, flag) for fact, flags in marks.facts.items() for flag in flags]
    read: list[Vectors] = []
    rows: list[tuple[int, MarkedSentence]] = []
    for number, sentence in enumerate(marks.sentences):
        text = comparable(filled[sentence.text].text if sentence.text in filled else sentence.text)
        places = [(text, (0, len(text)))]
        if sentence.text in accounts:
            places.append(accounts[sentence.text])
        for whole, span in places:
            read.append(encoder.read_senses(whole, [span]))
            rows.append((number, sentence))
    of_flags = [comparable(flag) for _, flag in flags]
    return Marked(
        sentences=torch.from_numpy(np.concatenate(read)),
        flags=torch.from_numpy(np.concatenate([encoder.read_senses(flag, [(0, len(flag))]) for flag in of_flags])),
        shows=torch.tensor([[float(fact in sentence.shows) for fact, _ in flags] for _, sentence in rows]),
        weights=torch.tensor([[_weight(sentence, fact) for fact, _ in flags] for _, sentence in rows]),
        offered=torch.tensor([_offered(flags, sentence, pattern) for _, sentence in rows]),
        folds=torch.tensor([_fold(number, sentence) for number, sentence in rows]),
    )


def _offered(flags: Sequence[tuple[str, str]], sentence: MarkedSentence, pattern: Pattern) -> list[float]:
    """Tell the flags that are the pattern's in a sentence's language; all of them where none is."""
    shown = pattern.guidance_in(sentence.language).red_flags
    offered = [float(flag in shown) for _, flag in flags]
    return offered if any(offered) else [1.0] * len(flags)


def _fold(number: int, sentence: MarkedSentence) -> int:
    return number % FOLDS if may_state(sentence.text) and not sentence.written else _UNMEASURED


def _weight(sentence: MarkedSentence, fact: str) -> float:
    return _TOUCHES if fact in sentence.touches and fact not in sentence.shows else 1.0


def read_ordinary(casebook: Casebook, encoder: SenseReader) -> Tensor:
    """Read some sentences of everyday talk and ordinary messages: mean token vectors (n, d)."""
    texts = [text.text for _, text in casebook.background] + [one.text for one in casebook.messages if one.harmless]
    chosen = random.Random(0).sample(texts, min(_ORDINARY, len(texts)))
    readings = [reading_of(text) for text in chosen]
    return torch.from_numpy(
        np.concatenate([encoder.read_senses(reading.whole, reading.spans[:1]) for reading in readings if reading.spans])
    )


def fit(lessons: Sequence[Marked], ordinary: Tensor, held_out: int = _NONE, steps: int = STEPS) -> Scorer:
    """Train a scorer on all folds but one, or on all of them, and on ordinary sentences (n, d) that show nothing."""
    torch.manual_seed(0)
    random.seed(0)
    scorer = Scorer(lessons[0].flags.shape[1])
    optimiser = torch.optim.AdamW(scorer.parameters(), lr=3e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    for _ in range(steps):
        chosen = random.sample(list(lessons), min(_PATTERNS_A_BATCH, len(lessons)))
        losses = []
        for number, own in enumerate(chosen):
            rows = _some(torch.nonzero(own.folds != held_out)[:, 0], _SENTENCES_A_PATTERN)
            others = chosen[number - 1].sentences if len(chosen) > 1 else ordinary
            elsewhere = torch.cat([_some(ordinary, _OTHERS_A_BATCH), _some(others, _OTHERS_A_BATCH)])
            logits = scorer(torch.cat([own.sentences[rows], elsewhere]), own.flags)
            marked, other = logits[: len(rows)], logits[len(rows) :]
            losses.append(_loss(marked, own.shows[rows], own.weights[rows]))
            losses.append(_loss(other, torch.zeros_like(other), torch.full_like(other, _ELSEWHERE)))
        optimiser.zero_grad()
        torch.stack(losses).mean().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return scorer.eval()


def _loss(logits: Tensor, shows: Tensor, weights: Tensor) -> Tensor:
    return nn.functional.binary_cross_entropy_with_logits(logits, shows, weights)


def _some(rows: Tensor, count: int) -> Tensor:
    return rows[torch.randperm(len(rows))[:count]]


def held_out_scores(lessons: Sequence[Marked], ordinary: Tensor, steps: int = STEPS) -> tuple[Tensor, Tensor]:
    """Return the best flag's logit and its truth of each sentence of some folds, by scorers that did not see them.

    As in an answer, a sentence is held against the flags of its own language.
    """
    logits, truths = [], []
    for fold in range(MEASURED):
        scorer = fit(lessons, ordinary, fold, steps)
        for own in lessons:
            rows = own.folds == fold
            with torch.no_grad():
                scores = scorer(own.sentences[rows], own.flags).masked_fill(own.offered[rows] == 0, -torch.inf)
            best, place = scores.max(dim=1)
            logits.append(best)
            truths.append(own.shows[rows].gather(1, place[:, None])[:, 0])
    return torch.cat(logits), torch.cat(truths)


def _measured(own: Marked) -> Tensor:
    return (own.folds >= 0) & (own.folds < MEASURED)


def bar_for(logits: Tensor, truths: Tensor, precision: float = PRECISION) -> float:
    """Return the lowest logit from which on a share of the shown are right; the highest where none is.

    ``logits`` and ``truths`` are (n,).
    """
    order = logits.argsort(descending=True)
    right = truths[order].cumsum(0) / torch.arange(1, len(order) + 1)
    enough = torch.nonzero(right >= precision)
    return float(logits[order][enough[-1, 0]] if len(enough) else logits.max())


def train_evidence(
    marks: Mapping[str, Marks], casebook: Casebook, encoder: SenseReader, file: Path, steps: int = STEPS
) -> tuple[float, float]:
    """Train the head over an encoder with the adapter in ``file`` and add it there.

    Returns, on sentences that no training saw, the share of the shown that is right, and the share shown of the
    sentences that show something.
    """
    lessons, ordinary = read_lessons(marks, casebook, encoder), read_ordinary(casebook, encoder)
    logits, truths = held_out_scores(lessons, ordinary, steps)
    bar = bar_for(logits, truths)
    scorer = fit(lessons, ordinary, steps=steps)
    scale, bias = scorer.scale_and_bias.tolist()
    parameters = {f"evidence.{name}": part for name, part in packed(scorer.learned()).items()}
    parameters["evidence.scale_and_bias"] = torch.tensor([scale, bias - bar])
    save_file({**load_file(file), **parameters}, file)
    shown = logits >= bar
    telling = sum(float(own.shows[_measured(own)].amax(dim=1).sum()) for own in lessons)
    return float(truths[shown].mean()), float(truths[shown].sum()) / telling
