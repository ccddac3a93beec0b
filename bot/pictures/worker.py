"""The process that reads pictures: the reader of writing, the reader of codes, and the order of what they find."""

import math
import re
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from statistics import median
from typing import Any, cast

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image
from rapidocr import EngineType, RapidOCR
from rapidocr.ch_ppocr_rec import TextRecOutput
from rapidocr.utils.output import RapidOCROutput

from bot.pictures import tesseract
from bot.pictures.decoding import Decoded, Pixels, decode, tiles
from bot.pictures.lines import Found, arrange
from bot.pictures.networks import Finder, Recognizer
from bot.pictures.sides import with_sides
from bot.pictures.text import PictureText, Reason, UnreadablePicture

Quad = NDArray[np.float64]
"""(4, 2): the corners of a line in pixels, from the top left one, clockwise."""

_BLANK = "\N{WHITE SQUARE}"
_LEAST_SCORE = 0.5
_LONGEST_SIDE = 2000
_AT_ONCE, _MOST_LINES = 6, 160
"""Lines read between two signs of life, and of one part of a picture: a full page of print has a hundred."""
_TILTED = 0.8
"""Degrees from which a picture is turned before its layout is judged."""
_UPSIDE_DOWN = 0.8
"""A mean score below which a picture is tried the other way up: 0.65 to 0.72 where it was, 0.95 where it was not."""
_UNREAD_SHARE = 0.2
"""Of the length of all lines, from which writing counts as unreadable."""
_CODES = zxingcpp.barcode_formats_from_str("QRCode,MicroQRCode,RMQRCode")


@dataclass(frozen=True)
class _Read:
    """A line as the reader gives it."""

    text: str
    score: float
    quad: Quad
    reread: bool = False
    """By the other reader, whose alphabet has every letter."""

    @property
    def length(self) -> float:
        """Width of its box in pixels, along the line."""
        return float(np.linalg.norm(self.quad[1] - self.quad[0]))

    @property
    def thickness(self) -> float:
        """Height of its box in pixels, across the line."""
        return float(np.linalg.norm(self.quad[3] - self.quad[0])) or 1.0

    @property
    def lost(self) -> bool:
        """Whether letters seem to be missing: blanks instead of words, too few for the length, low confidence.

        The reader's alphabet lacks the stacked marks of Vietnamese too, which its plain letters give away.
        """
        written = self.text.strip()
        if self.reread:
            return False
        if re.search(r"[đĐơƠưƯ]", written):
            return True
        if self.length < 3 * self.thickness:
            return False
        sparse = len(re.sub(r"\s", "", written)) < 0.5 * self.length / self.thickness
        return sparse or self.score < 0.75 or self.text != " ".join(self.text.split())


def serve(connection: Connection, threads: int) -> None:
    """Answer each picture that comes through the connection, until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the process that asks
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not write a picture to disk
    cv2.setNumThreads(threads)
    reader = Reader(threads, alive=lambda: connection.send(None))
    connection.send("ready")
    while True:
        try:
            data = connection.recv_bytes()
        except EOFError:
            return
        connection.send(_answer(reader, data))
        del data
        reader.rest()


def _answer(reader: "Reader", data: bytes) -> PictureText | Reason:
    try:
        return reader.read(data)
    except UnreadablePicture as unreadable:
        return unreadable.reason
    except Exception:  # one picture, whatever is wrong with it, must not cost the next one a new process
        return "failed"


class _Recognizer(RapidOCR):
    """RapidOCR that gives signs of life, and tells where there is writing of which it knows no letter."""

    alive: Callable[[], None] = staticmethod(lambda: None)

    def compute_with(self, threads: int) -> None:
        """Load both networks, and compute them in so many threads."""
        found, read = self._load_det_model(), self._load_rec_model()  # type: ignore[no-untyped-call]
        found.session = Finder(found.session.model, threads)
        self._recognizer = read.session = Recognizer(read.session.model, threads)

    def rest(self) -> None:
        """Let go of what only the picture before needed."""
        self._recognizer.rest()

    def recognize_txt(self, img: list[Pixels]) -> TextRecOutput:
        """Return what is written on the pictures of lines, a square where no letter is known; the last are left out."""
        texts, scores = [""] * len(img), [0.0] * len(img)
        by_shape = sorted(range(min(len(img), _MOST_LINES)), key=lambda line: img[line].shape[1] / img[line].shape[0])
        for start in range(0, len(by_shape), _AT_ONCE):
            self.alive()
            some = by_shape[start : start + _AT_ONCE]
            read = super().recognize_txt([img[line] for line in some])
            for line, text, score in zip(some, read.txts or (), read.scores, strict=True):
                texts[line], scores[line] = text if text.strip() else _BLANK, score
        whole: Any = TextRecOutput(imgs=img)  # its fields are declared as tuples of one
        whole.txts, whole.scores = tuple(texts), tuple(scores)
        whole.word_results = (None,) * len(img)
        return cast(TextRecOutput, whole)


class Reader:
    """Reads pictures in this process."""

    def __init__(self, threads: int, alive: Callable[[], None] = lambda: None) -> None:
        """Load the models; ``alive`` is called between the steps of a picture."""
        self._alive = alive
        self._reader = _Recognizer(
            params={
                "Global.use_cls": False,
                "Global.text_score": 0.0,
                "Global.max_side_len": _LONGEST_SIDE,
                "Global.log_level": "critical",
                "Det.limit_type": "max",
                "Det.limit_side_len": _LONGEST_SIDE,
                "Det.engine_type": EngineType.OPENVINO,
                "Rec.engine_type": EngineType.OPENVINO,
            }
        )
        self._reader.alive = alive
        self._reader.compute_with(threads)

    def read(self, data: bytes) -> PictureText:
        """Read a picture file's bytes.

        Raises:
            UnreadablePicture: with the reason.
        """
        decoded = decode(data)
        codes = _take_codes(decoded)
        pixels, scaled = decoded.pixels, decoded.scaled
        del decoded  # the large picture is not held while writing is read
        self._alive()
        pixels, lines = _levelled(*self._right_way_up(pixels))
        unread = sum(line.length for line in lines if line.lost) > _UNREAD_SHARE * sum(line.length for line in lines)
        if unread and tesseract.installed():
            self._alive()
            lines = _reread(pixels, lines)
            unread = any(line.lost for line in lines)
        found = [_found(line) for line in lines if line.score >= _LEAST_SCORE and _is_writing(line.text)]
        height, width = pixels.shape[:2]
        arranged = arrange(with_sides(found, pixels), width, height)
        if not arranged and not codes and not unread:
            raise UnreadablePicture("no-text")
        return PictureText(arranged, codes, unread, scaled)

    def rest(self) -> None:
        """Give memory back, to wait for the next picture."""
        self._reader.rest()

    def _right_way_up(self, pixels: Pixels) -> tuple[Pixels, list[_Read]]:
        """Return the picture and its lines, turned where it was on its side or upside down."""
        lines = self._lines(pixels)
        if _on_its_side(lines):
            pixels = np.rot90(pixels).copy()
            lines = self._lines(pixels)
        if _confidence(lines) < _UPSIDE_DOWN:
            turned = np.rot90(pixels, 2).copy()
            others = self._lines(turned)
            if _confidence(others) > _confidence(lines):
                return turned, others
        return pixels, lines

    def _lines(self, pixels: Pixels) -> list[_Read]:
        lines: list[_Read] = []
        for top, bottom in tiles(pixels):
            result = self._reader(np.ascontiguousarray(pixels[top:bottom, :, ::-1]))  # it expects BGR
            if isinstance(result, RapidOCROutput) and result.boxes is not None:
                for quad, text, score in zip(result.boxes, result.txts or (), result.scores or (), strict=True):
                    lines.append(_Read(text, float(score), np.asarray(quad, dtype=np.float64) + np.array((0, top))))
            self._alive()
        return lines


def _take_codes(decoded: Decoded) -> tuple[str, ...]:
    """Return what the codes contain, each once, and paint them over: they are not to be taken for writing."""
    large = np.asarray(decoded.large)
    factor = decoded.pixels.shape[1] / large.shape[1]
    contents: dict[str, None] = {}
    for code in zxingcpp.read_barcodes(large, formats=_CODES, text_mode=zxingcpp.TextMode.Plain):
        contents[code.text.replace("\0", "")] = None
        at = code.position
        corners = [
            (corner.x * factor, corner.y * factor)
            for corner in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        ]
        cv2.fillPoly(decoded.pixels, [np.array(corners, dtype=np.int32)], (255, 255, 255))
    return tuple(content for content in contents if content.strip())


def _on_its_side(lines: list[_Read]) -> bool:
    """Whether most of what is written runs up or down; single letters, such as keys, do not tell."""
    level = sum(len(line.text) for line in lines if line.length > 2 * line.thickness)
    upright = sum(len(line.text) for line in lines if line.thickness > 2 * line.length)
    return upright > level


def _confidence(lines: list[_Read]) -> float:
    """Return the mean score (0 to 1), weighted by length, of the lines that have letters; 1 where none has."""
    lines = [line for line in lines if line.text != _BLANK]
    length = sum(line.length for line in lines)
    return sum(line.score * line.length for line in lines) / length if length else 1.0


def _levelled(pixels: Pixels, lines: list[_Read]) -> tuple[Pixels, list[_Read]]:
    """Turn a tilted picture, and its lines with it, so that lines are level."""
    slopes = [line.quad[1] - line.quad[0] for line in lines if line.length > 3 * line.thickness]
    angle = median(math.degrees(math.atan2(float(y), float(x))) for x, y in slopes) if slopes else 0.0
    if not _TILTED < abs(angle) < 60:
        return pixels, lines
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = np.asarray(cv2.warpAffine(pixels, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)
    return turned, [replace(line, quad=line.quad @ turn[:, :2].T + turn[:, 2]) for line in lines]


def _reread(pixels: Pixels, lines: list[_Read]) -> list[_Read]:
    """Return the lines with those that lost letters read by the other reader, where it reads more."""
    image = Image.fromarray(pixels)
    lost = [number for number, line in enumerate(lines) if line.lost]
    crops = []
    for number in lost:
        (left, top), (right, bottom) = lines[number].quad.min(axis=0), lines[number].quad.max(axis=0)
        crops.append(image.crop((int(left) - 2, int(top) - 2, max(int(left) + 2, int(right) + 2), int(bottom) + 3)))
    again = list(lines)
    for number, text in zip(lost, tesseract.read_lines(crops), strict=True):
        if len(text) > len(lines[number].text.strip()) / 2:
            again[number] = replace(lines[number], text=text, score=1.0, reread=True)
    return again


def _found(line: _Read) -> Found:
    (left, top), (right, bottom) = line.quad.min(axis=0), line.quad.max(axis=0)
    return Found(" ".join(line.text.split()), float(left), float(top), float(right), float(bottom))


def _is_writing(text: str) -> bool:
    return any(char.isalnum() for char in text)
