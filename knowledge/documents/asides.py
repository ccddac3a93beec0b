"""Words that people put around what they ask about, and like ones that tell something: examples of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict

from knowledge.documents.toml import KNOWLEDGE, read_document


@dataclass(frozen=True)
class Asides:
    """One file of examples, named after its language."""

    __pydantic_config__ = ConfigDict(extra="forbid")
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
    return {file.stem: read_document(file, Asides) for file in sorted(folder.glob("*.toml"))}
