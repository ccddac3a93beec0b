"""Which sentences show which red flags: marked sentence by sentence, so that evidence is learned and not guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from knowledge.documents.pattern import Language, PatternId
from knowledge.documents.toml import KNOWLEDGE, Fault, InvalidDocument, read_document

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class MarkedSentence:
    """A sentence of an account or of a stranger's message, and what of a pattern it shows."""

    __pydantic_config__ = _STRICT
    language: Language
    text: Annotated[str, Field(min_length=1)]
    shows: tuple[str, ...] = ()
    """The facts that a careful reader of this sentence alone would agree it states, by letter."""
    touches: tuple[str, ...] = ()
    """Those it touches, with an essential part missing or left to guess."""
    written: bool = False
    """Whether it was written for its marks and stands in no account: it teaches, and nothing is measured on it."""


@dataclass(frozen=True)
class Marks:
    """One file of marks, named after its pattern. Of a fact that a sentence does not name, it shows nothing."""

    __pydantic_config__ = _STRICT
    facts: Mapping[str, tuple[str, ...]]
    """By letter, the red flags of all languages that state the same fact."""
    sentences: tuple[MarkedSentence, ...]

    def unknown(self) -> Iterator[Fault]:
        """Yield a fault for each letter that no fact has."""
        for number, sentence in enumerate(self.sentences):
            for letter in (*sentence.shows, *sentence.touches):
                if letter not in self.facts:
                    wrong = f"{letter!r}, expected one of {', '.join(self.facts)}"
                    yield Fault(f"sentences[{number}]", wrong)


def read_marks(folder: Path = KNOWLEDGE / "evidence") -> dict[PatternId, Marks]:
    """Read every pattern's marks.

    Raises:
        InvalidDocument: a file is faulty, or a sentence shows a fact that the file does not have.
    """
    found: dict[str, Marks] = {}
    for file in sorted(folder.glob("*.toml")):
        found[file.stem] = marks = read_document(file, Marks)
        if faults := list(marks.unknown()):
            raise InvalidDocument(file.name, faults)
    return found
