"""Golden situations and background texts: what people write, and what each should or should not find."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from knowledge.documents.pattern import Language, PatternId
from knowledge.documents.stages import Stage
from knowledge.documents.toml import KNOWLEDGE, Fault, InvalidDocument, quote, read_document

_STRICT = ConfigDict(extra="forbid")
Form = Literal["account", "message", "line", "life"]
Concern = Literal["likely", "possible", "unclear", "no_match"]


@dataclass(frozen=True)
class GoldenSituation:
    """One situation as a person might write it, and what an expert says of it."""

    __pydantic_config__ = _STRICT
    id: str
    language: Language
    kind: Literal["scam", "accomplice", "look-alike", "everyday", "too-little"]
    patterns: tuple[PatternId, ...]
    """Acceptable patterns, the best first; empty for everyday talk and for too little to judge."""
    must_not: tuple[Concern, ...]
    """The concerns that would do harm here."""
    emergency: bool
    implicit: bool
    """The telling sign is left implicit, half-said or buried."""
    text: Annotated[str, Field(min_length=1)]
    form: Form = "account"
    """An account as people write them in trouble, a message passed on, a plain line, or ordinary life."""
    stage: Stage | None = None
    """How far it has gone; None where an expert only said whether it is an emergency."""

    @property
    def dangerous(self) -> bool:
        """Whether taking it for harmless could cost the person something."""
        return self.kind in ("scam", "accomplice")


@dataclass(frozen=True)
class GoldenSet:
    """One file of golden situations."""

    __pydantic_config__ = _STRICT
    situations: tuple[GoldenSituation, ...]


@dataclass(frozen=True)
class BackgroundText:
    """A text that matches no pattern: everyday talk, or too little to judge."""

    __pydantic_config__ = _STRICT
    kind: Literal["everyday", "too-little"]
    text: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True)
class Background:
    """One file of background texts."""

    __pydantic_config__ = _STRICT
    texts: tuple[BackgroundText, ...]


@dataclass(frozen=True)
class GivenSentence:
    """A sentence, and whether it says that something has already been paid or given away."""

    __pydantic_config__ = _STRICT
    given: bool
    text: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True)
class Signals:
    """One file of sentences that teach what an emergency reads like."""

    __pydantic_config__ = _STRICT
    sentences: tuple[GivenSentence, ...]


def situation_document(situation: GoldenSituation) -> str:
    """Return a situation as it stands in a file of the golden set."""
    lines = [f"id = {quote(situation.id)}", f"language = {quote(situation.language)}"]
    lines += [f"kind = {quote(situation.kind)}", f"form = {quote(situation.form)}"]
    for name in ("patterns", "must_not"):
        lines.append(f"{name} = [{', '.join(map(quote, getattr(situation, name)))}]")
    lines.append(f"emergency = {str(situation.emergency).lower()}")
    lines += [f"stage = {quote(situation.stage)}"] if situation.stage else []
    lines += [f"implicit = {str(situation.implicit).lower()}", f"text = {quote(situation.text)}"]
    return "\n".join(["[[situations]]", *lines, ""])


def read_golden(folder: Path = KNOWLEDGE / "golden") -> list[GoldenSituation]:
    """Read every golden situation.

    Raises:
        InvalidDocument: a file is faulty, or two situations have one id.
    """
    found: dict[str, GoldenSituation] = {}
    for file in sorted(folder.glob("*.toml")):
        for situation in read_document(file, GoldenSet).situations:
            if situation.id in found:
                raise InvalidDocument(file.name, [Fault(situation.id, "used twice, expected one id a situation")])
            found[situation.id] = situation
    return list(found.values())


def read_background(folder: Path = KNOWLEDGE / "background") -> list[tuple[str, BackgroundText]]:
    """Read every background text with its language, which is its file's name."""
    files = sorted(folder.glob("*.toml"))
    return [(file.stem, text) for file in files for text in read_document(file, Background).texts]


def read_signals(folder: Path = KNOWLEDGE / "signals") -> list[tuple[str, GivenSentence]]:
    """Read every sentence about what was or was not given, with its language."""
    files = sorted(folder.glob("*.toml"))
    return [(file.stem, sentence) for file in files for sentence in read_document(file, Signals).sentences]
