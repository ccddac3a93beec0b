"""Small facts about an identifier that a person cannot see at a glance, each with a code and how grave it is."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.documents.official import EVERYWHERE
from knowledge.identifiers.finding import Identifier
from knowledge.identifiers.links import is_ip
from knowledge.identifiers.lookalike_hosts import Domains, is_under, listed, mixes_scripts, registrable
from knowledge.identifiers.phone_numbers import country_of, has_right_length, is_satellite, kind_of, parse
from knowledge.impostors.published import Published

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
    "never-calls-out",
    "text-only",
)
_ORDER: dict[Severity, int] = {"alarm": 0, "caution": 1, "note": 2, "good": 3}


@dataclass(frozen=True)
class Finding:
    """One fact about an identifier; it is a hint, and none of them is proof of honesty."""

    code: str
    """One of CODES."""
    severity: Severity
    detail: str = ""
    """The word that belongs in the sentence: the known domain imitated, the body's id, or the country's code."""


class Examiner:
    """Says what is to be said about identifiers, with the published contact points of bodies to compare with."""

    def __init__(self, published: Published) -> None:
        """Prepare the comparison with the known hosts."""
        self._published = published
        self._domains = Domains(published.domains(), published.aliases())

    def examine(
        self, identifier: Identifier, claimed: Sequence[str] = (), country: str | None = None
    ) -> tuple[Finding, ...]:
        """Return what is to be said about an identifier, the gravest first.

        Args:
            identifier: as found in a text.
            claimed: ids of the bodies that the stranger is said to be of.
            country: the person's own, two letters.
        """
        findings = [*_shown(identifier), *(self._owned(identifier) or self._strange(identifier, claimed, country))]
        return tuple(sorted(dict.fromkeys(findings), key=lambda finding: _ORDER[finding.severity]))

    def _owned(self, identifier: Identifier) -> list[Finding]:
        """Return what is to be said of a body's own published contact; nothing where it is nobody's."""
        owned = self._published.point(identifier)
        if owned is None or (identifier.kind == "link" and self._published.hosts_user_content(identifier.host)):
            return []
        body, point = owned
        findings = [Finding("own-published", "good", body.id)]
        if point.text_only:
            findings.append(Finding("text-only", "note"))
        elif point.never_calls_out:
            findings.append(Finding("never-calls-out", "caution"))
        return findings

    def _strange(self, identifier: Identifier, claimed: Sequence[str], country: str | None) -> Iterator[Finding]:
        match identifier.kind:
            case "link":
                yield from self._host(identifier, claimed)
            case "email":
                yield from self._email(identifier, claimed)
            case "phone":
                yield from self._phone(identifier.value, identifier.country, claimed, country)
            case "handle":
                yield from self._handle(identifier, claimed, country)
            case "wallet" if claimed:
                yield Finding("wallet-for-institution", "alarm", claimed[0])

    def _host(self, identifier: Identifier, claimed: Sequence[str]) -> Iterator[Finding]:
        host = identifier.host
        authority = re.split(r"[/?#\\]", identifier.value.partition("://")[2], maxsplit=1)[0]
        if "@" in authority:
            yield Finding("userinfo-host", "alarm", host)
        if is_ip(host):
            yield Finding("ip-host", "caution")
            return
        if self._published.hosts_user_content(host):
            yield Finding("anyone-can-publish", "note", registrable(host))
            return
        yield from self._name(identifier, claimed)
        if is_under(host, "shorteners"):
            yield Finding("shortener", "caution", registrable(host))
        elif is_under(host, "free_hosts") and not _is_front_page(identifier):
            yield Finding("free-hosting", "caution", registrable(host))
        elif is_under(host, "cheap_suffixes"):
            yield Finding("cheap-suffix", "note", registrable(host).partition(".")[2])

    def _name(self, identifier: Identifier, claimed: Sequence[str]) -> Iterator[Finding]:
        """Compare the name of a host with the known ones, and look at its letters."""
        host = identifier.host
        mixed = mixes_scripts(host)
        if mixed:
            yield Finding("mixed-script-host", "alarm")
        found = self._domains.imitated_by(host)
        if found:
            local = found.code == "near-domain" and _is_local(host, found.domain)
            branch = local and len(host.rpartition(".")[2]) == 2  # of a company, in another country
            about_claimed = self._published.domains().get(found.domain) in claimed
            grave = found.code == "lookalike-host" or found.deceptive or (about_claimed and not branch)
            hint: Severity = "note" if local and not about_claimed else "caution"
            yield Finding(found.code, "alarm" if grave else hint, found.domain)
        if "xn--" in unicodedata.normalize("NFKC", identifier.written).lower():
            yield Finding("punycode-host", "caution" if found or mixed else "note", host)

    def _email(self, identifier: Identifier, claimed: Sequence[str]) -> Iterator[Finding]:
        if not is_under(identifier.host, "free_mail"):
            yield from self._name(identifier, claimed)
            return
        local = identifier.value.rpartition("@")[0].lower()
        brand = next((word for word in re.split(r"[^a-z]+", local) if word in self._published.aliases()), "")
        if claimed or brand:
            yield Finding("free-mail", "alarm" if claimed else "caution", identifier.host)

    def _phone(self, value: str, region: str | None, claimed: Sequence[str], country: str | None) -> Iterator[Finding]:
        number = parse(value, region)
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
        if claimed and kind == "mobile":
            yield Finding("personal-mobile", "caution", claimed[0])
        origin = region or country_of(number)
        homes = {home for body in claimed if (home := self._published.country(body)) and home != EVERYWHERE}
        expected = homes or ({country.upper()} if country else set())
        if origin and expected and origin not in expected:
            severity: Severity = "alarm" if homes else "caution" if claimed else "note"
            yield Finding("other-country-number", severity, origin)

    def _handle(self, identifier: Identifier, claimed: Sequence[str], country: str | None) -> Iterator[Finding]:
        platform, _, name = identifier.value.partition(":")
        if platform == "whatsapp" and name.startswith("+"):
            yield from self._phone(name, None, claimed, country)
            return
        known = self._published.aliases()
        parts = {part for part in re.split(r"[^a-z]+", name.lower()) if part}
        run = re.sub(r"[^a-z]", "", name.lower())
        aliases = {word for word in known if word in parts or (len(word) > 4 and run.startswith(word))}
        ending = any(run.endswith(word) for word in listed("support_words") if len(word) > 4)
        if parts & listed("support_words") or ending or aliases:
            brand = known[min(aliases)] if aliases else claimed[0] if claimed else ""
            yield Finding("support-handle", "alarm" if claimed else "caution", brand)
        if identifier.host:
            yield Finding("anyone-can-publish", "note", registrable(identifier.host))


def _shown(identifier: Identifier) -> Iterator[Finding]:
    if identifier.shown and registrable(identifier.shown) != registrable(identifier.host):
        yield Finding("shown-host-differs", "alarm", registrable(identifier.shown))


def _is_front_page(identifier: Identifier) -> bool:
    """Say whether a link leads to the first page of a free host, which is the host's own and no stranger's."""
    rest = identifier.value.partition("://")[2] or identifier.value
    return identifier.host.removeprefix("www.") in listed("free_hosts") and not re.search(r"[/?#].", rest)


def _is_local(host: str, domain: str) -> bool:
    """Say whether two hosts have one name and differ in the suffix alone, as those of a company's branches do."""
    return registrable(host).partition(".")[0] == registrable(domain).partition(".")[0]
