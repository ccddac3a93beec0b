"""A second look at a masked text, stricter than the first: words beside those that name people that may be a name."""

import re
from collections.abc import Iterator

from knowledge.identifiers.masked_form import HIDDEN
from knowledge.masking.name_ends import WORD, Reader
from knowledge.masking.uncased import is_behind_saint, is_name, is_no_word
from knowledge.masking.words import everybodys, is_body, known_names, phrases, written

_BETWEEN = re.compile(rf"[ \t\u00a0.,:：=(\[\"'“”‘«–—-]{{0,4}}(?:{HIDDEN}[ \t\u00a0]{{1,2}})?")
"""What may stand between such a word and the name, more than the rules allow for."""
_SURE = ("introduce", "called", "field")


def doubtful_names(text: str, language: str | None) -> Iterator[str]:
    """Yield the words of a masked text with plain letters that may be of somebody's name.

    They are those that the lists of names have and a text's language has not, with a capital letter or beside words
    that say that a name follows, and words that no list has right behind such words.
    """
    letters = sum(char.isupper() for char in text), sum(char.islower() for char in text)
    reader = Reader(text, written(text, language), language, shouts=letters[0] > 12 and letters[0] > letters[1])
    cued = dict(_behind(reader, ("introduce", "called", "title", "pay", "may")))
    sure = dict(sorted(_behind(reader, (*_SURE, "title"))))
    for match in WORD.finditer(text):
        word = reader.bare[match.start() : match.end()].removesuffix("'s")
        if not is_no_word(reader, word) or is_body(match[0]) or is_behind_saint(reader, match.start()):
            continue
        is_given = word in known_names() and len(word) > 3 and not (match[0].isupper() and not reader.shouts)
        named = is_name(word) and (match.start() in cued or is_given)
        capital = match[0][0].isupper() and reader.language != "de" and not match[0].isupper()
        if named or sure.get(match.start(), False) or (match.start() in sure and capital):
            yield match[0]


def _behind(reader: Reader, kinds: tuple[str, ...]) -> Iterator[tuple[int, bool]]:
    """Yield the places behind words of some kinds, and whether those always have a name behind them."""
    for kind in kinds:
        for match in phrases(kind, reader.language).finditer(reader.bare):
            between = _BETWEEN.match(reader.text, match.end())
            if between and (kind != "field" or any(mark in between[0] for mark in ":：=")):
                sure = kind != "title" or match[0] in everybodys("sure_title")
                yield between.end(), sure and HIDDEN not in between[0]
