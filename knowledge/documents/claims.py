"""The words that tell that a stranger claims to be somebody, curated in ``claims/*.toml``, one document a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from knowledge.documents.toml import KNOWLEDGE, Fault, InvalidDocument, read_document

Role = Literal[
    "contact", "strong_before", "strong_after", "weak_before", "weak_after", "mention_before", "mention_after"
]
Authority = Literal["police", "tax", "customs", "court"]
Phrase = Annotated[str, Field(min_length=1, max_length=60)]


@dataclass(frozen=True)
class ClaimWords:
    """The words of one language that tell a claim from a mention."""

    __pydantic_config__ = ConfigDict(extra="forbid")
    language: str
    contact: tuple[Phrase, ...]
    strong_before: tuple[Phrase, ...]
    strong_after: tuple[Phrase, ...]
    weak_before: tuple[Phrase, ...]
    weak_after: tuple[Phrase, ...]
    mention_before: tuple[Phrase, ...]
    mention_after: tuple[Phrase, ...]
    generic: Mapping[Authority, tuple[Phrase, ...]]
    """How people name an authority without its name."""


def read_claim_words(folder: Path = KNOWLEDGE / "claims") -> tuple[ClaimWords, ...]:
    """Read the words of every language.

    Raises:
        InvalidDocument: naming every fault of every document.
    """
    read: list[ClaimWords] = []
    faults: list[Fault] = []
    for file in sorted(folder.glob("*.toml")):
        try:
            read.append(read_document(file, ClaimWords))
        except InvalidDocument as invalid:
            faults += [Fault(f"{file.name}: {fault.place}", fault.wrong) for fault in invalid.faults]
            continue
        if read[-1].language != file.stem:
            faults.append(Fault(f"{file.name}: language", f"{read[-1].language!r}, expected what the file's name says"))
    if not read and not faults:
        faults.append(Fault("*.toml", "no documents of claims, expected at least one"))
    if faults:
        raise InvalidDocument(str(folder), faults)
    return tuple(read)
