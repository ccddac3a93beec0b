"""What is known about one way of being cheated, drawn in, or rightly contacted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field

from knowledge.text.languages import fallbacks
from knowledge.text.varieties.chinese import to_traditional

T = TypeVar("T")
_STRICT = ConfigDict(extra="forbid")
GuidanceLine = Annotated[str, Field(min_length=2, max_length=200)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z][a-z]{3})?$")]
PatternId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


EVERYWHERE, UNSAID = "INTERNATIONAL", "XX"
"""Keys of a law beside countries' codes: what holds in any country, and a law of nobody knows which."""
_IN_THE_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"


def _by_country(given: object) -> object:
    """Take a plain text, as in older documents, which does not say whose law it is, for the law of no country."""
    return ({UNSAID: given} if given else {}) if isinstance(given, str) else given


LawCountry = Annotated[str, Field(pattern=r"^([A-Z]{2}|INTERNATIONAL)$")]
Law = Annotated[Mapping[LawCountry, Annotated[str, Field(min_length=2, max_length=520)]], BeforeValidator(_by_country)]
"""What the law says, by the country whose law it is; ``EU`` in all its members."""


def law_in(law: Mapping[str, T], country: str | None) -> T | None:
    """Return what the law of a country says, or that of the Union it is in; None where that is not known."""
    if country in (None, UNSAID, EVERYWHERE):
        return None
    return law.get(country or "") or (law.get("EU") if country in _IN_THE_EU.split() else None)


class Kind(StrEnum):
    """What a pattern is to the person who meets it."""

    SCAM = "scam"
    ACCOMPLICE = "accomplice"
    LEGITIMATE = "legitimate"


@dataclass(frozen=True)
class Source:
    """A page that a statement rests on, and the day somebody of the project read it."""

    __pydantic_config__ = _STRICT
    title: Annotated[str, Field(min_length=3)]
    url: Annotated[str, Field(pattern=r"^(https?://\S+)?$")]
    kind: Literal["official", "press", "institution", "secondary", "repost", "none"]
    checked: date

    @property
    def may_be_linked(self) -> bool:
        """Whether people may be sent there: copies on unrelated sites are evidence, not reading."""
        return bool(self.url) and self.kind in ("official", "press", "institution")


@dataclass(frozen=True)
class Guidance:
    """What to tell people about a pattern, in one language."""

    __pydantic_config__ = _STRICT
    title: Annotated[str, Field(min_length=2, max_length=60)]
    how: Annotated[str, Field(min_length=10, max_length=350)]
    red_flags: Annotated[tuple[GuidanceLine, ...], Field(min_length=3, max_length=6)]
    advice: Annotated[tuple[GuidanceLine, ...], Field(min_length=2, max_length=5)]
    never: Annotated[tuple[GuidanceLine, ...], Field(min_length=1, max_length=3)]
    question: Annotated[str, Field(min_length=5, max_length=200, pattern=r"[?？؟\u0e00-\u0e7f]$")]
    yes: Annotated[str, Field(max_length=200)] = ""
    """What a person tells who answers the question with yes, which speaks for the pattern; and with no, below."""
    no: Annotated[str, Field(max_length=200)] = ""
    law: Law = field(default_factory=dict)
    already_in: tuple[GuidanceLine, ...] = ()


@dataclass(frozen=True)
class Case:
    """What somebody who was contacted would say or ask, in their words."""

    __pydantic_config__ = _STRICT
    language: Language
    text: Annotated[str, Field(min_length=2, max_length=1500)]
    emergency: bool = False
    """Something was already parted with: money (also others', that ran through their hands), a code, a card, an
    account, a login, an identity document, remote control; or an account or number was lost. Work for a ring is none.
    """


@dataclass(frozen=True)
class Pattern:
    """One scam, accomplice trap or legitimate look-alike: its guidance by language and its cases."""

    __pydantic_config__ = _STRICT
    id: PatternId
    kind: Kind
    family: Literal["money", "shopping", "impersonation", "acquaintance", "account", "job", "accomplice", "look-alike"]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    guidance: Mapping[Language, Guidance]
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]

    def guidance_in(self, language: str) -> Guidance:
        """Return the guidance in a language, or in the nearest one that has it, English last.

        Traditional Chinese is converted from Simplified (OpenCC, Taiwan phrases) where it has none of its own.
        """
        if language == "zh-Hant" and "zh-Hant" not in self.guidance and "zh" in self.guidance:
            return _traditional(self.guidance["zh"])
        return next(self.guidance[code] for code in fallbacks(language) if code in self.guidance)


def _traditional(words: Guidance) -> Guidance:
    return Guidance(
        title=to_traditional(words.title),
        how=to_traditional(words.how),
        red_flags=tuple(map(to_traditional, words.red_flags)),
        advice=tuple(map(to_traditional, words.advice)),
        never=tuple(map(to_traditional, words.never)),
        question=to_traditional(words.question),
        yes=to_traditional(words.yes),
        no=to_traditional(words.no),
        law={country: to_traditional(said) for country, said in words.law.items()},
        already_in=tuple(map(to_traditional, words.already_in)),
    )
