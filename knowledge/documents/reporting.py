"""Where to report in a country, and what to do in the first hour, from documents with dates and sources."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from knowledge.documents.toml import KNOWLEDGE, Fault, InvalidDocument, read_document
from knowledge.text.languages import base, fallbacks

_STRICT = ConfigDict(extra="forbid")
Words = Mapping[str, str]
Role = Literal["emergency", "hotline", "online", "sms"]
INTERNATIONAL = "INTERNATIONAL"


@dataclass(frozen=True)
class ContactSource:
    """Where a contact point was read; no address where people should not be sent."""

    __pydantic_config__ = _STRICT
    title: Annotated[str, Field(min_length=3)]
    url: Annotated[str, Field(pattern=r"^(https?://\S+)?$")]
    date: str = ""
    names: Words = field(default_factory=dict)
    """Who says it, by language, for who does not read the title."""


@dataclass(frozen=True)
class ReportingContact:
    """One number, address or app to report to."""

    __pydantic_config__ = _STRICT
    role: Role
    value: Annotated[str, Field(min_length=2, max_length=120)]
    name: Words
    handles: Words
    confidence: Literal["high", "medium"]
    """``high``: an official page was seen. ``medium``: shown with its source. Lower ones are never kept."""
    source: ContactSource


@dataclass(frozen=True)
class Country:
    """Where to report in one country, and its first-hour steps by language."""

    __pydantic_config__ = _STRICT
    code: Annotated[str, Field(pattern=r"^([A-Z]{2}|INTERNATIONAL)$")]
    name: Words
    checked: date
    contacts: Annotated[tuple[ReportingContact, ...], Field(min_length=1)]
    first_hour: Mapping[str, tuple[str, ...]]
    note: Words | None = None
    within: Words | None = None
    """Its name as it is said after "in", where that differs."""
    covers: tuple[Annotated[int, Field(ge=1, le=6)], ...] = ()
    """Which of the steps that hold everywhere, by number, its own steps say already."""


def read_countries(folder: Path = KNOWLEDGE / "reporting") -> dict[str, Country]:
    """Read every country's document, by code; the international fallback is among them.

    Raises:
        InvalidDocument: a document is faulty, or has no words in English.
    """
    countries: dict[str, Country] = {}
    for file in sorted(folder.glob("*.toml")):
        country = read_document(file, Country)
        words = [country.name, country.first_hour, *(c.name for c in country.contacts)]
        if not all("en" in spoken for spoken in words):
            raise InvalidDocument(file.name, [Fault("en", "missing, every name and step is needed in English")])
        countries[country.code] = country
    if INTERNATIONAL not in countries:
        raise InvalidDocument(str(folder), [Fault("international.toml", "missing, expected the fallback")])
    return countries


def in_language(words: Words, language: str) -> str:
    """Return words in a language, or in the nearest one that has them, English last; empty where none has."""
    return next((words[code] for code in fallbacks(language) if code in words), "")


def lines_in(lines: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    """Return lines in a language, or in the nearest one that has them, English last; none where none has."""
    return next((lines[code] for code in fallbacks(language) if code in lines), ())


def own_words(words: Words, language: str) -> str:
    """Return a sentence in a language, or in its other script; empty where it has none, rather than in English."""
    return next((words[code] for code in (language, base(language)) if code in words), "")


def steps_in(country: Country, language: str) -> tuple[str, ...]:
    """Return a country's first-hour steps in a language, or in its other script; none where it has none."""
    return next((country.first_hour[code] for code in (language, base(language)) if code in country.first_hour), ())


def find_country(given: str, countries: Mapping[str, Country]) -> str | None:
    """Return the code of a country given by code or by name in any language, or None where it is not known.

    Two letters are taken as a code even where there is no document: the person then gets what holds everywhere.
    """
    wanted = given.strip().casefold()
    for code, country in countries.items():
        if code != INTERNATIONAL and wanted in {code.casefold(), *(name.casefold() for name in country.name.values())}:
            return code
    wanted = _COMMON_NAMES.get(wanted, wanted)
    return wanted.upper() if re.fullmatch(r"[a-z]{2}", wanted) else None


_COMMON_NAMES = {
    "uk": "gb",
    "britain": "gb",
    "england": "gb",
    "usa": "us",
    "america": "us",
    "china": "cn",
    "中国": "cn",
    "中國": "cn",
    "hong kong": "hk",
    "香港": "hk",
    "macau": "mo",
    "macao": "mo",
    "澳门": "mo",
    "澳門": "mo",
    "台灣": "tw",
    "uae": "ae",
    "korea": "kr",
}
