"""Lines of writing on a picture, in the order people read them: what belongs to a phone's frame is left out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Literal

Side = Literal["theirs", "mine", "unknown"]

_CLOCK = r"(?:[01]?\d|2[0-3])[:：][0-5]\d(?:[:：][0-5]\d)?"
_HALF = r"(?:[AaPp]\.?[Mm]\.?|上午|下午|凌晨|早上|晚上|中午)"
_DAY = r"(?:today|yesterday|(?:mon|tues|wednes|thurs|fri|satur|sun)day|今天|昨天|前天|(?:星期|周)[一二三四五六日天])"
_ONLY_TIME = re.compile(rf"(?:{_DAY}[,，]?)?\s*{_HALF}?\s*{_CLOCK}\s*{_HALF}?\s*[√✓✔/vV]*", re.IGNORECASE)
_STATUS = re.compile(rf"{_CLOCK}|\d{{1,3}}\s?%|\b[2-5]G\+?\b|\bLTE\b|Wi-?Fi", re.IGNORECASE)
_HINTS = {"message", "imessage", "textmessage", "typeamessage", "writeamessage", "按住说话", "发消息", "输入消息"}
_KEY_ROWS = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "yxcvbnm"),
    *("1234567890", "йцукенгшщзх", "фывапролджэ", "ячсмитьбю", "abcdefghi", "ghijklmno", "pqrstuvwxyz"),
)
_STATUS_BAR = 0.055
"""A phone's status bar is within this share of the height."""
_PORTRAIT = 1.5
"""Height to width from which a picture may be the whole screen of a phone."""


@dataclass(frozen=True)
class Line:
    """One line of writing; places and height are shares (0 to 1) of the picture's width and height."""

    text: str
    side: Side
    """Who wrote it, where the layout shows it."""
    top: float
    left: float
    height: float


@dataclass(frozen=True)
class Found:
    """A line as the reader found it, in pixels of the upright picture."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    side: Side = "unknown"

    @property
    def height(self) -> float:
        """Height of its box."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Vertical middle of its box."""
        return (self.top + self.bottom) / 2


def arrange(found: Iterable[Found], width: int, height: int) -> tuple[Line, ...]:
    """Return the lines of a picture of that size in reading order, without status bar, clocks and keyboard."""
    rows = _rows(found)
    if height > _PORTRAIT * width:
        rows = _without_frame(rows, height)
    return tuple(
        Line(line.text, line.side, _share(line.top, height), _share(line.left, width), _share(line.height, height))
        for row in rows
        for line in row
        if not _ONLY_TIME.fullmatch(line.text.strip())
    )


def bubbles(lines: Sequence[Line]) -> list[list[Line]]:
    """Group lines in reading order into what was written in one go: one side, and no wide gap between them."""
    groups: list[list[Line]] = [[line] for line in lines[:1]]
    for before, line in pairwise(lines):
        if _together(before, line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _together(before: Line, line: Line) -> bool:
    lower, higher = sorted((before.height, line.height))
    gap = line.top - (before.top + before.height)
    return before.side == line.side and gap < 0.6 * lower and higher < 1.6 * lower


def _share(part: float, whole: int) -> float:
    return round(min(max(part / whole, 0.0), 1.0), 5)


def _rows(found: Iterable[Found]) -> list[list[Found]]:
    """Group lines that stand beside each other, top row first, each row from left to right."""
    rows: list[list[Found]] = []
    for line in sorted(found, key=lambda line: line.middle):
        last = rows[-1] if rows else []
        if last and abs(line.middle - median(other.middle for other in last)) < 0.5 * min(line.height, last[0].height):
            last.append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _without_frame(rows: list[list[Found]], height: int) -> list[list[Found]]:
    """Leave out a phone's status bar at the top, and its keyboard and empty input field at the bottom."""
    while rows and rows[0][0].middle < _STATUS_BAR * height and any(_STATUS.search(line.text) for line in rows[0]):
        rows = rows[1:]
    keys = [number for number, row in enumerate(rows) if row[0].middle > 0.5 * height and _is_keys(row)]
    if len(keys) >= 2:
        rows = rows[: keys[0]]
    return [
        row
        for row in rows
        if row[0].middle < 0.5 * height or _letters("".join(line.text for line in row)) not in _HINTS
    ]


def _is_keys(row: list[Found]) -> bool:
    """Whether a row reads like a row of keys, of which the reader may have lost or joined a few."""
    letters = _letters("".join(line.text for line in row))
    if not 3 <= len(letters) <= 16:
        return False
    return any(_common_run(letters, keys) >= max(3, 0.6 * len(letters)) for keys in _KEY_ROWS)


def _common_run(letters: str, keys: str) -> int:
    """Count the letters that stand in the order of the keys."""
    at = count = 0
    for letter in letters:
        if (place := keys.find(letter, at)) >= 0:
            at, count = place + 1, count + 1
    return count


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
