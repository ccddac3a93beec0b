"""What is held on a contact: what was reported of it, what was decided, and what people are told of it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.words.contacts import contacts_part
from bot.words.texts import Texts
from knowledge.database.store import Store
from knowledge.documents.reporting import in_language
from knowledge.identifiers.masked_form import mask
from knowledge.impostors.contacts import Contacts, OfficialContacts
from knowledge.ledger.contact_report_decisions import confirmed_by
from knowledge.ledger.contact_report_rows import ReportedRow
from knowledge.ledger.contact_reports import ContactReports

MOST = 5
"""Contacts that are looked up at once."""
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
        held.append(Held(one.kind, mask(one.kind, one.value), row, by, owner, told))
    return held
