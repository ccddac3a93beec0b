"""Replies on a terminal: Telegram's HTML as styled text, and bars for what takes long."""

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.style import Style
from rich.text import Text

WIDTH = 80
_LEAD = re.compile(r"(?:• |\d+\. |   ↳ | *)")
_NEVER_FIRST = "，。！？；：、”’」』）》"
_STYLES = {"b": Style(bold=True), "i": Style(dim=True), "code": Style(bold=True)}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = Text()
        self._open: list[Style] = []

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self._open.append(_STYLES.get(tag, Style()))

    def handle_endtag(self, _: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data, Style.combine([Style(), *self._open]))


def styled(html: str) -> Text:
    """Turn Telegram HTML into styled text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text


def wrapped(text: Text, width: int) -> list[Text]:
    """Break text into lines of at most ``width`` cells, between words or, in scripts without blanks, between letters.

    A line that begins with a bullet or a number goes on under its first letter.
    """
    lines: list[Text] = []
    for paragraph in text.split("\n", allow_blank=True):
        indent = len(_LEAD.match(paragraph.plain)[0])  # type: ignore[index]
        while paragraph.cell_len > width:
            cut = _cut(paragraph.plain, width)
            line, paragraph = paragraph.divide([cut])
            line.rstrip()
            lines.append(line)
            paragraph = Text(" " * indent).append_text(_without_lead(paragraph))
        lines.append(paragraph)
    return lines


def _cut(line: str, width: int) -> int:
    """Return where to break a line that is too wide: the last place within the width where a break may be."""
    cells = 0
    best = fits = 0
    for place, char in enumerate(line):
        wide = cell_len(char) == 2
        after_blank = place > 0 and line[place - 1] == " " and line[:place].strip()
        if (wide and char not in _NEVER_FIRST and line[:place].strip(" •“")) or after_blank:
            best = place
        cells += cell_len(char)
        if cells > width:
            break
        fits = place + 1
    return best or max(fits, 1)


def _without_lead(text: Text) -> Text:
    blanks = len(text.plain) - len(text.plain.lstrip(" "))
    return text.divide([blanks])[-1] if blanks else text


def output() -> Console:
    """Return the console for replies: at most 80 columns, coloured only on a terminal."""
    width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns) if sys.stdout.isatty() else WIDTH
    return Console(width=width, highlight=False, soft_wrap=False, emoji=False, markup=False)


def show(console: Console, html: str) -> None:
    """Print a reply."""
    console.print(Text("\n").join(wrapped(styled(html), console.width)), soft_wrap=True)


def complain(line: str) -> None:
    """Write one line to standard error."""
    print(line, file=sys.stderr)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show a moving bar on standard error while the block runs; nothing where that is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(pulse_style="cyan"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        progress.add_task(what, total=None)
        yield
