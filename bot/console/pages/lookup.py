"""What is held on a contact, what people are told of it, and what can be done about it; and the safelist."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from bot.console.acts import NO, SAFE, UNSAFE, YES, Outcome, act_on, before, put_on, take_off
from bot.console.call import Call, for_moderators
from bot.console.lately import Done
from bot.moderation import parts
from bot.moderation.lookup import Held, contact_meant
from bot.moderation.lookup import look_up as look_up_contacts
from bot.moderation.review_cards import second_needed
from knowledge.ledger.contact_reports import THRESHOLD
from knowledge.ledger.safelist import safelist

_LONGEST = 2000
_LISTED = 200  # of the safelist


def ask(call: Call) -> Response:
    """Show the field for a contact."""
    return _page(call, "", "", None)


def look_up(call: Call) -> Response:
    """Do something about one contact where that is asked for, and show what is held on every contact in a text.

    Nothing of the text is kept, and no address has it.
    """
    text, ref = call.sent("text")[:_LONGEST], call.sent("ref")
    country = call.sent("country") if call.sent("country") in call.desk.words.countries else ""
    if call.sent("act"):
        outcome = _act(call, ref[1:], _held(call, text, country))
        undo = ref if outcome.undoable else ""
        call.desk.lately.put(call.session, Done(outcome.said, undo, wrong=not outcome.done))
    return _page(call, text, country, _held(call, text, country) if text else None)


def _act(call: Call, name: str, held: Sequence[Held]) -> Outcome:
    desk, wanted, reason = call.desk, call.sent("act"), call.sent("reason")
    contact = contact_meant(name, held, desk.reports, desk.store, desk.today)
    if contact is None or wanted not in (YES, NO, SAFE, UNSAFE):
        return Outcome(call.words.of("nothing_such"), done=False)
    if wanted == SAFE:
        return put_on(call, contact, reason)
    if wanted == UNSAFE:
        return take_off(call, contact)
    return act_on(call, f"c{name}", wanted, reason=reason)


def _held(call: Call, text: str, country: str) -> Sequence[Held]:
    desk, words = call.desk, call.desk.words.people[call.language]
    return look_up_contacts(text, desk.engine.contacts, desk.reports, desk.store, words, desk.today, country or None)


def _page(call: Call, text: str, country: str, held: Sequence[Held] | None) -> Response:
    desk, words, alone = call.desk, call.for_moderators, call.desk.settings.alone
    listed = safelist(desk.store, desk.today)
    values: dict[str, Any] = {"text": text, "country": country, "held": held, "threshold": THRESHOLD}
    values |= {"listed": listed[:_LISTED], "left": len(listed[_LISTED:])}
    values |= {"who": lambda people: ", ".join(parts.who(one, words) for one in people)}
    values |= {"may_put_on": lambda one: one.may_put_on(call.person, alone=alone)}
    values |= {"may_second": lambda one: not one.in_force and (alone or one.person != call.person)}
    values |= {"before": partial(before, call)}
    values |= {"may_confirm": lambda row: alone or not row.said_by(call.person)}
    values |= {"second": lambda row: second_needed(row, words, alone=alone)}
    return call.page("lookup.html", here="lookup", back="/lookup", **values)


ROUTES = [Route("/lookup", for_moderators(ask)), Route("/lookup", for_moderators(look_up), methods=["POST"])]
