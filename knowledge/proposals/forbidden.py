"""What may not stand in a proposed document or case, though it would be valid."""

import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import fields

from knowledge.documents.pattern import Guidance, Pattern
from knowledge.documents.toml import Fault
from knowledge.identifiers.finding import Identifier, find
from knowledge.identifiers.links import host_of

LONGEST = 200_000
"""Characters of a document; the longest that ships has a quarter of it."""
FORMULA = "a formula that a spreadsheet would compute, expected what somebody would say"
_FORMULA = re.compile(r"\s*(?:=|[+@-][\w.]*[(|!])")
_TAG = re.compile(r"<\s*[/!?]?\s*[A-Za-z][^<>]*>?|&#?\w+;")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/\S*")
_JOINERS = "\u200c\u200d"  # Hindi, Persian and emoji are written with them
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters, marks and a symbol that show nothing
_HIDDEN = ("Cc", "Cf", "Co", "Cs")


def hidden_characters(text: str, allowed: str = "") -> str:
    """Name the first control character or invisible one in a text, as U+202E; empty where there is none."""
    for place, char in enumerate(text):
        if char in _BLANK or (
            unicodedata.category(char) in _HIDDEN and char not in allowed and not _joins(text, place)
        ):
            return f"U+{ord(char):04X}"
    return ""


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet that opens a list of cases would compute a text instead of showing it."""
    return _FORMULA.match(text) is not None


def _joins(text: str, place: int) -> bool:
    """Say whether a character is a joiner between two that can be joined: marks, symbols or Arabic letters."""
    if text[place] not in _JOINERS or not 0 < place < len(text) - 1:
        return False
    before, after = text[place - 1], text[place + 1]
    joined = {unicodedata.category(before), unicodedata.category(after)} & {"Mn", "Mc", "So", "Sk"}
    return bool(joined) or unicodedata.bidirectional(before) == "AL"


def unfit(pattern: Pattern, before: Pattern | None) -> Iterator[Fault]:
    """Yield what a pattern's proposed document may not hold.

    Guidance leads people only to the hosts of its own sources, and to what ``before``, the document in use, led to.
    """
    allowed = {host_of(source.url) for source in pattern.sources}
    known = {one.value for _, line in _lines(before) for one in find(line)} if before else set()
    for place, line in _lines(pattern):
        yield from (Fault(place, wrong) for wrong in _wrong(line, known, allowed))
    for number, source in enumerate(pattern.sources):
        if hidden := hidden_characters(source.url):
            yield Fault(f"sources.{number}.url", f"holds the invisible character {hidden}, expected plain text")
        if "@" in source.url.partition("://")[2].partition("/")[0]:
            yield Fault(f"sources.{number}.url", "holds a name before its host, expected none")
    for number, case in enumerate(pattern.cases):
        if hidden := hidden_characters(case.text, "\n\r\t"):
            yield Fault(f"cases.{number}.text", f"holds the invisible character {hidden}, expected plain text")
        if is_formula(case.text):
            yield Fault(f"cases.{number}.text", FORMULA)


def _wrong(line: str, known: Container[str], allowed: set[str]) -> Iterator[str]:
    """Yield what is wrong with a line that people read."""
    if hidden := hidden_characters(line):
        yield f"holds the invisible character {hidden}, expected plain text"
    if tag := _TAG.search(unicodedata.normalize("NFKC", line)):
        yield f"holds {tag[0][:40]!r}, expected plain text without HTML"
    found = find(line)
    for one in found:
        if one.value not in known and not (one.kind == "link" and _is_of(one, allowed)):
            yield f"holds the {one.kind} {one.written[:60]!r}, expected none but links to hosts of its sources"
    for address in _ADDRESS.finditer(line):
        if not any(one.start < address.end() and address.start() < one.end for one in found):
            yield f"holds the address {address[0][:60]!r}, expected none but links to hosts of its sources"


def _lines(pattern: Pattern) -> Iterator[tuple[str, str]]:
    """Yield each line of a pattern that people read, with its place: guidance, and what its sources are called."""
    yield from ((f"sources.{number}.title", source.title) for number, source in enumerate(pattern.sources))
    for language, words in pattern.guidance.items():
        for field in fields(Guidance):
            value = getattr(words, field.name)
            if isinstance(value, str):
                yield f"{language}.{field.name}", value
            else:
                yield from ((f"{language}.{field.name}.{number}", line) for number, line in enumerate(value))


def _is_of(link: Identifier, hosts: set[str]) -> bool:
    """Say whether a link leads to one of the hosts, to a part of one, or names the domain that one belongs to."""
    return any(
        link.host == host or link.host.endswith(f".{host}") or (host.endswith(f".{link.host}") and "." in link.host)
        for host in hosts
        if host
    )
