"""How a reply looks on a telephone: how many lines it takes, and what is left out until it fits one screen."""

import math
import re
import unicodedata
from collections.abc import Sequence
from html import unescape

from bot.words.reply import Section
from knowledge.text.sentences import split

COLUMNS, LINES, CHARACTERS = 40, 12, 600
"""One screen: lines of so many columns, wide letters taking two; and characters in all."""
_TAG = re.compile(r"<[^>]+>")
_STOPS = re.compile(r"[.!?。！？؟۔।][\"'”’»)\]」』）]*$")
"""How a sentence ends that was not merely cut at a pause."""
_ASKING = "?？؟"
_QUOTES = {"“": "”", "„": "“”", "«": "»", "「": "」", "『": "』"}
"""The marks that begin a quotation, with those that end it."""
_PAUSES = " ,.;:，：、。"


def plain(html: str) -> str:
    """Return a reply as somebody reads it, without its tags."""
    return unescape(_TAG.sub("", html))


def columns(words: str) -> int:
    """Return how many columns words take: none for a mark on a letter, two for a wide one."""
    own = (char for char in words if unicodedata.category(char) not in ("Mn", "Me", "Cf"))
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in own)


def lines(html: str) -> int:
    """Return how many lines a reply takes."""
    return sum(max(1, math.ceil(columns(row) / COLUMNS)) for row in plain(html).split("\n"))


def screen(sections: Sequence[Section], characters: int = CHARACTERS) -> str:
    """Join sections, leaving out the highest ranks first until they fit one screen; rank 0 always stays."""
    kept = list(sections)
    while not _fits(html := "\n".join(section.html for section in kept), characters):
        last = max(range(len(kept)), key=lambda place: (kept[place].rank, place))
        if kept[last].rank == 0:
            return html
        del kept[last]
    return html


def _fits(html: str, characters: int) -> bool:
    return len(plain(html)) <= characters and lines(html) <= LINES


def shortened(text: str, room: int) -> str:
    """Return as much of a text as takes so many columns, cut between words where it has any, with "…"."""
    words = " ".join(text.split())
    if columns(words) <= room:
        return words
    kept = ""
    for char in words:
        if columns(kept) + columns(char) > room - 1:
            break
        kept += char
    whole, blank, _ = kept.rpartition(" ")
    return (whole if blank and len(whole) > len(kept) // 2 else kept).rstrip(_PAUSES) + "…"


def whole_sentences(text: str, room: int) -> str:
    """Return the sentences that a text begins with and that take so many columns; of a longer first one, a part.

    What to do, or to say, is not broken off in the middle, and never inside a quotation; nor is a question left alone,
    of which the next sentence says what to do then.
    """
    words = " ".join(text.split())
    ends = [end for _, end in split(words) if columns(words[:end]) <= room and _ends_whole(words[:end])]
    while ends and words[ends[-1] - 1] in _ASKING:
        ends.pop()
    if ends:
        return words[: ends[-1]]
    cut = shortened(words, room)
    quoted = _quotation(cut)
    return f"{cut[:quoted].rstrip(_PAUSES)}…" if quoted else cut


def _ends_whole(words: str) -> bool:
    return _STOPS.search(words) is not None and _quotation(words) is None


def _quotation(words: str) -> int | None:
    """Return where a quotation begins that is still open at the end of words; None where none is."""
    opened: list[int] = []
    for place, char in enumerate(words):
        if opened and char in _QUOTES[words[opened[-1]]]:
            opened.pop()
        elif char in _QUOTES:
            opened.append(place)
    return opened[0] if opened else None
