"""Picture files to pixels: checked before they are decoded, and made smaller while they are, where that is possible."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps

from bot.pictures.text import MAX_PIXELS, UnreadablePicture

Pixels = NDArray[np.uint8]
"""(height, width, 3), RGB."""

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit is a warning; ours are below

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")
_MOVING = ("GIF", "WEBP", "PNG", "AVIF")  # other formats hold several pictures that are no film
_MAX_DECODED = 220_000_000
"""Bytes that the decoded pixels may take in Pillow, before they are made smaller."""
_LONG, _SHORT = 2000, 736
"""Pixels: the long side is made no longer, and a short side below is enlarged, up to twice, for small writing."""
_TALL = 2.5
"""Height to width from which a picture is read in tiles instead of shrunk."""
_TALL_WIDTH, _TILE, _MOST_TILES = 1000, 1500, 6
_AREA = 1_750_000
"""Pixels that the reader of writing takes at a time; two million may need 680 MB, three million 800."""
_LARGE_WEBP = 16_000_000
_LEAST = 16
"""Pixels: nothing can be read on a picture with a shorter side."""


@dataclass(frozen=True)
class Decoded:
    """A picture, upright where it says what is up."""

    large: Image.Image
    """Grey, for codes: as it was, or up to three times the sides of ``pixels``."""
    pixels: Pixels
    """For writing, at the size it is read at."""
    scaled: bool
    """It was made smaller."""


def decode(data: bytes) -> Decoded:
    """Decode the bytes of a picture file.

    Raises:
        UnreadablePicture: too many pixels, animated, or broken.
    """
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as opened:
            _check(opened)
            goal = _goal(*opened.size)
            scaled = goal[0] < opened.width
            image = _loaded(_large_webp(data) if _is_large_webp(opened) else opened, goal)
    except UnreadablePicture:
        raise
    except Exception as fault:  # what decoders raise over damaged files has no common type
        raise UnreadablePicture("broken") from fault
    if (image.width > image.height) != (goal[0] > goal[1]):  # it was turned upright
        goal = _goal(*image.size) if max(goal) > _LONG else (goal[1], goal[0])
    pixels = np.array(image.resize(goal, Image.Resampling.LANCZOS, reducing_gap=3.0), dtype=np.uint8)
    return Decoded(image.convert("L"), pixels, scaled)


def _check(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise UnreadablePicture("too-many-pixels")
    if min(image.size) < _LEAST:
        raise UnreadablePicture("no-text")
    if image.format in _MOVING and getattr(image, "n_frames", 1) > 1:
        raise UnreadablePicture("animated")
    in_steps = image.format == "JPEG" and not image.info.get("progressive")  # decoded small, by rows
    if not in_steps and image.width * image.height * _bytes_a_pixel(image) > _MAX_DECODED:
        raise UnreadablePicture("too-many-pixels")


def _bytes_a_pixel(image: Image.Image) -> int:
    return {"1": 1, "L": 1, "P": 1, "I;16": 2}.get(image.mode, 4)


def _is_large_webp(image: Image.Image) -> bool:
    return image.format == "WEBP" and image.width * image.height > _LARGE_WEBP


def _large_webp(data: bytes) -> Image.Image:
    """Decode a still WebP in a third of the memory that Pillow needs, which takes it for a film of one picture."""
    pixels = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        raise UnreadablePicture("broken")
    return Image.fromarray(np.asarray(pixels, dtype=np.uint8))


def _loaded(image: Image.Image, goal: tuple[int, int]) -> Image.Image:
    """Return the picture upright, in RGB, as it was or, where it can be made smaller, of 1.5 to 3 times its goal."""
    least = (3 * goal[0] // 2, 3 * goal[1] // 2)
    image.draft("RGB", least)
    image.load()
    factor = min(image.width // least[0], image.height // least[1])
    if factor >= 2 and image.mode in ("L", "RGB", "RGBA"):
        image = _reduced(image, factor)
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):
        image = image.convert("L")
    return _on_paper(image) if image.has_transparency_data else image.convert("RGB")


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Return the picture at a fraction of its sides, made strip by strip: Pillow would copy all of it first."""
    small = Image.new(image.mode, (image.width // factor, image.height // factor))
    small.info = image.info
    rows = 64 * factor
    for top in range(0, small.height * factor, rows):
        strip = image.crop((0, top, small.width * factor, min(top + rows, small.height * factor)))
        small.paste(strip.reduce(factor), (0, top // factor))
    return small


def _on_paper(image: Image.Image) -> Image.Image:
    """Put a transparent picture on white, or on black where what is drawn on it is light."""
    image = image.convert("RGBA")
    grey, alpha = np.asarray(image.convert("L")), np.asarray(image.getchannel("A"))
    drawn = grey[alpha > 127]
    light = drawn.size > 0 and float(drawn.mean()) > 170 and drawn.size < 0.7 * grey.size
    paper = Image.new("RGBA", image.size, "black" if light else "white")
    paper.alpha_composite(image)
    return paper.convert("RGB")


def _goal(width: int, height: int) -> tuple[int, int]:
    """Return the size at which a picture is read."""
    if height > _TALL * width:
        factor = min(_TALL_WIDTH / width, 2.0, _MOST_TILES * _TILE / height)
        factor = min(factor, max(1.0, _SHORT / width))
    else:
        short, long = sorted((width, height))
        factor = min(max(1.0, min(2.0, _SHORT / short)), _LONG / long, math.sqrt(_AREA / (width * height)))
    return max(1, round(width * factor)), max(1, round(height * factor))


def tiles(pixels: Pixels) -> Sequence[tuple[int, int]]:
    """Return the top and bottom (exclusive) rows of the parts to read one by one, cut where no line is written."""
    height, width = pixels.shape[:2]
    if height <= _TALL * width or height <= _LONG:
        return [(0, height)]
    grey = pixels[:, ::2].mean(axis=2)
    busy = np.abs(np.diff(grey, axis=1)).mean(axis=1)
    count = math.ceil(height / _TILE)
    cuts = [0]
    for number in range(1, count):
        middle, reach = number * height // count, height // count // 12
        quiet = busy[middle - reach : middle + reach]
        lowest = np.flatnonzero(quiet <= quiet.min() + 0.5)
        cuts.append(middle - reach + int(lowest[np.argmin(np.abs(lowest - reach))]))
    return list(zip(cuts, [*cuts[1:], height], strict=True))
