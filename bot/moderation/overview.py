"""Replies to moderators who look after the whole: people, acts, builds, counts and patterns."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.moderation import parts
from bot.moderation.parts import cut_lines
from bot.reports.tables import Table
from bot.words.contacts import unlinked
from bot.words.reply import Button, Reply, Section, cut, fit
from bot.words.texts import Texts
from index.builds.history import BuildSummary
from index.judging.evaluation import Figures
from knowledge.database.store import Store
from knowledge.documents.pattern import Pattern
from knowledge.ledger.audit import ACTS, AuditRow, audit_rows
from knowledge.ledger.roles import Moderator

_MOST_BUILDS = 10
_TABLE_ROOM = 1500
_LIST_ROOM = 3500
_LONGEST_NUMBER = 16


def moderators_reply(owners: Iterable[int], added: Sequence[Moderator], words: Texts) -> Reply:
    """Render who may curate."""
    lines = [words.of("moderators")]
    lines += [words.of("moderators_owner", person=person) for person in owners]
    lines += [
        words.of("moderators_one", person=one.person, day=words.day(one.since), by=parts.who(one.added_by, words))
        for one in added
    ]
    return Reply(f"{_lines(lines)}\n\n{words.of('moderators_how')}")


@dataclass(frozen=True)
class Filters:
    """Which acts are asked for; empty or None where that does not matter."""

    who: int | None = None
    act: str = ""
    pattern: str = ""
    days: int = 0


def filters_of(given: Iterable[str]) -> Filters | str:
    """Read filters in any order: a person's id, an act, ``7d``, a pattern's id. Return the word that is none of them.

    A number is a person's id, 0 the operator's.
    """
    filters = Filters()
    for word in given:
        if word.isascii() and word.isdigit() and len(word) < _LONGEST_NUMBER:
            filters = replace(filters, who=int(word))
        elif word in ACTS:
            filters = replace(filters, act=word)
        elif days := re.fullmatch(r"([1-9][0-9]{0,3})d", word, re.ASCII):
            filters = replace(filters, days=int(days[1]))
        elif re.fullmatch(r"[a-z0-9-]{1,40}", word):
            filters = replace(filters, pattern=word)
        else:
            return word
    return filters


def acts(store: Store, filters: Filters, most: int, now: datetime) -> tuple[AuditRow, ...]:
    """Return the newest acts that fit, newest first."""
    since = now - timedelta(days=filters.days) if filters.days else None
    return audit_rows(store, most, filters.who, act=filters.act, pattern=filters.pattern, since=since)


def named_act(row: AuditRow) -> str:
    """Say what was done, and to what in a form that can be read: a contact masked, a proposal with its pattern."""
    verb, _, object_ = row.what.partition(" ")
    masked = row.before.get("masked") or row.after.get("masked")
    pattern = row.after.get("pattern") or row.before.get("pattern")
    return f"{verb} {masked or object_}" + (f" ({pattern})" if pattern else "")


def audit_reply(rows: Sequence[AuditRow], words: Texts, *, asked: bool = False) -> Reply:
    """Render the newest acts; ``asked``: only those that somebody asked for."""
    if not rows:
        return Reply(words.of("audit_none" if asked else "audit_empty"))
    lines = [str(words.of("audit", count=len(rows)))]
    for row in rows:
        values = {"when": f"{row.when:%m-%d %H:%M}", "who": parts.who(row.who, words), "what": unlinked(named_act(row))}
        reason = row.after.get("reason")
        line = words.of("audit_row", **values)
        lines.append(f"{line} {words.of('audit_reason', reason=cut(str(reason), 120))}" if reason else line)
    return Reply(_lines(lines))


def builds_reply(builds: Sequence[BuildSummary], words: Texts) -> Reply:
    """Render the newest builds."""
    if not builds:
        return Reply(words.of("builds_empty"))
    lines = [Section(words.of("builds"))]
    lines += [Section(_build(one, words), 1) for one in builds[:_MOST_BUILDS]]
    return Reply(fit([*lines, Section(words.of("builds_how"))]))


def _build(one: BuildSummary, words: Texts) -> str:
    mark = "▶️ " if one.serving else "" if one.sound else "⚠️ "
    lines = [words.of("build", mark=mark, name=one.name)]
    if one.figures:
        lines.append(words.of("build_counts", **_counted(one.counts)))
        lines.append(words.of("build_figures", **_shares(one.figures)))
    if not one.sound:
        lines.append(words.of("build_unsound"))
    return "\n".join(lines)


def _counted(counts: Mapping[str, int]) -> dict[str, object]:
    return {"patterns": counts.get("patterns", "?"), "cases": counts.get("cases", "?")}


def _shares(figures: Figures) -> dict[str, str]:
    return {
        "first": f"{figures.first:.1%}",
        "three": f"{figures.among_three:.1%}",
        "likely": f"{figures.harmless_likely:.1%}",
        "missed": f"{figures.danger_missed:.1%}",
    }


def rollback_card(one: BuildSummary, now: BuildSummary | None, words: Texts) -> Reply:
    """Render what a rollback would change, and ask."""
    sections = [Section(words.of("rollback_ask", name=one.name)), Section(_build(one, words))]
    sections += [Section(_build(now, words))] if now else []
    yes = Button(words.plain("button_rollback"), f"mod_rollback:{one.name}")
    return Reply(
        fit(sections),
        (
            (
                yes,
                Button(words.plain("button_drop"), "mod_drop:"),
            ),
        ),
    )


def stats_reply(tables: Sequence[Table], days: int, words: Texts) -> Reply:
    """Render the counts of answers; the tables that come last give way first."""
    if not tables:
        return Reply(words.of("stats_empty", days=days))
    sections = [Section(words.of("stats", days=days))]
    sections += [Section(words.of("pre", text=cut_lines(_table(one), _TABLE_ROOM)), n) for n, one in enumerate(tables)]
    return Reply(fit(sections))


def _table(table: Table) -> str:
    """Write a table with its columns under each other."""
    rows = [table.columns, *table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    first, *others = widths
    return "\n".join(
        " ".join([row[0].ljust(first), *(cell.rjust(width) for cell, width in zip(row[1:], others, strict=True))])
        for row in rows
    )


def patterns_reply(patterns: Mapping[str, Pattern], documents: Iterable[str], words: Texts) -> list[Reply]:
    """Render the ids by family with their numbers of cases; several messages where one is too short."""
    families: dict[str, list[str]] = {}
    for name, pattern in sorted(patterns.items()):
        families.setdefault(pattern.family, []).append(f"{name} {len(pattern.cases)}")
    blocks = [_listed("patterns_family", names, words, family=family) for family, names in families.items()]
    in_use = set(documents)
    coming, going = sorted(in_use - set(patterns)), sorted(set(patterns) - in_use)
    head = words.of("patterns", count=len(patterns), cases=sum(len(one.cases) for one in patterns.values()))
    tail = [_listed("patterns_coming", coming, words)] if coming else []
    tail += [_listed("patterns_going", going, words)] if going else []
    return _messages([head, *blocks, *tail])


def _listed(key: str, names: Iterable[str], words: Texts, **values: str) -> str:
    return words.of(key, patterns=cut(", ".join(names), _LIST_ROOM), **values)


def _messages(blocks: Sequence[str]) -> list[Reply]:
    """Put blocks into as few messages as hold them."""
    messages = [""]
    for block in blocks:
        if messages[-1] and len(messages[-1]) + len(block) > 3800:
            messages.append("")
        messages[-1] = f"{messages[-1]}\n\n{block}".strip()
    return [Reply(text) for text in messages]


def _lines(lines: Sequence[str]) -> str:
    """Join lines, leaving the last ones out where they are too many."""
    kept, used = [], 0
    for line in lines:
        used += len(line) + 1
        if used > 3600:
            break
        kept.append(line)
    return "\n".join(kept)
