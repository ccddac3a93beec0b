"""The objects that programs read, and their JSON schemas, which are drawn from the very types that make the objects."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from bot.checking.case import Intent, Turn
from bot.checking.situation import Match
from knowledge.documents.golden import Concern
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.stages import Stage
from knowledge.impostors.contacts import Contact
from knowledge.text.languages import fallbacks

_DOCUMENTED = ConfigDict(use_attribute_docstrings=True)


@dataclass(frozen=True)
class Quoted:
    """One of the person's own sentences, and the red flag it meets."""

    quote: str
    flag: str


@dataclass(frozen=True)
class LookAlike:
    """A legitimate thing that the text is near to."""

    __pydantic_config__ = _DOCUMENTED
    pattern: str
    """The pattern's id."""
    similarity: float
    """The cosine to its nearest known text, -1 to 1, each language's mean removed."""


@dataclass(frozen=True)
class Matched(LookAlike):
    """A scam or accomplice trap that the text is near to."""

    __pydantic_config__ = _DOCUMENTED
    evidence: list[Quoted]
    """The sentences that meet its red flags."""


@dataclass(frozen=True)
class ContactFound:
    """A number, link, address, account name or wallet in the text."""

    __pydantic_config__ = _DOCUMENTED
    kind: str
    value: str
    """In one form, for comparing."""
    written: str
    """As it stands in the text."""
    findings: list[str]
    """Codes of what is to be said about it; none of them proves honesty."""


@dataclass(frozen=True)
class Answer:
    """What AskFirst makes of a message; it never says that something is safe."""

    __pydantic_config__ = _DOCUMENTED
    id: Any
    """As the row that asked has it; null where it has none."""
    intent: Intent
    """What the message is."""
    language: str
    """The language of the text."""
    concern: Concern
    """How worried to be; no_match proves nothing."""
    kind: Kind | None
    """Of the pattern that is named, where the concern is likely or possible."""
    emergency: bool
    """Something is gone, or is going this minute."""
    stage: Stage
    """How far it has gone."""
    ask: bool
    """Something may be gone, though not surely: the person had better be asked."""
    matches: list[Matched]
    """The nearest dangerous patterns, three at most, best first, also below the thresholds."""
    look_alikes: list[LookAlike]
    """The nearest legitimate look-alikes, three at most."""
    identifiers: list[ContactFound]
    """The contacts in the text."""
    question: str | None
    """The one question that would tell."""
    reply: str
    """The first screen as plain text, for the person to read."""
    milliseconds: float
    """How long judging took."""


@dataclass(frozen=True)
class SourceRead:
    """A page that a pattern rests on."""

    __pydantic_config__ = _DOCUMENTED
    title: str
    url: str
    checked: str
    """The day somebody of the project read it, in ISO form."""


@dataclass(frozen=True)
class PatternTold:
    """What people are told of a pattern, without the cases."""

    __pydantic_config__ = _DOCUMENTED
    id: str
    kind: Kind
    family: str
    language: str
    """Of the words below; English where the pattern has none in the language that was asked for."""
    title: str
    how: str
    red_flags: list[str]
    advice: list[str]
    never: list[str]
    question: str
    """The one question that tells it from the real thing."""
    law: dict[str, str]
    """Of accomplice traps: what the law says, by country; ``INTERNATIONAL`` holds anywhere; empty for all others."""
    sources: list[SourceRead]
    """Those that people may be sent to."""


@dataclass(frozen=True)
class PatternsTold:
    """The patterns of the build that serves."""

    __pydantic_config__ = _DOCUMENTED
    build: str
    """The build's name."""
    language: str
    """The one that was asked for."""
    patterns: list[PatternTold]
    """In alphabetical order of their ids."""


def as_json(turn: Turn, name: Any, reply: str) -> dict[str, Any]:
    """Return what came of a message as the object of the class Answer; ``reply`` is its first screen."""
    assessment = turn.shown
    assert assessment is not None, "a message that was typed is judged, if only by itself"
    return asdict(
        Answer(
            id=name,
            intent=turn.intent,
            language=assessment.language,
            concern=assessment.concern,
            kind=assessment.kind,
            emergency=assessment.emergency,
            stage=assessment.stage,
            ask=assessment.ask,
            matches=[_matched(match) for match in assessment.matches],
            look_alikes=[LookAlike(one.pattern.id, round(one.similarity, 4)) for one in assessment.look_alikes],
            identifiers=[_found(contact) for contact in assessment.contacts.found],
            question=assessment.question,
            reply=reply,
            milliseconds=assessment.milliseconds,
        )
    )


def patterns_json(build: str, patterns: Mapping[str, Pattern], language: str) -> dict[str, Any]:
    """Return the patterns of a build, told in a language, as the object of the class PatternsTold."""
    return asdict(PatternsTold(build, language, [_told(patterns[name], language) for name in sorted(patterns)]))


def schema_of(shape: type, references: str = "#/$defs/{model}") -> dict[str, Any]:
    """Return the JSON schema (2020-12) of one of the classes, with the others that it names under ``$defs``."""
    schema: dict[str, Any] = TypeAdapter(shape).json_schema(mode="serialization", ref_template=references)
    return schema


def _matched(match: Match) -> Matched:
    shown = [Quoted(item.quote, item.flag) for item in match.evidence]
    return Matched(match.pattern.id, round(match.similarity, 4), shown)


def _found(contact: Contact) -> ContactFound:
    one = contact.identifier
    return ContactFound(one.kind, one.value, one.written, [finding.code for finding in contact.findings])


def _told(pattern: Pattern, language: str) -> PatternTold:
    words = pattern.guidance_in(language)
    own = next((code for code in fallbacks(language) if code in pattern.guidance), "en")
    return PatternTold(
        id=pattern.id,
        kind=pattern.kind,
        family=pattern.family,
        language=language if language == "zh-Hant" and own == "zh" else own,
        title=words.title,
        how=words.how,
        red_flags=list(words.red_flags),
        advice=list(words.advice),
        never=list(words.never),
        question=words.question,
        law=dict(words.law),
        sources=[SourceRead(one.title, one.url, f"{one.checked}") for one in pattern.sources if one.may_be_linked],
    )
