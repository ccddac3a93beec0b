"""The parts that several replies share: steps, lists of guidance, and where to report."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence

from markupsafe import Markup, escape

from bot.words.contacts import source_in_short, source_title
from bot.words.reply import Button, Section
from bot.words.texts import Texts
from knowledge.documents.pattern import EVERYWHERE, Guidance, Kind, Pattern, Source, law_in
from knowledge.documents.reporting import (
    INTERNATIONAL,
    Country,
    ReportingContact,
    in_language,
    lines_in,
    own_words,
    steps_in,
)
from knowledge.documents.stages import Loss, first_hours
from knowledge.documents.talk import shipped_names

PAID, GONE_NO, MORE, SAID, ASKED = "paid", "gone_no", "more", "said", "asked"
MINOR, SHARE, QUESTION = "minor", "share", "question"
"""Verbs of buttons."""
SAYINGS, ASKINGS = ("yes", "no", "unknown"), ("who", "how", "what")
_SHORT_CONTACTS = 3
_TO_CALL = 3
"""Which of the steps that hold everywhere, by number, is to call for help in one's own country."""


def usual_buttons(texts: Texts) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons of a reply that is about no pattern."""
    return (paid_button(None, texts),), (Button(texts.plain("button_report"), "report:"),)


def paid_button(pattern: Pattern | None, texts: Texts) -> Button:
    """Return the button that something is gone; under an accomplice trap it says so, since other steps help then."""
    return Button(texts.plain("button_paid"), _paid(pattern))


def _paid(pattern: Pattern | None) -> str:
    return f"{PAID}:{Kind.ACCOMPLICE}" if pattern and pattern.kind == Kind.ACCOMPLICE else f"{PAID}:"


def gone_buttons(pattern: Pattern | None, texts: Texts) -> tuple[Button, ...]:
    """Return the two answers to the question whether anything is gone."""
    no = Button(texts.plain("button_gone_no"), f"{GONE_NO}:")
    return (Button(texts.plain("button_gone_yes"), _paid(pattern)), no)


def question_buttons(pattern: Pattern, texts: Texts) -> tuple[Button, ...]:
    """Return the three answers to a pattern's question."""
    return tuple(Button(texts.plain(f"button_{said}"), f"{SAID}:{said}:{pattern.id}") for said in SAYINGS)


def asking_buttons(texts: Texts) -> tuple[Button, ...]:
    """Return the three questions that a person is asked who has told too little: who, how, and what."""
    return tuple(Button(texts.plain(f"button_{asked}"), f"{ASKED}:{asked}") for asked in ASKINGS)


def first_hour(
    texts: Texts, here: Country, countries: Mapping[str, Country], lost: Loss | None = None
) -> list[Section]:
    """Return the first-hour steps as one numbered list."""
    steps = merged_steps(texts, here, countries, lost)
    return [Section("\n".join(numbered(texts, steps)))]


def numbered(texts: Texts, steps: Iterable[str]) -> list[Markup]:
    """Return steps with their numbers; marks that keep a telephone number in order amid Arabic stay in them."""
    return [texts.of("step", number=number, text=escape(step)) for number, step in enumerate(steps, 1)]


def merged_steps(texts: Texts, here: Country, countries: Mapping[str, Country], lost: Loss | None = None) -> list[str]:
    """Return the first-hour steps as one list: to stop, what helps where this is gone, the country's own, the others.

    Of those that hold everywhere, what the others say already is left out. Where a country has none in the reader's
    language, the one to call for help has its number.
    """
    first, *others = lines_in(countries[INTERNATIONAL].first_hour, texts.language)
    known = first_hours().get(lost) if lost else None
    own = list(lines_in(known.steps, texts.language)) if known else []
    local = [] if here.code == INTERNATIONAL else list(steps_in(here, texts.language))
    local = [step for step in local if step not in (first, *others)]
    said = {*(known.covers if known else ()), *(here.covers if local else ())}
    to_call = "" if local else _to_call(texts, here, others[_TO_CALL - 2])
    if to_call and known and known.calls:
        local, said = [to_call], {*said, _TO_CALL}
    others = [to_call or step if number == _TO_CALL else step for number, step in enumerate(others, 2)]
    rest = [step for number, step in enumerate(others, 2) if number not in said]
    if known and known.calls:
        local = _a_number_first(local, here)
        return [first, *own[:1], *local[:1], *own[1:], *local[1:], *rest]
    return [first, *own, *local, *rest]


def _to_call(texts: Texts, here: Country, step: str) -> str:
    """Return the step to call for help with the number of a country; empty where it has none to ring."""
    rung = _to_ring(here)
    return texts.plain("step_ring").format(number=re.split(r"[,(]", rung.value)[0].strip(), step=step) if rung else ""


def _a_number_first(steps: list[str], here: Country) -> list[str]:
    """Return a country's own steps with the first one ahead that names a number of its contacts, where any does."""
    numbers = [contact.value.partition(" (")[0] for contact in here.contacts if _dialled(contact)]
    return sorted(steps, key=lambda step: step != next((one for one in steps if _names(one, numbers)), None))


def _names(step: str, numbers: Iterable[str]) -> bool:
    return any(re.search(rf"(?<!\d){re.escape(number)}(?!\d)", step) for number in numbers)


def emergency_head(texts: Texts, lost: Loss | None) -> Markup:
    """Return the line above the first-hour steps: it names what is gone where that is known."""
    known = first_hours().get(lost) if lost else None
    if known is None:
        return texts.of("emergency_head")
    return texts.of("emergency_told", told=in_language(known.told, texts.language))


def own_number(texts: Texts, here: Country, countries: Mapping[str, Country], country: str | None) -> str:
    """Return the one number of a country to ring; where it has none, the first place to report to.

    Where no country is known, that of the likeliest one, as such, and where to choose one's own; of a country without
    a document, that there is none.
    """
    if country is None:
        return likely_numbers(texts, countries, 1)
    if here.code == INTERNATIONAL:
        return texts.of("report_unknown_country_set")
    return _rung(texts, here) or _contact(texts, here, here.contacts[0], "contact_short")


def likely_numbers(texts: Texts, countries: Mapping[str, Country], most: int = 3) -> str:
    """Return what somebody reads whose country is not known: a number each of those that their language points to."""
    likely = likely_places(texts, countries)
    numbers = [(place, _rung(texts, countries[code])) for code, place in likely.items()]
    lines = [texts.of("if_in", place=place, contact=number) for place, number in numbers if number][:most]
    return "\n".join([*lines, texts.of("other_country" if lines else "report_no_country")])


def _rung(texts: Texts, here: Country) -> str:
    rung = _to_ring(here)
    return _contact(texts, here, rung, "ring") if rung else ""


def _to_ring(here: Country) -> ReportingContact | None:
    """Return the first of a country's contacts that can be rung for help."""
    own = (contact for contact in here.contacts if contact.role in ("hotline", "emergency") and _dialled(contact))
    return next(own, None)


def rings(texts: Texts, countries: Mapping[str, Country]) -> bool:
    """Whether a number can be shown to a reader whose country is not known: that of one of those that are likely."""
    return any(_rung(texts, countries[code]) for code in likely_places(texts, countries))


def likely_places(texts: Texts, known: Container[str]) -> dict[str, str]:
    """Return the countries that what was told or the language points to, each as it is said after "if", the likeliest
    first; of those of which anything is known. What points to another country leaves none: they are not there."""
    names = shipped_names()
    told = names.signs.get(texts.language, {}).get(texts.towards)
    if told and texts.towards not in known:
        return {}
    places = {**({texts.towards: told.place} if told else {}), **names.spoken.get(texts.language, {})}
    return {code: place for code, place in places.items() if code in known}


def _dialled(contact: ReportingContact) -> bool:
    return contact.value.strip("+#*")[:1].isdigit()


def law(texts: Texts, words: Guidance, country: str | None, *, already_in: bool = True) -> list[Section]:
    """Return what the law of a country says to somebody who took part, where the guidance tells of the law.

    Of a country whose law is not known it says so, and quotes no other's. ``already_in`` is false for a reply that has
    told them already what to do once they are in it.
    """
    if not words.law:
        return []
    own = law_in(words.law, country) or texts.plain("law_elsewhere")
    said = "\n".join(filter(None, [words.law.get(EVERYWHERE), own]))
    told = Section(texts.of("law", law=said), 1)
    return [told, *([Section(listed(texts, "already_in", words.already_in), 1)] if already_in else [])]


def listed(texts: Texts, head: str, lines: Iterable[str]) -> str:
    """Return lines below a heading."""
    return "\n".join([texts.of(head), *(texts.of("item", text=line) for line in lines)])


def sources(texts: Texts, pattern: Pattern) -> list[Section]:
    """Return where the facts of a pattern are from."""
    return sources_of(pattern.sources, texts)


def sources_of(found: Iterable[Source], texts: Texts) -> list[Section]:
    """Return where facts are from, the first two that people may be sent to; nothing where there is none."""
    shown = [
        texts.of("source", title=source.title, day=texts.day(source.checked))
        for source in found
        if source.may_be_linked
    ][:2]
    return [Section(texts.of("sources", sources=Markup("; ").join(shown)), 6)] if shown else []


def within(here: Country, texts: Texts) -> str:
    """Return the name of a country as it is said after "in"."""
    return own_words(here.within or {}, texts.language) or in_language(here.name, texts.language)


def contacts(texts: Texts, here: Country, head: str) -> str:
    """Return where to report in a country, below a heading."""
    title = texts.of(head, country=within(here, texts))
    return "\n".join([title, *(_contact(texts, here, contact, "contact") for contact in here.contacts)])


def short_contacts(texts: Texts, here: Country, countries: Mapping[str, Country], country: str | None) -> str:
    """Return the first few of them, for the end of another reply."""
    title = texts.of("report_short", country=within(here, texts))
    shown: Sequence[ReportingContact] = here.contacts[:_SHORT_CONTACTS]
    lines = [title, *(_contact(texts, here, contact, "contact_short") for contact in shown)]
    if country:
        return "\n".join(lines)
    likely = likely_numbers(texts, countries, 1)
    return "\n".join([likely, *lines] if likely_places(texts, countries) else [*lines, likely])


def _contact(texts: Texts, here: Country, contact: ReportingContact, key: str) -> Markup:
    """Return a contact with its source and the day it was checked; beside what to do, the source by its name alone."""
    title = source_in_short(contact.source, texts) if key == "ring" else source_title(contact.source, texts)
    source = texts.of("contact_source", title=title, day=texts.day(here.checked))
    return texts.of(
        key,
        value=contact.value,
        name=in_language(contact.name, texts.language).removeprefix(contact.value).lstrip(" ,–-:（("),
        handles=own_words(contact.handles, texts.language) or texts.plain(f"contact_{contact.role}"),
        source=source,
    )
