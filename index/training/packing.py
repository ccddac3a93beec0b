"""How an adapter keeps what a head has learned: matrices in eight bits."""

from collections.abc import Mapping

import torch
from torch import Tensor


def packed(learned: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return parameters as an adapter keeps them: one row of numbers in sixteen bits, what has more axes in eight, each
    column of the last axis with its scale."""
    kept: dict[str, Tensor] = {}
    for name, part in learned.items():
        if part.ndim == 1:
            kept[name] = part.half()
            continue
        scale = (part.abs().flatten(end_dim=-2).amax(dim=0) / 127).clamp(min=1e-9)
        kept |= {name: (part / scale).round().to(torch.int8).contiguous(), f"{name}.scale": scale}
    return kept
