"""The casebook's map: each pattern at the middle of its cases, in two dimensions, and a text placed among them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from starlette.responses import Response
from starlette.routing import Route

from bot.console.call import Call, for_moderators
from index.builds.build import Build
from index.model.encoder import Vectors
from knowledge.text.reading import read

_WIDE, _HIGH, _EDGE = 720, 440, 40
_LONGEST = 8000


@dataclass(frozen=True)
class Point:
    """A pattern, or a text, on the map."""

    name: str
    x: float
    y: float
    size: float
    kind: str


def show(call: Call) -> Response:
    """Show the map, with a text on it where one was sent."""
    build, text = call.desk.engine.serving.build(), call.sent("text")[:_LONGEST].strip()
    middles, axes, low, high = _layout(build)
    points = [
        Point(name, *_at(middle @ axes, low, high), 3 + len(build.patterns[name].cases) ** 0.5 / 2, pattern.kind)
        for (name, pattern), middle in zip(build.patterns.items(), middles, strict=True)
    ]
    placed = None
    if text:
        vector = call.desk.engine.encoder.encode([read(text).whole])[0]
        placed = Point(text, *_at(vector @ axes, low, high), 7, "text")
    titles = {name: pattern.guidance_in(call.language).title for name, pattern in build.patterns.items()}
    values: dict[str, Any] = {"points": points, "placed": placed, "titles": titles, "text": text}
    return call.page("map.html", here="patterns", back="/map", **values)


@lru_cache(maxsize=1)
def _layout_of(middles: bytes, rows: int) -> tuple[Vectors, Vectors, Vectors, Vectors]:
    vectors = np.frombuffer(middles, dtype=np.float32).reshape(rows, -1)
    _, _, axes = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    plane = vectors @ axes[:2].T
    return vectors, axes[:2].T, plane.min(axis=0), plane.max(axis=0)


def _layout(build: Build) -> tuple[Vectors, Vectors, Vectors, Vectors]:
    """Return each pattern's middle (p, d), the two axes (d, 2) that spread them most, and the corners (2,) of that."""
    ends = [*build.first_cases[1:], len(build.raw_cases)]
    middles = np.stack(
        [build.raw_cases[first:end].mean(axis=0) for first, end in zip(build.first_cases, ends, strict=True)]
    )
    return _layout_of(middles.astype(np.float32).tobytes(), len(middles))


def _at(point: Vectors, low: Vectors, high: Vectors) -> tuple[float, float]:
    share = np.clip((point - low) / np.maximum(high - low, 1e-6), 0, 1)
    across, down = (_EDGE + float(part) * (side - 2 * _EDGE) for part, side in zip(share, (_WIDE, _HIGH), strict=True))
    return round(across, 1), round(down, 1)


ROUTES = [Route("/map", for_moderators(show)), Route("/map", for_moderators(show), methods=["POST"])]
