"""A message to a person, put together from sections that fit Telegram's limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

LIMIT = 4096
"""Telegram's limit for a message, in UTF-16 units; our whole HTML stays below it, tags included."""


@dataclass(frozen=True)
class Button:
    """A button under a reply: its words, and ``verb:id`` in at most 64 bytes, or else the address that it opens."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True)
class Reply:
    """One message to a person: Telegram HTML, and rows of buttons."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of a reply; those that matter least are left out first where a reply would be too long."""

    html: str
    rank: int = 0


def fit(sections: Sequence[Section]) -> str:
    """Join sections with blank lines, leaving out the highest ranks first until they fit Telegram's limit."""
    kept = list(sections)
    while (length := _units("\n\n".join(section.html for section in kept))) > LIMIT:
        last = max(range(len(kept)), key=lambda place: (kept[place].rank, place))
        if kept[last].rank == 0:
            raise ValueError(f"a reply of {length} units has nothing left that may be left out")
        del kept[last]
    return "\n\n".join(section.html for section in kept)


def _units(html: str) -> int:
    return len(html.encode("utf-16-le")) // 2


def cut(text: str, room: int) -> str:
    """Return as much of a text as has at most so many UTF-16 units when it is escaped, with "…" where it was cut."""
    kept = text[:room]
    while _units(str(escape(kept))) > room:
        kept = kept[: len(kept) * 19 // 20]
    return text if kept == text else f"{kept.rstrip()}…"
