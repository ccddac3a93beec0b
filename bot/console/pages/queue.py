"""The queue: what waits, filtered and in order, with one item open beside the list."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from bot.console.call import Call, for_moderators
from bot.moderation import parts, review_cards
from bot.moderation.lookup import listed_line, wish_lines
from bot.moderation.queue import undoable
from knowledge.ledger.audit import UNDO_MINUTES, AuditRow
from knowledge.ledger.contact_report_rows import AppealRow, ReportedRow
from knowledge.ledger.safelist import Listed, listed
from knowledge.ledger.wrong_answers import WrongNote
from knowledge.proposals.proposal import Proposal
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
    first: Mapping[str, int]
    """Who has said first what a second moderator has to say, too; see said_first."""
    theirs: frozenset[str]
    """Of these, what only somebody else can settle."""

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
    of_kind = tuple(ref for ref in refs if ref[0] == filters.kind) if filters.kind else refs
    meant = (at, *(f"{kind}{at[1:]}" for kind in "acs")) if at[:1] in ("a", "c", "s") else (at,)
    first = said_first(call.desk.store, call.person, call.desk.today)
    theirs = frozenset() if call.desk.settings.alone else frozenset(ref for ref in first if first[ref] == call.person)
    to_decide = next((place for place, ref in enumerate(of_kind) if ref not in theirs), 0)
    found = next((of_kind.index(ref) for ref in meant if ref in of_kind), to_decide)
    return Place(refs, of_kind, found if of_kind else -1, first, theirs)


def _opened(call: Call, filters: Filters, at: str) -> tuple[Place, "Card | None"]:
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
        lately=[(ref, _did(call, ref, act)) for ref, act in undoable(call.desk.store, call.person, call.desk.now)],
        minutes=UNDO_MINUTES,
    )


def _did(call: Call, ref: str, act: AuditRow) -> Markup:
    """Say when what was decided, and on what."""
    verb, _, name = act.what.partition(" ")
    what: object = act.after.get("masked") or act.before.get("masked") or name
    if ref[0] == "p":
        what = call.words.of("did_proposal", number=name, pattern=act.before.get("pattern", ""))
    if ref[0] == "n":
        what = call.words.of("did_note", number=name)
    return Markup("{} {}").format(f"{act.when:%H:%M}", call.words.of(_DID[verb], what=what))


_DID = {
    "approve": "did_approve",
    "reject": "did_reject",
    "confirm-first": "did_confirm_first",
    "confirm": "did_confirm",
    "remove": "did_remove",
    "safelist-first": "did_safelist_first",
    "safelist": "did_safelist",
    "unsafelist": "did_unsafelist",
    "settle-note": "did_settle_note",
}
"""The words for each of DECISIONS."""


@dataclass(frozen=True)
class Card:
    """All that is shown of an open item."""

    ref: str
    head: Markup
    lines: Sequence[Markup] = ()
    text: str = ""
    """A case's or a note's own words."""
    diff: str = ""
    """A document, or what changes of it."""
    impact: Sequence[Markup] = ()
    acts: Sequence[tuple[str, str, str]] = ()
    """Each with its act, the key of its words, and its key on the keyboard."""
    mark: str = ""
    pattern: str = ""
    batch: str = ""
    note: int | None = None
    document: int | None = None
    """The number of a proposal whose document can be seen as people will see it."""
    reason: bool = False
    """Whether a reason may be given."""


def card_of(call: Call, ref: str) -> Card | None:
    """Return the card of an item; None where it is settled."""
    desk, name = call.desk, ref[1:]
    if ref[:1] == "p" and (proposal := desk.proposals.get(int(name))) and not proposal.decided:
        return _proposal(call, proposal)
    if ref[:1] == "n" and (note := next((one for one in desk.notes.waiting() if one.id == int(name)), None)):
        return _note(call, note)
    if ref[:1] == "s" and (wish := listed(desk.store, name, desk.today)) and not wish.in_force:
        return _wish(call, wish)
    row = desk.reports.of(name, desk.today) if ref[:1] in ("a", "c") else None
    if row is None:
        return None
    appeal = next((one for one in desk.reports.appeals(desk.today) if one.identifier == name), None)
    return _contact(call, ref, row, appeal)


def _proposal(call: Call, one: Proposal) -> Card:
    desk, words = call.desk, call.for_moderators
    draft, view = one.draft, review_cards.view_of(desk.proposing, one, desk.today)
    own = one.author == call.person and not desk.settings.alone
    lines = [words.of("proposal_by", who=parts.who(one.author, words), day=f"{one.made:%Y-%m-%d %H:%M}")]
    lines += [words.of("why", why=draft.reason)] if draft.reason else []
    lines += [words.of("own_waits")] if own else []
    acts = [("no", "reject", "r")]
    if own:
        acts = [("withdraw", "withdraw", ""), *acts]
    elif one.state != "held" and one.impact is not None:
        acts = [("yes", "approve", "a"), *acts, ("week", "approve_week", "")]
    return Card(
        ref=f"p{one.id}",
        head=words.of("proposal", number=one.id, what=parts.what(draft, desk.patterns(), words)),
        lines=lines,
        text=view.body if draft.case else "",
        diff="" if draft.case else view.body,
        impact=[Markup(section.html) for section in parts.impact(one, desk.expected(), words)],
        acts=acts,
        mark=view.mark,
        pattern=draft.pattern,
        batch=draft.batch,
        document=one.id if draft.kind in ("pattern", "edit") else None,
        reason=True,
    )


def _contact(call: Call, ref: str, row: ReportedRow, appeal: AppealRow | None) -> Card:
    words = call.for_moderators
    lines = [review_cards.contact(row, words)]
    lines += review_cards.second_needed(row, words, alone=call.desk.settings.alone)
    if appeal:
        lines.insert(0, words.of("appeal_card", count=appeal.count, since=words.day(appeal.since)))
    acts = [("yes", "keep" if appeal else "confirm", "a"), ("no", "remove", "r")]
    acts = acts[row.said_by(call.person) and not call.desk.settings.alone :]
    wanted = listed(call.desk.store, row.identifier, call.desk.today)
    lines += [listed_line(wanted, words)] if wanted else []
    if wanted is None or wanted.person != call.person or call.desk.settings.alone:
        acts.append(("safe", "put_on_safelist", ""))
    pattern = row.patterns[0] if row.patterns else ""
    return Card(ref=ref, head=Markup("{}").format(row.masked), lines=lines, acts=acts, pattern=pattern, reason=True)


def _wish(call: Call, wish: Listed) -> Card:
    acts = [("yes", "put_on_safelist", "a"), ("no", "leave_off_safelist", "r")]
    own = wish.person == call.person and not call.desk.settings.alone
    lines = wish_lines(wish, call.desk.reports.of(wish.identifier, call.desk.today), call.for_moderators)
    head = Markup("{}").format(wish.masked)
    return Card(ref=f"s{wish.identifier}", head=head, lines=lines, acts=acts[own:], reason=True)


def _note(call: Call, note: WrongNote) -> Card:
    words, concern = call.for_moderators, f"concern_{note.concern}"
    answer = words.of(concern)
    if note.pattern:
        named = parts.named(note.pattern, call.desk.patterns(), words)
        answer = words.of("note_named", concern=answer, pattern=named)
    head = words.of("note_card", answer=answer, language=note.language, day=words.day(note.day))
    lines = [] if note.masked else [words.of("note_without")]
    return Card(
        ref=f"n{note.id}",
        head=head,
        lines=lines,
        text=note.masked or "",
        acts=[("done", "as_done", "a"), ("no", "delete", "r")],
        pattern=note.pattern or "",
        note=note.id if note.masked else None,
    )


ROUTES = [Route("/queue", for_moderators(show))]
