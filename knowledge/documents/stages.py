"""How far something has gone and what is gone: short accounts that teach it, and what to do first by what it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field

from knowledge.documents.reporting import ContactSource, Words
from knowledge.documents.toml import KNOWLEDGE, Fault, InvalidDocument, read_document

_STRICT = ConfigDict(extra="forbid")
Stage = Literal["before", "now", "after", "unsaid"]
Loss = Literal[
    "money", "cash", "voucher", "code", "card", "document", "access", "picture", "account", "work", "harmless"
]  # fmt: skip
"""``cash`` was handed over or fetched, gold and valuables too; ``voucher`` is a gift card's or top-up's code;
``work`` is taking part, ``harmless`` is no stranger's doing."""
LOSSES: tuple[Loss, ...] = tuple(loss for loss in get_args(Loss) if loss != "harmless")


@dataclass(frozen=True)
class StagedAccount:
    """What somebody tells, and how far it has gone."""

    __pydantic_config__ = _STRICT
    loss: Loss
    """What it is about."""
    stage: Stage
    """``before``: nothing is gone; ``now``: it happens this minute; ``after``: something is gone; ``unsaid``."""
    text: Annotated[str, Field(min_length=1)]
    harmless: bool = False
    """Whether no stranger has a hand in it."""
    in_passing: bool = False
    """Whether that is told beside what was asked, amid a longer story, or only by what came of it."""
    followed: bool = False
    """Whether it is two messages, a line each: what somebody told of it, and what they said next."""


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


@dataclass(frozen=True)
class FirstHour:
    """What to do first where one thing is gone, by language."""

    __pydantic_config__ = _STRICT
    loss: Loss
    told: Words
    """What is gone, as one sentence about nobody in particular: it may be a relative's."""
    sources: Annotated[tuple[ContactSource, ...], Field(min_length=1)]
    checked: date
    steps: Mapping[str, Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]] = field(default_factory=dict)
    """Its own steps; none where those that hold everywhere are about it already."""
    covers: tuple[Annotated[int, Field(ge=1, le=6)], ...] = ()
    """Which of the steps that hold everywhere, by number, its own steps say already."""
    calls: bool = True
    """Whether somebody has to be rung at once, so that a country's own first step comes right after the first one."""


def read_first_hours(folder: Path = KNOWLEDGE / "first_hour") -> dict[Loss, FirstHour]:
    """Read every document, by what is gone.

    Raises:
        InvalidDocument: a document is faulty, is named otherwise than its loss, or has no words in English.
    """
    found: dict[Loss, FirstHour] = {}
    for file in sorted(folder.glob("*.toml")):
        one = read_document(file, FirstHour)
        if one.loss != file.stem:
            raise InvalidDocument(file.name, [Fault("loss", f"{one.loss}, expected the file's name")])
        if "en" not in one.told or (one.steps and "en" not in one.steps):
            raise InvalidDocument(file.name, [Fault("en", "missing, everything is needed in English")])
        found[one.loss] = one
    return found


@cache
def first_hours() -> Mapping[Loss, FirstHour]:
    """Return the documents that ship, read once."""
    return read_first_hours()
