"""The replies of a conversation: to a new case, to what was added, to questions, to thanks, and to despair."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from markupsafe import Markup, escape

from bot.checking.case import Turn
from bot.checking.conversation import Read
from bot.checking.situation import Assessment
from bot.words import answers, choices, stages
from bot.words.contacts import Reports
from bot.words.guidance_parts import MINOR, MORE, QUESTION, listed, sources_of
from bot.words.reply import Button, Reply, Section, fit
from bot.words.screens import again, first_screen
from bot.words.texts import Texts
from knowledge.documents.crisis import CrisisLine, CrisisLines, read_crisis_lines, read_removal
from knowledge.documents.pattern import Pattern, law_in
from knowledge.documents.questions import Question, read_questions
from knowledge.documents.reporting import INTERNATIONAL, Country, in_language
from knowledge.documents.talk import read_names

SEXTORTION = "sextortion"
_LONGEST_LABEL = 60
_ADVICE = 3


@dataclass(frozen=True)
class Spoken:
    """What replies of a conversation are made from, beside the words of the locales."""

    countries: Mapping[str, Country]
    every: Mapping[str, Texts]
    """The words of every language, to choose from."""
    questions: Mapping[str, Question] = field(default_factory=read_questions)
    crisis: Mapping[str, CrisisLines] = field(default_factory=read_crisis_lines)
    removal: CrisisLines = field(default_factory=read_removal)
    elsewhere: choices.Elsewhere = field(default_factory=lambda: read_names().elsewhere)


def turn_reply(
    turn: Turn,
    texts: Texts,
    spoken: Spoken,
    patterns: Mapping[str, Pattern],
    country: str | None,
    read: Read | None = None,
    reports: Reports = lambda _: None,
) -> Reply:
    """Render the reply to a message of a conversation; countries and languages are left to who keeps them."""
    if turn.intent == "crisis":
        return crisis_reply(texts, spoken, country)
    if turn.questions:
        if turn.doubtful:
            return which_question_reply(turn.questions, texts, spoken)
        reply = question_reply(turn.questions[0], texts, spoken, patterns, turn.named or country)
        return replace(reply, html="\n\n".join([reply.html, *_back_to_case(turn, texts)]))
    reply = _reply(turn, texts, spoken, country, read, reports)
    if turn.foreign:
        reply = replace(reply, html="\n\n".join([reply.html, texts.of("foreign")]))
    named = turn.judged.named if turn.judged else None
    blackmailed = named is not None and named.id == SEXTORTION
    if blackmailed:
        minor = (Button(texts.plain("button_minor"), f"{MINOR}:"),)
        reply = replace(reply, buttons=(*reply.buttons[:1], minor, *reply.buttons[1:]))
    if turn.heavy or (blackmailed and (turn.changed or turn.intent == "situation")):
        return replace(reply, html="\n\n".join([reply.html, *_listening(texts, spoken, country)]))
    return reply


def _reply(turn: Turn, texts: Texts, spoken: Spoken, country: str | None, read: Read | None, reports: Reports) -> Reply:
    judged = turn.judged
    if turn.says == "gone-no":
        return Reply(f"{texts.of('gone_no')}\n{_still(judged, texts)}" if judged else texts.of("gone_no"))
    if turn.says == "country":
        return choices.country_reply(texts, spoken.countries, "", turn.named, spoken.elsewhere)
    if turn.says == "language":
        return Reply(texts.of("language_set"))
    if judged is None:
        return Reply(texts.of(turn.says.replace("-", "_") or "nothing_yet"))
    if turn.says == "more":
        return answers.details_reply(judged, texts, spoken.countries, country, read, reports)
    if turn.says in ("what-now", "sure"):
        return _to_do(judged, texts, spoken.countries, country, doubted=turn.says == "sure")
    lead = texts.of("new_case") if turn.fresh else texts.of("changed") if turn.changed else ""
    screen = first_screen(judged, texts, spoken.countries, country, read, reports, lead)
    if turn.fresh or turn.changed or turn.intent == "situation":
        return screen
    asked = judged.asked_pattern if turn.case and turn.case.asked else None
    question = asked.guidance_in(texts.language).question if asked else ""
    here = spoken.countries.get(country or INTERNATIONAL, spoken.countries[INTERNATIONAL])
    lines = [_still(judged, texts), *again(judged, texts, here, spoken.countries)]
    lines += [texts.of("asking", question=question)] if question else []
    return replace(screen, html="\n".join(lines))


def _back_to_case(turn: Turn, texts: Texts) -> Iterator[str]:
    """Yield the one line that leads from the answer to a general question back to what is talked about."""
    known = turn.case.assessment if turn.case and not turn.fresh else None
    if known and known.named:
        yield texts.of("back_to_case", title=known.named.guidance_in(texts.language).title)


def _still(judged: Assessment, texts: Texts) -> Markup:
    if judged.named:
        return texts.of("unchanged", title=judged.named.guidance_in(texts.language).title)
    return texts.of("unchanged_unclear" if judged.concern == "unclear" else "unchanged_no_match")


def _to_do(
    judged: Assessment, texts: Texts, countries: Mapping[str, Country], country: str | None, *, doubted: bool
) -> Reply:
    """Render what to do now, or, to somebody who doubts the answer, how to make sure.

    In an emergency both are the same: to get out of it, and the whole of the first hour.
    """
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    pattern = answers.named_pattern(judged)
    more = ((Button(texts.plain("button_more"), f"{MORE}:{pattern.id if pattern else ''}"),),)
    if opening := stages.opening(judged, texts, here, countries):
        return Reply(fit(opening), more)
    html: str = texts.of("verify_generic")
    if pattern:
        html = listed(texts, "make_sure" if doubted else "do_now", pattern.guidance_in(texts.language).advice[:_ADVICE])
    return Reply(f"{texts.of('sure')}\n{html}" if doubted else html, more)


def which_question_reply(names: tuple[str, ...], texts: Texts, spoken: Spoken) -> Reply:
    """Offer the questions that somebody may have asked, each as others ask it; one tap answers."""
    buttons = []
    for name in names:
        ways = {language: asked[0] for language, asked in spoken.questions[name].asked.items()}
        asked = in_language(ways, texts.language)
        label = asked if len(asked) <= _LONGEST_LABEL else f"{asked[:_LONGEST_LABEL]}…"
        buttons.append((Button(label, f"{QUESTION}:{name}"),))
    return Reply(texts.of("which_question"), tuple(buttons))


def question_reply(
    name: str, texts: Texts, spoken: Spoken, patterns: Mapping[str, Pattern], country: str | None
) -> Reply:
    """Render the answer to a question, with the pattern that tells more one tap away."""
    question = spoken.questions[name]
    reply = _answered(question, texts, spoken, patterns, country)
    pattern = patterns.get(question.pattern or "")
    rows = [*reply.buttons]
    if pattern and question.answer:
        title = pattern.guidance_in(texts.language).title
        rows.append((Button(texts.plain("asked_more").format(title=title), f"pattern:{pattern.id}"),))
    return replace(reply, buttons=tuple(rows))


def _answered(
    question: Question, texts: Texts, spoken: Spoken, patterns: Mapping[str, Pattern], country: str | None
) -> Reply:
    if question.answer:
        said = in_language(question.answer, texts.language)
        return Reply(fit([Section(str(escape(said))), *_with_law(question, texts, country)]))
    match question.does:
        case "report":
            return answers.report_reply(texts, spoken.countries, country)
        case "privacy" | "forget":
            return Reply(texts.of("privacy"))
        case "contact":
            return Reply(texts.of("check_contact"))
        case "language":
            return choices.language_reply(texts, spoken.every, "")
        case "country":
            return choices.country_reply(texts, spoken.countries, "", None)
    return _in_short(patterns[question.pattern or ""], texts)


def _with_law(question: Question, texts: Texts, country: str | None) -> Iterator[Section]:
    """Yield the sources of an answer; where it is a matter of law, those and the law of one's own country, or none."""
    own = law_in(question.law, country)
    if own:
        yield Section(texts.of("in_your_country", law=in_language(own, texts.language)), 1)
    if own or not question.law:
        yield from sources_of(question.sources, texts)


def _in_short(pattern: Pattern, texts: Texts) -> Reply:
    """Render what a pattern is, with all the rest behind a button."""
    words = pattern.guidance_in(texts.language)
    html = "\n".join(
        [texts.of("pattern_head", title=words.title), str(escape(words.how)), texts.of("do", text=words.advice[0])]
    )
    return Reply(html, ((Button(texts.plain("button_more"), f"pattern:{pattern.id}"),),))


def crisis_reply(texts: Texts, spoken: Spoken, country: str | None) -> Reply:
    """Render what somebody in despair reads before anything else."""
    here = spoken.countries.get(country or INTERNATIONAL)
    sections = [texts.of("crisis_head"), *_lines(texts, spoken, country)]
    if here and (number := next((one.value for one in here.contacts if one.role == "emergency"), "")):
        sections.append(texts.of("crisis_danger", number=number))
    if country is None:
        sections.append(texts.of("report_no_country"))
    sections.append(texts.of("crisis_then_case"))
    return Reply("\n\n".join(sections))


def minor_reply(texts: Texts, spoken: Spoken, country: str | None) -> Reply:
    """Render what helps somebody under 18 who is blackmailed with pictures: an adult, who has them removed, a line."""
    own = spoken.crisis.get(country or "")
    services = [one for one in spoken.removal.of("minors") if one.country in (INTERNATIONAL, country)]
    known = [(line, own) for line in own.of("minors")] if own else []
    known += [(line, spoken.removal) for line in services]
    shown = [f"{_line(line, found, texts)}{_what(line, texts)}" for line, found in known]
    return Reply("\n\n".join([texts.of("crisis_minor"), *shown]))


def _what(line: CrisisLine, texts: Texts) -> str:
    return f"\n   {escape(in_language(line.what, texts.language))}" if line.what else ""


def _lines(texts: Texts, spoken: Spoken, country: str | None) -> Iterator[str]:
    own = spoken.crisis.get(country or "")
    found = own.of("anyone") if own else []
    if found and own:
        yield "\n".join(_line(line, own, texts) for line in found)
        return
    directory = spoken.crisis[INTERNATIONAL]
    yield "\n".join([texts.of("crisis_directory"), *(_line(line, directory, texts) for line in directory.lines)])


def _line(line: CrisisLine, lines: CrisisLines, texts: Texts) -> str:
    source = texts.of("contact_source", title=line.source.title, day=texts.day(lines.checked))
    return texts.of("crisis_line", value=line.value, name=in_language(line.name, texts.language), source=source)


def _listening(texts: Texts, spoken: Spoken, country: str | None) -> Iterator[str]:
    yield texts.of("crisis_sextortion")
    yield from _lines(texts, spoken, country)
