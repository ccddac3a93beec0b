"""Bodies that scammers impersonate: what they have published of themselves, and what they say they never do.

A match is never proof, since callers and senders can fake what is shown, and a mismatch is none either: bodies have
more numbers than are written down here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Protocol

from pydantic import ConfigDict, Field

from knowledge.documents.reporting import ContactSource, Words
from knowledge.documents.toml import KNOWLEDGE, Fault, InvalidDocument, read_document

_STRICT = ConfigDict(extra="forbid")
EVERYWHERE = "*"
Confidence = Literal["high", "medium", "low"]
BodyKind = Literal[
    "airline", "bank", "courier", "court", "crypto", "customs", "government", "insurer", "marketplace", "other",
    "payment", "platform", "police", "tax", "telecom", "university", "utility",
]  # fmt: skip
_SURE: dict[Confidence, int] = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True)
class PublishedPoint:
    """One number, domain, address, sender name or handle of a body."""

    __pydantic_config__ = _STRICT
    kind: Literal["phone", "domain", "email", "sender", "handle"]
    value: Annotated[str, Field(min_length=2, max_length=80)]
    """Phone: E.164 or the national short number. E-mail: an address, or ``@`` and the domain of all senders."""
    confidence: Confidence
    """``high``: an official page was seen. ``medium``: shown with its source. ``low``: for comparing, never shown."""
    what_for: Words | None = None
    source: ContactSource | None = None
    dial: str = ""
    """How the number is dialled at home, where that differs."""
    platform: str = ""
    """For handles: ``telegram``, ``x``, ``whatsapp``, ``wechat``."""
    hosts_user_content: bool = False
    """Anybody can publish on this domain, so a link to it proves nothing."""
    suffix_zone: bool = False
    """A suffix under which only bodies of one sort get names, such as ``gov.sg``."""
    never_calls_out: bool = False
    """A call that shows this number is fake."""
    outgoing_only: bool = False
    """The body calls from here; nobody should call back."""
    text_only: bool = False
    """Takes text messages, not calls."""


@dataclass(frozen=True)
class OfficialBody:
    """A bank, authority, courier or platform that strangers pretend to be."""

    __pydantic_config__ = _STRICT
    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    name: Words
    aliases: Annotated[tuple[str, ...], Field(min_length=1)]
    """How people write it, in any script."""
    kind: BodyKind
    points: tuple[PublishedPoint, ...] = ()
    never: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """What it says it never does, by language, in one order."""
    never_sources: tuple[ContactSource, ...] = ()
    ambiguous: tuple[str, ...] = ()
    """Aliases that are ordinary words, or names of other things, too."""
    host_words: tuple[str, ...] = ()
    """Latin words that stand for it in an address, though in a sentence they may mean something else."""
    generic: bool = False
    """Whether people in its country mean it when they say just "the police", "customs" or "the tax office"."""
    country: str = ""
    """``*`` or two letters; the document's."""
    checked: date = date.min
    """The day its document was last checked by a human."""

    def shown(self) -> tuple[PublishedPoint, ...]:
        """Return the points fit to be shown, the surest first.

        Medium ones need their source and the words to check on the card or in the app beside them. Numbers that the
        body only calls from are left out: they are no way to reach it.
        """
        fit = (point for point in self.points if point.confidence != "low" and not point.outgoing_only)
        return tuple(sorted(fit, key=lambda point: _SURE[point.confidence]))


@dataclass(frozen=True)
class _Document:
    __pydantic_config__ = _STRICT
    country: Annotated[str, Field(pattern=r"^([A-Z]{2}|\*)$")]
    checked: date
    bodies: Annotated[tuple[OfficialBody, ...], Field(min_length=1)]


class Seen(Protocol):
    """What is compared: a phone, link, e-mail address or handle found in a text."""

    @property
    def kind(self) -> str:
        """``phone``, ``link``, ``email`` or ``handle``; others are never owned."""

    @property
    def value(self) -> str:
        """Normalised: E.164 or a short number, an address, ``platform:name``."""

    @property
    def host(self) -> str:
        """For links and e-mails, in lower case."""

    @property
    def country(self) -> str | None:
        """For phones: two letters."""


def read_bodies(folder: Path = KNOWLEDGE / "official") -> dict[str, OfficialBody]:
    """Read every country's document, bodies by id.

    Raises:
        InvalidDocument: naming every fault of every document.
    """
    bodies: dict[str, OfficialBody] = {}
    faults: list[Fault] = []
    for file in sorted(folder.glob("*.toml")):
        try:
            document = read_document(file, _Document)
        except InvalidDocument as invalid:
            faults += [Fault(f"{file.name}: {fault.place}", fault.wrong) for fault in invalid.faults]
            continue
        if file.stem != ("international" if document.country == EVERYWHERE else document.country.lower()):
            faults.append(Fault(f"{file.name}: country", f"{document.country!r}, expected what the file's name says"))
        for body in document.bodies:
            whole = replace(body, country=document.country, checked=document.checked)
            faults += [Fault(f"{file.name}: {body.id}.{fault.place}", fault.wrong) for fault in _inconsistencies(whole)]
            if body.id in bodies:
                faults.append(Fault(f"{file.name}: {body.id}", "stands twice, expected one body an id"))
            bodies[body.id] = whole
    if not bodies and not faults:
        faults.append(Fault("*.toml", "no documents of official bodies, expected at least one"))
    if faults:
        raise InvalidDocument(str(folder), faults)
    return bodies


def _inconsistencies(body: OfficialBody) -> Iterator[Fault]:
    if "en" not in body.name:
        yield Fault("name", "missing in English")
    for alias in body.ambiguous:
        if alias not in body.aliases:
            yield Fault("ambiguous", f"{alias!r}, expected one of the aliases")
    if body.never and not body.never_sources:
        yield Fault("never_sources", "missing, what a body never does needs a source")
    lengths = {language: len(lines) for language, lines in body.never.items()}
    if body.never and ("en" not in lengths or len(set(lengths.values())) > 1):
        yield Fault("never", f"{lengths}, expected English and as many lines in every language")
    for twice, count in Counter((p.kind, p.platform, p.value.casefold()) for p in body.points).items():
        if count > 1:
            yield Fault("points", f"{twice[2]!r} stands twice")
    for point in body.points:
        yield from (Fault(f"points {point.value!r}", wrong) for wrong in _faults(point))


def _faults(point: PublishedPoint) -> Iterator[str]:
    if point.confidence != "low" and point.source is None:
        yield f"confidence {point.confidence!r}, expected a source"
    if point.confidence == "low" and point.kind not in ("phone", "domain"):
        yield "confidence 'low', expected high or medium: low ones are kept of phones and domains only"
    if point.confidence == "low" and point.kind == "phone" and len(point.value) > 7:
        yield "confidence 'low', expected high or medium: long numbers of that sort are never kept"
    if point.kind == "phone" and not (point.what_for and "en" in point.what_for):
        yield "what_for missing in English"
    if point.kind == "domain" and point.value != point.value.lower().strip("."):
        yield "expected a domain in lower case"
    if (point.platform != "") != (point.kind == "handle"):
        yield "a platform belongs to handles, and every one needs it"


def check_official(folder: Path | None = None) -> list[str]:
    """Return what is wrong with the documents of official bodies, a line each, with the document and the place."""
    try:
        read_bodies(folder or KNOWLEDGE / "official")
    except InvalidDocument as invalid:
        return str(invalid).splitlines()
    return []


def for_country(bodies: Mapping[str, OfficialBody], country: str | None) -> Sequence[OfficialBody]:
    """Return a country's own bodies, then those of everywhere."""
    own = [body for body in bodies.values() if body.country == country]
    return (*own, *(body for body in bodies.values() if body.country == EVERYWHERE))
