"""Teach what people mean with a message, and which question they ask: the heads of a conversation over the adapter.

The examples are those of ``knowledge/intents`` and the ways of asking in ``knowledge/questions``; what happened to
people is told by the casebook. What is learned of the examination's conversations is nothing: they are never read.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from index.model.encoder import Vectors
from index.training.adapter import Queries, mean_of, padded
from index.training.choosing import as_bytes, fit_choice
from index.training.lessons import some
from index.training.packing import packed
from index.training.stage import NETWORKS, Findings, TokenReader
from index.training.stage import learned as as_kept
from knowledge.documents.casebook import Casebook, comparable
from knowledge.documents.questions import Question
from knowledge.documents.stages import StagedAccount
from knowledge.documents.talk import MEANINGS, Said

QUESTION, SITUATION = "question", "situation"
NAMES = (*MEANINGS, QUESTION, SITUATION)
QUERIES, HIDDEN, EPOCHS = 8, 512, 25
MEANING_STEPS = (600, 900, 900)
"""The steps of each of the heads whose mean tells what is meant."""
_MOST_TOKENS, _SITUATIONS, _MOST_SITUATIONS = 64, 3000, 16_000
_A_BATCH = {
    "despair": 28, "no-despair": 50, "follow-up": 16, QUESTION: 44, SITUATION: 110,
    "opening": 30, "gone-yes": 16, "gone-no": 16, "no": 12,
}  # fmt: skip
_EACH, _ASKED_A_BATCH, _SMOOTHING = 8, 256, 0.2
_DESPAIR_A_BATCH, _DESPAIR_EACH = (
    {
        "no-despair": 80,
        SITUATION: 110,
        QUESTION: 24,
        "gone-yes": 16,
        "gone-no": 12,
        "follow-up": 20,
        "opening": 12,
    },
    6,
)
_DESPAIR_TWICE = ((40, 12, 600), (90, 16, 900))
"""Of each of two: how many texts of despair a batch has, queries, and steps. The one that sees more of it hears more,
also where it is none; their mean errs less than either."""
_DESPAIR_SHARE, NETWORK_STEPS = 60, 1200
"""The same of the networks beside them."""


def spoken(
    said: Sequence[Said],
    questions: Mapping[str, Question],
    casebook: Casebook,
    staged: Sequence[tuple[str, StagedAccount]],
) -> list[tuple[str, str]]:
    """Return every text that teaches what is meant, with its meaning; what happened is told in plain lines most."""
    asked = [(text, QUESTION) for one in questions.values() for texts in one.asked.values() for text in texts]
    long = [case.text for pattern in casebook.patterns.values() for case in pattern.cases]
    long += [
        message.text for message in casebook.messages if not (message.told or message.composed or message.harmless)
    ]
    short = [message.text for message in casebook.messages if message.told or message.harmless]
    short += [account.text for _, account in staged] + [text.text for _, text in casebook.background]
    random.seed(0)
    told = [*(long[row] for row in some(range(len(long)), _SITUATIONS)), *dict.fromkeys(short)]
    told = [told[row] for row in some(range(len(told)), _MOST_SITUATIONS)]
    return [*((one.text, str(one.meaning)) for one in said), *asked, *((text, SITUATION) for text in told)]


def train_talk(
    said: Sequence[Said],
    questions: Mapping[str, Question],
    casebook: Casebook,
    staged: Sequence[tuple[str, StagedAccount]],
    encoder: TokenReader,
    file: Path,
    steps: int | None = None,
    epochs: int = EPOCHS,
) -> None:
    """Train both heads over an encoder with the adapter in ``file`` and add them there."""
    taught = spoken(said, questions, casebook, staged)
    vectors, tokens = encoder.read_tokens([comparable(text) for text, _ in taught], progress=True)
    meaning = fit_meaning(
        [torch.from_numpy(rows[:_MOST_TOKENS]) for rows in tokens],
        [name for _, name in taught],
        [steps] if steps else MEANING_STEPS,
    )
    asks = sorted(questions)
    both, wanted = _asked(taught, vectors, tokens, questions, asks)
    inner, outer = fit_asked(both, wanted, len(asks), epochs)
    parameters = {
        "queries": meaning.queries, "values": meaning.values, "bias": meaning.bias,
        "inner": inner.weight.T, "inner_bias": inner.bias, "outer": outer.weight.T, "outer_bias": outer.bias,
    }  # fmt: skip
    learned = {f"talk.{name}": tensor.detach().contiguous() for name, tensor in packed(parameters).items()}
    outputs, names = [torch.from_numpy(rows[:_MOST_TOKENS]) for rows in tokens], [name for _, name in taught]
    networks = [fit_despair_network(outputs, names, seed, steps or NETWORK_STEPS) for seed in range(NETWORKS)]
    learned |= as_kept(fit_despair(outputs, names, steps), networks, "despair")
    words = {f"talk.{name}": as_bytes(names) for name, names in (("names", NAMES), ("asks", asks))}
    save_file({**load_file(file), **learned, **words}, file)


def fit_meaning(tokens: Sequence[Tensor], names: Sequence[str], steps: Sequence[int] = MEANING_STEPS) -> Queries:
    """Train queries that tell what is meant by texts of such token vectors (t, d): the mean of a head a count."""
    return mean_of(
        [
            fit_choice(tokens, names, NAMES, QUERIES, lambda name, _: _A_BATCH.get(name, _EACH), count, seed)
            for seed, count in enumerate(steps)
        ]
    )


def fit_despair(tokens: Sequence[Tensor], names: Sequence[str], steps: int | None = None) -> Queries:
    """Train queries that tell despair from all else by texts of such token vectors (t, d): the mean of two.

    What sounds like it weighs most of all else, and of each other meaning there are some.
    """
    heads: list[Queries] = []
    for share, queries, own in _DESPAIR_TWICE:
        torch.manual_seed(0)
        heads.append(Queries(1, queries, tokens[0].shape[1]))
        _teach_despair(heads[-1], tokens, names, share, steps or own, rate=5e-3)
    return mean_of(heads)


def fit_despair_network(
    tokens: Sequence[Tensor], names: Sequence[str], seed: int = 0, steps: int = NETWORK_STEPS
) -> Findings:
    """Train a network that does the same: "I give them nothing any more" hangs on more than one word."""
    torch.manual_seed(seed)
    network = Findings(1, tokens[0].shape[1])
    _teach_despair(network, tokens, names, _DESPAIR_SHARE, steps, seed, rate=2e-3)
    return network


def _teach_despair(
    head: nn.Module,
    tokens: Sequence[Tensor],
    names: Sequence[str],
    share: int,
    steps: int,
    seed: int = 0,
    *,
    rate: float,
) -> None:
    random.seed(seed)
    pools: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(names):
        pools[name].append(row)
    drawn = {**_DESPAIR_A_BATCH, "despair": share}
    optimiser = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / 20) * (1 - step / steps))
    for _ in range(steps):
        rows = [row for name, own in pools.items() for row in some(own, drawn.get(name, _DESPAIR_EACH))]
        wanted = torch.tensor([0.98 if names[row] == "despair" else 0.02 for row in rows])
        logits = head(*padded([tokens[row] for row in rows]))[:, 0]
        _step(nn.functional.binary_cross_entropy_with_logits(logits, wanted), optimiser)
        schedule.step()
    head.eval()


def _asked(
    taught: Sequence[tuple[str, str]],
    vectors: Vectors,
    tokens: Sequence[Vectors],
    questions: Mapping[str, Question],
    asks: Sequence[str],
) -> tuple[Tensor, Tensor]:
    """Return what the network over questions reads of each way of asking (n, 2 d), and which question it is (n,)."""
    place = {
        text: asks.index(name) for name, one in questions.items() for texts in one.asked.values() for text in texts
    }
    rows = [row for row, (_, name) in enumerate(taught) if name == QUESTION]
    means = np.stack([tokens[row].mean(axis=0) for row in rows]).astype(np.float32)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    both = np.hstack([vectors[rows], means]).astype(np.float32)
    return torch.from_numpy(both * np.float32(both.shape[1] ** 0.5)), torch.tensor(
        [place[taught[row][0]] for row in rows]
    )


def fit_asked(both: Tensor, wanted: Tensor, questions: int, epochs: int = EPOCHS) -> tuple[nn.Linear, nn.Linear]:
    """Train the two layers that tell which of so many questions is asked, of features (n, 2 d) and their truth (n,)."""
    torch.manual_seed(0)
    inner, outer = nn.Linear(both.shape[1], HIDDEN), nn.Linear(HIDDEN, questions)
    network = nn.Sequential(nn.Dropout(0.2), inner, nn.ReLU(), nn.Dropout(0.4), outer)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.05)
    steps = max(1, epochs * len(both) // _ASKED_A_BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    for _ in range(steps):
        rows = torch.randint(len(both), (min(_ASKED_A_BATCH, len(both)),))
        _step(nn.functional.cross_entropy(network(both[rows]), wanted[rows], label_smoothing=_SMOOTHING), optimiser)
        schedule.step()
    return inner, outer


def _step(loss: Tensor, optimiser: torch.optim.Optimizer) -> None:
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()
