"""Which side of a chat a line is on, from the edges of the bubble around it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.pictures.decoding import Pixels
from bot.pictures.lines import Found, Side

_ALIKE = 12
"""Levels (of 255, in the channel that differs most) within which a pixel has the bubble's colour."""
_EDGE = 3
"""Columns in a row that must have another colour to be an edge."""
_PADDING = 0.15
"""A bubble is wider than its line by this share of the line's height, at least, on both sides."""
_WHOLE, _CENTRED, _MARGIN = 0.94, 0.05, 0.25
"""Shares of the width: what is wider is no bubble; margins that differ by less are centred; the near one's most."""


def with_sides(lines: Sequence[Found], pixels: Pixels) -> list[Found]:
    """Return the lines with the side each bubble is on; where it cannot be told, the side stays unknown."""
    edges = [_edges(line, pixels) for line in lines]
    sides = [_side(*edge) if edge else "unknown" for edge in edges]
    known = [(line, side) for line, side in zip(lines, sides, strict=True) if side != "unknown"]
    near = 0.02 * pixels.shape[1]

    def settled(line: Found, side: Side) -> Side:
        """Take the side of a neighbour that begins at the same place: the edge of one line may be drawn over."""
        if side != "unknown":
            return side
        beside = {
            other_side
            for other, other_side in known
            if abs(other.left - line.left) < near and abs(other.middle - line.middle) < 2 * line.height
        }
        return beside.pop() if len(beside) == 1 else "unknown"

    return [replace(line, side=settled(line, side)) for line, side in zip(lines, sides, strict=True)]


def _side(left: float, right: float) -> Side:
    before, after = left, 1 - right
    if right - left > _WHOLE or abs(before - after) < _CENTRED or min(before, after) > _MARGIN:
        return "unknown"
    return "theirs" if before < after else "mine"


def _edges(line: Found, pixels: Pixels) -> tuple[float, float] | None:
    """Return where the colour around a line ends to the left and right, as shares of the width, or None."""
    height, width = pixels.shape[:2]
    top, bottom = max(0, int(line.top)), min(height, int(line.bottom) + 1)
    left, right = max(0, int(line.left)), min(width, int(line.right) + 1)
    if bottom - top < 4 or right - left < 4:
        return None
    band = pixels[top : bottom : max(1, (bottom - top) // 12)]
    colour = np.median(band[:, left:right].reshape(-1, 3), axis=0)
    alike = (np.abs(band - colour).max(axis=2) <= _ALIKE).mean(axis=0) >= 0.5
    other = ~alike
    edge = np.convolve(other, np.ones(_EDGE, dtype=int), mode="valid") == _EDGE
    before, after = np.flatnonzero(edge[: max(0, left - _EDGE + 1)]), np.flatnonzero(edge[right:])
    start = int(before[-1]) + _EDGE if before.size else 0
    end = right + int(after[0]) if after.size else width
    padding = _PADDING * (bottom - top)
    return (start / width, end / width) if left - start >= padding and end - right >= padding else None
