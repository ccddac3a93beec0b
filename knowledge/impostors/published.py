"""Whose published number, domain, address or handle something is."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from knowledge.documents.official import EVERYWHERE, OfficialBody, PublishedPoint, Seen, for_country

_SURE = {"high": 0, "medium": 1, "low": 2}
_WORD = re.compile(r"[a-z0-9]+")
_ROUND = re.compile(r"\d\d0")
_ONE_WORD = 3
_SEVERAL_WORDS = 8
"""Fewest letters of a brand word in an address; words written together need more, lest they mean something else."""
Claim = tuple[OfficialBody, PublishedPoint]
"""A point, and a body that has published it as its own."""


class Published:
    """Lookup over the points of all bodies. What it answers is knowledge for comparing, never proof."""

    def __init__(self, bodies: Mapping[str, OfficialBody]) -> None:
        """Take the bodies by id."""
        self._bodies = bodies
        self._hosts: dict[str, Claim] = {}
        self._points: dict[str, list[Claim]] = defaultdict(list)
        for body in bodies.values():
            for point in body.points:
                if point.kind == "domain":
                    self._add_host(body, point)
                elif point.confidence != "low":
                    for key in _keys(point):
                        self._points[key].append((body, point))
        self._domains = {host: body.id for host, (body, _) in self._hosts.items()}
        self._aliases = _host_words(bodies)

    def _add_host(self, body: OfficialBody, point: PublishedPoint) -> None:
        host = _host(point.value)
        known = self._hosts.get(host)
        if known is None or _rank(body, point) < _rank(*known):
            self._hosts[host] = (body, point)

    def domains(self) -> Mapping[str, str]:
        """Return the ids of bodies by domain or suffix zone, as ASCII in lower case; low confidence included."""
        return self._domains

    def owner(self, identifier: Seen) -> str | None:
        """Return the id of the body that has published exactly this phone, address, handle, or the link's domain.

        See point.
        """
        owned = self.point(identifier)
        return owned[0].id if owned else None

    def point(self, identifier: Seen) -> Claim | None:
        """Return the body that has published exactly this, and its published point.

        A domain owns the names below it. What is of low confidence is never said to be anybody's own. A short number
        that several countries use, as one like 100 may be, is owned only where the identifier's country tells which.
        """
        if identifier.kind == "link":
            return next((claim for claim in self._of_host(identifier.host) if claim[1].confidence != "low"), None)
        for key in _seen_keys(identifier):
            claims = self._points.get(key, [])
            if identifier.country:
                claims = [claim for claim in claims if claim[0].country in (identifier.country, EVERYWHERE)] or [
                    claim for claim in claims if claim[1].value.startswith("+")
                ]
            elif is_round(identifier.value):
                return None
            if len({body.country for body, _ in claims}) == 1:
                return min(claims, key=lambda claim: _rank(*claim))
        return None

    def aliases(self) -> Mapping[str, str]:
        """Return Latin brand words of three or more letters, lower case, that no ordinary host would carry."""
        return self._aliases

    def short_codes(self, country: str | None = None, *, sure: bool = False) -> frozenset[str]:
        """Return national short numbers, for telling phones from other digits; of all countries where none is given.

        ``sure`` leaves out those of low confidence, which are nobody's own.
        """
        return frozenset(
            point.value
            for body in self._bodies.values()
            for point in body.points
            if point.kind == "phone" and not point.value.startswith("+") and country in (None, body.country)
            if not (sure and point.confidence == "low")
        )

    def country(self, body: str) -> str | None:
        """Return ``*`` or the two letters of a body's country, None for an unknown id."""
        return self._bodies[body].country if body in self._bodies else None

    def hosts_user_content(self, host: str) -> bool:
        """Say whether anybody can publish under a host, so that a link to it proves nothing."""
        found = next(self._of_host(host), None)
        return found is not None and found[1].hosts_user_content

    def for_country(self, country: str | None) -> Sequence[OfficialBody]:
        """Return a country's own bodies, then those of everywhere."""
        return for_country(self._bodies, country)

    def _of_host(self, host: str) -> Iterator[Claim]:
        """Yield the domains that a host is or ends with at a dot, the longest first."""
        labels = _host(host).split(".")
        for start in range(len(labels)):
            if claim := self._hosts.get(".".join(labels[start:])):
                yield claim


def is_round(number: str) -> bool:
    """Say whether a short number is one that many countries use, such as 110, and that may as well be a sum."""
    return _ROUND.fullmatch(number) is not None


def _rank(body: OfficialBody, point: PublishedPoint) -> tuple[bool, bool, int, bool]:
    """Lower is the better owner of a point that several bodies publish.

    A zone belongs to the state as a whole, and a number that a courier tells people to report to is the police's.
    """
    foreign = point.suffix_zone and body.kind != "government"
    return (foreign, point.kind == "phone" and body.kind != "police", _SURE[point.confidence], body.kind == "bank")


def _host(host: str) -> str:
    host = host.lower().strip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:  # nothing that could be registered
        return host


def _keys(point: PublishedPoint) -> set[str]:
    if point.kind == "phone":
        return {f"phone:{point.value}"} | ({f"phone:{re.sub(r'[^0-9]', '', point.dial)}"} if point.dial else set())
    if point.kind == "handle":
        return {f"handle:{point.platform}:{point.value}".casefold()}
    return {f"{point.kind}:{point.value}".casefold()}


def _seen_keys(identifier: Seen) -> Iterator[str]:
    if identifier.kind == "phone":
        yield f"phone:{identifier.value}"
        yield f"handle:whatsapp:{identifier.value}"
    elif identifier.kind == "email":
        yield f"email:{identifier.value}".casefold()
        yield f"email:@{_host(identifier.host or identifier.value.rpartition('@')[2])}"
    else:
        yield f"{identifier.kind}:{identifier.value}".casefold()


def _host_words(bodies: Mapping[str, OfficialBody]) -> dict[str, str]:
    """Return brand words by body; what two bodies share goes to the one of everywhere."""
    found: dict[str, str] = {}
    for body in sorted(bodies.values(), key=lambda body: body.country != EVERYWHERE):
        for word in body.host_words:
            found.setdefault(word, body.id)
        for alias in body.aliases:
            words = _WORD.findall(alias.lower()) if alias.isascii() and alias not in body.ambiguous else []
            joined = "".join(words)
            if len(joined) >= (_ONE_WORD if len(words) == 1 else _SEVERAL_WORDS) and not joined.isdigit():
                found.setdefault(joined, body.id)
    return found
