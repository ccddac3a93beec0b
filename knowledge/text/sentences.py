"""A text's sentences, as spans of the text they came from."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from knowledge.text.letters import any_of
from knowledge.text.scripts import LINK, extent
from knowledge.text.toml_files import read_toml_file

Span = tuple[int, int]
"""Where something starts and ends in a text, in characters."""
QUOTE_LIMIT = 200
"""Characters; no sentence is longer, so none needs cutting when it is quoted."""

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？…；!?]+[”’」』）]*|\n+|[।؟۔]+|\s[-–—•]\s")
_PAUSE = re.compile(r"[,;:，；：、،](?!\d)|\s[-–—]\s")
_LINK = re.compile(LINK)
_LONG = 140
_LONG_CJK = 48
_WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_BREAK = re.compile(rf"(?<={_WIDE.pattern})\s+(?={_WIDE.pattern})")
_ABBREVIATIONS = Path(__file__).with_name("abbreviations.toml")
_LONGEST_ABBREVIATED = 10
_HAS_LETTER = re.compile(r"\w")
_LEAST_STATED = 12
"""Letters, as ``extent`` counts them, below which nothing is stated."""
_ASKING, _CLOSING = ("?", "？", "؟"), " \"'”’」』)）]"


def split(text: str) -> list[Span]:
    """Return the (start, end) of each sentence; blanks around it are left out, and one without a letter or digit.

    A sentence over a comfortable length is cut at its pauses, and where it has none, between words; amid a
    link only where that alone is longer.
    """
    spans: list[Span] = []
    start = 0
    links = [match.span() for match in _LINK.finditer(text)]
    ends = (match.end() for match in _END.finditer(text) if not (match[0] == "." and _abbreviates(text, match.end())))
    for end in [*(end for end in ends if not _amid(links, end)), len(text)]:
        spans += _pieces(text, start, end, links)
        start = end
    return spans


def clauses(text: str) -> list[str]:
    """Return the parts of a text between its marks, and where letters need no blanks between them, its blanks."""
    parts = _BREAK.sub("\n", _PAUSE.sub("\n", _END.sub("\n", text))).split("\n")
    return [part.strip() for part in parts if _HAS_LETTER.search(part)]


def may_state(sentence: str) -> bool:
    """Say whether a sentence can be evidence of anything: it is no question, and no mere number, time or fragment."""
    return extent(sentence) >= _LEAST_STATED and not sentence.rstrip(_CLOSING).endswith(_ASKING)


def _abbreviates(text: str, end: int) -> bool:
    """Say whether the full stop before a place belongs to a word, as in "Mr. Tan", "no. 5", "z. B." and "am 3. Mai"."""
    before = text[max(0, end - _LONGEST_ABBREVIATED) : end]
    return any(shape.search(before) and follows.match(text, end) for shape, follows in _abbreviated())


@cache
def _abbreviated() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    """Return what stands up to a full stop that ends no sentence, and what follows it then."""
    words = read_toml_file(_ABBREVIATIONS)
    titles = any_of([word for word in words["before_a_name"] if word not in words["only_in_capitals"]])
    capitals = any_of([word.capitalize() for word in words["only_in_capitals"]])
    pairs = [
        (rf"(?<!\w)(?:(?i:{titles})|{capitals})\.$", r"[^\W\d_a-zа-я]"),
        (rf"(?i)(?<!\w)(?:{any_of(words['before_a_number'])})\.$", r"#?\d"),
        (rf"(?i)(?<!\w)(?:{any_of(words['anywhere'])})\.$", r"\w"),
        (r"(?<![\w.,:])[0-3]?\d\.$", rf"(?i:{any_of(words['months'])})\b"),
        (r"(?i)(?<![\w.])[zdupта]\.$", r"(?i:b|h|a|ex|ej|е|к)\."),
    ]
    return [(re.compile(before), re.compile(rf"[ \u00a0]{{1,2}}{after}")) for before, after in pairs]


def _amid(links: Sequence[Span], place: int) -> bool:
    return any(start < place < end for start, end in links)


def _pieces(text: str, start: int, end: int, links: Sequence[Span]) -> list[Span]:
    pieces = []
    while (limit := _limit(text[start:end])) and end - start > limit:
        cut = _cut(text, start, limit, links)
        pieces.append((start, cut))
        start = cut
    pieces.append((start, end))
    return [trimmed for piece in pieces if (trimmed := _trim(text, *piece))]


def _limit(part: str) -> int:
    wide = len(_WIDE.findall(part[:QUOTE_LIMIT]))
    return _LONG_CJK if 2 * wide > min(len(part), QUOTE_LIMIT) else _LONG


def _cut(text: str, start: int, limit: int, links: Sequence[Span]) -> int:
    """Choose where to cut: the last pause within the limit, else the last blank before QUOTE_LIMIT, else the limit."""
    pauses = [match.end() for match in _PAUSE.finditer(text, start, start + limit)]
    pauses = [pause for pause in pauses if not _amid(links, pause)]
    if pauses and pauses[-1] - start > limit // 3:
        return pauses[-1]
    blank = text.rfind(" ", start + limit // 3, start + limit)
    return blank + 1 if blank > 0 else start + limit


def _trim(text: str, start: int, end: int) -> Span | None:
    part = text[start:end]
    if not _HAS_LETTER.search(part):
        return None
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())
