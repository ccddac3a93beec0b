"""Teaching the head that tells asides to AskFirst from the matter, over the adapted model.

Examples of both are put around texts of the casebook, as people do: before and behind, on a line of their own or in the
same one, with quotation marks or without. So each piece is read amid what it stands beside, as it will be.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import nn
from tqdm import tqdm

from index.judging.judgement import EVERYDAY
from index.model.encoder import Vectors
from knowledge.documents.casebook import Casebook
from knowledge.documents.stages import StagedAccount
from knowledge.documents.talk import Asides, Said
from knowledge.text.asides import pieces
from knowledge.text.languages import base
from knowledge.text.reading import read
from knowledge.text.sentences import Span

EXAMPLES, STEPS, HIDDEN = 12_000, 3_000, 64
SURE = -1.0
"""The log-odds from which on a piece is taken for an aside; docs/judgement.md has the values tried."""
_AT_ONCE, _A_BATCH, _TELLING_COUNTS, _SMOOTHED = 512, 512, 1.5, 0.02
_LONGEST = 500  # characters of a text that asides are put around
_AROUND, _LIKE = 0.62, (0.45, 0.9)  # shares of examples with asides, and with what is like them
_TELLING = ("follow-up", "gone-yes", "gone-no", "despair", "country")
_POLITE = ("thanks", "greeting", "opening")
_WIDE = ("zh", "zh-Hant", "ja", "th")
_QUOTES, _WIDE_QUOTES = (('"', '"'), ("“", "”"), ("«", "»")), (("「", "」"), ("“", "”"))
_ASKING = ("?", "？", "؟")
"""How an ordinary text may end that has an aside of its own, of which nothing is known."""
_EDGES = " \t\n\"'“”„«»「」『』()[]*_~>-–—•|.,:;!?…。！？：，؟"


class SenseReader(Protocol):
    """What training needs of an encoder."""

    def read_all_senses(self, texts: Sequence[tuple[str, Sequence[Span]]]) -> list[Vectors]:
        """Return for each text the means (n, d) of the tokens of its parts."""


@dataclass(frozen=True)
class Framed:
    """A text with words around it."""

    text: str
    asides: tuple[str, ...]
    """Those of its words that are said to AskFirst alone."""
    telling: tuple[str, ...]
    """The others."""


def train_asides(framed: Sequence[Framed], encoder: SenseReader, file: Path, steps: int = STEPS) -> None:
    """Train the head over an encoder with the adapter in ``file``, and add it there."""
    means: list[Vectors] = []
    asides: list[NDArray[np.bool_]] = []
    for first in tqdm(range(0, len(framed), _AT_ONCE), desc="Reading asides", unit="batch"):
        marked = [_marked(one) for one in framed[first : first + _AT_ONCE]]
        means += encoder.read_all_senses([(text, found) for text, found, _ in marked])
        asides += [is_aside for _, _, is_aside in marked]
    learned = fit_asides(np.concatenate(means), np.concatenate(asides), steps)
    save_file({**load_file(file), **{f"aside.{name}": tensor.contiguous() for name, tensor in learned.items()}}, file)


def fit_asides(means: Vectors, asides: NDArray[np.bool_], steps: int = STEPS) -> Mapping[str, torch.Tensor]:
    """Fit a small network that tells which pieces of mean token vectors (n, d) are asides; see AsideHead."""
    torch.manual_seed(0)
    middle, scale = means.mean(axis=0), 1 / means.std(axis=0)
    scaled, wanted = torch.from_numpy((means - middle) * scale), torch.from_numpy(asides.astype(np.float32))
    inner, outer = nn.Linear(means.shape[1], HIDDEN), nn.Linear(HIDDEN, 1)
    network = nn.Sequential(nn.Dropout(0.2), inner, nn.ReLU(), nn.Dropout(0.2), outer)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    counts = torch.where(wanted > 0, 1.0, _TELLING_COUNTS)
    for _ in range(steps):
        rows = torch.randint(0, len(wanted), (_A_BATCH,))
        aim = wanted[rows] * (1 - 2 * _SMOOTHED) + _SMOOTHED
        loss = nn.functional.binary_cross_entropy_with_logits(network(scaled[rows])[:, 0], aim, weight=counts[rows])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return {
        "middle": torch.from_numpy(middle), "scale": torch.from_numpy(scale),
        "inner": inner.weight.detach().T, "inner_bias": inner.bias.detach(),
        "outer": outer.weight.detach()[0], "outer_bias": outer.bias.detach() - SURE,
    }  # fmt: skip


def framed_texts(
    casebook: Casebook,
    asides: Mapping[str, Asides],
    stages: Sequence[tuple[str, StagedAccount]],
    said: Sequence[Said],
    count: int = EXAMPLES,
) -> Iterator[Framed]:
    """Yield so many texts of the casebook with words around them, in the languages there are asides in."""
    chance = random.Random(0)
    texts = _texts(casebook, stages, said)
    polite: dict[str, list[str]] = defaultdict(list)
    for one in said:
        if one.meaning in _POLITE:
            polite[one.language].append(one.text)
    languages = sorted(language for language in asides if texts.get(base(language)))
    for _ in range(count):
        language = chance.choice(languages)
        own = texts[language] if texts[language] and chance.random() < 0.5 else texts[base(language)]
        yield _Framing(chance, language, asides[language], polite[language]).around(chance.choice(own))


def _texts(
    casebook: Casebook, stages: Sequence[tuple[str, StagedAccount]], said: Sequence[Said]
) -> Mapping[str, list[str]]:
    """Return the texts that asides are put around, by language."""
    texts: dict[str, list[str]] = defaultdict(list)
    for message in casebook.messages:
        if not message.composed and len(message.text) < _LONGEST:
            texts[message.language].append(message.text)
    for pattern in casebook.patterns.values():
        for case in pattern.cases:
            if len(case.text) < _LONGEST:
                texts[case.language].append(case.text)
    for language, account in stages:
        texts[language].append(account.text)
    for language, background in casebook.background:
        if background.kind == EVERYDAY and not background.text.endswith(_ASKING):
            texts[language].append(background.text)
    for one in said:
        if one.meaning in _TELLING:
            texts[one.language].append(one.text)
    return texts


@dataclass(frozen=True)
class _Framing:
    """Puts words around texts in one language."""

    chance: random.Random
    language: str
    examples: Asides
    polite: Sequence[str]

    def around(self, text: str) -> Framed:
        """Return a text with asides around it, with words like them that tell, with both, or as it is."""
        told = [self._quoted(text)]
        before, after = [], []
        kind = self.chance.random()
        if kind < _AROUND:
            where = self.chance.random()
            before = [self._ended(self._aside(self.examples.before)) for _ in range((where < 0.7) + (where < 0.12))]
            after = [self._aside(self.examples.after)] if where > 0.45 else []
        if _LIKE[0] < kind < _LIKE[1]:
            like = self.chance.choice(self.examples.telling)
            told.insert(self.chance.choice((0, 1)), self._ended(like))
        parts = [*before, *told, *after]
        joined = parts[0] + "".join(self._gap() + part for part in parts[1:])
        return Framed(joined, (*before, *after), tuple(told))

    def _aside(self, examples: Sequence[str]) -> str:
        return self.chance.choice(self.polite if self.polite and self.chance.random() < 0.12 else examples)

    def _ended(self, words: str) -> str:
        if words[-1:] in _EDGES or self.chance.random() < 0.5:
            return words
        return words + self.chance.choice("：。，" if self.language in _WIDE else (":", ".", ",", "...", " -"))

    def _gap(self) -> str:
        return self.chance.choice((" ", "\n", "\n\n", "" if self.language in _WIDE else " "))

    def _quoted(self, text: str) -> str:
        if self.chance.random() > 0.2:
            return text
        first, last = self.chance.choice(_WIDE_QUOTES if self.language in _WIDE else _QUOTES)
        return f"{first}{text}{last}"


def _marked(framed: Framed) -> tuple[str, list[Span], NDArray[np.bool_]]:
    """Return a text as it is read, its pieces, and which are asides."""
    reading = read(framed.text)
    found = pieces(reading.whole, reading.spans)
    asides, telling = ([read(part).whole for part in parts] for parts in (framed.asides, framed.telling))
    words = [reading.whole[start:end].strip(_EDGES) for start, end in found]
    marked = [
        bool(piece) and any(piece in part for part in asides) and not any(piece in part for part in telling)
        for piece in words
    ]
    return reading.whole, found, np.array(marked, bool)
