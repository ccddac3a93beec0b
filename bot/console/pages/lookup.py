"""What is held on a contact: what people reported of it, what others are told, and who confirmed it."""

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from bot.console.call import Call, for_moderators
from bot.moderation.lookup import look_up as look_up_contacts
from knowledge.ledger.contact_reports import THRESHOLD

_LONGEST = 2000


def ask(call: Call) -> Response:
    """Show the field for a contact."""
    return call.page("lookup.html", here="lookup", back="/lookup", text="", country="", held=None, threshold=THRESHOLD)


def look_up(call: Call) -> Response:
    """Show what is held on every contact in a text; nothing of the text is kept."""
    desk, text, country = call.desk, call.sent("text")[:_LONGEST], call.sent("country")
    country = country if country in desk.words.countries else ""
    words = desk.words.people[call.language]
    found = look_up_contacts(text, desk.engine.contacts, desk.reports, desk.store, words, desk.today, country or None)
    values: dict[str, Any] = {"text": text, "country": country, "held": found, "threshold": THRESHOLD}
    return call.page("lookup.html", here="lookup", back="/lookup", **values)


ROUTES = [Route("/lookup", for_moderators(ask)), Route("/lookup", for_moderators(look_up), methods=["POST"])]
