"""Writing a pattern: its document beside what people will see, every fault at its place, and proposing it."""

from functools import partial
from hashlib import sha256
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from bot.console.answers import seen_in
from bot.console.call import Call, for_moderators, missing
from bot.console.pages.gaps import begun, chosen, near_to
from bot.console.pages.trying import proposed
from bot.console.works import Busy
from bot.moderation.proposing import NotModerator
from knowledge.documents.toml import InvalidDocument
from knowledge.proposals.files import line_of
from knowledge.proposals.proposal import Slowed

_NAME = "document"


def edit(call: Call) -> Response:
    """Open the document in use, or a filled-in one to begin with."""
    desk, name = call.desk, call.path["id"]
    documents = desk.proposing.documents(desk.today)
    if name != "new" and name not in documents:
        return missing(call)
    text = documents[name] if name in documents else begun(call, chosen(call))
    return _page(call, name, text)


def check(call: Call) -> Response:
    """Show what is wrong with a document, or what people will see of it and what it changes."""
    return _page(call, call.path["id"], call.sent("document"), **_checked(call))


def _page(call: Call, name: str, text: str, **found: Any) -> Response:
    values: dict[str, Any] = {"name": name, "text": text, "why": call.sent("why")}
    values |= {"faults": (), "seen": None, "diff": "", "mark": "", "wrong": "", **_NO_EFFECT} | found
    if call.part in ("seen", "effect"):
        return call.part_of(f"{call.part}.html", **values)
    gap = (call.asked("gap") or call.sent("gap")) if name == "new" else ""
    values |= {"gap": gap, "near": near_to(call, chosen(call)) if gap else ()}
    return call.page("edit.html", here="patterns", back=f"/patterns/{name}", **values)


def _checked(call: Call) -> dict[str, Any]:
    desk, text = call.desk, call.sent("document")
    try:
        draft = desk.proposing.document_draft(text, _NAME, desk.today, why=call.sent("why"))
        diff, pattern = desk.proposing.diff(draft, desk.today), desk.proposing.preview(draft, desk.today)
    except InvalidDocument as invalid:
        faults = [(line_of(text, fault.place), fault) for fault in invalid.faults]
        return {"faults": sorted(faults, key=lambda one: one[0] or 0)}
    seen = seen_in(call, pattern, call.sent("shown") or call.language)
    return {"draft": draft, "diff": diff, "mark": _mark(diff), "seen": seen}


def effect(call: Call) -> Response:
    """Begin to find out what a document does to the examination, or show what was found."""
    desk, name, found = call.desk, call.path["id"], _checked(call)
    if "draft" not in found:
        return _page(call, name, call.sent("document"), **found, effect_wrong="effect_faults")
    build, approved = desk.engine.serving.build(), desk.proposals.approved_mark(desk.today)
    key = _digest(f"effect {build.name} {approved} {found['draft'].content}")
    try:
        work = desk.works.ask(key, partial(desk.proposing.examined, build, found["draft"], desk.today))
    except Busy:
        return _page(call, name, call.sent("document"), **found, effect_wrong="works_busy")
    return _page(call, name, call.sent("document"), **found, work=work, work_key=key)


def progress(call: Call) -> Response:
    """Show, alone, how far finding out the effect of a document is, or what was found."""
    key, name = call.path["key"], call.path["id"]
    work = call.desk.works.of(key)
    if work and (same := call.unchanged(work.mark)):
        return same
    values = {**_NO_EFFECT, "work": work, "work_key": key, "effect_wrong": "" if work else "effect_gone"}
    return call.part_of("effect.html", name=name, **values)


_NO_EFFECT: dict[str, Any] = {"work": None, "work_key": "", "effect_wrong": ""}


def _mark(diff: str) -> str:
    return _digest(diff)[:16]


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def propose(call: Call) -> Response:
    """Propose a document whose change was seen; one that was not is shown first."""
    found = _checked(call)
    if "draft" not in found or call.sent("mark") != found["mark"]:
        return _page(call, call.path["id"], call.sent("document"), **found)
    return _put(call, found)


def _put(call: Call, found: dict[str, Any]) -> Response:
    try:
        made = call.desk.proposing.propose([found["draft"]], call.person, call.desk.now)
    except (NotModerator, Slowed) as fault:
        return _page(call, call.path["id"], call.sent("document"), **{**found, "wrong": call.said(fault)})
    return proposed(call, made, f"/queue?at=p{made[0].id}")


def retire(call: Call) -> Response:
    """Propose to take a pattern out."""
    desk, name = call.desk, call.path["id"]
    try:
        draft = desk.proposing.retire_draft(name, call.sent("why"), desk.today)
        made = desk.proposing.propose([draft], call.person, desk.now)
    except InvalidDocument as invalid:
        text = desk.proposing.documents(desk.today).get(name, "")
        return _page(call, name, text, faults=[(None, fault) for fault in invalid.faults])
    except (NotModerator, Slowed) as fault:
        return _page(call, name, desk.proposing.documents(desk.today).get(name, ""), wrong=call.said(fault))
    return proposed(call, made, f"/queue?at=p{made[0].id}")


ROUTES = [
    Route("/patterns/{id}", for_moderators(edit)),
    Route("/patterns/{id}/check", for_moderators(check), methods=["POST"]),
    Route("/patterns/{id}/effect", for_moderators(effect), methods=["POST"]),
    Route("/patterns/{id}/effect/{key}", for_moderators(progress)),
    Route("/patterns/{id}/propose", for_moderators(propose), methods=["POST"]),
    Route("/patterns/{id}/retire", for_moderators(retire), methods=["POST"]),
]
