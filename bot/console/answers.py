"""What a build makes of a text, as a page shows it: the judgement, the nearest known texts, and what people read."""

from dataclasses import dataclass

from bot.checking.checker import Checker
from bot.checking.situation import Assessment, Situation
from bot.console.call import Call
from bot.words.answers import details_reply
from bot.words.screens import first_screen
from index.builds.build import Build
from index.trials.trial import nearest_cases
from knowledge.identifiers.finding import Identifier
from knowledge.ledger.contact_reports import REPORTABLE, Reputation


@dataclass(frozen=True)
class Near:
    """A known text that is near."""

    pattern: str
    title: str
    language: str
    text: str
    cosine: float


@dataclass(frozen=True)
class Side:
    """What one build makes of a text."""

    found: Assessment
    screen: str
    """Telegram HTML, as ``details``."""
    details: str
    near: list[Near]


def chosen(call: Call) -> dict[str, str]:
    """Return the language of the answer, and the country, that a form asks for; the country may be empty."""
    reply, country = call.sent("reply"), call.sent("country")
    return {
        "reply": reply if reply in call.desk.words.people else call.language,
        "country": country if country in call.desk.words.countries else "",
    }


def side_of(call: Call, text: str, build: Build) -> Side:
    """Return what one build makes of a text, whichever serves by now."""
    desk, asked = call.desk, chosen(call)
    texts, country = desk.words.people[asked["reply"]], asked["country"] or None
    checker = Checker(desk.engine.encoder, lambda: build, desk.engine.contacts)
    found = checker.check(Situation(text, texts.language, country))

    def told(one: Identifier) -> Reputation | None:
        return desk.reports.known(one, desk.today) if one.kind in REPORTABLE else None

    screen = first_screen(found, texts, desk.words.countries, country, reports=told)
    details = details_reply(found, texts, desk.words.countries, country, reports=told)
    near = []
    for name, number, cosine in nearest_cases(build, desk.engine.encoder, text):
        case, title = build.patterns[name].cases[number], build.patterns[name].guidance_in(call.language).title
        near.append(Near(name, title, case.language, case.text, cosine))
    return Side(found, screen.html, details.html, near)
