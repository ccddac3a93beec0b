"""What people write around the thing they ask about, to AskFirst alone: "is this a scam?", "what now?", thanks.

It tells nothing of the matter: a bank's notice with "please check this" before it is the same notice. Which pieces of
a text are such asides is told by the model (see index/model/heads.py); here is what a piece is, and what is left.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from knowledge.text.scripts import extent
from knowledge.text.sentences import Span

_LEFT = 12
"""Letters that must be left beside links and numbers, as ``extent`` counts them."""
_DENSE = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
_END = re.compile(
    rf"[.!?…。！？؟।]+[\"'”’»」』)\]]*(?=\s|[{_DENSE}]|$)|[:：,，、،;；](?!\d|//)|\n+|\s[-–—•|]\s"
    rf"|(?<=[{_DENSE}])\s+(?=[{_DENSE}])|(?<=\s)(?=[\"“„«「『])"
)
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*|\S+\.[a-z]{2,}/\S*|[\d\s()+.-]{5,}")
_LETTER = re.compile(r"[^\W\d_]")


def pieces(text: str, sentences: Sequence[Span]) -> list[Span]:
    """Return the (start, end) of each run of words between two marks of punctuation, in sentences of a text."""
    return [span for sentence in sentences for span in _pieces(text, *sentence)]


def matter(text: str, sentences: Sequence[Span], are_asides: Callable[[Sequence[Span]], Sequence[bool]]) -> Span:
    """Return the (start, end) of what a text tells between asides before and behind it.

    All of it where too little would be left. ``are_asides`` says of some pieces which are.
    """
    found = pieces(text, sentences)
    if len(found) < 2:
        return 0, len(text)
    tell = [place for place, aside in enumerate(are_asides(found)) if not aside]
    if not tell:
        return 0, len(text)
    start = found[tell[0]][0] if tell[0] else 0
    end = found[tell[-1]][1] if tell[-1] + 1 < len(found) else len(text)
    left = extent(_ADDRESS.sub(" ", text[start:end]))
    return (start, end) if left >= _LEFT else (0, len(text))


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    borders = [match.end() for match in _END.finditer(text, start, end)]
    for border in [*borders, end]:
        if _LETTER.search(text, start, border):
            yield start, border
            start = border
