"""The replies of a conversation: to a new case, to what was added, to questions, to thanks, and to despair."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from bot.checking.case import Turn
from bot.checking.conversation import Read
from bot.checking.situation import BLACKMAIL, Assessment
from bot.words import answers, choices, stages
from bot.words.contacts import Reports, published_part
from bot.words.guidance_parts import MINOR, MORE, QUESTION, likely_places, listed, own_number, sources_of
from bot.words.phone import screen
from bot.words.reply import Button, Reply, Section, fit
from bot.words.screens import again, denied_reply, first_screen, genuine_reply, still, whom_to_ring
from bot.words.texts import Texts
from knowledge.documents.crisis import CrisisLine, CrisisLines, read_crisis_lines, read_removal
from knowledge.documents.pattern import Pattern, law_in
from knowledge.documents.questions import Question, read_questions
from knowledge.documents.reporting import INTERNATIONAL, Country, in_language
from knowledge.documents.talk import shipped_names

_LONGEST_LABEL = 60
_ADVICE = 3
_CRISIS_LINES = 2
"""How many lines the answer to despair names at most."""


@dataclass(frozen=True)
class Spoken:
    """What replies of a conversation are made from, beside the words of the locales."""

    countries: Mapping[str, Country]
    every: Mapping[str, Texts]
    """The words of every language, to choose from."""
    questions: Mapping[str, Question] = field(default_factory=read_questions)
    crisis: Mapping[str, CrisisLines] = field(default_factory=read_crisis_lines)
    removal: CrisisLines = field(default_factory=read_removal)
    elsewhere: choices.Elsewhere = field(default_factory=lambda: shipped_names().elsewhere)


def turn_reply(
    turn: Turn,
    texts: Texts,
    spoken: Spoken,
    patterns: Mapping[str, Pattern],
    country: str | None,
    read: Read | None = None,
    reports: Reports = lambda _: None,
) -> Reply:
    """Render the reply to a message of a conversation; countries and languages are left to who keeps them.

    ``texts`` are those of a language that was named just now; a country that is named in it counts for the reply.
    """
    texts = texts.pointing(turn.case)
    known, country = country, turn.place or (turn.named if turn.says == "country" else "") or country
    reply = _held(turn, _whole_reply(turn, texts, spoken, patterns, country, read, reports), texts, spoken, country)
    if turn.says == "country" or turn.intent == "crisis" or country in (known, None):
        return reply
    return replace(reply, html=screen([Section(reply.html), Section(_heard(country or "", texts, spoken), 1)]))


def _held(turn: Turn, reply: Reply, texts: Texts, spoken: Spoken, country: str | None) -> Reply:
    """Return a reply with who listens, where despair was heard: in words once, then the line alone.

    A call to leave comes before it.
    """
    if turn.intent == "crisis" or turn.case is None or not turn.case.despaired:
        return reply
    again, leave_first = turn.case.listened > 1, turn.judged is not None and turn.judged.stage == "now"
    listening = [one_line(texts, spoken, country)] if again else _listening(texts, spoken, country)
    return replace(reply, html="\n\n".join([reply.html, *listening] if leave_first else [*listening, reply.html]))


def _whole_reply(
    turn: Turn,
    texts: Texts,
    spoken: Spoken,
    patterns: Mapping[str, Pattern],
    country: str | None,
    read: Read | None,
    reports: Reports,
) -> Reply:
    if turn.intent == "crisis":
        return crisis_reply(texts, spoken, country, again=turn.again)
    if turn.questions:
        if turn.doubtful:
            return which_question_reply(turn.questions, texts, spoken)
        reply = question_reply(turn.questions[0], texts, spoken, patterns, turn.named or country)
        number = _number_asked_for(turn, texts, spoken, turn.named or country)
        return replace(reply, html="\n\n".join([*number, reply.html, *_back_to_case(turn, texts)]))
    reply = _reply(turn, texts, spoken, country, read, reports)
    if turn.foreign:
        reply = replace(reply, html="\n\n".join([reply.html, texts.of("foreign")]))
    named = turn.judged.named if turn.judged else None
    blackmailed = named is not None and named.id == BLACKMAIL
    if blackmailed:
        minor = (Button(texts.plain("button_minor"), f"{MINOR}:"),)
        reply = replace(reply, buttons=(*reply.buttons[:1], minor, *reply.buttons[1:]))
    held = turn.case is not None and turn.case.despaired
    if (turn.heavy or (blackmailed and (turn.changed or turn.intent == "situation"))) and not held:
        return replace(reply, html="\n\n".join([reply.html, *_listening(texts, spoken, country)]))
    return reply


def _reply(turn: Turn, texts: Texts, spoken: Spoken, country: str | None, read: Read | None, reports: Reports) -> Reply:
    judged = turn.judged
    if turn.says == "gone-no":
        calm = judged is not None and judged.concern in ("no_match", "unclear")  # a real notice wants no proof kept
        praised = [] if calm else [texts.of("gone_no")]
        return Reply("\n".join([*praised, *([still(judged, texts)] if judged else [])]))
    if turn.says == "country":
        return _country_reply(turn, texts, spoken, country, read, reports)
    if turn.says == "language":
        return _again(turn, texts, spoken, country, read, reports, texts.of("language_set"))
    if turn.says == "minor":
        return minor_reply(texts, spoken, country)
    if turn.says == "number" and turn.alone:
        owned = published_part(turn.alone.contacts, texts, reports)
        return Reply("\n\n".join([owned, *_back_to_case(turn, texts)]))
    if judged is None:
        return Reply(texts.of(turn.says.replace("-", "_") or "nothing_yet"))
    if turn.says == "more":
        return answers.details_reply(judged, texts, spoken.countries, country, read, reports)
    if turn.says in ("what-now", "sure"):
        return _to_do(judged, texts, spoken.countries, country, doubted=turn.says == "sure")
    if turn.says in ("genuine", "denied"):
        say = genuine_reply if turn.says == "genuine" else denied_reply
        return say(judged, texts, spoken.countries, country)
    told = turn.changed and not judged.emergency  # an alarm says by itself that something has changed
    lead = texts.of("new_case") if turn.fresh else texts.of("changed") if told else ""
    screen = first_screen(judged, texts, spoken.countries, country, read, reports, lead)
    if turn.fresh or turn.changed or turn.intent == "situation":
        return screen
    asked = judged.asked_pattern if turn.case and turn.case.asked else None
    question = asked.guidance_in(texts.language).question if asked else ""
    here = spoken.countries.get(country or INTERNATIONAL, spoken.countries[INTERNATIONAL])
    time = turn.case.unchanged if turn.case else 0
    touched = _touched(turn, texts, spoken, country) or again(judged, texts, here, spoken.countries, time)
    lines = [still(judged, texts), *touched]
    lines += [texts.of("asking", question=question)] if question else []
    lines += [texts.of("gone_ask")] if stages.asks(judged) else []
    return replace(screen, html="\n".join(lines))


def _touched(turn: Turn, texts: Texts, spoken: Spoken, country: str | None) -> list[str]:
    """Return the answer to the known question that was touched."""
    question = spoken.questions.get(turn.touches)
    return [_said(question, question.answer, texts, country)] if question and question.answer else []


def _country_reply(
    turn: Turn, texts: Texts, spoken: Spoken, country: str | None, read: Read | None, reports: Reports
) -> Reply:
    """Confirm a country, amid a case in one line, else with its number; or offer them all where it is not known."""
    chosen = choices.country_reply(texts, spoken.countries, "", turn.named, spoken.elsewhere)
    if not turn.named:
        return chosen
    if turn.shown_again is None:
        here = spoken.countries.get(turn.named)
        number = own_number(texts, here, spoken.countries, turn.named) if here else ""
        return replace(chosen, html="\n".join(filter(None, [chosen.html, number])))
    return _again(turn, texts, spoken, country, read, reports, _heard(turn.named, texts, spoken))


def _heard(country: str, texts: Texts, spoken: Spoken) -> str:
    return choices.country_line(texts, spoken.countries, country, spoken.elsewhere)


def _again(
    turn: Turn, texts: Texts, spoken: Spoken, country: str | None, read: Read | None, reports: Reports, lead: str
) -> Reply:
    """Render a line, and below it what was made of the case that is talked about, if there is one."""
    if turn.shown_again is None:
        return Reply(lead)
    return first_screen(turn.shown_again, texts, spoken.countries, country, read, reports, lead)


def _number_asked_for(turn: Turn, texts: Texts, spoken: Spoken, country: str | None) -> Iterator[str]:
    """Yield a number to ring to somebody who asks about a number amid a case and names none: "which one do I call"."""
    known = turn.case.assessment if turn.case else None
    about = spoken.questions[turn.questions[0]].does == "contact"
    if known is None or not about or (turn.alone and turn.alone.contacts.found):
        return
    if number := whom_to_ring(known, texts, spoken.countries, country):
        yield number


def _back_to_case(turn: Turn, texts: Texts) -> Iterator[str]:
    """Yield the one line that leads from the answer to a general question back to what is talked about."""
    known = turn.case.assessment if turn.case and not turn.fresh else None
    if known and known.named:
        yield texts.of("back_to_case", title=known.named.guidance_in(texts.language).title)


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
        return Reply(_said(question, question.answer, texts, country))
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


def _said(question: Question, answer: Mapping[str, str], texts: Texts, country: str | None) -> str:
    """Return the answer to a question, with its sources."""
    return fit([Section(str(escape(in_language(answer, texts.language)))), *_with_law(question, texts, country)])


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


def crisis_reply(texts: Texts, spoken: Spoken, country: str | None, *, again: bool = False) -> Reply:
    """Render the one short message that somebody in despair reads: comfort, a line, and not to stay alone.

    Said again, it asks for who is near, and the emergency number comes before the line.
    """
    here = spoken.countries.get(country or INTERNATIONAL)
    emergency = next((one.value for one in here.contacts if one.role == "emergency"), "") if here else ""
    danger = [Section(texts.of("crisis_danger", number=emergency))] if emergency else []
    lines = list(_crisis_lines(texts, spoken, country))
    sections = [
        Section(texts.of("crisis_again" if again else "crisis_head")),
        Section("", 4),
        *([*danger, *lines] if again else [*lines, *danger]),
        Section("", 4),
        *([] if again else [Section(texts.of("crisis_stay"))]),
        Section(texts.of("crisis_then_case"), 1),
    ]
    return Reply(screen(sections).strip("\n"))


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


def _crisis_lines(texts: Texts, spoken: Spoken, country: str | None) -> Iterator[Section]:
    """Yield who listens: in a country, or, where none is known, in those that the language points to and elsewhere."""
    own = spoken.crisis.get(country or "")
    shown = [_line(line, own, texts, brief=True) for line in listening(own)] if own else []
    shown = shown if country else list(_likely_lines(texts, spoken, brief=True))
    yield from ([Section(texts.of("crisis_call"), 2)] if shown else [])
    yield from (Section(line, 5 * place) for place, line in enumerate(shown[:_CRISIS_LINES]))
    if not country:
        yield Section(texts.of("crisis_which"))
    elif not shown:
        yield Section(texts.of("crisis_directory"))
    if not (country and shown):
        yield Section(_directory(texts, spoken, brief=True), 3 if shown else 0)


def listening(lines: CrisisLines) -> list[CrisisLine]:
    """Return the lines for anyone, the best first: those that can be rung, and of them those that always answer."""
    return sorted(lines.of("anyone"), key=lambda line: (not line.value.strip("+#*")[:1].isdigit(), not line.always))


def _likely_lines(texts: Texts, spoken: Spoken, *, brief: bool = False) -> Iterator[Markup]:
    for code, place in likely_places(texts, spoken.crisis).items():
        if found := listening(spoken.crisis[code]):
            contact = _line(found[0], spoken.crisis[code], texts, brief=brief)
            yield texts.of("if_in", place=place, contact=contact)


def _directory(texts: Texts, spoken: Spoken, *, brief: bool = False) -> Markup:
    directory = spoken.crisis[INTERNATIONAL]
    return _line(directory.of("anyone")[0], directory, texts, brief=brief)


def one_line(texts: Texts, spoken: Spoken, country: str | None) -> str:
    """Return one line of those who listen: of a country, or of the likeliest, or where lines are found by country."""
    own = spoken.crisis.get(country or "")
    if own and (found := listening(own)):
        return _line(found[0], own, texts)
    likely = "" if country else next(_likely_lines(texts, spoken), "")
    return "\n".join(filter(None, [likely, _directory(texts, spoken)]))


def _line(line: CrisisLine, lines: CrisisLines, texts: Texts, *, brief: bool = False) -> Markup:
    """Render a line with when it answers, where that is known, and its source; in brief, the host of that."""
    hours = texts.plain("hours_always") if line.always else line.hours
    name = in_language(line.name, texts.language).removeprefix(line.value).lstrip(" ,–")
    title, host = line.source.title, urlsplit(line.source.url).hostname
    if brief and host:
        title, name = (name, "") if host in line.value else (host.removeprefix("www."), name)
    source = texts.of("contact_source", title=title, day=texts.day(lines.checked))
    shown = texts.of("crisis_line", value=line.value, name=" · ".join(filter(None, [name, hours])), source=source)
    return shown.replace("  ", " ")


def _listening(texts: Texts, spoken: Spoken, country: str | None) -> Iterator[str]:
    yield texts.of("crisis_sextortion")
    yield one_line(texts, spoken, country)
