"""Trying a text on the build that serves, and making a case of it."""

from dataclasses import dataclass
from typing import Any

from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.routing import Route

from bot.checking.situation import Assessment, Situation
from bot.console.call import Call, for_moderators
from bot.moderation.proposing import NotModerator
from bot.words.answers import details_reply
from bot.words.screens import first_screen
from index.trials.trial import nearest_cases
from knowledge.documents.toml import InvalidDocument
from knowledge.identifiers.finding import Identifier
from knowledge.ledger.contact_reports import REPORTABLE, Reputation
from knowledge.masking.text import CannotMask, mask_private
from knowledge.proposals.drafting import CASE_LANGUAGES
from knowledge.proposals.proposal import Proposal, Slowed

_LONGEST = 8000


@dataclass(frozen=True)
class Near:
    """A known text that is near."""

    pattern: str
    title: str
    language: str
    text: str
    cosine: float


def ask(call: Call) -> Response:
    """Show the field for a text; that of a note where one is named."""
    number = call.asked("note")
    note = next((one for one in call.desk.notes.waiting() if str(one.id) == number), None)
    text = note.masked or "" if note else ""
    return _page(call, text=text, note=number if note else "")


def judge(call: Call) -> Response:
    """Show what the build that serves makes of a text."""
    text = call.sent("text")[:_LONGEST].strip()
    if not text:
        return _page(call, wrong=call.words.of("try_empty"))
    return _judged(call, text)


def _judged(call: Call, text: str, **more: Any) -> Response:
    desk, words = call.desk, call.desk.words
    language, country = call.sent("reply"), call.sent("country")
    texts = words.people.get(language) or words.people[call.language]
    country = country if country in words.countries else ""
    assessment = desk.engine.checker.check(Situation(text, texts.language, country or None))

    def told(one: Identifier) -> Reputation | None:
        return desk.reports.known(one, desk.today) if one.kind in REPORTABLE else None

    screen = first_screen(assessment, texts, words.countries, country or None, reports=told)
    details = details_reply(assessment, texts, words.countries, country or None, reports=told)
    values = {
        "text": text,
        "note": call.sent("note"),
        "country": country,
        "reply": texts.language,
        "found": assessment,
        "screen": screen,
        "details": details,
        "near": _near(call, text),
        "masked": _masked(text),
        "options": _options(assessment),
    }
    return _page(call, **{**values, **more})


def _page(call: Call, **values: Any) -> Response:
    kept: dict[str, Any] = {
        "text": "",
        "note": "",
        "country": "",
        "reply": call.language,
        "found": None,
        "wrong": "",
        "faults": (),
    }
    kept |= {"case_languages": CASE_LANGUAGES, "masked": "", "pattern": "", "emergency": False, "case_language": ""}
    return call.page("try.html", here="try_it", back="/try", **{**kept, **values})


def _near(call: Call, text: str) -> list[Near]:
    desk = call.desk
    build = desk.engine.serving.build()
    near = []
    for name, number, cosine in nearest_cases(build, desk.engine.encoder, text):
        pattern = build.patterns[name]
        case, title = pattern.cases[number], pattern.guidance_in(call.language).title
        near.append(Near(name, title, case.language, case.text, cosine))
    return near


def _masked(text: str) -> str:
    """Return a text as a case may hold it; empty where that is not sure."""
    try:
        return mask_private(text)
    except CannotMask:
        return ""


def _options(assessment: Assessment) -> list[str]:
    return [match.pattern.id for match in (*assessment.matches, *assessment.look_alikes)]


def add_case(call: Call) -> Response:
    """Propose a text as one more case of a pattern, and settle the note that it came from."""
    desk, pattern, language = call.desk, call.sent("pattern"), call.sent("language")
    emergency, masked = call.sent("emergency") == "1", call.sent("masked").strip()
    kept = {"masked": masked, "pattern": pattern, "emergency": emergency, "case_language": language}
    try:
        draft = desk.proposing.case_draft(
            pattern, masked, emergency=emergency, today=desk.today, language=language or None
        )
        (proposal,) = desk.proposing.propose([draft], call.person, desk.now)
    except InvalidDocument as invalid:
        return _judged(call, call.sent("text")[:_LONGEST].strip() or masked, faults=invalid.faults, **kept)
    except (NotModerator, Slowed) as slowed:
        return _judged(call, call.sent("text")[:_LONGEST].strip() or masked, wrong=str(slowed), **kept)
    if (note := call.sent("note")).isdigit():
        desk.notes.settle(int(note), call.person, desk.now, "case")
    return proposed(call, [proposal], f"/queue?at=p{proposal.id}")


def proposed(call: Call, made: list[Proposal] | tuple[Proposal, ...], to: str) -> Response:
    """Lead on after something was proposed, and have it tried out in the background."""
    numbers = ", ".join(str(one.id) for one in made[:10]) + (" …" if len(made) > 10 else "")
    response = call.done(to, "proposed", numbers=numbers, count=len(made))

    async def try_out() -> None:
        call.desk.trials.ask()

    response.background = BackgroundTask(try_out)
    return response


ROUTES = [
    Route("/try", for_moderators(ask)),
    Route("/try", for_moderators(judge), methods=["POST"]),
    Route("/try/case", for_moderators(add_case), methods=["POST"]),
]
