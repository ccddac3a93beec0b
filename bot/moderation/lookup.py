"""What is held on a contact: what was reported of it, what was decided, and what people are told of it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from bot.moderation import parts
from bot.moderation.queue import DECISIONS
from bot.moderation.review_cards import above_card, reasoned
from bot.moderation.review_cards import contact as reported_contact
from bot.words.contacts import contacts_part, unlinked
from bot.words.reply import Button, Reply, Section, fit
from bot.words.texts import Texts
from knowledge.database.store import Store
from knowledge.documents.reporting import in_language
from knowledge.identifiers.masked_form import mask
from knowledge.impostors.contacts import Contacts, OfficialContacts
from knowledge.ledger.audit import AuditRow, acts_on
from knowledge.ledger.contact_report_decisions import confirmed_by
from knowledge.ledger.contact_report_rows import ReportedRow
from knowledge.ledger.contact_reports import REPORTABLE, ContactReports
from knowledge.ledger.safelist import Contact, Listed, listed

MOST = 5
"""Contacts that are looked up at once."""
MOST_BEFORE = 5
"""Decisions on a contact that are told of."""
_VERBS = (*(verb for verb, letter in DECISIONS.items() if letter == "c"), "undo")
_LONGEST_LABEL = 60
_WITHOUT_BRACKETS = str.maketrans("", "", "()[]<>")  # a moderator who types (+65) means a number


@dataclass(frozen=True)
class Held:
    """What is held on one contact."""

    kind: str
    masked: str
    """As moderators see it on cards, so that the two can be compared."""
    row: ReportedRow | None
    """What is reported, of the last 180 days; None where nothing is."""
    confirmed_by: int | None
    owner: str
    """The official body that has published it as its own, whose reports are not kept; empty where none has."""
    told: str
    """What people are told of it now, as Telegram HTML."""
    contact: Contact | None = None
    """As the ledger knows it; None where nothing can be reported of its kind."""
    listed: Listed | None = None
    """What the safelist has of it; None where it is not on it."""

    def may_put_on(self, moderator: int, *, alone: bool) -> bool:
        """Say whether a moderator can put it on the safelist; of an official body's own no report is kept anyway."""
        if self.contact is None or self.owner or (self.listed and self.listed.in_force):
            return False
        return self.listed is None or alone or self.listed.person != moderator


def look_up(
    text: str,
    contacts: OfficialContacts,
    reports: ContactReports,
    store: Store,
    texts: Texts,
    today: date,
    country: str | None = None,
) -> Sequence[Held]:
    """Return what is held on each contact in a text, at most MOST, in its order; empty where it has none.

    Args:
        text: a number, link, account name, address or wallet, written in any way that people may write it.
        contacts: what finds contacts and knows the official ones.
        reports: what people reported.
        store: where the audit is.
        texts: the words for people, in the moderator's language.
        today: the day, in UTC.
        country: two letters, where national numbers are from.
    """
    held = []
    read = contacts.read(text, country).found or contacts.read(text.translate(_WITHOUT_BRACKETS), country).found
    for found in read[:MOST]:
        one = found.identifier
        row = reports.held(one, today)
        by = confirmed_by(store, row.identifier, row.confirmed_on) if row and row.confirmed_on else None
        owner = in_language(found.owner.name, texts.language) if found.owner else ""
        told = contacts_part(Contacts((found,)), texts, lambda each: reports.known(each, today), alone=True)
        contact = reports.contact(one) if one.kind in REPORTABLE else None
        safe = listed(store, contact.identifier, today) if contact else None
        held.append(Held(one.kind, mask(one.kind, one.value), row, by, owner, told, contact, safe))
    return held


def contact_meant(
    name: str, held: Sequence[Held], reports: ContactReports, store: Store, today: date
) -> Contact | None:
    """Return the contact of a hash: one looked up, reported, or on the safelist; None where it is none of these."""
    known = next((one.contact for one in held if one.contact and one.contact.identifier == name), None)
    row = known or reports.of(name, today) or listed(store, name, today)
    return Contact(row.identifier, row.kind, row.masked) if row else None


def decided_before(store: Store, identifier_hash: str) -> tuple[AuditRow, ...]:
    """Return what was decided on a contact, the newest first, without what was taken back."""
    found: list[AuditRow] = []
    undone = False
    for act in acts_on(store, _VERBS, identifier_hash, MOST_BEFORE * 2):
        if not (undone or act.what.startswith("undo ")):
            found.append(act)
        undone = act.what.startswith("undo ")
    return tuple(found[:MOST_BEFORE])


def held_reply(held: Sequence[Held], words: Texts, viewer: int, *, alone: bool) -> Reply:
    """Render what is held on contacts, with what one moderator can do about each."""
    sections: list[Section] = []
    rows: list[tuple[Button, ...]] = []
    for one in held:
        lines = [words.of("held", masked=unlinked(one.masked), kind=words.of(f"kind_{one.kind}"))]
        lines += [reported_contact(one.row, words)] if one.row else [words.of("held_none")]
        if one.row and one.row.confirmed_on:
            day, who = words.day(one.row.confirmed_on), parts.who(one.confirmed_by, words)
            lines.append(words.of("held_confirmed", day=day, who=who))
        lines += [listed_line(one.listed, words)] if one.listed else []
        lines += [words.of("held_own", body=one.owner)] if one.owner else []
        lines.append(words.of("held_told"))
        sections.append(Section("\n".join([*lines, f"<blockquote>{one.told}</blockquote>"]), len(sections)))
        rows += [(button,) for button in _buttons(one, words, viewer, alone=alone, several=len(held) > 1)]
    return Reply(fit(sections), tuple(rows))


def listed_line(one: Listed, words: Texts) -> Markup:
    """Say that a contact is on the safelist, or that a second moderator has to put it there, too."""
    who = ", ".join(parts.who(person, words) for person in one.by)
    said = words.of("held_listed", day=words.day(one.day), who=who) if one.in_force else None
    said = said or words.of("held_listing", who=who)
    return said + (Markup("\n") + words.of("reason", reason=one.reason) if one.reason else "")


def wish_lines(one: Listed, row: ReportedRow | None, words: Texts) -> list[Markup]:
    """Say who wants a contact on the safelist, and what is reported of it."""
    return [listed_line(one, words), reported_contact(row, words) if row else words.of("held_none")]


def wish_card(one: Listed, row: ReportedRow | None, words: Texts, *, reason: str = "", first: str = "") -> Reply:
    """Render that a moderator wants a contact on the safelist, for a second one to decide on."""
    head = words.of("held", masked=unlinked(one.masked), kind=words.of(f"kind_{one.kind}"))
    html = reasoned(Markup("\n").join([head, *wish_lines(one, row, words)]), reason, words)
    buttons = (
        Button(words.plain("button_safelist"), f"mod_safe:{one.identifier}"),
        Button(words.plain("button_safelist_no"), f"mod_unsafe:{one.identifier}"),
    )
    skip = parts.skip_button(f"s{one.identifier}", words)
    return Reply(above_card(first, html), ((buttons[0],), (buttons[1],), (skip,)))


def _buttons(one: Held, words: Texts, viewer: int, *, alone: bool, several: bool) -> list[Button]:
    verbs = [("button_open", f"mod_open:c{one.row.identifier}")] if one.row else []
    if one.contact and one.may_put_on(viewer, alone=alone):
        verbs.append(("button_safelist", f"mod_safe:{one.contact.identifier}"))
    if one.listed:
        verbs.append(("button_unsafelist", f"mod_unsafe:{one.listed.identifier}"))
    masked = f": {one.masked}" if several else ""
    return [Button(f"{words.plain(key)}{masked}"[:_LONGEST_LABEL], data) for key, data in verbs]
