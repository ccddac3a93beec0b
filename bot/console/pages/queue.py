"""The queue: what waits, filtered and in order, with one item open beside the list."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from bot.console.acts import did
from bot.console.answers import side_of
from bot.console.call import Call, for_moderators, missing
from bot.console.cards import Card, card_of
from bot.moderation.queue import undoable
from index.builds.near_copies import NEAR_CASES
from knowledge.ledger.audit import UNDO_MINUTES
from knowledge.proposals.waiting import Filters, said_first, waiting_items, waiting_refs

PAGE = 50
"""Items that are listed at once."""
_LONGEST = 100  # characters of a filter
_MOST_DAYS = 3650
_TRIES = 5  # to open an item that nobody settles meanwhile


@dataclass(frozen=True)
class Place:
    """Where in the queue somebody is."""

    refs: tuple[str, ...]
    """What fits the filters, kinds aside."""
    of_kind: tuple[str, ...]
    at: int
    """The place in ``of_kind`` of the open item, counted from 0; -1 where nothing waits."""
    theirs: frozenset[str]
    """What only somebody else can settle."""
    second: frozenset[str]
    """What somebody else has said already, so that it needs this moderator as the second."""

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many wait of each kind."""
        return Counter(ref[0] for ref in self.refs)

    @property
    def ref(self) -> str:
        """The open item."""
        return self.of_kind[self.at] if self.at >= 0 else ""

    def beside(self, step: int) -> str:
        """Return the item so many places on; empty where there is none."""
        place = self.at + step
        return self.of_kind[place] if self.at >= 0 and 0 <= place < len(self.of_kind) else ""

    @property
    def after(self) -> str:
        """Return what is to be decided once the open item is; empty where nothing is left."""
        rest = (*self.of_kind[self.at + 1 :], *reversed(self.of_kind[: max(self.at, 0)]))
        return next((ref for ref in rest if ref not in self.theirs), "")

    @property
    def listed(self) -> tuple[str, ...]:
        """The page of the list that the open item is on."""
        first = max(self.at, 0) // PAGE * PAGE
        return self.of_kind[first : first + PAGE]


def filters_of(sent: Callable[[str], str]) -> Filters:
    """Return the filters that an address names; what is none of them is ignored."""
    given = {name: sent(name).strip()[:_LONGEST] for name in asdict(Filters()) if name != "older"}
    days = sent("older")
    older = min(int(days), _MOST_DAYS) if days.isascii() and days.isdigit() and len(days) < 6 else 0
    kind = given.pop("kind")
    return Filters(kind=kind if kind in ("p", "a", "c", "s", "n") else "", older=older, **given)


def address(filters: Filters, at: str = "") -> str:
    """Return the address of the queue with filters, and an item open."""
    given = {name: value for name, value in {**asdict(filters), "at": at}.items() if value}
    return f"/queue?{urlencode(given)}" if given else "/queue"


def place_in(call: Call, filters: Filters, at: str) -> Place:
    """Return where an item is among those that fit; the first one to decide where it is not there any more.

    A contact is found whatever of it waits: appeals, reports, or that somebody wants it on the safelist.
    """
    refs = waiting_refs(call.desk.store, Filters(**{**asdict(filters), "kind": ""}), call.desk.today)
    desk = call.desk
    first = {} if desk.settings.alone else said_first(desk.store, call.person, desk.today)
    theirs = frozenset(ref for ref, person in first.items() if person == call.person)
    if filters.second:
        refs = tuple(ref for ref in refs if ref in first and ref not in theirs)
    of_kind = tuple(ref for ref in refs if ref[0] == filters.kind) if filters.kind else refs
    meant = (at, *(f"{kind}{at[1:]}" for kind in "acs")) if at[:1] in ("a", "c", "s") else (at,)
    to_decide = next((place for place, ref in enumerate(of_kind) if ref not in theirs), 0)
    found = next((of_kind.index(ref) for ref in meant if ref in of_kind), to_decide)
    return Place(refs, of_kind, found if of_kind else -1, theirs, frozenset(first) - theirs)


def _opened(call: Call, filters: Filters, at: str) -> tuple[Place, Card | None]:
    """Return where an item is, and its card; of the next one where others settle it just as it is opened."""
    for _ in range(_TRIES):
        place = place_in(call, filters, at)
        card = card_of(call, place.ref)
        if card or not place.ref:
            break
        at = place.beside(1) or place.beside(-1)
    return place, card


def show(call: Call) -> Response:
    """Show the queue."""
    filters = filters_of(call.asked)
    place, card = _opened(call, filters, call.asked("at"))
    items = waiting_items(call.desk.store, place.listed, call.desk.today)
    return call.page(
        "queue.html",
        here="queue",
        back=address(filters, place.ref),
        filters=filters,
        place=place,
        items=items,
        choices=call.desk.choices.of(call.desk.now),
        address=lambda at="", **changed: address(Filters(**{**asdict(filters), **changed}), at),
        card=card,
        after=place.after,
        lately=[(ref, did(call, ref, act)) for ref, act in undoable(call.desk.store, call.person, call.desk.now)],
        minutes=UNDO_MINUTES,
    )


def near(call: Call) -> Response:
    """Show what the build says of an item's text now, and the known texts that are nearest to it."""
    card = card_of(call, call.path["ref"])
    if card is None or not card.like:
        return missing(call)
    side = side_of(call, card.like, call.desk.engine.serving.build())
    values: dict[str, Any] = {"card": card, "side": side, "copy": NEAR_CASES}
    values |= {"concern": call.for_moderators.of(f"concern_{side.found.concern}")}
    if call.part:
        return call.part_of("nearest.html", **values)
    return call.page("nearest_page.html", here="queue", back=f"/queue?at={card.ref}", **values)


ROUTES = [Route("/queue", for_moderators(show)), Route("/queue/near/{ref}", for_moderators(near))]
