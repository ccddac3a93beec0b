"""A draft of a report to the police or a bank, from what a case holds: as a message, and as a text for a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup, escape

from bot.checking.case import Case
from bot.checking.statement import Statement, statement_of
from bot.reports.text_pdf import NoLetters, text_pdf
from bot.words.choices import OPTIONS, told
from bot.words.contacts import unlinked
from bot.words.guidance_parts import contacts
from bot.words.reply import LIMIT, Reply, Section, cut, fit
from bot.words.texts import Texts, displayable
from index.judging.extra import MissingExtra
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.reporting import INTERNATIONAL, Country

_LONGEST, _MOST_LINES = 30_000, 800
"""Characters and lines of what was told that stand in a file; a message has room for less."""
_LISTED, _ITEM = 12, 90
"""Dates, amounts, or contacts in a message, and the length of each; a file has all of them whole."""
_LEAST_TOLD = 600


@dataclass(frozen=True)
class Part:
    """A heading, and lines as they are to be read."""

    heading: str
    lines: tuple[str, ...]
    rank: int = 0
    """Where a message would be too long, the highest are left to the file."""
    listed: bool = False
    """Whether the lines are items that a message has only the first of, each cut short."""


@dataclass(frozen=True)
class Draft:
    """A draft of a report, in plain words."""

    title: str
    note: str
    told: Part
    parts: tuple[Part, ...]
    cut: str
    """What stands where something is left out."""
    hints: tuple[str, ...]
    """What the person had better do first; for them alone."""
    right_to_left: bool = False

    def for_file(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return headings and lines of all of it, with what was told cut where it is very long."""
        words = "\n".join(self.told.lines)
        shown = "\n".join(words[:_LONGEST].split("\n")[:_MOST_LINES])
        lines = (shown,) if shown == words else (shown, self.cut)
        return (("", (self.note,)), (self.told.heading, lines), *((part.heading, part.lines) for part in self.parts))

    def as_text(self) -> str:
        """Return all of it as a plain text."""
        parts = ["\n".join([*([heading] if heading else []), *lines]) for heading, lines in self.for_file()]
        return "\n\n".join([self.title, *parts]) + "\n"

    def as_pdf(self) -> bytes | None:
        """Return all of it as a PDF; None where none can be made of its writing, or none at all on this machine."""
        try:
            return text_pdf(self.title, self.for_file(), right_to_left=self.right_to_left)
        except (MissingExtra, NoLetters):
            return None

    def as_screen(self) -> Reply:
        """Return all of it for a terminal, where nothing has to be short."""
        parts = [_html(Part(heading, lines)) for heading, lines in self.for_file()]
        return Reply("\n\n".join([f"<b>{escape(self.title)}</b>", *parts, *map(escape, self.hints)]))

    def reply(self) -> Reply:
        """Return it as a message; where that would be too long, what was told is cut, with a mark."""
        parts = [Section(_html(_short(part) if part.listed else part), part.rank) for part in self.parts]
        head = [Section(f"<b>{escape(self.title)}</b>"), Section(str(escape(self.note)))]
        hints = [Section(str(escape(hint))) for hint in self.hints]
        room = LIMIT - _units("\n\n".join(one.html for one in (*head, *parts, *hints))) - len(self.cut) - 200
        words = unlinked("\n".join(self.told.lines))
        shown = cut(words, max(room, _LEAST_TOLD))
        lines = (shown,) if shown == words else (shown, self.cut)
        return Reply(fit([*head, Section(_html(Part(self.told.heading, lines))), *parts, *hints]))


def draft_of(
    case: Case | None,
    texts: Texts,
    every: Mapping[str, Texts],
    patterns: Mapping[str, Pattern],
    countries: Mapping[str, Country],
    country: str | None,
    today: date,
) -> Draft | None:
    """Return a draft of a report from a case; None where nothing was told.

    Args:
        case: the one that is talked about.
        texts: the words to write it in.
        every: the words of all languages, of which a sentence may have been tapped.
        patterns: those of the build that serves.
        countries: where something can be reported.
        country: the person's, by code.
        today: the day it is made.
    """
    statement = statement_of(case, frozenset(_ours(every, patterns))) if case else None
    if statement is None:
        return None
    here = countries.get(country or INTERNATIONAL, countries[INTERNATIONAL])
    where, *lines = (_plain(line) for line in contacts(texts, here, "report_short").split("\n"))
    return Draft(
        title=texts.plain("statement_head"),
        note=_plain(texts.of("statement_note", day=texts.day(today))),
        told=Part(texts.plain("statement_told"), tuple(_told(statement, texts))),
        parts=(*_facts(statement, texts), _opinion(statement, texts), Part(where, tuple(lines), 1)),
        cut=texts.plain("statement_cut"),
        hints=tuple(_hints(statement, texts, country)),
        right_to_left=texts.language == "ar",
    )


def _hints(statement: Statement, texts: Texts, country: str | None) -> Iterator[str]:
    if statement.pattern and statement.pattern.kind == Kind.ACCOMPLICE:
        yield texts.plain("statement_lawyer")
    if country is None:
        yield _plain(texts.of("report_no_country"))


def _ours(every: Mapping[str, Texts], patterns: Mapping[str, Pattern]) -> Iterator[str]:
    """Yield the sentences that a person can tap instead of writing."""
    for pattern in patterns.values():
        for words in (*pattern.guidance.values(), pattern.guidance_in("zh-Hant")):
            yield from (words.yes, words.no)
    for texts in every.values():
        yield from (told(texts, name) or "" for names in OPTIONS.values() for name in names)


def _told(statement: Statement, texts: Texts) -> Iterator[str]:
    for number, one in enumerate(statement.told, 1):
        said = displayable(one.text).strip()
        yield f"{number}. {_plain(texts.of('statement_chosen', text=said)) if one.chosen else said}"


def _facts(statement: Statement, texts: Texts) -> Iterator[Part]:
    """Yield the lists of what stands in the words; none of what does not."""
    found = [f"{texts.plain(f'kind_{one.kind}')}: {_from_the_left(one.written, texts)}" for one in statement.found]
    lists = [
        ("statement_days", [displayable(day) for day in statement.days], 2),
        ("statement_sums", [displayable(amount) for amount in statement.sums], 2),
        ("statement_found", found, 0),
        ("statement_pictures", statement.pictures, 3),
    ]
    for key, items, rank in lists:
        if items:
            yield Part(texts.plain(key), tuple(f"• {item}" for item in items), rank, listed=True)


def _from_the_left(written: str, texts: Texts) -> str:
    """Return an identifier so that its parts keep their order among words that run from the right."""
    shown = displayable(" ".join(written.split()))
    return f"\u2066{shown}\u2069" if texts.language == "ar" else shown


def _opinion(statement: Statement, texts: Texts) -> Part:
    heading, pattern = texts.plain("statement_opinion"), statement.pattern
    if pattern is None:
        return Part(heading, (texts.plain("statement_unlike"),))
    title = pattern.guidance_in(texts.language).title
    return Part(heading, (_plain(texts.of("statement_like", title=title)),))


def _html(part: Part) -> str:
    head = [f"<b>{escape(part.heading)}</b>"] if part.heading else []
    return "\n".join([*head, *(str(escape(unlinked(line))) for line in part.lines)])


def _short(part: Part) -> Part:
    lines = tuple(cut(line, _ITEM) for line in part.lines[:_LISTED])
    return replace(part, lines=(*lines, "…") if len(part.lines) > _LISTED else lines)


def _plain(html: str) -> str:
    """Return words without tags, as they are read."""
    lead = html[: len(html) - len(html.lstrip(" "))]
    return lead + "\n".join(Markup(line).striptags() for line in html.split("\n"))


def _units(html: str) -> int:
    return len(html.encode("utf-16-le")) // 2
