"""Short situations to practise with: a scam or not, and which sign told it. They teach nothing and vote for nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field

from knowledge.documents.pattern import Kind, Pattern, PatternId
from knowledge.documents.toml import KNOWLEDGE, Fault, InvalidDocument, read_document
from knowledge.text.languages import INTERFACE

_STRICT = ConfigDict(extra="forbid")
Age = Literal["young", "older", "everyone"]
AGES: tuple[Age, ...] = get_args(Age)
FEWEST = 24
"""Situations of a language, so that a second round brings others than the first."""
_REAL = re.compile(r"https?://|www\.|@|\d{6,}|\d[\d .-]{7,}\d")
"""Links, addresses and numbers, which somebody might follow."""


@dataclass(frozen=True)
class Exercise:
    """One situation as somebody meets it, what it is, and the sign that told it."""

    __pydantic_config__ = _STRICT
    text: Annotated[str, Field(min_length=10, max_length=400)]
    signs: Annotated[str, Field(min_length=10, max_length=260)]
    age: Age
    """Whom it is for; what is for everyone is dealt to all."""
    pattern: PatternId | None = None
    """The scam or trap that it is."""
    look_alike: PatternId | None = None
    """Or the honest thing that looks like one."""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    """Where alone it happens like this."""

    @property
    def scam(self) -> bool:
        """Whether it is one, and nothing honest."""
        return self.pattern is not None


@dataclass(frozen=True)
class _Exercises:
    __pydantic_config__ = _STRICT
    situations: tuple[Exercise, ...]


def read_practice(folder: Path = KNOWLEDGE / "practice") -> dict[str, tuple[Exercise, ...]]:
    """Read the situations to practise with, by language.

    Raises:
        InvalidDocument: a file is of no interface language, has too few of either kind, or a faulty situation.
    """
    found: dict[str, tuple[Exercise, ...]] = {}
    for file in sorted(folder.glob("*.toml")):
        situations = read_document(file, _Exercises).situations
        faults = [*_faults(situations)]
        if file.stem not in INTERFACE:
            faults.append(Fault("document", f"{file.stem!r}, expected one of {', '.join(INTERFACE)}"))
        if faults:
            raise InvalidDocument(file.name, faults)
        found[file.stem] = situations
    return found


def _faults(situations: tuple[Exercise, ...]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for number, one in enumerate(situations):
        place = f"situations.{number}"
        if bool(one.pattern) == bool(one.look_alike):
            yield Fault(place, "expected either a pattern or a look_alike")
        if real := _REAL.search(one.text):
            yield Fault(f"{place}.text", f"{real[0]!r}, expected no address and no number that somebody might follow")
        if (first := seen.setdefault(one.text, number)) != number:
            yield Fault(f"{place}.text", f"the same text as situations.{first}")
    scams = sum(one.scam for one in situations)
    if len(situations) < FEWEST or not 0.4 <= scams / len(situations) <= 0.6:
        wrong = f"{len(situations)}, {scams} of them scams, expected at least {FEWEST}, about half of them scams"
        yield Fault("situations", wrong)


def unknown_names(practice: Mapping[str, tuple[Exercise, ...]], patterns: Mapping[str, Pattern]) -> Iterator[str]:
    """Yield a line for each situation that names a pattern which is not there, or is of the other kind."""
    for language, situations in practice.items():
        for number, one in enumerate(situations):
            name = one.pattern or one.look_alike or ""
            if name not in patterns or (patterns[name].kind == Kind.LEGITIMATE) == one.scam:
                expected = "a scam's or trap's id" if one.scam else "a look-alike's id"
                yield f"practice/{language}.toml: situations.{number}: {name!r}, expected {expected}"
