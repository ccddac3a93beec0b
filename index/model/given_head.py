"""The head that tells from a text's token vectors whether something was given."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.model.encoder import Vectors

GIVEN_LAYER = 9
"""The layer whose token vectors tell that something was given. The last ones draw all accounts of one scam together,
whatever has become of the money: read from there, the head tells less (see docs/judgement.md)."""


@dataclass(frozen=True)
class GivenHead:
    """Tells from a text's token vectors whether something was given; trained over the adapter (see training.py).

    A few queries each choose tokens to look at (softmax over the text), and what they find is added up.
    """

    queries: Vectors
    """(q, d)."""
    values: Vectors
    """(q, d)."""
    bias: float

    def __call__(self, tokens: Vectors) -> float:
        """Return for a text's token vectors (t, d) of GIVEN_LAYER, special ones among them, the probability 0 to 1."""
        attention = tokens @ self.queries.T
        attention = np.exp(attention - attention.max(axis=0))
        found = (attention / attention.sum(axis=0) * (tokens @ self.values.T)).sum() + self.bias
        return float(1 / (1 + np.exp(-found)))


def given_head(adapter: Path | None) -> GivenHead | None:
    """Return the head that was trained with an adapter, or None where there is none."""
    from safetensors.numpy import load_file

    tensors = load_file(adapter) if adapter else {}
    if "given.queries" not in tensors:
        return None
    return GivenHead(tensors["given.queries"], tensors["given.values"], float(tensors["given.bias"][0]))
