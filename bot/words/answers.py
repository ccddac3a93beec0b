"""Whole replies: one function a kind of reply, words from the locales, facts from the knowledge."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from markupsafe import Markup

from bot.checking.conversation import Read
from bot.checking.situation import Assessment, Match
from bot.pictures.text import Reason
from bot.words import stages
from bot.words.contacts import Reports, contacts_part, unlinked, verify_part
from bot.words.guidance_parts import (
    contacts,
    first_hour,
    law,
    likely_numbers,
    likely_places,
    listed,
    short_contacts,
    sources,
    usual_buttons,
)
from bot.words.reply import Button, Reply, Section, fit
from bot.words.texts import Texts
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.reporting import INTERNATIONAL, Country, own_words
from knowledge.documents.stages import Loss
from knowledge.text.languages import original

_READ = 300  # characters shown of what was read on a picture


def details_reply(
    assessment: Assessment,
    texts: Texts,
    countries: Mapping[str, Country],
    country: str | None,
    read: Read | None = None,
    reports: Reports = lambda _: None,
) -> Reply:
    """Render all that stands behind an answer: how it goes, every red flag, the law, sources, and where to report."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    assessment = with_reports(assessment, reports)
    sections = [*stages.opening(assessment, texts, here, countries), Section(headline(assessment, texts))]
    about = contacts_part(assessment.contacts, texts, reports, alone=assessment.concern == "unclear")
    verify = verify_part(assessment.contacts, texts, country)
    sections += [Section(about, 1)] if about else []
    sections += _CONCERNS[assessment.concern](assessment, texts, country)
    sections += [Section(verify, 2)] if verify else []
    sections += _covered(read, texts) if read else []
    if assessment.concern in ("likely", "possible") or assessment.emergency:
        sections.append(Section(short_contacts(texts, here, countries, country), 2))
    return Reply(fit(sections), usual_buttons(texts))


def with_reports(assessment: Assessment, reports: Reports) -> Assessment:
    """Let what others reported count like a contact that is made to deceive: it is no matter of words alone then."""
    calm = assessment.concern in ("unclear", "no_match")
    if not calm or not any(reports(contact.identifier) for contact in assessment.contacts.found):
        return assessment
    return replace(assessment, concern="possible", by_contact=True)


def headline(assessment: Assessment, texts: Texts) -> Markup:
    """Return the one line that says what it is; beside what has to be done at once nothing else is said of it."""
    if assessment.named:
        return texts.of(_head(assessment), title=_title(assessment, texts))
    if assessment.stage == "now":
        return texts.of("why_now")
    if assessment.stage == "after":
        return texts.of("why_after")
    if assessment.concern == "no_match" and assessment.resembles_look_alike:
        return texts.of("resembles", title=assessment.look_alikes[0].pattern.guidance_in(texts.language).title)
    if assessment.by_contact:
        return texts.of("possible_contact")
    return texts.of("unclear" if is_open(assessment) else assessment.concern)


def is_open(assessment: Assessment) -> bool:
    """Whether nothing is met though something may be gone: "fell for it, sent 2000" is not told to match no scam."""
    return assessment.concern == "no_match" and assessment.ask and not assessment.emergency


def _head(assessment: Assessment) -> str:
    if assessment.concern == "possible":
        return "possible"
    if assessment.took_part:
        return "likely_took_part"
    return "likely_accomplice" if assessment.kind == Kind.ACCOMPLICE else "likely"


def first_evidence(assessment: Assessment, texts: Texts) -> tuple[str, str] | None:
    """Return the first sentence that shows a red flag of the named pattern, and that flag, in the reader's language."""
    return next(iter(_shown(texts, assessment.matches[0], assessment.language)), None)


def _covered(read: Read, texts: Texts) -> Iterator[Section]:
    """Say what was read beside the words of one message."""
    if read.messages > 1:
        yield Section(texts.of("covers", count=read.messages), 3)
    for picture in read.pictures:
        if picture.text:
            yield Section(texts.of("picture_read", text=unlinked(_short(picture.text))), 2)
        yield from (
            Section(texts.of("picture_code", content=unlinked(_short(content))), 1) for content in picture.codes[:3]
        )
        if picture.unreadable_script:
            yield Section(texts.of("picture_script"), 1)
    yield from (Section(texts.of(key), 1) for key in unread(read))
    if read.origin:
        known = texts.of("forwarded", origin=read.origin.name) if read.origin.name else texts.of("forwarded_hidden")
        yield Section(known, 4)


def unread(read: Read | None) -> list[str]:
    """Return the keys of what is said of pictures that could not be read."""
    return [_PICTURE_FAULTS[reason] for reason in dict.fromkeys(read.unreadable if read else ())]


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _READ else words[:_READ] + "…"


_PICTURE_FAULTS: dict[Reason, str] = {
    "too-large": "picture_too_large",
    "too-many-pixels": "picture_too_many_pixels",
    "not-a-picture": "picture_not_a_picture",
    "broken": "picture_broken",
    "animated": "picture_animated",
    "no-text": "picture_no_text",
    "failed": "picture_failed",
    "too-many": "picture_too_many",
}


def unread_reply(texts: Texts, read: Read) -> Reply:
    """Render the answer to a message in which nothing could be read."""
    return Reply(fit([Section(texts.of(key)) for key in unread(read) or ["empty"]]), usual_buttons(texts))


def voice_reply(texts: Texts, countries: Mapping[str, Country], country: str | None) -> Reply:
    """Render the answer to a voice message: it cannot be listened to, but the first hour cannot wait."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    sections = [Section(texts.of("voice")), *first_hour(texts, here, countries)]
    sections += _where(texts, countries, country)
    return Reply(fit(sections), usual_buttons(texts))


def named_pattern(assessment: Assessment) -> Pattern | None:
    """Return the pattern that the reply to an assessment names, if it names one."""
    if assessment.named:
        return assessment.named
    if assessment.concern == "no_match" and assessment.resembles_look_alike:
        return assessment.look_alikes[0].pattern
    return None


def _likely(assessment: Assessment, texts: Texts, country: str | None) -> list[Section]:
    best = assessment.matches[0]
    words = best.pattern.guidance_in(texts.language)
    told = [Section(texts.of("how", how=words.how), 3), *_evidence(texts, best, assessment.language)]
    told += law(texts, words, country, already_in=not assessment.took_part)
    do = [Section(listed(texts, "never", words.never), 1)]
    if not assessment.took_part:
        do.insert(0, Section(listed(texts, "do_now", words.advice)))
    return [
        *((*do, *told) if assessment.stage == "now" else (*told, *do)),
        Section(texts.of("match_note"), 5),
        *sources(texts, best.pattern),
    ]


def _title(assessment: Assessment, texts: Texts) -> str:
    """Return what it looks like: the first pattern's title, or the first two where neither is sure."""
    named = assessment.matches[: 2 if assessment.close else 1]
    return " / ".join(match.pattern.guidance_in(texts.language).title for match in named)


def _possible(assessment: Assessment, texts: Texts, country: str | None) -> list[Section]:
    sure = stages.until_sure(assessment, texts)
    if assessment.by_contact:
        return [Section(_to_verify(texts)), *sure]
    others = assessment.matches[2 if assessment.close else 1 :]
    titles = ", ".join(match.pattern.guidance_in(texts.language).title for match in others)
    also = [Section(texts.of("also", titles=titles), 4)] if titles else []
    return [*_likely(assessment, texts, country), *also, *sure]


def _unclear(assessment: Assessment, texts: Texts, _: str | None) -> list[Section]:
    return [Section(texts.of("unclear_ask")), *stages.until_sure(assessment, texts)]


def _no_match(assessment: Assessment, texts: Texts, _: str | None) -> list[Section]:
    if assessment.resembles_look_alike:
        pattern = assessment.look_alikes[0].pattern
        words = pattern.guidance_in(texts.language)
        return [
            Section(texts.of("how", how=words.how), 3),
            Section(listed(texts, "make_sure", words.advice)),
            Section(listed(texts, "never", words.never), 1),
            Section(texts.of("no_match_more"), 3),
            *sources(texts, pattern),
        ]
    more, sure = Section(texts.of("no_match_more")), stages.until_sure(assessment, texts)
    return [more, Section(_to_verify(texts)), *sure]


def _to_verify(texts: Texts) -> str:
    return f"{texts.of('make_sure')}\n{texts.of('verify_generic')}"


_CONCERNS = {"likely": _likely, "possible": _possible, "unclear": _unclear, "no_match": _no_match}


def paid_reply(
    texts: Texts,
    countries: Mapping[str, Country],
    country: str | None,
    *,
    took_part: bool = False,
    lost: Loss | None = None,
) -> Reply:
    """Render the first-hour steps, those for what is gone first, or those of somebody who took part in a trap."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    where = _where(texts, countries, country)
    if took_part:
        sections = [Section(texts.of("took_part")), *where]
    else:
        steps = first_hour(texts, here, countries, lost)
        sections = [Section(texts.of("paid_head")), *steps, *where, Section(texts.of("paid_closing"))]
    return Reply(fit(sections), ((Button(texts.plain("button_other_country"), "country:"),),))


def _where(texts: Texts, countries: Mapping[str, Country], country: str | None) -> Iterator[Section]:
    """Yield where to report, for the end of another reply: in the likeliest countries first where none is known."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    if country is None:
        yield Section(likely_numbers(texts, countries))
    elif here.code == INTERNATIONAL:
        yield Section(texts.of("report_unknown_country"))
    yield Section(contacts(texts, here, "report_short"), 1)


def report_reply(texts: Texts, countries: Mapping[str, Country], country: str | None) -> Reply:
    """Render where to report."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    sections = [Section(contacts(texts, here, "report_head"))]
    note = own_words(here.note or {}, texts.language)
    if note and (country or not likely_places(texts, countries)):
        sections.append(Section(texts.of("report_note", note=note), 1))
    if country is None:
        sections.insert(0, Section(likely_numbers(texts, countries)))
    elif here.code == INTERNATIONAL:
        sections.insert(0, Section(texts.of("report_unknown_country")))
    return Reply(fit(sections), ((Button(texts.plain("button_other_country"), "country:"),),))


def pattern_reply(texts: Texts, pattern: Pattern, country: str | None) -> Reply:
    """Render what a pattern is, with the law of a country where it is told."""
    words = pattern.guidance_in(texts.language)
    legitimate = pattern.kind == Kind.LEGITIMATE
    sections = [
        Section(texts.of("pattern_head", title=words.title)),
        Section(texts.of("how", how=words.how)),
        Section(listed(texts, "pattern_flags", words.red_flags)),
        *law(texts, words, country),
        Section(listed(texts, "make_sure" if legitimate else "do_now", words.advice)),
        Section(listed(texts, "never", words.never), 1),
        *sources(texts, pattern),
    ]
    return Reply(fit(sections))


def failed_reply(texts: Texts, countries: Mapping[str, Country], country: str | None) -> Reply:
    """Render the answer to somebody whose situation could not be checked: emergency steps and where to report."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    sections = [Section(texts.of("failed")), Section(texts.of("paid_head")), *first_hour(texts, here, countries)]
    sections += _where(texts, countries, country)
    return Reply(fit(sections), ((Button(texts.plain("button_report"), "report:"),),))


def plain_reply(texts: Texts, key: str, **values: object) -> Reply:
    """Render one text of the locale, without buttons."""
    return Reply(texts.of(key, **values))


def not_text_reply(texts: Texts) -> Reply:
    """Render the answer to something that cannot be read."""
    return Reply(texts.of("not_text"), usual_buttons(texts))


def _evidence(texts: Texts, match: Match, spoken: str) -> list[Section]:
    items = [
        texts.of("evidence_item", quote=unlinked(quote), flag=flag) for quote, flag in _shown(texts, match, spoken)
    ]
    return [Section("\n".join([texts.of("evidence"), *items]))] if items else []


def _shown(texts: Texts, match: Match, spoken: str) -> list[tuple[str, str]]:
    """Return the sentences that show a red flag, each with the flag in the reader's language."""
    flags = match.pattern.guidance_in(texts.language).red_flags
    comparable = original(spoken) == original(texts.language)
    return [(item.quote, flags[item.number] if comparable else item.flag) for item in match.evidence]
