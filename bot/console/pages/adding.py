"""Making a case of a text that was tried, or a situation for the examination."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Route

from bot.console.call import Call, for_moderators
from bot.console.pages.trying import judged, proposed
from bot.moderation.proposing import NotModerator
from knowledge.documents.toml import InvalidDocument
from knowledge.proposals.proposal import Draft, Slowed
from knowledge.proposals.situations import ShouldSay

_SETTLED = {"case": "case", "golden": "done"}
"""What is said to have come of a note."""


def add_case(call: Call) -> Response:
    """Propose a text as one more case of a pattern, and settle the note that it came from."""
    desk = call.desk
    return _add(
        call,
        "case",
        lambda: desk.proposing.case_draft(
            call.sent("pattern"),
            call.sent("masked").strip(),
            emergency=call.sent("emergency") == "1",
            today=desk.today,
            language=call.sent("language") or None,
        ),
    )


def add_situation(call: Call) -> Response:
    """Propose a text, with what should have been said, for the examination, and settle the note that it came from."""
    should = ShouldSay(
        what=call.sent("pattern").strip(),
        concern=call.sent("concern"),
        stage=call.sent("stage"),
        implicit=call.sent("implicit") == "1",
        form=call.sent("form"),
        language=call.sent("language") or None,
    )
    desk = call.desk
    return _add(
        call, "golden", lambda: desk.proposing.golden_draft(call.sent("masked"), should, desk.today, call.sent("why"))
    )


def _add(call: Call, what: str, drafting: Callable[[], Draft]) -> Response:
    """Propose what a form makes a draft of; where something is wrong with it, show the form as it was filled in."""
    desk, text = call.desk, call.sent("text").strip() or call.sent("masked").strip()
    given = {what: {name: value for name, value in call.form.items() if isinstance(value, str)}}
    try:
        (proposal,) = desk.proposing.propose([drafting()], call.person, desk.now)
    except InvalidDocument as invalid:
        return judged(call, text[:8000], faults={what: invalid.faults}, given=given)
    except (NotModerator, Slowed) as fault:
        return judged(call, text[:8000], wrong=call.said(fault), given=given)
    if (note := call.sent("note")).isdigit():
        desk.notes.settle(int(note), call.person, desk.now, _SETTLED[what])
    return proposed(call, [proposal], f"/queue?at=p{proposal.id}")


ROUTES = [
    Route("/try/case", for_moderators(add_case), methods=["POST"]),
    Route("/try/situation", for_moderators(add_situation), methods=["POST"]),
]
