"""The parts of a reply about the contact itself: what is known of it, and how to reach the real one."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from markupsafe import Markup

from bot.words.texts import Texts
from knowledge.documents.official import EVERYWHERE, OfficialBody, PublishedPoint
from knowledge.documents.reporting import ContactSource, in_language, own_words
from knowledge.documents.talk import shipped_names
from knowledge.identifiers.finding import Identifier
from knowledge.identifiers.phone_numbers import country_of, parse, spaced
from knowledge.impostors.contacts import Contact, Contacts
from knowledge.impostors.findings import Finding
from knowledge.ledger.contact_reports import Reputation

_MARKS = {"alarm": "⛔", "caution": "⚠️", "note": "ℹ️", "good": "ℹ️"}
_GRAVEST = (_MARKS["alarm"], _MARKS["caution"])
REPORT = "contact"  # the verb of its buttons
_SHOWN = 4
_POINTS = 3
_NOBODYS = ("EU", "ME", "IO", "AI", "TV", "CO")
"""Ends of addresses that look like a country's and are used by anybody."""
_BY_DOMAIN = {"UK": "GB"}
_NEVER = 3
_WRITTEN = 60
_LINKING = re.compile(r"(?<=\w)\.(?=[^\W\d_])|:(?=//)|@(?=\w)|(?<=\d)\.(?=\d+\.\d)")
_ZERO_WIDTH = "\u2060"  # keeps Telegram from turning a bad address into a link


Reports = Callable[[Identifier], Reputation | None]
"""Returns what may be told of the reports on an identifier."""


def contacts_part(contacts: Contacts, texts: Texts, reports: Reports, *, alone: bool) -> str:
    """Return what is to be said about the contacts of a text, or nothing where there is nothing to say.

    ``alone`` is for a text that says little else: then even that nothing is known is said.
    """
    items = list(_items(contacts, texts, reports, alone=alone))
    if not items:
        return ""
    return "\n".join([texts.of("contact_head"), *items[:_SHOWN], *([texts.of("contact_asked")] if alone else [])])


def strongest_finding(contacts: Contacts, texts: Texts, reports: Reports, *, alone: bool) -> str:
    """Return what weighs most of what is known about the contacts of a text; empty where that is nothing."""
    items = list(_items(contacts, texts, reports, alone=alone))
    return next(
        (item for mark in _GRAVEST for item in items if item.startswith(mark)), items[0] if alone and items else ""
    )


def _items(contacts: Contacts, texts: Texts, reports: Reports, *, alone: bool) -> Iterator[str]:
    for contact in contacts.found:
        lines = [_finding(finding, contact, contacts, texts) for finding in contact.findings]
        marks = [_MARKS[finding.severity] for finding in contact.findings]
        if known := reports(contact.identifier):
            lines.insert(0, reported(known, texts))
            marks.insert(0, _MARKS["alarm"])
        if not lines and alone:
            lines, marks = [texts.of("finding_nothing")], [_MARKS["note"]]
        if lines:
            written, found = defused(contact.identifier), Markup("\n   ").join(lines)
            yield texts.of("contact_item", mark=marks[0], written=written, findings=found)


def published_part(contacts: Contacts, texts: Texts, reports: Reports) -> str:
    """Return whose the numbers of a text are, each with its source and the day it was checked."""
    points = [_ring(point, body, texts) for contact in contacts.found for body, point in _published_by(contact)]
    return "\n".join([*_items(contacts, texts, reports, alone=False), *points])


def _published_by(contact: Contact) -> Iterator[tuple[OfficialBody, PublishedPoint]]:
    """Yield the body that has published an identifier with its own point, where that may be shown."""
    body = contact.owner
    for point in body.shown() if body else ():
        if body and contact.identifier.value in (point.value, point.dial):
            yield body, point


def reported(known: Reputation, texts: Texts) -> Markup:
    """Say what is told of reports."""
    if known.confirmed:
        return texts.of("finding_reported_confirmed")
    return texts.of("finding_reported", count=known.count, day=texts.day(known.since))


def defused(identifier: Identifier) -> str:
    """Return an identifier as it was written, cut short, and so that no app makes a link of it."""
    written = " ".join(identifier.written.split())
    return unlinked(written if len(written) <= _WRITTEN else written[:_WRITTEN] + "…")


def unlinked(text: str) -> str:
    """Return a text of a person's so that no app makes links of what stands in it."""
    return _LINKING.sub(lambda sign: f"{_ZERO_WIDTH}{sign[0]}{_ZERO_WIDTH}", text)


def undefused(text: str) -> str:
    """Return a text of ours with the identifiers as they were written."""
    return text.replace(_ZERO_WIDTH, "")


def _finding(finding: Finding, contact: Contact, contacts: Contacts, texts: Texts) -> Markup:
    owned = finding.code == "own-published" and contact.owner
    detail = in_language(contact.owner.name, texts.language) if owned and contact.owner else finding.detail
    code = finding.code.replace("-", "_")
    if code == "other_country_number" and not any(body.country != EVERYWHERE for body in contacts.claimed):
        code = "foreign_number"
    return texts.of(f"finding_{code}", detail=unlinked(detail))


def number_to_ring(contacts: Contacts, texts: Texts, country: str | None) -> str:
    """Return the number of the body that the stranger claims to be; empty where none is claimed or confirmed.

    One of another country helps nobody; where none is known, one of a country that the language points to is named so.
    """
    body = _claimed(contacts, country)
    numbers = [point for point in _points(body, contacts, texts, country) if point.kind == "phone"] if body else []
    if not body or not numbers:
        return ""
    ring = _ring(numbers[0], body, texts)
    place = _place(numbers[0], body, texts, country)
    return texts.of("if_in", place=place, contact=ring) if place else ring


def source_title(source: ContactSource, texts: Texts) -> str:
    """Return what a contact point was read in: who says it in the reader's language, or the title."""
    return own_words(source.names, texts.language) or source.title


def source_in_short(source: ContactSource, texts: Texts) -> str:
    """Return who says it, in few words: by name, or where the title is in a foreign tongue, by where that stands."""
    host = (urlsplit(source.url).hostname or "").removeprefix("www.")
    if own_words(source.names, texts.language) or texts.language == "en" or not host or not source.title.isascii():
        return source_title(source, texts).partition(": ")[0].partition(" (")[0]
    return host


def _ring(point: PublishedPoint, body: OfficialBody, texts: Texts) -> Markup:
    title = source_in_short(point.source, texts) if point.source else ""
    source = texts.of("contact_source", title=title, day=body.checked.isoformat())
    value = spaced(point.dial or point.value)
    return texts.of("ring", value=value, name=in_language(body.name, texts.language), source=source)


def _claimed(contacts: Contacts, country: str | None) -> OfficialBody | None:
    body = next(iter(contacts.claimed), None)
    return body if body and body.country in ("*", country or body.country) else None


def _points(body: OfficialBody, contacts: Contacts, texts: Texts, country: str | None) -> list[PublishedPoint]:
    """Return the points of a body by which somebody in a country can reach it, but for those in the message itself."""
    written = {contact.identifier.value for contact in contacts.found}
    there = {"", country} if country else {"", *shipped_names().spoken.get(texts.language, {})}
    return [
        point
        for point in body.shown()
        if _fit(point) and point.value not in written and _country_of(point, body) in there
    ]


def _country_of(point: PublishedPoint, body: OfficialBody) -> str:
    """Return the one country that a point is of; empty of one that is of none alone."""
    if body.country != EVERYWHERE:
        return body.country
    if point.kind == "phone":
        number = parse(point.value, None)
        return (country_of(number) or "") if number else ""
    last = point.value.rpartition(".")[2].upper()
    return "" if len(last) > 2 or last in _NOBODYS else _BY_DOMAIN.get(last, last)


def _place(point: PublishedPoint, body: OfficialBody, texts: Texts, country: str | None) -> str:
    """Return where a contact point holds, as it is said after "if you are"; empty where it need not be said."""
    return "" if country else shipped_names().spoken.get(texts.language, {}).get(_country_of(point, body), "")


def verify_part(contacts: Contacts, texts: Texts, country: str | None) -> str:
    """Return how to reach the body that the stranger claims to be, and what it never does; nothing where none is."""
    body = _claimed(contacts, country)
    if body is None:
        return ""
    name = in_language(body.name, texts.language)
    points = _points(body, contacts, texts, country)[:_POINTS]
    lines = [texts.of("verify_head", body=name)]
    if points:
        lines += [texts.of("verify_intro"), *(_point(point, body, texts, country) for point in points)]
    else:
        lines.append(texts.of("verify_none"))
    return "\n".join([*lines, *_never(body, name, texts)])


def _fit(point: PublishedPoint) -> bool:
    """Say whether somebody can reach the body by a point: not where anybody can publish, nor a whole zone of names."""
    return point.kind in ("phone", "domain") and not (point.hosts_user_content or point.suffix_zone)


def _point(point: PublishedPoint, body: OfficialBody, texts: Texts, country: str | None) -> Markup:
    title = source_title(point.source, texts) if point.source else ""
    source = texts.of("contact_source", title=title, day=body.checked.isoformat())
    what_for = in_language(point.what_for, texts.language) if point.what_for else ""
    key = "verify_point" if point.confidence == "high" else "verify_point_medium"
    shown = texts.of(key, value=spaced(point.dial or point.value), what_for=what_for, source=source)
    if place := _place(point, body, texts, country):
        mark, _, contact = shown.partition(" ")
        return Markup("{} {}").format(mark, texts.of("if_in", place=place, contact=contact))
    return shown


def _never(body: OfficialBody, name: str, texts: Texts) -> Iterator[str]:
    lines = next((body.never[code] for code in (texts.language, texts.language[:2], "en") if code in body.never), ())
    if lines:
        yield texts.of("verify_never", body=name)
        yield from (texts.of("item", text=line) for line in lines[:_NEVER])
