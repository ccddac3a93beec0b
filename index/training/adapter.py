"""Low-rank adapters in the upper layers of a BERT model, and the head that tells what was given.

Layers below those that learn are frozen, so their outputs are computed once.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

UPPER = 8  # of 12 layers
LEFT_OUT, KEPT = 3, 0.5
"""The topmost layers, of which nothing that they learned is kept, and how much of it the others keep: so texts of other
kinds than those that taught are told apart better, and patterns no worse (as in Wortsman et al. 2022, "Robust
fine-tuning of zero-shot models"; docs/judgement.md has the figures)."""
QUERIES = 4  # of the head that learns with the adapter and goes when it is done
RANK = 16
SCALE = 2.0
MAX_TOKENS = 192
_CHUNK_TOKENS = 1536  # of one pass; texts of like length go together, so that little is padding
_MATRICES = (
    "attention.self.query", "attention.self.key", "attention.self.value",
    "attention.output.dense", "intermediate.dense", "output.dense",
)  # fmt: skip


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


class Queries(nn.Module):
    """Says from a text's tokens how surely it tells each of some things; see StageHead in index/model/heads.py."""

    def __init__(self, things: int, queries: int, dimension: int) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.randn(things, queries, dimension) / dimension)
        self.values = nn.Parameter(torch.zeros(things, queries, dimension))
        self.bias = nn.Parameter(torch.zeros(things))

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return for tokens (n, t, d) with their mask (n, t) the logits (n, things)."""
        tokens = nn.functional.dropout(tokens, 0.1, self.training)
        attention = torch.einsum("ntd,sqd->ntsq", tokens, self.queries)
        attention = attention.masked_fill(mask[..., None, None] == 0, -1e4).softmax(1)
        found = attention * torch.einsum("ntd,sqd->ntsq", tokens, self.values)
        return found.sum((1, 3)) + self.bias


def mean_of(heads: Sequence[Queries]) -> Queries:
    """Return one that says the mean of what several say."""
    things, _, dimension = heads[0].queries.shape
    joined = Queries(things, sum(head.queries.shape[1] for head in heads), dimension)
    with torch.no_grad():
        joined.queries.copy_(torch.cat([head.queries for head in heads], dim=1))
        joined.values.copy_(torch.cat([head.values for head in heads], dim=1) / len(heads))
        joined.bias.copy_(torch.stack([head.bias for head in heads]).mean(dim=0))
    return joined.eval()


class Upper(nn.Module):
    """The upper layers with their adapters, over the lower layers' outputs, which are computed once."""

    def __init__(self, bert: Any, tokenizer: Any, texts: Sequence[str]) -> None:
        super().__init__()
        self._lower = outputs_below(len(bert.encoder.layer) - UPPER, bert, tokenizer, texts)
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
        self.given = Queries(1, QUERIES, bert.config.hidden_size)
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
        hidden, mask = padded([self._lower[row] for row in rows])
        hidden = self._through(hidden, (1 - mask)[:, None, None, :] * -1e4)
        means = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return means, self.given(hidden, mask)[:, 0]

    def _through(self, hidden: Tensor, masked: Tensor) -> Tensor:
        for layer in self.layers:
            out = layer(hidden, masked)
            hidden = out[0] if isinstance(out, tuple) else out
        return hidden

    def _kept(self) -> Iterator[tuple[str, LowRank]]:
        kept = len(self.adapters) * (UPPER - LEFT_OUT) // UPPER
        return islice(self.adapters.items(), kept)

    def start_from(self, file: Path) -> None:
        """Take up the matrices of an adapter that was saved; what was left out begins anew."""
        tensors = load_file(file)
        for name, adapter in self._kept():
            adapter.down.data.copy_(tensors[f"{name}.down"])
            adapter.up.data.copy_(tensors[f"{name}.up"].float() / (SCALE * KEPT))

    def save(self, file: Path) -> None:
        """Write what is kept of the matrices in half precision; the scale and KEPT are in the second ones."""
        tensors = {}
        for name, adapter in self._kept():
            tensors[f"{name}.down"] = adapter.down.detach().half().contiguous()
            tensors[f"{name}.up"] = (SCALE * KEPT * adapter.up.detach()).half().contiguous()
        save_file(tensors, file)


class _Stop(Exception):
    """Raised at the border between the lower and the upper layers."""


def padded(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Return texts' token vectors (t, d) as one tensor (n, longest, d), and a mask (n, longest): 1 for a token."""
    mask = torch.zeros(len(rows), max(map(len, rows)))
    for place, row in enumerate(rows):
        mask[place, : len(row)] = 1
    return nn.utils.rnn.pad_sequence([row.float() for row in rows], batch_first=True), mask


def outputs_below(layer: int, bert: Any, tokenizer: Any, texts: Sequence[str]) -> list[Tensor]:
    """Return the token vectors (t, d) of texts, half precision, as they go into a layer, counted from 0."""
    caught: list[Tensor] = []

    def catch(_module: nn.Module, inputs: tuple[Tensor, ...], _more: dict[str, Any]) -> None:
        caught.append(inputs[0])
        raise _Stop

    hook = bert.encoder.layer[layer].register_forward_pre_hook(catch, with_kwargs=True)
    outputs: list[Tensor] = [torch.empty(0)] * len(texts)
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    bert.eval()
    for start in tqdm(range(0, len(order), 16), desc=f"Layers below {layer}", unit="batch"):
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
