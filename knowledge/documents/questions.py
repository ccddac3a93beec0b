"""General questions that people ask, each with many ways of asking it and one answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from knowledge.documents.pattern import LawCountry, PatternId, Source
from knowledge.documents.toml import KNOWLEDGE, Fault, InvalidDocument, read_document
from knowledge.text.languages import INTERFACE, READ

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Question:
    """One question: with an answer of its own, or leading to what the bot does or a pattern's document says."""

    __pydantic_config__ = _STRICT
    id: PatternId
    asked: Mapping[str, Annotated[tuple[str, ...], Field(min_length=3)]]
    """How people ask it, by language."""
    answer: Mapping[str, Annotated[str, Field(min_length=20, max_length=480)]] | None = None
    pattern: PatternId | None = None
    """The pattern that tells more."""
    does: Literal["report", "contact", "privacy", "language", "country", "forget"] | None = None
    sources: tuple[Source, ...] = ()
    law: Mapping[LawCountry, Mapping[str, Annotated[str, Field(min_length=2, max_length=300)]]] = field(
        default_factory=dict
    )
    """What the law of some countries says to it, in every language; of any other country the answer alone is given."""


@dataclass(frozen=True)
class _Questions:
    __pydantic_config__ = _STRICT
    questions: tuple[Question, ...]


@cache
def read_questions(folder: Path = KNOWLEDGE / "questions") -> dict[str, Question]:
    """Read all questions, by id; once a run, since several rooms need them.

    Raises:
        InvalidDocument: a document is faulty, two questions have one id, or one lacks a language.
    """
    questions: dict[str, Question] = {}
    for file in sorted(folder.glob("*.toml")):
        faults = []
        for question in read_document(file, _Questions).questions:
            if question.id in questions:
                faults.append(Fault(question.id, "twice, expected each id once"))
            if missing := sorted(set(READ) - set(question.asked)):
                faults.append(Fault(f"{question.id}.asked", f"missing in {', '.join(missing)}"))
            if question.answer is None and not (question.pattern or question.does):
                faults.append(Fault(question.id, "expected an answer, a pattern, or what it does"))
            if question.answer and (missing := sorted(set(INTERFACE) - set(question.answer))):
                faults.append(Fault(f"{question.id}.answer", f"missing in {', '.join(missing)}"))
            for country, said in question.law.items():
                if missing := sorted(set(INTERFACE) - set(said)):
                    faults.append(Fault(f"{question.id}.law.{country}", f"missing in {', '.join(missing)}"))
            questions[question.id] = question
        if faults:
            raise InvalidDocument(file.name, faults)
    return questions
