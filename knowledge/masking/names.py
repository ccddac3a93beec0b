"""People's names in the scripts that write words with blanks between them, found by the words around them."""

import re
from collections.abc import Iterator

from knowledge.masking.name_ends import (
    BREAK,
    GAP,
    WORD,
    Reader,
    Trust,
    behind_titles,
    end_of_name,
    has_cases,
    is_known,
)
from knowledge.masking.uncased import is_behind_saint, is_no_word, uncased_names
from knowledge.masking.words import everybodys, is_body, listed, little_words, phrases, written
from knowledge.text.sentences import Span

_AFTER_WORDS = re.compile(r"[ \t\u00a0]{0,3}[:：,\"“'«(]{0,2}[ \t\u00a0]{0,2}")
_AFTER_ABBREVIATION = re.compile(r"\.[ \t\u00a0]{0,2}")
_AFTER_GREETING = re.compile(r"[ \t\u00a0]{0,3}")
_COLON = re.compile(r"[ \t]{0,2}[:：=][ \t]{0,3}")
_LINE = re.compile(r"[ \t]{0,2}[,.!]?[ \t]{0,2}(?:\r?\n[ \t]{0,3}){1,3}|[ \t]{0,2}[,!][ \t]{1,2}")
_FROM = re.compile(r" (?:von|vom|aus|bei) ")
_ENDS = re.compile(r"[ .,x\"”»'’-]{0,4}(?:\n|$)")
_OPENS = re.compile(r"(?:^|[\n.!?,:)\]])[ \t]{0,3}$")
_CAPITAL = "[A-ZА-ЯЁ]"
_CAPITALISED = rf"\b{_CAPITAL}[a-zа-яё]{{1,20}}\b"
_PATRONYMIC = re.compile(
    rf"(?:{_CAPITALISED} ){{0,2}}\b[А-ЯЁ][а-яё]{{1,15}}(?:ович|евич|овн|евн|иничн|ильич)[а-яё]{{0,3}}\b"
    rf"(?: {_CAPITALISED})?"
)
_INITIALS = re.compile(
    rf"{_CAPITALISED} (?:{_CAPITAL}\. ?){{1,2}}(?<=\.)(?=\W|$)|\b(?:{_CAPITAL}\. ?){{2}}{_CAPITALISED}"
)


def names(text: str, language: str | None) -> Iterator[Span]:
    """Yield the spans of people's names, in no order; they may overlap.

    Args:
        text: with plain letters, as in view.py.
        language: what it is in, where that is known.
    """
    letters = sum(char.isupper() for char in text), sum(char.islower() for char in text)
    reader = Reader(text, written(text, language), language, shouts=letters[0] > 12 and letters[0] > letters[1])
    trusts: tuple[tuple[str, Trust], ...] = (
        ("introduce", "surely"),
        ("title", "titled"),
        ("title_ending", "titled"),
        ("may", "if capital"),
        ("known", "if known"),
    )
    for kind, trust in trusts:
        for match in phrases(kind, language).finditer(reader.bare):
            after = _after(reader, match)
            is_apart = after is not None and trust != "surely" and any(char in after[0] for char in ",(:：")
            yield from _name_apart(reader, after, trust) if after and is_apart else _name(reader, after, trust)
    yield from _before_little_words(reader)
    yield from _in_fields(reader)
    yield from _greeted(reader)
    yield from _signed(reader)
    yield from _before(reader)
    yield from _known(reader)
    yield from uncased_names(reader)
    for shape in (_PATRONYMIC, _INITIALS):
        yield from (match.span() for match in shape.finditer(text))


def _after(reader: Reader, match: re.Match[str]) -> re.Match[str] | None:
    """Return what stands between words and the name behind them."""
    is_short = match[0] in everybodys("abbreviations")
    dot = _AFTER_ABBREVIATION.match(reader.text, match.end()) if is_short else None
    return dot or _AFTER_WORDS.match(reader.text, match.end())


def _name(reader: Reader, before: re.Match[str] | None, trust: Trust) -> Iterator[Span]:
    """Yield the span of the name that stands where a match ends, if one does."""
    if before is None:
        return
    start = behind_titles(reader, before.end())
    end = end_of_name(reader, start, trust) or (_end_of_two(reader, start) if trust == "if known" else None)
    if end is not None and not (trust != "titled" and is_body(reader.text[start:end])):
        yield start, end


def _name_apart(reader: Reader, before: re.Match[str], trust: Trust) -> Iterator[Span]:
    """Yield the span of a name with a mark before it: a known one, or behind a title one between commas."""
    yield from _name(reader, before, "if known")
    if trust == "titled":
        start = behind_titles(reader, before.end())
        end = _end_of_apposition(reader, start)
        if end is not None and not is_body(reader.text[start:end]):
            yield start, end


def _end_of_apposition(reader: Reader, start: int) -> int | None:
    """Return where one or two words with capital letters end that stand between commas."""
    end = end_of_name(reader, start, "if capital")
    is_closed = end is not None and has_cases(reader.text[start]) and reader.text.startswith(",", end)
    return end if is_closed and len(WORD.findall(reader.text, start, end or start)) <= 2 else None


def _end_of_two(reader: Reader, start: int) -> int | None:
    """Return where two words with capital letters end that are a name, since they are said to be from somewhere."""
    end = end_of_name(reader, start, "if capital") if reader.language == "de" else None
    is_from = end is not None and _FROM.match(reader.text, end) is not None
    return end if is_from and len(WORD.findall(reader.text, start, end or start)) == 2 else None


def _before_little_words(reader: Reader) -> Iterator[Span]:
    """Yield the words that stand between a word for a person and a little word that only follows people there."""
    for match in phrases("near", reader.language).finditer(reader.bare):
        gap = GAP.match(reader.text, match.end())
        word = WORD.match(reader.text, gap.end()) if gap else None
        after = GAP.match(reader.text, word.end()) if word else None
        if word is None or after is None or not phrases("then", reader.language).match(reader.bare, after.end()):
            continue
        bare_word = reader.bare[word.start() : word.end()]
        if bare_word not in little_words(reader.language) and bare_word not in everybodys("ordinary"):
            yield word.span()


def _in_fields(reader: Reader) -> Iterator[Span]:
    for match in phrases("field", reader.language).finditer(reader.bare):
        yield from _name(reader, _COLON.match(reader.text, match.end()), "surely")


def _greeted(reader: Reader) -> Iterator[Span]:
    for match in phrases("greet", reader.language).finditer(reader.bare):
        if not _OPENS.search(reader.text[max(0, match.start() - 5) : match.start()]):
            continue
        before = _AFTER_GREETING.match(reader.text, match.end())
        for start, end in _name(reader, before, "if capital"):
            if BREAK.match(reader.text, end):
                yield start, end
        word = WORD.match(reader.text, before.end()) if before else None
        if word and BREAK.match(reader.text, word.end()) and is_known(reader.bare[word.start() : word.end()]):
            yield word.span()


def _signed(reader: Reader) -> Iterator[Span]:
    for match in phrases("sign", reader.language).finditer(reader.bare):
        line = _LINE.match(reader.text, match.end()) or GAP.match(reader.text, match.end())
        for start, end in _name(reader, line, "if capital"):
            if _ENDS.match(reader.text, end) or (line and "\n" in line[0]):
                yield start, end


def _before(reader: Reader) -> Iterator[Span]:
    """Yield the words, two at most, that stand before a word behind names."""
    for match in phrases("behind", reader.language).finditer(reader.bare):
        words = [*WORD.finditer(reader.text, max(0, match.start() - 50), match.start())][-2:]
        if not words or reader.text[words[-1].end() : match.start()].strip(" \t"):
            continue
        last = reader.bare[words[-1].start() : words[-1].end()]
        if last in little_words(reader.language) or last in everybodys("ordinary") or is_body(last):
            continue
        first = words[0] if last in everybodys("surname") else words[-1]
        yield first.start(), words[-1].end()


def _known(reader: Reader) -> Iterator[Span]:
    """Yield the common given names that stand anywhere, with the surnames behind them."""
    family = frozenset(listed("vi", "family"))
    for match in WORD.finditer(reader.text):
        word = reader.bare[match.start() : match.end()]
        capital = match[0][0].isupper() and not reader.shouts
        if match[0].capitalize() in family and match[0][0].isupper():
            end = end_of_name(reader, match.start(), "if capital")
            if end is not None and end > match.end():
                yield match.start(), end
        if (
            (match[0].isupper() and len(match[0]) <= 4)
            or not (capital or not has_cases(match[0]))
            or not _is_given(word)
        ):
            continue
        if is_behind_saint(reader, match.start()):
            continue
        end = _end_of_known(reader, match)
        if not is_body(reader.text[match.start() : end]):
            yield match.start(), end


def _is_given(word: str) -> bool:
    return is_known(word) and (word in everybodys("given") or word not in everybodys("surname"))


def _end_of_known(reader: Reader, match: re.Match[str]) -> int:
    """Return the end of a name whose first word is known; of German, only known words can be its next ones."""
    gap = GAP.match(reader.text, match.end())
    after = WORD.match(reader.text, gap.end()) if gap else None
    if after is None:
        return match.end()
    word = reader.bare[after.start() : after.end()]
    if reader.language == "de" and match[0][0].isupper() and after[0][0].isupper() and is_no_word(reader, word):
        return after.end()
    if (reader.language == "de" or not has_cases(match[0])) and not is_known(word):
        return match.end()
    return end_of_name(reader, match.start(), "if known") or match.end()
