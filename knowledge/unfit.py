"""What may not stand in a proposed document or case, though it would be valid."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields

from knowledge.documents import Fault
from knowledge.identifiers import Identifier, find
from knowledge.links import host_of
from knowledge.pattern import Guidance, Pattern

LONGEST = 200_000
"""Characters of a document; the longest that ships has a quarter of it."""
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_JOINERS = "\u200c\u200d"  # Hindi, Persian and emoji are written with them
_HIDDEN = ("Cc", "Cf", "Co", "Cs")


def hidden_characters(text: str, allowed: str = "") -> str:
    """Name the first control character or invisible one in a text, as U+202E; empty where there is none."""
    for char in text:
        if unicodedata.category(char) in _HIDDEN and char not in allowed + _JOINERS:
            return f"U+{ord(char):04X}"
    return ""


def unfit(pattern: Pattern, before: Pattern | None) -> Iterator[Fault]:
    """Yield what a pattern's proposed document may not hold.

    Guidance leads people only to the hosts of its own sources, and to what ``before``, the document in use, led to.
    """
    allowed = {host_of(source.url) for source in pattern.sources}
    known = {one.value for _, line in _lines(before) for one in find(line)} if before else set()
    for place, line in _lines(pattern):
        if hidden := hidden_characters(line):
            yield Fault(place, f"holds the invisible character {hidden}, expected plain text")
        if tag := _TAG.search(line):
            yield Fault(place, f"holds {tag[0][:40]!r}, expected plain text without HTML")
        for one in find(line):
            if one.value not in known and not (one.kind == "link" and _is_of(one, allowed)):
                wrong = f"holds the {one.kind} {one.written[:60]!r}, expected none but links to hosts of its sources"
                yield Fault(place, wrong)
    for number, source in enumerate(pattern.sources):
        if hidden := hidden_characters(source.title + source.url):
            yield Fault(f"sources.{number}", f"holds the invisible character {hidden}, expected plain text")
    for number, case in enumerate(pattern.cases):
        if hidden := hidden_characters(case.text, "\n\r\t"):
            yield Fault(f"cases.{number}.text", f"holds the invisible character {hidden}, expected plain text")


def _lines(pattern: Pattern) -> Iterator[tuple[str, str]]:
    """Yield each line of a pattern's guidance with its place."""
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
