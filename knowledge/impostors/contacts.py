"""The contact itself: the numbers, links and names in a text, what is known of them, and who they say they are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from knowledge.documents.official import EVERYWHERE, OfficialBody, read_bodies
from knowledge.identifiers.context_words import is_named_a_phone
from knowledge.identifiers.finding import Identifier, find
from knowledge.identifiers.phone_regions import Regions
from knowledge.impostors.claims import Claims
from knowledge.impostors.findings import Examiner, Finding
from knowledge.impostors.published import Published, is_round
from knowledge.text.letters import lowered
from knowledge.text.scripts import extent

MOST = 20
"""Identifiers that are looked at in one text; the ones after them are seldom the stranger's."""
_ABOUT_A_NUMBER = 60
"""Letters of a text that may be about a short number and little else; see ``extent``."""
_SHORT_NUMBER = re.compile(r"(?<![A-Za-z0-9_+.,:/-])[#*]?\d{3,6}(?![.,:/-]?\d)")


@dataclass(frozen=True)
class Contact:
    """An identifier of a text, and what is to be said about it, the gravest first."""

    identifier: Identifier
    findings: tuple[Finding, ...]
    owner: OfficialBody | None = None
    """The body that has published it as its own."""

    @property
    def alarming(self) -> bool:
        """Whether it is made to deceive."""
        return any(finding.severity == "alarm" for finding in self.findings)


@dataclass(frozen=True)
class Contacts:
    """What a text says of who is behind it."""

    found: tuple[Contact, ...] = ()
    """In the order of the text."""
    claimed: tuple[OfficialBody, ...] = ()
    """The bodies that the stranger is said to be of, the likeliest first."""

    @property
    def deceive(self) -> bool:
        """Whether one of them is made to deceive."""
        return any(contact.alarming for contact in self.found)


class ContactReader(Protocol):
    """What a checker needs to read contacts."""

    def read(self, text: str, country: str | None) -> Contacts:
        """Find and examine the contacts of a text, for somebody in a country."""


class OfficialContacts:
    """Reads contacts with the published contact points of official bodies at hand."""

    def __init__(self, bodies: Mapping[str, OfficialBody]) -> None:
        """Take the bodies by id."""
        self._bodies = bodies
        self._known = Published(bodies)
        self._countries = sorted({body.country for body in bodies.values()} - {EVERYWHERE})
        self._claims = Claims(bodies)
        self._examiner = Examiner(self._known)

    def read(self, text: str, country: str | None) -> Contacts:
        """Find and examine the contacts of a text; see ContactReader."""
        names = self._claims.made_in(text, country)
        found = []
        for identifier in _each_once(self.find(text, country))[:MOST]:
            findings = self._examiner.examine(identifier, names, country)
            found.append(Contact(identifier, findings, self.owner(identifier)))
        return Contacts(tuple(found), tuple(self._bodies[name] for name in names))

    def find(self, text: str, country: str | None) -> tuple[Identifier, ...]:
        """Find the identifiers of a text; the short numbers of a country's own bodies count as phones there.

        "Is 96110 real?" is about the number of the one country, of those its words point to, that has published it.
        """
        if country:
            return find(text, country, self._known.short_codes(country))
        home = self._home(text)
        return find(text, home, self._known.short_codes(home, sure=True) if home else ())

    def _home(self, text: str) -> str | None:
        """Return the one country a short number that a text asks about may be of."""
        numbers = [*_SHORT_NUMBER.finditer(text)]
        if not numbers or extent(text) > _ABOUT_A_NUMBER:
            return None
        lower = lowered(text)
        told = Regions(lower).told()
        asked = {
            number[0]
            for number in numbers
            if told or (not is_round(number[0]) and ("?" in text or is_named_a_phone(lower, *number.span())))
        }
        countries = [country for country in told or self._countries if asked & self._known.short_codes(country)]
        return countries[0] if len(countries) == 1 else None

    def owner(self, identifier: Identifier) -> OfficialBody | None:
        """Return the body whose own published contact point this is."""
        name = self._known.owner(identifier)
        return self._bodies[name] if name else None


@cache
def shipped_contacts() -> OfficialContacts:
    """Return a reader with the bodies that ship.

    Raises:
        InvalidDocument: naming every fault of the first document that has any.
    """
    return OfficialContacts(read_bodies())


def _each_once(identifiers: Iterable[Identifier]) -> list[Identifier]:
    """Leave out what was found before, unless it stands behind other words."""
    return list({(one.kind, one.value, one.shown): one for one in reversed([*identifiers])}.values())[::-1]
