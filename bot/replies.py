"""Whole replies: one function a kind of reply, words from the locales, facts from the knowledge."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.checking import Assessment, Match
from bot.texts import Texts
from knowledge.languages import INTERFACE, interface_language, original
from knowledge.pattern import Guidance, Kind, Pattern
from knowledge.reporting import INTERNATIONAL, Country, ReportingContact, in_language, steps_in

LIMIT = 4096
"""Telegram's limit for a message, in UTF-16 units; our whole HTML stays below it, tags included."""
_SHORT_CONTACTS = 3


@dataclass(frozen=True)
class Button:
    """A button under a reply: its words, and ``verb:id`` in at most 64 bytes."""

    label: str
    data: str


@dataclass(frozen=True)
class Reply:
    """One message to a person: Telegram HTML, and rows of buttons."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True)
class _Section:
    """A part of a reply; those that matter least are left out first where a reply would be too long."""

    html: str
    rank: int = 0


def assessment_reply(
    assessment: Assessment, texts: Texts, countries: Mapping[str, Country], country: str | None
) -> Reply:
    """Render an assessment for a person; first-hour steps come first where something is already gone."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    sections: list[_Section] = []
    if assessment.emergency:
        sections += _emergency(texts, here, countries)
    head, *rest = _CONCERNS[assessment.concern](assessment, texts)
    sections.append(head)
    if assessment.kind and not assessment.emergency:  # money that is gone is not always told in so many words
        sections.append(_Section(Markup("👉 {}: /paid").format(texts.of("button_paid"))))
    sections += rest
    if assessment.concern in ("likely", "possible") or assessment.emergency:
        sections.append(_Section(_short_contacts(texts, here, country), 2))
    return Reply(_fit(sections), _buttons(texts, named_pattern(assessment)))


def named_pattern(assessment: Assessment) -> Pattern | None:
    """Return the pattern that the reply to an assessment names, if it names one."""
    if assessment.kind:
        return assessment.matches[0].pattern
    if assessment.concern == "no_match" and assessment.resembles_look_alike:
        return assessment.look_alikes[0].pattern
    return None


def _likely(assessment: Assessment, texts: Texts) -> list[_Section]:
    best = assessment.matches[0]
    words = best.pattern.guidance_in(texts.language)
    accomplice = best.pattern.kind == Kind.ACCOMPLICE
    return [
        _Section(texts.of("likely_accomplice" if accomplice else "likely", title=words.title)),
        _Section(texts.of("how", how=words.how), 3),
        *_evidence(texts, best, assessment.language),
        *_law(texts, words),
        _Section(_listed(texts, "do_now", words.advice)),
        _Section(_listed(texts, "never", words.never), 1),
        _Section(texts.of("match_note"), 5),
        *_sources(texts, best.pattern),
    ]


def _possible(assessment: Assessment, texts: Texts) -> list[_Section]:
    best, *others = assessment.matches
    words = best.pattern.guidance_in(texts.language)
    titles = ", ".join(match.pattern.guidance_in(texts.language).title for match in others)
    return [
        _Section(texts.of("possible", title=words.title)),
        _Section(texts.of("how", how=words.how), 3),
        *_evidence(texts, best, assessment.language),
        _Section(texts.of("question", question=words.question)),
        _Section(texts.of("until_sure")),
        _Section(_listed(texts, "do_now", words.advice), 1),
        *_law(texts, words),
        *([_Section(texts.of("also", titles=titles), 4)] if titles else []),
        _Section(texts.of("match_note"), 5),
    ]


def _unclear(_: Assessment, texts: Texts) -> list[_Section]:
    return [_Section(texts.of("unclear")), _Section(texts.of("unclear_ask")), _Section(texts.of("until_sure"))]


def _no_match(assessment: Assessment, texts: Texts) -> list[_Section]:
    head = [_Section(texts.of("no_match"))]
    if assessment.resembles_look_alike:
        words = assessment.look_alikes[0].pattern.guidance_in(texts.language)
        return [
            *head,
            _Section(texts.of("resembles", title=words.title)),
            _Section(_listed(texts, "make_sure", words.advice)),
            _Section(texts.of("question", question=words.question)),
            _Section(_listed(texts, "never", words.never), 1),
        ]
    steps = f"{texts.of('make_sure')}\n{texts.of('verify_generic')}"
    return [*head, _Section(texts.of("no_match_more")), _Section(steps), _Section(texts.of("until_sure"))]


_CONCERNS = {"likely": _likely, "possible": _possible, "unclear": _unclear, "no_match": _no_match}


def paid_reply(texts: Texts, countries: Mapping[str, Country], country: str | None) -> Reply:
    """Render the first-hour steps."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    sections = [_Section(texts.of("paid_head")), *_steps(texts, here, countries)]
    sections += [_Section(_contacts(texts, here, "report_short"), 1), _Section(texts.of("paid_closing"))]
    if here.code == INTERNATIONAL:
        sections.append(_Section(texts.of("report_no_country")))
    return Reply(_fit(sections), ((Button(texts.plain("button_other_country"), "country:"),),))


def report_reply(texts: Texts, countries: Mapping[str, Country], country: str | None) -> Reply:
    """Render where to report."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    sections = [_Section(_contacts(texts, here, "report_head"))]
    if here.note:
        sections.append(_Section(texts.of("report_note", note=in_language(here.note, texts.language)), 1))
    if country is None:
        sections.append(_Section(texts.of("report_no_country")))
    elif here.code == INTERNATIONAL:
        sections.insert(0, _Section(texts.of("report_unknown_country")))
    return Reply(_fit(sections), ((Button(texts.plain("button_other_country"), "country:"),),))


def pattern_reply(texts: Texts, pattern: Pattern) -> Reply:
    """Render what a pattern is."""
    words = pattern.guidance_in(texts.language)
    legitimate = pattern.kind == Kind.LEGITIMATE
    sections = [
        _Section(texts.of("pattern_head", title=words.title)),
        _Section(texts.of("how", how=words.how)),
        _Section(_listed(texts, "pattern_flags", words.red_flags)),
        *_law(texts, words),
        _Section(_listed(texts, "make_sure" if legitimate else "do_now", words.advice)),
        _Section(_listed(texts, "never", words.never), 1),
        *_sources(texts, pattern),
    ]
    return Reply(_fit(sections))


def failed_reply(texts: Texts, countries: Mapping[str, Country], country: str | None) -> Reply:
    """Render the answer to somebody whose situation could not be checked: emergency steps and where to report."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    sections = [_Section(texts.of("failed")), _Section(texts.of("paid_head")), *_steps(texts, here, countries)]
    sections.append(_Section(_contacts(texts, here, "report_short"), 1))
    return Reply(_fit(sections), ((Button(texts.plain("button_report"), "report:"),),))


def plain_reply(texts: Texts, key: str, **values: object) -> Reply:
    """Render one text of the locale, without buttons."""
    return Reply(texts.of(key, **values))


def not_text_reply(texts: Texts) -> Reply:
    """Render the answer to something that cannot be read."""
    return Reply(texts.of("not_text"), _buttons(texts, None))


def start_reply(texts: Texts, every: Mapping[str, Texts]) -> Reply:
    """Render the greeting, with one button a language."""
    return Reply(texts.of("start"), _language_buttons(every))


def language_reply(texts: Texts, every: Mapping[str, Texts], given: str) -> Reply:
    """Render the choice of a language, after saying that the one given is not spoken, where one was given."""
    if not given.strip():
        return Reply(texts.of("choose_language"), _language_buttons(every))
    names = ", ".join(each.plain("language_name") for each in every.values())
    return Reply(texts.of("language_unknown", given=given[:40], languages=names), _language_buttons(every))


def country_reply(texts: Texts, countries: Mapping[str, Country], given: str, code: str | None) -> Reply:
    """Render the choice of a country: confirmed where it is known, else offered."""
    if code:
        name = in_language(countries[code].name, texts.language) if code in countries else code
        sections = [_Section(texts.of("country_set", country=name))]
        sections += [] if code in countries else [_Section(texts.of("report_unknown_country_set"))]
        return Reply(_fit(sections))
    asked = texts.of("country_unknown", given=given[:40]) if given.strip() else texts.of("choose_country")
    return Reply(_fit([_Section(asked), _Section(texts.of("country_list"))]), _country_buttons(texts, countries))


def find_language(given: str, every: Mapping[str, Texts]) -> str | None:
    """Return the interface language given by code or by its own name, or None where it is not spoken."""
    wanted = given.strip().casefold().replace("_", "-").partition(".")[0]
    for code, texts in every.items():
        if wanted in (code.casefold(), texts.plain("language_name").casefold()):
            return code
    base, region, _ = wanted.partition("-")
    return interface_language(wanted) if region and base in every else None


def reply_language(chosen: str | None, detected: str, fallback: str) -> str:
    """Return the language to answer in: the one chosen, else the text's own, else the person's Telegram or terminal."""
    return chosen or (detected if detected in INTERFACE else fallback)


def _language_buttons(every: Mapping[str, Texts]) -> tuple[tuple[Button, ...], ...]:
    return _rows([Button(texts.plain("language_name"), f"language:{code}") for code, texts in every.items()])


def _country_buttons(texts: Texts, countries: Mapping[str, Country]) -> tuple[tuple[Button, ...], ...]:
    """Return one button a country, by name."""
    offered = {code: country for code, country in countries.items() if code not in (INTERNATIONAL, "EU")}
    named = sorted((in_language(country.name, texts.language), code) for code, country in offered.items())
    return _rows([Button(name, f"country:{code}") for name, code in named])


def _rows(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Lay buttons out three a row."""
    return tuple(tuple(buttons[first : first + 3]) for first in range(0, len(buttons), 3))


def _buttons(texts: Texts, pattern: Pattern | None) -> tuple[tuple[Button, ...], ...]:
    rows = [
        (Button(texts.plain("button_paid"), "paid:"),),
        (Button(texts.plain("button_report"), "report:"),),
    ]
    if pattern:
        rows.append((Button(texts.plain("button_pattern"), f"pattern:{pattern.id}"),))
    return tuple(rows)


def _emergency(texts: Texts, here: Country, countries: Mapping[str, Country]) -> list[_Section]:
    return [_Section(texts.of("emergency_head")), *_steps(texts, here, countries)]


def _steps(texts: Texts, here: Country, countries: Mapping[str, Country]) -> list[_Section]:
    everywhere = steps_in(countries[INTERNATIONAL], texts.language)
    lines = [texts.of("step", number=number, text=step) for number, step in enumerate(everywhere, 1)]
    sections = [_Section("\n".join(lines))]
    if here.code != INTERNATIONAL and (local := steps_in(here, texts.language)):
        head = texts.of("paid_where", country=in_language(here.name, texts.language))
        sections.insert(0, _Section("\n".join([head, *(texts.of("item", text=step) for step in local)])))
        sections[1] = _Section(sections[1].html, 1)
    return sections


def _evidence(texts: Texts, match: Match, spoken: str) -> list[_Section]:
    if not match.evidence:
        return []
    flags = match.pattern.guidance_in(texts.language).red_flags
    comparable = original(spoken) == original(texts.language)
    shown = [(item.quote, flags[item.number] if comparable else item.flag) for item in match.evidence]
    items = [texts.of("evidence_item", quote=quote, flag=flag) for quote, flag in shown]
    return [_Section("\n".join([texts.of("evidence"), *items]))]


def _law(texts: Texts, words: Guidance) -> list[_Section]:
    if not words.law:
        return []
    return [_Section(texts.of("law", law=words.law), 1), _Section(_listed(texts, "already_in", words.already_in), 1)]


def _listed(texts: Texts, head: str, lines: Iterable[str]) -> str:
    return "\n".join([texts.of(head), *(texts.of("item", text=line) for line in lines)])


def _sources(texts: Texts, pattern: Pattern) -> list[_Section]:
    shown = [
        texts.of("source", title=source.title, day=texts.day(source.checked))
        for source in pattern.sources
        if source.may_be_linked
    ][:2]
    return [_Section(texts.of("sources", sources=Markup("; ").join(shown)), 6)] if shown else []


def _contacts(texts: Texts, here: Country, head: str) -> str:
    title = texts.of(head, country=in_language(here.name, texts.language))
    return "\n".join([title, *(_contact(texts, here, contact, "contact") for contact in here.contacts)])


def _short_contacts(texts: Texts, here: Country, country: str | None) -> str:
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


def _fit(sections: Sequence[_Section]) -> str:
    """Join sections with blank lines, leaving out the highest ranks first until they fit Telegram's limit."""
    kept = list(sections)
    while (length := _units("\n\n".join(section.html for section in kept))) > LIMIT:
        last = max(range(len(kept)), key=lambda place: (kept[place].rank, place))
        if kept[last].rank == 0:
            raise ValueError(f"a reply of {length} units has nothing left that may be left out")
        del kept[last]
    return "\n\n".join(section.html for section in kept)


def _units(html: str) -> int:
    return len(html.encode("utf-16-le")) // 2
