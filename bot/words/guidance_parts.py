"""The parts that several replies share: steps, lists of guidance, and where to report."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from bot.words.reply import Button, Section
from bot.words.texts import Texts
from knowledge.documents.pattern import Guidance, Kind, Pattern
from knowledge.documents.reporting import INTERNATIONAL, Country, ReportingContact, in_language, steps_in

PAID, GONE_NO = "paid", "gone_no"
_SHORT_CONTACTS = 3


def usual_buttons(texts: Texts, pattern: Pattern | None, *, asked: bool = False) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons that most replies have, and one for a pattern.

    ``asked`` is for a reply that asks whether anything is gone: then they answer it. Under an accomplice trap "paid"
    says so, since whoever took part needs other steps.
    """
    paid = f"{PAID}:{Kind.ACCOMPLICE}" if pattern and pattern.kind == Kind.ACCOMPLICE else f"{PAID}:"
    answers = (Button(texts.plain("button_gone_yes"), paid), Button(texts.plain("button_gone_no"), f"{GONE_NO}:"))
    rows: list[tuple[Button, ...]] = [
        answers if asked else (Button(texts.plain("button_paid"), paid),),
        (Button(texts.plain("button_report"), "report:"),),
    ]
    if pattern:
        rows.append((Button(texts.plain("button_pattern"), f"pattern:{pattern.id}"),))
    return tuple(rows)


def first_hour(texts: Texts, here: Country, countries: Mapping[str, Country]) -> list[Section]:
    """Return the first-hour steps, those of the country first."""
    everywhere = steps_in(countries[INTERNATIONAL], texts.language)
    lines = [texts.of("step", number=number, text=step) for number, step in enumerate(everywhere, 1)]
    sections = [Section("\n".join(lines))]
    if here.code != INTERNATIONAL and (local := steps_in(here, texts.language)):
        head = texts.of("paid_where", country=in_language(here.name, texts.language))
        sections.insert(0, Section("\n".join([head, *(texts.of("item", text=step) for step in local)])))
        sections[1] = Section(sections[1].html, 1)
    return sections


def law(texts: Texts, words: Guidance, *, already_in: bool = True) -> list[Section]:
    """Return what the law says to somebody who took part, where the guidance says it.

    ``already_in`` is false for a reply that has told them already what to do once they are in it.
    """
    if not words.law:
        return []
    told = Section(texts.of("law", law=words.law), 1)
    return [told, *([Section(listed(texts, "already_in", words.already_in), 1)] if already_in else [])]


def listed(texts: Texts, head: str, lines: Iterable[str]) -> str:
    """Return lines below a heading."""
    return "\n".join([texts.of(head), *(texts.of("item", text=line) for line in lines)])


def sources(texts: Texts, pattern: Pattern) -> list[Section]:
    """Return where the facts of a pattern are from."""
    shown = [
        texts.of("source", title=source.title, day=texts.day(source.checked))
        for source in pattern.sources
        if source.may_be_linked
    ][:2]
    return [Section(texts.of("sources", sources=Markup("; ").join(shown)), 6)] if shown else []


def contacts(texts: Texts, here: Country, head: str) -> str:
    """Return where to report in a country, below a heading."""
    title = texts.of(head, country=in_language(here.name, texts.language))
    return "\n".join([title, *(_contact(texts, here, contact, "contact") for contact in here.contacts)])


def short_contacts(texts: Texts, here: Country, country: str | None) -> str:
    """Return the first few of them, for the end of another reply."""
    title = texts.of("report_short", country=in_language(here.name, texts.language))
    shown: Sequence[ReportingContact] = here.contacts[:_SHORT_CONTACTS]
    lines = [title, *(_contact(texts, here, contact, "contact_short") for contact in shown)]
    return "\n".join([*lines, *([texts.of("report_no_country")] if country is None else [])])


def _contact(texts: Texts, here: Country, contact: ReportingContact, key: str) -> str:
    source = texts.of("contact_source", title=contact.source.title, day=texts.day(here.checked))
    return texts.of(
        key,
        value=contact.value,
        name=in_language(contact.name, texts.language),
        handles=in_language(contact.handles, texts.language),
        source=source,
    )
