"""Small facts about an identifier that a person cannot see at a glance, each with a code and how grave it is."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

from knowledge.identifiers.finding import Identifier
from knowledge.identifiers.links import is_ip
from knowledge.identifiers.lookalike_hosts import Domains, is_under, listed, mixes_scripts, registrable
from knowledge.identifiers.phone_numbers import country_of, has_right_length, is_satellite, kind_of, parse

Severity = Literal["alarm", "caution", "note", "good"]
CODES = (
    "lookalike-host",
    "mixed-script-host",
    "name-in-foreign-domain",
    "near-domain",
    "punycode-host",
    "ip-host",
    "shortener",
    "free-hosting",
    "cheap-suffix",
    "userinfo-host",
    "shown-host-differs",
    "other-country-number",
    "premium-number",
    "satellite-number",
    "impossible-length",
    "personal-mobile",
    "support-handle",
    "free-mail",
    "wallet-for-institution",
    "anyone-can-publish",
    "own-published",
)
_ORDER: dict[Severity, int] = {"alarm": 0, "caution": 1, "note": 2, "good": 3}
_ANYWHERE = "*"


@dataclass(frozen=True)
class Finding:
    """One fact about an identifier; it is a hint, and none of them is proof of honesty."""

    code: str
    """One of CODES."""
    severity: Severity
    detail: str = ""
    """The word that belongs in the sentence: the known domain imitated, the body's id, or the country's code."""


class Known(Protocol):
    """What is known of the published contact points of bodies that are often impersonated."""

    def domains(self) -> Mapping[str, str]:
        """Return the body of each registrable domain, or suffix zone such as ``gov.sg``."""

    def owner(self, identifier: Identifier) -> str | None:
        """Return the body whose own published number, domain, sender or handle this is."""

    def aliases(self) -> Mapping[str, str]:
        """Return the body of each short Latin brand word that is fit for comparing with hosts."""

    def country(self, body: str) -> str | None:
        """Return the two letters of a body's country, ``*`` for one of the whole world, None for an unknown one."""

    def is_institution(self, body: str) -> bool:
        """Say whether a body is a bank, the police, a tax office, a courier, an authority, a platform or the like."""

    def hosts_user_content(self, host: str) -> bool:
        """Say whether anybody can publish on a host, so that its name proves nothing."""


def examine(
    identifier: Identifier, known: Known, claimed: Sequence[str] = (), country: str | None = None
) -> tuple[Finding, ...]:
    """Return what is to be said about an identifier, the gravest first.

    Args:
        identifier: as found in a text.
        known: the published contact points to compare with; they must not change while in use.
        claimed: ids of the bodies that the stranger is said to be of.
        country: the person's own, two letters.
    """
    official = [body for body in claimed if known.is_institution(body)]
    findings = list(_shown(identifier))
    if owner := known.owner(identifier):
        publishes = identifier.kind == "link" and known.hosts_user_content(identifier.host)
        if not publishes:
            return (*findings, Finding("own-published", "good", owner))
    match identifier.kind:
        case "link":
            findings += _host(identifier, known, official)
        case "email":
            findings += _email(identifier, known, official)
        case "phone":
            findings += _phone(identifier.value, identifier.country, known, official, country)
        case "handle":
            findings += _handle(identifier, known, official, country)
        case "wallet" if official:
            findings.append(Finding("wallet-for-institution", "alarm", official[0]))
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: _ORDER[finding.severity]))


def _shown(identifier: Identifier) -> Iterator[Finding]:
    if identifier.shown and registrable(identifier.shown) != registrable(identifier.host):
        yield Finding("shown-host-differs", "alarm", registrable(identifier.shown))


def _host(identifier: Identifier, known: Known, official: Sequence[str]) -> Iterator[Finding]:
    host = identifier.host
    authority = re.split(r"[/?#\\]", identifier.value.partition("://")[2], maxsplit=1)[0]
    if "@" in authority:
        yield Finding("userinfo-host", "alarm", host)
    if is_ip(host):
        yield Finding("ip-host", "caution")
        return
    if known.hosts_user_content(host):
        yield Finding("anyone-can-publish", "note", registrable(host))
        return
    yield from _name(identifier, known, official)
    if is_under(host, "shorteners"):
        yield Finding("shortener", "caution", registrable(host))
    elif is_under(host, "free_hosts") and not _is_front_page(identifier):
        yield Finding("free-hosting", "caution", registrable(host))
    elif is_under(host, "cheap_suffixes"):
        yield Finding("cheap-suffix", "note", registrable(host).partition(".")[2])


def _is_front_page(identifier: Identifier) -> bool:
    """Say whether a link leads to the first page of a free host, which is the host's own and no stranger's."""
    rest = identifier.value.partition("://")[2] or identifier.value
    return identifier.host.removeprefix("www.") in listed("free_hosts") and not re.search(r"[/?#].", rest)


def _name(identifier: Identifier, known: Known, official: Sequence[str]) -> Iterator[Finding]:
    """Compare the name of a host with the known ones, and look at its letters."""
    host = identifier.host
    mixed = mixes_scripts(host)
    if mixed:
        yield Finding("mixed-script-host", "alarm")
    found = _compared(_SameObject(known)).imitated_by(host)
    if found:
        about_claimed = known.domains().get(found.domain) in official
        grave = found.code == "lookalike-host" or found.deceptive or about_claimed
        hint: Severity = "note" if found.code == "near-domain" and _is_local(host, found.domain) else "caution"
        yield Finding(found.code, "alarm" if grave else hint, found.domain)
    if "xn--" in unicodedata.normalize("NFKC", identifier.written).lower():
        yield Finding("punycode-host", "caution" if found or mixed else "note", host)


def _is_local(host: str, domain: str) -> bool:
    """Say whether two hosts have one name and differ in the suffix alone, as those of a company's branches do."""
    return registrable(host).partition(".")[0] == registrable(domain).partition(".")[0]


def _email(identifier: Identifier, known: Known, official: Sequence[str]) -> Iterator[Finding]:
    if not is_under(identifier.host, "free_mail"):
        yield from _name(identifier, known, official)
        return
    local = identifier.value.rpartition("@")[0].lower()
    brand = next((word for word in re.split(r"[^a-z]+", local) if word in known.aliases()), "")
    if official or brand:
        yield Finding("free-mail", "alarm" if official else "caution", identifier.host)


def _phone(
    value: str, region: str | None, known: Known, official: Sequence[str], country: str | None
) -> Iterator[Finding]:
    number = parse(value, region or country)
    if number is None:
        return
    if is_satellite(number):
        yield Finding("satellite-number", "caution")
        return
    if len(value) > 6 and not has_right_length(number):
        yield Finding("impossible-length", "caution")
        return
    kind = kind_of(number)
    if kind == "premium":
        yield Finding("premium-number", "caution")
    if official and kind == "mobile":
        yield Finding("personal-mobile", "caution", official[0])
    origin = region or country_of(number)
    homes = {home for body in official if (home := known.country(body)) and home != _ANYWHERE}
    expected = homes or ({country.upper()} if country else set())
    if origin and expected and origin not in expected:
        severity: Severity = "alarm" if homes else "caution" if official else "note"
        yield Finding("other-country-number", severity, origin)


def _handle(identifier: Identifier, known: Known, official: Sequence[str], country: str | None) -> Iterator[Finding]:
    platform, _, name = identifier.value.partition(":")
    if platform == "whatsapp" and name.startswith("+"):
        yield from _phone(name, None, known, official, country)
        return
    parts = {part for part in re.split(r"[^a-z]+", name.lower()) if part}
    run = re.sub(r"[^a-z]", "", name.lower())
    aliases = {word for word in known.aliases() if word in parts or (len(word) > 4 and run.startswith(word))}
    ending = any(run.endswith(word) for word in listed("support_words") if len(word) > 4)
    if parts & listed("support_words") or ending or aliases:
        brand = known.aliases()[min(aliases)] if aliases else official[0] if official else ""
        yield Finding("support-handle", "alarm" if official else "caution", brand)
    if identifier.host:
        yield Finding("anyone-can-publish", "note", registrable(identifier.host))


class _SameObject:
    """Stands for what is known, by identity, so that the comparison is prepared once."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def __hash__(self) -> int:
        return id(self.known)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameObject) and other.known is self.known


@lru_cache(maxsize=4)
def _compared(same: _SameObject) -> Domains:
    return Domains(same.known.domains(), same.known.aliases())
