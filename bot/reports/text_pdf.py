"""A text as a PDF, made in memory by matplotlib with the one font that comes with it, DejaVu.

DejaVu has Latin, Vietnamese, Cyrillic and Arabic letters; it has no Chinese, Japanese, Korean, Thai or Hindi ones.
"""

import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import Any

from index.judging.extra import require

_WIDTH, _HEIGHT, _MARGIN = 595.0, 842.0, 56.0  # points, an A4 page
_SIZE, _HEAD, _TITLE = 10.0, 11.5, 15.0
_LEADING = 1.45
_SHORT = 40  # letters of a word that fit a line whatever they are
_RIGHT_TO_LEFT = "\u200f"  # so that a line which begins with Latin letters is laid out like the others
_KEPT = "\u200c\u200d\u200f\u2066\u2069"  # not seen themselves, but they join, part or turn what is
_ONE_AT_A_TIME = Lock()  # matplotlib keeps its settings for all threads


class NoLetters(Exception):
    """The font has no letters for a text."""


@dataclass(frozen=True)
class _Line:
    text: str
    size: float = _SIZE
    bold: bool = False


def text_pdf(title: str, parts: Sequence[tuple[str, Sequence[str]]], *, right_to_left: bool = False) -> bytes:
    """Return a PDF of a title and of parts, each a heading and paragraphs.

    Raises:
        MissingExtra: matplotlib is not installed.
        NoLetters: the font cannot show all of it.
    """
    require("matplotlib")
    paragraphs = [_Line(_shown(title), _TITLE, bold=True)]
    for heading, lines in parts:
        paragraphs += [_Line(""), *([_Line(_shown(heading), _HEAD, bold=True)] if heading else [])]
        paragraphs += [_Line(_shown(part)) for said in lines for part in said.split("\n")]
    fonts = {bold: _Font(bold=bold) for bold in (False, True)}
    for paragraph in paragraphs:
        fonts[paragraph.bold].check(paragraph.text)
    turn = _RIGHT_TO_LEFT if right_to_left else ""
    drawn = [replace(one, text=turn + part) for one in paragraphs for part in fonts[one.bold].wrapped(one)]
    with _ONE_AT_A_TIME:
        return _drawn(list(_pages(drawn)), right_to_left)


def _shown(text: str) -> str:
    """Return a text without characters that are not seen, and with plain blanks."""
    marks = (char for char in text.replace("\t", "    ") if not "\ufe00" <= char <= "\ufe0f")
    return "".join(char for char in marks if unicodedata.category(char) != "Cf" or char in _KEPT)


class _Font:
    def __init__(self, *, bold: bool) -> None:
        from matplotlib import get_data_path  # slow to import, and only a page needs it
        from matplotlib.ft2font import FT2Font

        self._font = FT2Font(f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf")
        self._widths: dict[str, float] = {}
        self._letters = frozenset(self._font.get_charmap())

    def check(self, text: str) -> None:
        """Raise NoLetters where a text has letters that the font has not."""
        if missing := {char for char in text if ord(char) not in self._letters and char not in _KEPT}:
            raise NoLetters(f"{len(missing)} characters cannot be shown")

    def wrapped(self, paragraph: _Line) -> Iterator[str]:
        """Yield the lines of a paragraph, broken between words, or within one that is too long for a line."""
        blank, room = self._wide("n n", paragraph.size) - self._wide("nn", paragraph.size), _WIDTH - 2 * _MARGIN
        line: list[str] = []
        left = room
        for word in paragraph.text.split(" "):
            wide = self._wide(word, paragraph.size)
            if line and wide > left:
                yield " ".join(line)
                line, left = [], room
            while wide > room:
                yield word[:_SHORT]
                word = word[_SHORT:]
                wide = self._wide(word, paragraph.size)
            line.append(word)
            left -= wide + blank
        yield " ".join(line)

    def _wide(self, text: str, size: float) -> float:
        """Return how many points a text takes."""
        if text not in self._widths:
            self._font.set_size(100, 72)
            self._font.set_text(text)
            self._widths[text] = self._font.get_width_height()[0] / 64 / 100
        return self._widths[text] * size


def _pages(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    page: list[_Line] = []
    room = _HEIGHT - 2 * _MARGIN
    for line in lines:
        if room < line.size * _LEADING:
            yield page
            page, room = [], _HEIGHT - 2 * _MARGIN
        page.append(line)
        room -= line.size * _LEADING
    yield page


def _drawn(pages: Sequence[Sequence[_Line]], right_to_left: bool) -> bytes:
    from matplotlib import rcParams
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    drawn = io.BytesIO()
    nobody = {"Creator": None, "Producer": None, "CreationDate": None}
    rcParams["pdf.fonttype"] = 42  # letters that can be searched and copied
    with PdfPages(drawn, metadata=nobody) as file:
        for number, page in enumerate(pages, 1):
            figure = Figure(figsize=(_WIDTH / 72, _HEIGHT / 72))
            _draw(figure, page, f"{number} / {len(pages)}", right_to_left)
            file.savefig(figure)
    return drawn.getvalue()


def _draw(figure: Any, page: Sequence[_Line], foot: str, right_to_left: bool) -> None:
    left = (_WIDTH - _MARGIN if right_to_left else _MARGIN) / _WIDTH
    write = partial(figure.text, left, ha="right" if right_to_left else "left", va="baseline", family="DejaVu Sans")
    down = _HEIGHT - _MARGIN
    for line in page:
        down -= line.size * _LEADING
        write(down / _HEIGHT, line.text, size=line.size, weight="bold" if line.bold else "normal", parse_math=False)
    figure.text(0.5, _MARGIN / 2 / _HEIGHT, foot, ha="center", fontsize=8)
