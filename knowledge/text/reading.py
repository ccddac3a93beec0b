"""A text as it is compared with known ones: undisguised, with its marks, each sentence once, its own words known."""

from dataclasses import dataclass

from knowledge.text.folding import fold
from knowledge.text.markup import without_markup, writable
from knowledge.text.sentences import Span, split
from knowledge.text.varieties.vietnamese import with_marks

PASSAGE = 3
"""Sentences of a passage."""
LONG = 16
"""Sentences from which on a text is also compared by its passages."""


@dataclass(frozen=True)
class Reading:
    """What is compared of a text. A text that people send and one of the casebook are read alike."""

    whole: str
    """The text as it is encoded: with the marks of its language, folded, and without what was said before."""
    sentences: tuple[str, ...]
    """Its sentences as they were written, in order."""
    spans: tuple[Span, ...]
    """Where each of them stands in ``whole``: (start, end) in characters."""

    @property
    def passages(self) -> list[str]:
        """Every few sentences on end of a long text, each run overlapping the next; none of a short one."""
        if len(self.spans) < LONG:
            return []
        firsts = range(0, len(self.spans) - 1, PASSAGE - 1)
        return [self.whole[self.spans[at][0] : self.spans[at : at + PASSAGE][-1][1]] for at in firsts]


def read(text: str) -> Reading:
    """Read any text; one without a letter or digit has no sentence and is compared as it stands."""
    written = without_markup(writable(text))
    text = with_marks(written)
    found: dict[str, str] = {}  # by folded sentence, so that a sentence said a thousand times is read once
    whole, spans, last = "", [], 0
    for start, end in split(text):
        sentence = fold(text[start:end])
        if sentence and sentence not in found:
            whole += " " if whole and any(map(str.isspace, text[last:start])) else ""
            spans.append((len(whole), len(whole) + len(sentence)))
            whole += sentence
            found[sentence] = written[start:end]
            last = end
    return Reading(whole or fold(text), tuple(found.values()), tuple(spans))
