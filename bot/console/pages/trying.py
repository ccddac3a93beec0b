"""Trying a text or a picture on the build that serves, and on a proposal beside it."""

from functools import partial
from typing import Any, get_args

from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.routing import Route

from bot.checking.conversation import Read
from bot.console.answers import chosen, side_of
from bot.console.call import Call, for_moderators
from bot.console.works import Busy, Work
from bot.pictures.text import PictureText, UnreadablePicture
from bot.words.answers import unread
from index.builds.build import Build
from index.judging.evaluation import CONCERNS
from knowledge.documents.golden import Form
from knowledge.documents.stages import Stage
from knowledge.masking.text import CannotMask, mask_private
from knowledge.proposals.drafting import CASE_LANGUAGES
from knowledge.proposals.proposal import Proposal
from knowledge.proposals.situations import NO_PATTERN
from knowledge.proposals.waiting import Filters, waiting_items, waiting_refs

_LONGEST = 8000
_OFFERED = 200  # proposals


def ask(call: Call) -> Response:
    """Show the field for a text; that of a note where one is named, and the proposal to try it with."""
    number = call.asked("note")
    note = next((one for one in call.desk.notes.waiting() if str(one.id) == number), None)
    text = note.masked or "" if note else ""
    return page(call, text=text, note=number if note else "", proposal=_proposal(call, call.asked("proposal")))


def judge(call: Call) -> Response:
    """Show what is made of a text, and of the writing on a picture; neither is kept."""
    text, picture = call.sent("text")[:_LONGEST].strip(), None
    read = Read()
    if call.files:
        try:
            picture = _read(call, call.files[0].content)
        except UnreadablePicture as unreadable:
            read = Read(unreadable=(unreadable.reason,))
    wrong = " ".join(call.desk.words.people[call.language].plain(key) for key in unread(read))
    if picture:
        text = "\n".join(filter(None, (text, picture.text, *picture.codes)))[:_LONGEST]
    if not text:
        return page(call, wrong=wrong or call.words.of("try_empty"), proposal=_proposal(call, call.sent("proposal")))
    return judged(call, text, picture=picture, wrong=wrong)


def _read(call: Call, data: bytes) -> PictureText:
    """Return what is on a picture.

    Raises:
        UnreadablePicture: nothing could be read.
    """
    if call.desk.pictures is None:
        raise UnreadablePicture("failed")
    return call.desk.pictures.read(data)


def judged(call: Call, text: str, **more: Any) -> Response:
    """Show what the build that serves makes of a text, and the proposal that is tried with it."""
    build = call.desk.engine.serving.build()
    side = side_of(call, text, build)
    proposal = _proposal(call, call.sent("proposal"))
    values = {
        "text": text,
        "note": call.sent("note"),
        "proposal": proposal,
        "side": side,
        "masked": _masked(text),
        "options": [match.pattern.id for match in (*side.found.matches, *side.found.look_alikes)],
        **(_other(call, text, proposal, build, again=True) if proposal else {}),
    }
    return page(call, **{**values, **more})


def with_proposal(call: Call) -> Response:
    """Show, alone, what a proposal makes of a text, or how far trying it is."""
    text, proposal = call.sent("text")[:_LONGEST].strip(), _proposal(call, call.sent("proposal"))
    if proposal is None or not text:
        return call.part_of("proposed.html", **{**chosen(call), **_NO_OTHER, "other_wrong": "try_no_proposal"})
    build = call.desk.engine.serving.build()
    other = _other(call, text, proposal, build, again=False)
    if (work := other["work"]) and (same := call.unchanged(work.mark)):
        return same
    side = side_of(call, text, build)
    return call.part_of("proposed.html", text=text, side=side, **chosen(call), **other)


_NO_OTHER: dict[str, Any] = {"proposal": None, "other": None, "work": None, "other_wrong": ""}


def _other(call: Call, text: str, proposal: Proposal, build: Build, *, again: bool) -> dict[str, Any]:
    """Return what a proposal makes of a text, or the work that comes before it; `again` begins what failed anew."""
    desk = call.desk
    key = f"build {build.name} {desk.proposals.approved_mark(desk.today)} {proposal.id}"
    asked = None if again else desk.works.of(key)
    try:
        work: Work[Any] = asked or desk.works.ask(key, partial(desk.proposing.build_with, build, proposal, desk.today))
    except Busy:
        return {**_NO_OTHER, "proposal": proposal, "other_wrong": "works_busy"}
    if work.state != "done":
        return {**_NO_OTHER, "proposal": proposal, "work": work}
    other: Build = work.found[0]
    return {**_NO_OTHER, "proposal": proposal, "other": side_of(call, text, other)}


def _proposal(call: Call, number: str) -> Proposal | None:
    """Return a proposal that waits and that answers may differ with."""
    one = call.desk.proposals.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else None
    return one if one and not one.decided and not one.draft.situation else None


def page(call: Call, **values: Any) -> Response:
    """Show the page, with what was found on it."""
    desk = call.desk
    refs = waiting_refs(desk.store, Filters(kind="p"), desk.today)[:_OFFERED]
    kept: dict[str, Any] = {"text": "", "note": "", "side": None, "wrong": "", "picture": None, "faults": {}}
    kept |= {**chosen(call), **_NO_OTHER, "offered": waiting_items(desk.store, refs, desk.today)}
    kept |= {"given": {}, "case_languages": CASE_LANGUAGES, "no_pattern": NO_PATTERN, "concerns": CONCERNS}
    kept |= {"stages": get_args(Stage), "forms": get_args(Form)}
    return call.page("try.html", here="try_it", back="/try", **{**kept, **values})


def _masked(text: str) -> str:
    """Return a text as a case may hold it; empty where that is not sure."""
    try:
        return mask_private(text)
    except CannotMask:
        return ""


def proposed(call: Call, made: list[Proposal] | tuple[Proposal, ...], to: str) -> Response:
    """Lead on after something was proposed, and have it tried out in the background."""
    numbers = ", ".join(str(one.id) for one in made[:10]) + (" …" if len(made) > 10 else "")
    response = call.done(to, "proposed", numbers=numbers, count=len(made))
    response.background = trying_out(call)
    return response


def trying_out(call: Call) -> BackgroundTask:
    """Return what has all that waits tried out, once a page is sent."""

    async def try_out() -> None:
        call.desk.trials.ask()

    return BackgroundTask(try_out)


ROUTES = [
    Route("/try", for_moderators(ask)),
    Route("/try", for_moderators(judge), methods=["POST"]),
    Route("/try/proposed", for_moderators(with_proposal), methods=["POST"]),
]
