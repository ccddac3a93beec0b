"""What people read, as a page shows it: of a pattern, or of a text with what a build makes of it."""

from dataclasses import dataclass

from bot.checking.checker import Checker
from bot.checking.situation import Assessment, Situation
from bot.console.call import Call
from bot.moderation import draft_cards
from bot.words.answers import details_reply
from bot.words.screens import first_screen
from index.builds.build import Build
from index.trials.trial import nearest_cases
from knowledge.documents.pattern import Pattern
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


@dataclass(frozen=True)
class Seen:
    """A pattern as people see it in one language."""

    pattern: Pattern
    language: str
    languages: tuple[str, ...]
    """Those it has guidance in and people may read it in."""
    screen: str
    more: str


def seen_in(call: Call, pattern: Pattern, language: str) -> Seen:
    """Return a pattern as people see it: in a language that it has, English where it lacks the one asked for."""
    words = call.desk.words
    has = {*pattern.guidance, *(["zh-Hant"] if "zh" in pattern.guidance else [])}  # converted where it has none
    languages = tuple(code for code in words.people if code in has)
    language = language if language in languages else languages[0]
    met, texts = draft_cards.as_if_met(pattern, language), words.people[language]
    screen = first_screen(met, texts, words.countries, None).html
    return Seen(pattern, language, languages, screen, details_reply(met, texts, words.countries, None).html)
