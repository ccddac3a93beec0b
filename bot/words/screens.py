"""The first screen of an answer: the verdict, the one thing to do, why, and one number; the rest comes when asked for.

It fits twelve lines of a telephone, and what to do stands within its first 200 characters.
"""

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from bot.checking.conversation import Read
from bot.checking.situation import Assessment
from bot.words import answers, stages
from bot.words.afterwards import after_buttons
from bot.words.contact_reports import report_buttons
from bot.words.contacts import Reports, number_to_ring, strongest_finding, unlinked
from bot.words.guidance_parts import (
    MORE,
    SHARE,
    asking_buttons,
    emergency_head,
    gone_buttons,
    merged_steps,
    numbered,
    own_number,
    paid_button,
    question_buttons,
    rings,
    usual_buttons,
)
from bot.words.phone import screen, shortened, whole_sentences
from bot.words.reply import Button, Reply, Section
from bot.words.texts import Texts
from knowledge.documents.reporting import INTERNATIONAL, Country

_FIRST_STEPS, _FEWER_STEPS, _STEPS_AGAIN = 3, 2, 2
"""Steps of the first hour; so many where something goes before them, which leaves room for a number; and again."""
STEP = 112
"""Columns of a step: three lines; the whole of it stands behind More."""
_QUOTED = 76
"""Columns of a quoted sentence and of the flag it shows: two lines each."""


def first_screen(
    assessment: Assessment,
    texts: Texts,
    countries: Mapping[str, Country],
    country: str | None,
    read: Read | None = None,
    reports: Reports = lambda _: None,
    lead: str = "",
) -> Reply:
    """Render what somebody reads first of an assessment, with buttons for all the rest; ``lead`` goes before it."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    assessment = answers.with_reports(assessment, reports)
    likely = country is None and rings(texts, countries)  # whose number takes the place of the step to call for help
    fewer = likely or assessment.of_another or (lead and country in countries)
    steps = _FEWER_STEPS if fewer else _FIRST_STEPS
    sections = [
        *([Section(lead)] if lead else []),
        *verdict(assessment, texts, here, countries, steps, led=bool(lead)),
        *stages.for_another(assessment, texts),
        *(Section(texts.of(key), 1) for key in answers.unread(read)),
        Section("", 4),
        *_why(assessment, texts, reports),
        *_asked(assessment, texts),
        *_ring(assessment, texts, countries, country, stays=likely or bool(lead)),
    ]
    return Reply(screen(sections).strip("\n"), _buttons(assessment, texts))


def verdict(
    assessment: Assessment,
    texts: Texts,
    here: Country,
    countries: Mapping[str, Country],
    most: int = _FIRST_STEPS,
    *,
    led: bool = False,
) -> Iterator[Section]:
    """Yield the one headline, and what to do at once below it; later steps may be left out where a line goes before."""
    if assessment.stage == "now":
        yield from map(Section, stages.stopping(assessment, texts))
    elif assessment.took_part:
        head, *_ = texts.of("took_part").split("\n")
        yield from map(Section, [head, *_first_steps(assessment, texts, here, countries)])
    elif assessment.stage == "after":
        yield Section(emergency_head(texts, assessment.lost))
        for number, step in enumerate(_first_steps(assessment, texts, here, countries)[:most]):
            yield Section(step, int(led and number > 0))
    else:
        yield Section(answers.headline(assessment, texts))
        yield Section(texts.of("do", text=_action(assessment, texts)))
        return
    if pattern := assessment.named:
        yield Section(texts.of("looks_like", title=pattern.guidance_in(texts.language).title), 2)


def _first_steps(assessment: Assessment, texts: Texts, here: Country, countries: Mapping[str, Country]) -> list[Markup]:
    """Return the first three of the steps, in whole sentences."""
    return _steps(assessment, texts, here, countries)[:_FIRST_STEPS]


def _steps(
    assessment: Assessment, texts: Texts, here: Country, countries: Mapping[str, Country], columns: int = STEP
) -> list[Markup]:
    """Return the steps of the first hour, or those of who took part, each with its number."""
    if assessment.took_part:
        return texts.of("took_part").split("\n")[2:]
    steps = merged_steps(texts, here, countries, assessment.lost)
    return numbered(texts, (whole_sentences(step, columns) for step in steps))


def again(
    assessment: Assessment, texts: Texts, here: Country, countries: Mapping[str, Country], time: int = 0
) -> list[str]:
    """Return what counts of an answer, to be said again: how to get out of it, the first steps, or the one action.

    Each ``time`` after that the next things to do are said, and after the last one the first again. That nothing more
    is to be sent stands before them each time: something more is asked for.
    """
    if assessment.stage == "now":
        stop, way_out, say = stages.stopping(assessment, texts)
        if not time or assessment.lost == stages.ON_THE_DEVICE:
            return [stop, way_out]
        fits = assessment.named and not assessment.close
        return [stop, texts.of("do", text=_action(assessment, texts, time)) if fits else say]
    if assessment.stage == "after":
        steps = _steps(assessment, texts, here, countries)
        starts = range(0, len(steps), _STEPS_AGAIN)
        start = starts[time % len(starts)]
        first, *later = [step.partition(" ")[2] for step in [steps[0], *steps[start : start + _STEPS_AGAIN]]]
        shown = [Markup("• {}").format(step) for step in later]  # a list that goes on bears no numbers
        return [texts.of("do", text=first), *shown] if start else [*steps[:_STEPS_AGAIN]]
    return [texts.of("do", text=_action(assessment, texts, time))]


def still(assessment: Assessment, texts: Texts) -> Markup:
    """Return the line that what was added is taken in and leaves the answer as it was."""
    if assessment.named:
        return texts.of("unchanged", title=assessment.named.guidance_in(texts.language).title)
    if assessment.concern in ("likely", "possible"):  # about a contact alone
        return answers.headline(assessment, texts)
    unclear = assessment.concern == "unclear" or answers.is_open(assessment)
    return texts.of("unchanged_unclear" if unclear else "unchanged_no_match")


def _action(assessment: Assessment, texts: Texts, time: int = 0) -> str:
    """Return the one thing to do at once, or the next one, where that was said ``time`` times."""
    if pattern := answers.named_pattern(assessment):
        advice = pattern.guidance_in(texts.language).advice
        return advice[time % len(advice)]
    if answers.is_open(assessment):
        return texts.plain("until_sure")
    no_match = "do_no_match_later" if time else "do_no_match"
    return texts.plain({"unclear": "until_sure", "possible": "do_contact"}.get(assessment.concern, no_match))


def _why(assessment: Assessment, texts: Texts, reports: Reports) -> Iterator[Section]:
    """Yield what speaks loudest for the verdict: a contact made to deceive, and a sentence of their own."""
    about = strongest_finding(assessment.contacts, texts, reports, alone=assessment.concern == "unclear")
    if about:
        yield Section(about, 1)
    if assessment.named and (shown := answers.first_evidence(assessment, texts)):
        quote, flag = (shortened(words, _QUOTED) for words in shown)
        said = f"{texts.of('quoted', quote=unlinked(quote))}\n{texts.of('shows', flag=flag)}"
        yield Section(said, 3 if about else 2)


def _asked(assessment: Assessment, texts: Texts) -> Iterator[Section]:
    """Yield the one question that the buttons answer."""
    if stages.asks(assessment):
        yield Section(texts.of("gone_ask"))
    elif pattern := assessment.asked_pattern:
        yield Section(texts.of("asking", question=pattern.guidance_in(texts.language).question))
    elif assessment.tells_too_little:
        yield Section(texts.of("unclear_tap"))


def _ring(
    assessment: Assessment,
    texts: Texts,
    countries: Mapping[str, Country],
    country: str | None,
    *,
    stays: bool,
) -> Iterator[Section]:
    """Yield one number: of the body that the stranger claims to be, else of who helps in the country.

    Where something is gone and no step has the number, it ``stays``, whatever else is left out.
    """
    calm = assessment.concern in ("unclear", "no_match") and not assessment.emergency
    if number_to_ring(assessment.contacts, texts, country) or not calm:
        number, *elsewhere = whom_to_ring(assessment, texts, countries, country).split("\n")
        none = number == texts.of("report_no_country")
        stays = stays and assessment.stage == "after" and not assessment.took_part
        yield Section(number, 2 if none else 0 if stays else 1)
        yield from (Section(line, 2) for line in elsewhere)


def whom_to_ring(assessment: Assessment, texts: Texts, countries: Mapping[str, Country], country: str | None) -> str:
    """Return the number of the body that the stranger claims to be, else of who helps; empty where there is none."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    return number_to_ring(assessment.contacts, texts, country) or own_number(texts, here, countries, country)


def _buttons(assessment: Assessment, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    pattern = answers.named_pattern(assessment)
    name = pattern.id if pattern else ""
    more = Button(texts.plain("button_more"), f"{MORE}:{name}")
    identifiers = [contact.identifier for contact in assessment.contacts.found]
    rows: list[tuple[Button, ...]] = []
    if stages.asks(assessment):
        rows.append(gone_buttons(pattern, texts))
    elif asked := assessment.asked_pattern:
        rows.append(question_buttons(asked, texts))
    elif assessment.tells_too_little:
        rows.append(asking_buttons(texts))
    rows.append((more,) if stages.asks(assessment) else (paid_button(pattern, texts), more))
    rows.append((Button(texts.plain("button_report"), "report:"),))
    if assessment.concern == "likely" and not assessment.emergency and name:
        rows.append((Button(texts.plain("button_share"), f"{SHARE}:{name}"),))
    return (
        *rows,
        *report_buttons(identifiers, name or None, texts),
        *after_buttons(assessment.concern, pattern, texts),
    )


def genuine_reply(assessment: Assessment, texts: Texts, countries: Mapping[str, Country], country: str | None) -> Reply:
    """Render what a check is worth; what looks like a scam, or has gone further, is not called harmless for it."""
    if assessment.concern != "likely" and not assessment.emergency:
        return Reply(texts.of("genuine"))
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    sections = [
        Section(texts.of("genuine_likely")),
        Section(still(assessment, texts), 1),
        *(Section(line, 2 * number) for number, line in enumerate(again(assessment, texts, here, countries))),
    ]
    return Reply(screen(sections), _checked_buttons(assessment, texts))


def denied_reply(assessment: Assessment, texts: Texts, countries: Mapping[str, Country], country: str | None) -> Reply:
    """Render that it was a scam, what to do, and whom to tell where the country is known."""
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    do = again(assessment, texts, here, countries) if assessment.emergency else [texts.of("denied_do")]
    sections = [Section(texts.of("denied")), *map(Section, do)]
    if country in countries and not assessment.took_part:
        sections += [Section(own_number(texts, here, countries, country), 1)]
    return Reply(screen(sections).strip("\n"), _checked_buttons(assessment, texts))


def _checked_buttons(assessment: Assessment, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    """Return the usual buttons, and one for all the rest about a pattern that is surely met."""
    if assessment.named is None or assessment.concern != "likely":
        return usual_buttons(texts)
    more = Button(texts.plain("button_more"), f"{MORE}:{assessment.named.id}")
    return (paid_button(assessment.named, texts), more), *usual_buttons(texts)[1:]
