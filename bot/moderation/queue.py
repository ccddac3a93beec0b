"""What waits for moderators, one reference an item, in the order it is walked through.

A reference is one letter and a name: ``p12`` a proposal, ``a…`` appeals and ``c…`` reports of a contact by its hash,
``n5`` a note on a wrong answer.
"""

from datetime import date

from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.proposals.queue import Proposals

_ORDER = "pacn"


def queue(proposals: Proposals, reports: ContactReports, notes: WrongNotes, today: date) -> tuple[str, ...]:
    """Return everything that waits. Of a contact with appeals, its reports are no item of their own."""
    return (
        *(f"p{one.id}" for one in proposals.queue()),
        *(f"a{one.identifier}" for one in reports.appeals(today)),
        *(f"c{one.identifier}" for one in reports.reported(today) if not one.confirmed and not one.appeals),
        *(f"n{one.id}" for one in notes.waiting()),
    )


def following(items: tuple[str, ...], ref: str) -> str | None:
    """Return what comes after an item, which may itself be settled meanwhile; None at the end."""
    if ref in items:
        place = items.index(ref) + 1
        return items[place] if place < len(items) else None
    return next((other for other in items if _is_after(other, ref)), None)


def _is_after(other: str, ref: str) -> bool:
    order, own = _ORDER.index(other[0]), _ORDER.index(ref[0])
    if order != own or ref[0] in "ac":  # contacts have no order that outlasts them
        return order >= own
    return int(other[1:]) > int(ref[1:])
