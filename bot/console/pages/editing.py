"""Writing a pattern: its document beside what people will see, every fault at its place, and proposing it.

A proposed document is written in the same way, while it waits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from bot.console.answers import seen_in
from bot.console.call import Call, Endpoint, for_moderators, missing
from bot.console.pages.gaps import begun, chosen, near_to
from bot.console.pages.trying import proposed, trying_out
from bot.console.works import Busy
from bot.moderation.proposing import NotModerator
from knowledge.documents.toml import InvalidDocument
from knowledge.proposals.drafting import difference
from knowledge.proposals.files import line_of
from knowledge.proposals.proposal import Draft, Proposal, Slowed

_NAME = "document"


@dataclass(frozen=True)
class Sheet:
    """What is written on a page of the editor."""

    name: str
    """The pattern's id; ``new`` before there is one."""
    text: str
    """Its document; empty where there is none."""
    proposal: Proposal | None = None
    """Whose document it is, where that only waits."""

    @property
    def at(self) -> str:
        """The address under which it is written."""
        return f"/proposals/{self.proposal.id}/edit" if self.proposal else f"/patterns/{quote(self.name)}"


def _pattern(call: Call) -> Sheet:
    return Sheet(call.path["id"], call.desk.proposing.documents(call.desk.today).get(call.path["id"], ""))


def _proposal(call: Call) -> Sheet | None:
    number = call.path["number"]
    one = call.desk.proposals.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else None
    return Sheet(one.draft.pattern, one.draft.content, one) if one and one.draft.content else None


def edit(call: Call, sheet: Sheet) -> Response:
    """Open the document in use, or a proposed one, or a filled-in one to begin with."""
    if sheet.proposal and sheet.proposal.decided:
        return call.done(f"/proposals/{sheet.proposal.id}", "edit_decided", wrong=True)
    text = begun(call, chosen(call)) if sheet.name == "new" else sheet.text
    return _page(call, sheet, text) if text else missing(call)


def check(call: Call, sheet: Sheet) -> Response:
    """Show what is wrong with a document, or what people will see of it and what it changes."""
    return _page(call, sheet, call.sent("document"), **_checked(call, sheet))


def _page(call: Call, sheet: Sheet, text: str, **found: Any) -> Response:
    name, proposal = sheet.name, sheet.proposal
    values: dict[str, Any] = {"name": name, "at": sheet.at, "proposal": proposal}
    values |= {"text": text, "why": call.sent("why"), "faults": (), "seen": None, "diff": "", "mark": "", "wrong": ""}
    values |= {**_NO_EFFECT, **found}
    if call.part in ("seen", "effect"):
        return call.part_of(f"{call.part}.html", **values)
    gap = (call.asked("gap") or call.sent("gap")) if name == "new" else ""
    values |= {"gap": gap, "near": near_to(call, chosen(call)) if gap else ()}
    return call.page("edit.html", here="queue" if proposal else "patterns", back=sheet.at, **values)


def _checked(call: Call, sheet: Sheet) -> dict[str, Any]:
    desk, text = call.desk, call.sent("document")
    try:
        draft = _draft(call, sheet, text)
        pattern = desk.proposing.preview(draft, desk.today)
    except InvalidDocument as invalid:
        faults = [(line_of(text, fault.place), fault) for fault in invalid.faults]
        return {"faults": sorted(faults, key=lambda one: one[0] or 0)}
    diff = desk.proposing.diff(draft, desk.today)
    if sheet.proposal:
        diff = difference(sheet.text, draft.content, "proposed", "edited")
    seen = seen_in(call, pattern, call.sent("shown") or call.language)
    return {"draft": draft, "diff": diff, "mark": _mark(diff), "seen": seen}


def _draft(call: Call, sheet: Sheet, text: str) -> Draft:
    proposing, today = call.desk.proposing, call.desk.today
    if sheet.proposal:
        return proposing.edited_draft(text, sheet.proposal, today)
    return proposing.document_draft(text, _NAME, today, why=call.sent("why"))


def effect(call: Call, sheet: Sheet) -> Response:
    """Begin to find out what a document does to the examination, or show what was found."""
    desk, found = call.desk, _checked(call, sheet)
    if "draft" not in found:
        return _page(call, sheet, call.sent("document"), **found, effect_wrong="effect_faults")
    build, approved = desk.engine.serving.build(), desk.proposals.approved_mark(desk.today)
    key = _digest(f"effect {build.name} {approved} {found['draft'].content}")
    try:
        work = desk.works.ask(key, partial(desk.proposing.examined, build, found["draft"], desk.today))
    except Busy:
        return _page(call, sheet, call.sent("document"), **found, effect_wrong="works_busy")
    return _page(call, sheet, call.sent("document"), **found, work=work, work_key=key)


def progress(call: Call, sheet: Sheet) -> Response:
    """Show, alone, how far finding out the effect of a document is, or what was found."""
    key = call.path["key"]
    work = call.desk.works.of(key)
    if work and (same := call.unchanged(work.mark)):
        return same
    values = {**_NO_EFFECT, "work": work, "work_key": key, "effect_wrong": "" if work else "effect_gone"}
    return call.part_of("effect.html", name=sheet.name, at=sheet.at, **values)


_NO_EFFECT: dict[str, Any] = {"work": None, "work_key": "", "effect_wrong": ""}


def _mark(diff: str) -> str:
    return _digest(diff)[:16]


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def propose(call: Call, sheet: Sheet) -> Response:
    """Propose a document whose change was seen, or keep the edit of a proposed one; else it is shown first."""
    found = _checked(call, sheet)
    if "draft" not in found or call.sent("mark") != found["mark"]:
        return _page(call, sheet, call.sent("document"), **found)
    return _kept(call, sheet.proposal, found["draft"]) if sheet.proposal else _put(call, sheet, found)


def _put(call: Call, sheet: Sheet, found: dict[str, Any]) -> Response:
    try:
        made = call.desk.proposing.propose([found["draft"]], call.person, call.desk.now)
    except (NotModerator, Slowed) as fault:
        return _page(call, sheet, call.sent("document"), **{**found, "wrong": call.said(fault)})
    return proposed(call, made, f"/queue?at=p{made[0].id}")


def _kept(call: Call, opened: Proposal, draft: Draft) -> Response:
    to = f"/queue?at=p{opened.id}"
    try:
        did = call.desk.proposing.edit(opened, draft, call.person, call.desk.now)
    except NotModerator as fault:
        return call.told(to, Markup("{}").format(call.said(fault)), wrong=True)
    if did != "edited":
        return call.done(to, "edit_changed" if did == "changed" else "edit_decided", wrong=True)
    response = call.done(to, "edit_kept", number=opened.id)
    response.background = trying_out(call)
    return response


def retire(call: Call, sheet: Sheet) -> Response:
    """Propose to take a pattern out."""
    desk = call.desk
    try:
        draft = desk.proposing.retire_draft(sheet.name, call.sent("why"), desk.today)
        made = desk.proposing.propose([draft], call.person, desk.now)
    except InvalidDocument as invalid:
        return _page(call, sheet, sheet.text, faults=[(None, fault) for fault in invalid.faults])
    except (NotModerator, Slowed) as fault:
        return _page(call, sheet, sheet.text, wrong=call.said(fault))
    return proposed(call, made, f"/queue?at=p{made[0].id}")


def _of(sheet: Callable[[Call], Sheet | None], page: Callable[[Call, Sheet], Response]) -> Endpoint:
    def opened(call: Call) -> Response:
        found = sheet(call)
        return page(call, found) if found else missing(call)

    return for_moderators(opened)


_WRITTEN: tuple[tuple[str, Callable[[Call], Sheet | None]], ...] = (
    ("/patterns/{id}", _pattern),
    ("/proposals/{number}/edit", _proposal),
)
ROUTES = [
    route
    for path, sheet in _WRITTEN
    for route in (
        Route(path, _of(sheet, edit)),
        Route(f"{path}/check", _of(sheet, check), methods=["POST"]),
        Route(f"{path}/effect", _of(sheet, effect), methods=["POST"]),
        Route(f"{path}/effect/{{key}}", _of(sheet, progress)),
        Route(f"{path}/propose", _of(sheet, propose), methods=["POST"]),
    )
]
ROUTES.append(Route("/patterns/{id}/retire", _of(_pattern, retire), methods=["POST"]))
