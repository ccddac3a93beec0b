"""What is held on a contact: what people reported of it, what others are told, and who confirmed it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from bot.console.call import Call, for_moderators
from bot.words.contacts import contacts_part
from knowledge.identifiers.finding import Identifier
from knowledge.impostors.contacts import Contact, Contacts
from knowledge.ledger.audit import AuditRow, audit_rows
from knowledge.ledger.contact_report_rows import ReportedRow
from knowledge.ledger.contact_reports import REPORTABLE, THRESHOLD

_LONGEST, _MOST = 2000, 20


@dataclass(frozen=True)
class Held:
    """A contact that was looked up."""

    written: str
    kind: str
    row: ReportedRow | None
    """What people reported; None where nobody did."""
    told: bool
    """Whether others are told of the reports."""
    said: Markup
    """What people are told of the contact, where it stands alone."""
    acts: Sequence[AuditRow]
    """What moderators did with it, newest first."""


def ask(call: Call) -> Response:
    """Show the field for a contact."""
    return call.page("lookup.html", here="lookup", back="/lookup", text="", country="", held=None, threshold=THRESHOLD)


def look_up(call: Call) -> Response:
    """Show what is held on every contact in a text; nothing of the text is kept."""
    text, country = call.sent("text")[:_LONGEST], call.sent("country")
    country = country if country in call.desk.words.countries else ""
    found = call.desk.engine.contacts.read(text, country or None).found[:_MOST]
    held = [_held(call, contact, country or None) for contact in found]
    values = {"text": text, "country": country, "held": held, "threshold": THRESHOLD}
    return call.page("lookup.html", here="lookup", back="/lookup", **values)


def _held(call: Call, contact: Contact, country: str | None) -> Held:
    desk, identifier = call.desk, contact.identifier
    reportable = identifier.kind in REPORTABLE
    row = desk.reports.held(identifier, desk.today) if reportable else None

    def known(one: Identifier) -> object:
        return desk.reports.known(one, desk.today) if one.kind in REPORTABLE else None

    alone = desk.engine.contacts.read(identifier.written, country)
    said = contacts_part(alone or Contacts(), desk.words.people[call.language], known, alone=True)  # type: ignore[arg-type]
    acts = audit_rows(desk.store, most=20, about=f" {row.identifier}") if row else ()
    return Held(identifier.written, identifier.kind, row, bool(known(identifier)), Markup(said), acts)


ROUTES = [Route("/lookup", for_moderators(ask)), Route("/lookup", for_moderators(look_up), methods=["POST"])]
