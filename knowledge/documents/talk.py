"""What people say beside telling what happened: examples of it, by what they mean, and the names they use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar, get_args

from pydantic import ConfigDict

from knowledge.documents.toml import KNOWLEDGE, Fault, InvalidDocument, read_document
from knowledge.text.languages import INTERFACE

_STRICT = ConfigDict(extra="forbid")
Document = TypeVar("Document")

Meaning = Literal[
    "thanks", "greeting", "chatter", "follow-up", "gone-yes", "gone-no", "yes", "no", "unknown", "what-now", "sure",
    "more", "new-case", "country", "language", "despair", "no-despair", "opening", "genuine", "denied",
]  # fmt: skip
"""What an example means; ``no-despair`` sounds like despair and is none, ``opening`` is a bare first line, and
``genuine`` and ``denied`` say what came of checking: that it was really them, or that they know nothing of it."""
MEANINGS: tuple[Meaning, ...] = get_args(Meaning)


@dataclass(frozen=True)
class Said:
    """Something that somebody says in a conversation."""

    language: str
    text: str
    meaning: Meaning


@dataclass(frozen=True)
class _Examples:
    __pydantic_config__ = _STRICT
    texts: Mapping[str, tuple[str, ...]]


def read_said(folder: Path = KNOWLEDGE / "intents") -> list[Said]:
    """Read the examples of every meaning, one document each.

    Raises:
        InvalidDocument: a document is faulty, or one is missing or of no known meaning.
    """
    files = {file.stem: file for file in folder.glob("*.toml")}
    if odd := sorted(set(files) ^ set(MEANINGS)):
        raise InvalidDocument(str(folder), [Fault(f"{name}.toml", "missing or of no known meaning") for name in odd])
    return [
        Said(language, text, meaning)
        for meaning in MEANINGS
        for language, texts in read_document(files[meaning], _Examples).texts.items()
        for text in texts
    ]


@dataclass(frozen=True)
class Asides:
    """Words that people put around what they ask about, and like ones that tell something; a file a language."""

    __pydantic_config__ = _STRICT
    before: tuple[str, ...]
    """Said to AskFirst alone, before the matter; nothing is lost without it."""
    after: tuple[str, ...]
    """The same behind it."""
    telling: tuple[str, ...]
    """Like those, and part of the matter: who wrote, what is wanted, what was done, how somebody feels."""


def read_asides(folder: Path = KNOWLEDGE / "asides") -> Mapping[str, Asides]:
    """Read the examples of every language.

    Raises:
        InvalidDocument: a file is faulty.
    """
    return _by_language(folder, Asides)


Whose = Literal["own", "another"]
"""Whom something happens to: the writer, or somebody else."""
CONCERNED: tuple[Whose, ...] = get_args(Whose)


@dataclass(frozen=True)
class Concerned:
    """Lines that tell whom it happens to, the writer or somebody else; a file a language."""

    __pydantic_config__ = _STRICT
    own: tuple[str, ...]
    """It is the writer's, although somebody close may be named: "my wife says it is a scam, but I sent it"."""
    another: tuple[str, ...]
    """It is somebody else's: a mother's, a neighbour's, a friend's."""

    def lines(self, whose: Whose) -> tuple[str, ...]:
        """Return the lines that tell that it is the writer's, or somebody else's."""
        return self.own if whose == "own" else self.another


def read_concerned(folder: Path = KNOWLEDGE / "concerned") -> Mapping[str, Concerned]:
    """Read the lines of every language.

    Raises:
        InvalidDocument: a file is faulty.
    """
    return _by_language(folder, Concerned)


def _by_language(folder: Path, kind: type[Document]) -> Mapping[str, Document]:
    return {file.stem: read_document(file, kind) for file in sorted(folder.glob("*.toml"))}


@dataclass(frozen=True)
class Sayings:
    """How people say in a language where they themselves are; see names/saying.toml."""

    __pydantic_config__ = _STRICT
    before: tuple[str, ...] = ()
    """A name right after one of these is the writer's place."""
    after: tuple[str, ...] = ()
    """So is a name right before one of these."""
    others: tuple[str, ...] = ()
    """Of whom a sentence may say the same, where one of these stands before the name."""
    unless: tuple[str, ...] = ()
    """What follows a name that is only part of another."""
    alone: tuple[str, ...] = ()
    """What may stand beside a name that is a whole message."""


@dataclass(frozen=True)
class Signs:
    """What shows that somebody who writes in a language is in a country; see names/signs.toml."""

    __pydantic_config__ = _STRICT
    place: str
    """The country, as it is said after "if you are"."""
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """What countries and languages are called, in the words of every interface language, by code."""

    countries: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, tuple[str, ...]]
    elsewhere: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of countries without reporting documents, the one name in each interface language."""
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Cities, and what else people name in place of a country."""
    sayings: Mapping[str, Sayings] = field(default_factory=dict)
    """How people say where they are, by language."""
    spoken: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The countries that a language points to, likeliest first, each as it is said after "if you are"."""
    signs: Mapping[str, Mapping[str, Signs]] = field(default_factory=dict)
    """What points to a country beside the language, by language and country."""


def read_names(folder: Path = KNOWLEDGE / "names") -> Names:
    """Read the names of countries and languages.

    Raises:
        InvalidDocument: a document is faulty, or names a language that the bot does not speak.
    """
    countries, languages = (
        read_document(folder / f"{name}.toml", dict[str, tuple[str, ...]]) for name in ("countries", "languages")
    )
    if odd := sorted(set(languages) ^ set(INTERFACE)):
        raise InvalidDocument("languages.toml", [Fault(name, "missing or not spoken by the bot") for name in odd])
    elsewhere = read_document(folder / "elsewhere.toml", dict[str, dict[str, str]])
    if odd := sorted(code for code, own in elsewhere.items() if code in countries or set(own) != set(INTERFACE)):
        raise InvalidDocument(
            "elsewhere.toml", [Fault(code, "known already, or not in every language") for code in odd]
        )
    places = read_document(folder / "places.toml", dict[str, tuple[str, ...]])
    sayings = read_document(folder / "saying.toml", dict[str, Sayings])
    spoken = read_document(folder / "spoken.toml", dict[str, dict[str, str]])
    known = {*countries, *elsewhere}
    signs = read_document(folder / "signs.toml", dict[str, dict[str, Signs]])
    pointed = {"spoken": _codes(spoken), "signs": _codes(signs)}
    for name, codes in (("places", set(places)), *pointed.items()):
        if odd := sorted(codes - known):
            raise InvalidDocument(f"{name}.toml", [Fault(code, "a country that has no name") for code in odd])
    if odd := sorted({*sayings, *spoken, *signs} - set(INTERFACE)):
        raise InvalidDocument(
            "saying.toml, spoken.toml, signs.toml", [Fault(name, "not spoken by the bot") for name in odd]
        )
    return Names(countries, languages, elsewhere, places, sayings, spoken, signs)


def _codes(by_language: Mapping[str, Mapping[str, object]]) -> set[str]:
    return {code for own in by_language.values() for code in own}


@cache
def shipped_names() -> Names:
    """Return the names that ship.

    Raises:
        InvalidDocument: see read_names.
    """
    return read_names()
