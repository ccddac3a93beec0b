"""Whom somebody in despair can call: crisis lines by country, and who has private pictures removed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from knowledge.documents.reporting import INTERNATIONAL, ContactSource
from knowledge.documents.toml import KNOWLEDGE, Fault, InvalidDocument, read_document

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class CrisisLine:
    """A line or service, shown with its source and the day; one of low confidence is not kept."""

    __pydantic_config__ = _STRICT
    value: Annotated[str, Field(min_length=2, max_length=120)]
    for_whom: Literal["anyone", "minors"]
    name: Mapping[str, str]
    confidence: Literal["high", "medium"]
    source: ContactSource
    hours: Annotated[str, Field(pattern=r"^(24/7|\d{1,2}:\d\d–\d{1,2}:\d\d)?$")] = ""
    """When it answers every day, in words of no language; empty where that is not known."""
    what: Mapping[str, str] | None = None
    """What the service does, by language."""
    country: str = INTERNATIONAL

    @property
    def always(self) -> bool:
        """Whether it is known to answer at any hour."""
        return self.hours == "24/7"


@dataclass(frozen=True)
class CrisisLines:
    """The lines of one country, that for anyone first."""

    __pydantic_config__ = _STRICT
    checked: date
    lines: tuple[CrisisLine, ...]
    code: str = INTERNATIONAL

    def of(self, whom: str) -> list[CrisisLine]:
        """Return the lines for ``anyone`` or for ``minors``."""
        return [line for line in self.lines if line.for_whom == whom]


def read_crisis_lines(folder: Path = KNOWLEDGE / "crisis") -> dict[str, CrisisLines]:
    """Read every country's crisis lines, by code; the international directory is among them.

    Raises:
        InvalidDocument: a document is faulty, a name is missing in English, or there is no international directory.
    """
    lines: dict[str, CrisisLines] = {}
    for file in sorted(folder.glob("*.toml")):
        found = read_document(file, CrisisLines)
        if not all("en" in line.name for line in found.lines):
            raise InvalidDocument(file.name, [Fault("en", "missing, every name is needed in English")])
        lines[found.code] = found
    if INTERNATIONAL not in lines:
        raise InvalidDocument(str(folder), [Fault("international.toml", "missing, expected the directory")])
    return lines


def read_removal(file: Path = KNOWLEDGE / "removal" / "services.toml") -> CrisisLines:
    """Read who has private pictures removed.

    Raises:
        InvalidDocument: the document is faulty.
    """
    return read_document(file, CrisisLines)
