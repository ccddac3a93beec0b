"""Deciding: one item or several alike, and on to the next by itself."""

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from bot.console.acts import NO, YES, act_on, take_back
from bot.console.call import Call, for_moderators
from bot.console.pages.queue import PAGE, address, filters_of
from bot.moderation import review_cards
from knowledge.proposals.waiting import waiting_items

_LONGEST_REF = 60
_BETWEEN = ","
"""Stands between the items of one decision on several."""


def decide(call: Call) -> Response:
    """Decide on the open item, and open what comes after it."""
    filters, ref, act = filters_of(call.sent), call.sent("ref"), call.sent("act")
    outcome = act_on(call, ref, act, call.sent("mark"), call.sent("reason"))
    to = address(filters, call.sent("after")[:_LONGEST_REF] if outcome.done else ref)
    return call.told(to, outcome.said, ref=ref if outcome.undoable else "", wrong=not outcome.done)


def decide_several(call: Call) -> Response:
    """Do the same with several items that are alike: of one batch, or of one kind and pattern."""
    filters, act = filters_of(call.sent), call.sent("act")
    refs = tuple(dict.fromkeys(call.all_sent("ref")))[:PAGE]
    to = address(filters)
    if not refs or act not in (YES, NO):
        return call.done(to, "several_none", wrong=True)
    if not _alike(call, refs):
        return call.done(to, "several_unlike", wrong=True)
    undoable, left = [], Counter[Markup]()
    for ref in refs:
        outcome = act_on(call, ref, act, _mark(call, ref), call.sent("reason"))
        undoable += [ref] if outcome.undoable else []
        if not outcome.done:
            left[outcome.said] += 1
    lines = [call.words.of("several_done", done=len(refs) - left.total(), all=len(refs)), *left]
    return call.told(to, Markup("\n").join(lines), ref=_BETWEEN.join(undoable), wrong=bool(left))


def undo(call: Call) -> Response:
    """Take back what was decided last, and open the item again; a contact that does not wait was one looked up."""
    ref = call.sent("ref")
    if _BETWEEN in ref:
        return _undo_several(call, ref.split(_BETWEEN)[:PAGE])
    outcome = take_back(call, ref)
    looked_up = outcome.done and ref[0] == "c" and call.desk.reports.of(ref[1:], call.desk.today) is None
    to = "/lookup" if looked_up else address(filters_of(call.sent), ref)
    return call.told(to, outcome.said, wrong=not outcome.done)


def _undo_several(call: Call, refs: Sequence[str]) -> Response:
    outcomes = [take_back(call, ref) for ref in refs]
    left = dict.fromkeys(outcome.said for outcome in outcomes if not outcome.done)
    done = sum(outcome.done for outcome in outcomes)
    lines = [call.words.of("several_undone", done=done, all=len(refs)), *left]
    return call.told(address(filters_of(call.sent), refs[0]), Markup("\n").join(lines), wrong=bool(left))


def _alike(call: Call, refs: tuple[str, ...]) -> bool:
    items = waiting_items(call.desk.store, refs, call.desk.today)
    if len({one.ref[0] for one in items}) > 1 or any(one.ref[0] == "p" and one.sort != "case" for one in items):
        return False
    batches, patterns = ({one.batch for one in items}, {one.patterns for one in items})
    return len(patterns) <= 1 or (len(batches) == 1 and "" not in batches)


def _mark(call: Call, ref: str) -> str:
    """Return the mark of a case, whose text stood in the list; whole documents are decided one by one."""
    proposal = call.desk.proposals.get(int(ref[1:])) if ref[0] == "p" and ref[1:].isdigit() else None
    if proposal is None or proposal.draft.case is None:
        return ""
    return review_cards.view_of(call.desk.proposing, proposal, call.desk.today).mark


ROUTES = [
    Route("/decide", for_moderators(decide), methods=["POST"]),
    Route("/undo", for_moderators(undo), methods=["POST"]),
    Route("/decide-several", for_moderators(decide_several), methods=["POST"]),
]
