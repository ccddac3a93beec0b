"""The gaps of the casebook, as ``askfirst gaps`` shows them, each with the document of a pattern to begin with."""

from dataclasses import dataclass
from hashlib import sha256

from starlette.responses import Response
from starlette.routing import Route

from bot.console.call import Call, for_moderators
from index.gaps.gaps import DAYS, Gap
from index.gaps.skeleton import skeleton


@dataclass(frozen=True)
class Near:
    """A pattern that is near to a gap."""

    pattern: str
    title: str
    cosine: float
    document: str
    """TOML, as it is in use; empty where it is on its way out."""


@dataclass(frozen=True)
class Shown:
    """A gap as the page shows it."""

    gap: Gap
    mark: str
    """By which the editor is told of it."""
    near: tuple[Near, ...]
    notes: tuple[int, ...]
    """Those that still wait."""
    examples: tuple[str, ...]
    """Texts of notes that still wait: what was looked for may be a minute old, what is shown may not."""


def show(call: Call) -> Response:
    """Show what several people asked and no pattern fits, and in which languages answers said nothing."""
    found = call.desk.gaps.of(call.desk.now)
    waiting = {one.id: one.masked for one in call.desk.notes.waiting()}
    texts = set(waiting.values())
    shown = [
        Shown(
            gap,
            mark_of(gap),
            near_to(call, gap),
            tuple(number for number in gap.notes if number in waiting),
            tuple(text for text in gap.examples if text in texts),
        )
        for gap in found.gaps
    ]
    return call.page("gaps.html", here="patterns", back="/gaps", found=found, shown=shown, days=DAYS)


def mark_of(gap: Gap) -> str:
    """Return what names a gap for as long as it is the same."""
    return sha256(repr((gap.texts, gap.languages, gap.nearest, gap.notes)).encode()).hexdigest()[:12]


def chosen(call: Call) -> Gap | None:
    """Return the gap that an address or a form names; None where it names none, or one that is not there any more."""
    mark = call.asked("gap") or call.sent("gap")
    gaps = call.desk.gaps.of(call.desk.now).gaps if mark else ()
    return next((gap for gap in gaps if mark_of(gap) == mark), None)


def begun(call: Call, gap: Gap | None) -> str:
    """Return the document to begin a new pattern with, for a gap where there is one."""
    desk = call.desk
    template = desk.proposing.template(desk.today)
    return skeleton(gap, desk.patterns(), template) if gap else template


def near_to(call: Call, gap: Gap | None) -> tuple[Near, ...]:
    """Return the patterns that are near to a gap, with their documents."""
    patterns, documents = call.desk.patterns(), call.desk.proposing.documents(call.desk.today)
    return tuple(
        Near(name, patterns[name].guidance_in(call.language).title, cosine, documents.get(name, ""))
        for name, cosine in (gap.nearest if gap else ())
        if name in patterns
    )


ROUTES = [Route("/gaps", for_moderators(show))]
