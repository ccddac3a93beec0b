"""What was done and what came of it: ``askfirst audit``, ``builds``, ``rollback`` and ``stats``."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.moderation.overview import Filters, acts, named_act
from bot.moderation.publishing import serve_again
from bot.reports import rising, stats
from bot.reports.tables import Table, as_text
from bot.terminal.check import DONE, WrongUsage
from bot.terminal.commands import Actions, Workbench, add
from bot.terminal.proposal_lines import name_of, printable
from bot.terminal.screen import output
from index.builds.history import BuildSummary, summaries
from index.builds.shelf import current_name
from index.judging.extra import require
from index.model.loading import model_name
from knowledge.ledger.answer_counts import Counters
from knowledge.ledger.audit import ACTS
from knowledge.ledger.contact_report_rows import report_counts
from knowledge.ledger.roles import OPERATOR

_LAST, _DAYS, _MOST_DAYS = 50, 30, 3660
_LISTED = 200  # characters of what became what


def add_commands(commands: Actions) -> None:
    """Add the commands."""
    audit = add(commands, "audit", "list what moderators and the operator did, newest first", _audit)
    audit.add_argument("--last", type=int, default=_LAST, metavar="N", help=f"how many acts; {_LAST} where left out")
    audit.add_argument("--who", type=int, metavar="ID", help="only those of one person; 0 is the operator")
    audit.add_argument("--act", default="", choices=ACTS, metavar="VERB", help=f"only one of: {', '.join(ACTS)}")
    audit.add_argument("--pattern", default="", metavar="ID", help="only those about a pattern")
    audit.add_argument("--days", type=int, default=0, metavar="N", help="only those of the last N days")
    add(commands, "builds", "list the builds there are, newest first", _builds)
    back = add(commands, "rollback", "let an earlier build serve", _rollback)
    back.add_argument("build", metavar="NAME", help="its name, as `askfirst builds` shows it")
    counting = add(commands, "stats", "count the answers given, without anything about people", _stats)
    counting.add_argument("--days", type=int, default=_DAYS, metavar="N", help=f"how many days; {_DAYS} where left out")
    counting.add_argument("--png", type=Path, metavar="FILE", help="draw them, too")


def _audit(options: argparse.Namespace, bench: Workbench) -> int:
    if options.last < 1:
        raise WrongUsage(f"--last {options.last}: expected 1 or more")
    if not 0 <= options.days <= _MOST_DAYS:
        raise WrongUsage(f"--days {options.days}: expected 1 to {_MOST_DAYS}")
    filters = Filters(options.who, options.act, options.pattern, options.days)
    rows = [
        (f"{row.when:%Y-%m-%d %H:%M}", name_of(row.who), printable(named_act(row)), _change(row.before, row.after))
        for row in acts(bench.store, filters, options.last, bench.now)
    ]
    output().print(as_text(Table("Acts, newest first", ("when (UTC)", "who", "what", "change"), rows)))
    return DONE


def _change(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Say what of a thing became what; of what stayed the same, nothing."""
    parts = []
    for name in dict.fromkeys([*before, *after]):
        old, new = (json.dumps(part[name], ensure_ascii=False) if name in part else "–" for part in (before, after))
        if name not in before:
            parts.append(f"{name} {new}")
        elif old != new:
            parts.append(f"{name} {old} → {new}")
    words = printable(" ".join(", ".join(parts).split()))
    return words if len(words) <= _LISTED else words[: _LISTED - 1] + "…"


def _builds(_: argparse.Namespace, bench: Workbench) -> int:
    found = summaries(bench.settings.builds, model_name(bench.settings.model))
    columns = ("name", "state", "patterns", "cases", "golden set")
    output().print(as_text(Table("Builds, newest first", columns, [(one.name, *_cells(one)) for one in found])))
    return DONE


def _cells(one: BuildSummary) -> tuple[str, ...]:
    state = "serves" if one.serving else ""
    state = state if one.sound else f"{state} cannot serve".strip()
    counts = (str(one.counts.get("patterns", "?")), str(one.counts.get("cases", "?")))
    if one.figures is None:
        return state, *counts, "not known"
    figures = one.figures
    return state, *counts, f"first {figures.first:.0%}, among three {figures.among_three:.0%}"


def _rollback(options: argparse.Namespace, bench: Workbench) -> int:
    builds, model = bench.settings.builds, model_name(bench.settings.model)
    if current_name(builds) == options.build:
        print(f"{options.build}: serves already")
        return DONE
    build = serve_again(bench.store, builds, options.build, model, OPERATOR, bench.now, bench.settings.share)
    again = bench.proposals.again()
    print(f"{build.name}: serves again" + (f"; {again} proposals are to be tried anew" if again else ""))
    return DONE


def _stats(options: argparse.Namespace, bench: Workbench) -> int:
    if not 1 <= options.days <= _MOST_DAYS:
        raise WrongUsage(f"--days {options.days}: expected 1 to {_MOST_DAYS}")
    if options.png:
        require("matplotlib")
    days = stats.days_until(bench.today, options.days)
    counts, patterns = Counters(bench.store).rows(days[0], days[-1]), bench.patterns()
    if not counts:
        print(f"Nothing was counted from {days[0]} to {days[-1]}.")
    console = output()
    for table in stats.tables(counts, patterns) if counts else ():
        console.print(as_text(table))
        console.print()
    with bench.store.reading() as db:
        reports = stats.reported(report_counts(db, days[0], days[-1]))
    for table in (*reports, *_rising(bench)):
        console.print(as_text(table))
        console.print()
    if options.png:
        stats.draw(counts, patterns, days, options.png)
        print(f"{options.png}: written")
    return DONE


def _rising(bench: Workbench) -> list[Table]:
    """Return a table each of the patterns and contacts that rise beyond their own past; none where nothing does."""
    patterns, contacts = rising.rising(bench.store, bench.today)
    found = {
        "Patterns that rise beyond their own past": patterns,
        "Contacts that rise beyond their own past": contacts,
    }
    return [rising.table(title, rises) for title, rises in found.items() if rises]
