"""A text's sentences, as spans of the text they came from."""

import re

QUOTE_LIMIT = 200
"""Characters; no sentence is longer, so none needs cutting when it is quoted."""

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？…；!?]+[”’」』）]*|\n+|[।؟۔]+|\s[-–—•]\s")
_PAUSE = re.compile(r"[,;:，；：、،](?!\d)|\s[-–—]\s")
_LONG = 140
_LONG_CJK = 48
_WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_HAS_LETTER = re.compile(r"\w")


def split(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of each sentence; blanks around it are left out, and one without a letter or digit.

    A sentence over a comfortable length is cut at its pauses, and where it has none, between words.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        spans += _pieces(text, start, end)
        start = end
    return spans


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces = []
    while (limit := _limit(text[start:end])) and end - start > limit:
        cut = _cut(text, start, limit)
        pieces.append((start, cut))
        start = cut
    pieces.append((start, end))
    return [trimmed for piece in pieces if (trimmed := _trim(text, *piece))]


def _limit(part: str) -> int:
    wide = len(_WIDE.findall(part[:QUOTE_LIMIT]))
    return _LONG_CJK if 2 * wide > min(len(part), QUOTE_LIMIT) else _LONG


def _cut(text: str, start: int, limit: int) -> int:
    """Choose where to cut: the last pause within the limit, else the last blank before QUOTE_LIMIT, else the limit."""
    pauses = [match.end() for match in _PAUSE.finditer(text, start, start + limit)]
    if pauses and pauses[-1] - start > limit // 3:
        return pauses[-1]
    blank = text.rfind(" ", start + limit // 3, start + limit)
    return blank + 1 if blank > 0 else start + limit


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    part = text[start:end]
    if not _HAS_LETTER.search(part):
        return None
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())
