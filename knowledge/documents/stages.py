"""Short accounts told at each stage, so that how far something has gone is learned from little else."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from knowledge.documents.toml import KNOWLEDGE, read_document

_STRICT = ConfigDict(extra="forbid")
Stage = Literal["before", "now", "after", "unsaid"]
Loss = Literal["money", "code", "card", "document", "access", "picture", "account", "work", "harmless"]


@dataclass(frozen=True)
class StagedAccount:
    """What somebody tells, and how far it has gone."""

    __pydantic_config__ = _STRICT
    loss: Loss
    """What it is about; ``work`` is taking part, ``harmless`` is no stranger's doing."""
    stage: Stage
    """``before``: nothing is gone; ``now``: it happens this minute; ``after``: something is gone; ``unsaid``."""
    text: Annotated[str, Field(min_length=1)]
    harmless: bool = False
    """Whether no stranger has a hand in it."""


@dataclass(frozen=True)
class StagedAccounts:
    """One file of accounts, named after its language."""

    __pydantic_config__ = _STRICT
    accounts: tuple[StagedAccount, ...]


def read_stages(folder: Path = KNOWLEDGE / "stages") -> list[tuple[str, StagedAccount]]:
    """Read every account with its language, which is its file's name.

    Raises:
        InvalidDocument: a file is faulty.
    """
    files = sorted(folder.glob("*.toml"))
    return [(file.stem, one) for file in files for one in read_document(file, StagedAccounts).accounts]
