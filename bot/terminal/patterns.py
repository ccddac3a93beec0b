"""The commands that show what is known, ``askfirst patterns``, and the list of all that are for moderators."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from bot.reports.tables import Table, as_text
from bot.terminal import changing, overview, review
from bot.terminal.changing import document_of
from bot.terminal.check import DONE, WrongUsage
from bot.terminal.commands import Actions, Workbench, add
from bot.terminal.desk import lookup, safelist
from bot.terminal.operators import database, exchange, gaps, serving
from bot.terminal.proposal_lines import printable
from bot.terminal.screen import output, show
from bot.words import choices
from bot.words.answers import pattern_reply
from bot.words.texts import read_texts
from knowledge.documents.pattern import Pattern
from knowledge.proposals.files import write_patterns
from knowledge.proposals.situations import golden_files


def add_commands(commands: Actions) -> Actions:
    """Add the commands for curating and operating; return the actions of ``patterns``, so that others can be added."""
    patterns = commands.add_parser("patterns", help="work with the pattern documents")
    actions = patterns.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_reading(actions)
    changing.add_commands(commands, actions)
    review.add_commands(commands)
    overview.add_commands(commands)
    lookup.add_commands(commands)
    safelist.add_commands(commands)
    gaps.add_commands(commands)
    exchange.add_commands(commands)
    serving.add_commands(commands)
    database.add_commands(commands)
    return actions


def _add_reading(actions: Actions) -> None:
    listing = add(actions, "list", "list the patterns, with what was approved", _list)
    listing.add_argument("--family", default="", help="only those of one family")
    showing = add(actions, "show", "print a pattern's document, or what people will see", _show)
    showing.add_argument("id", help="the pattern's id")
    showing.add_argument("--language", default="", help="print what people see in this language")
    exporting = add(actions, "export", "write the documents into a new folder, all or none", _export)
    exporting.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder, or an empty one")
    exporting.add_argument("ids", nargs="*", metavar="ID", help="only these patterns")


def _list(options: argparse.Namespace, bench: Workbench) -> int:
    patterns, shipped = bench.patterns(), bench.casebook()
    families = sorted({pattern.family for pattern in (*patterns.values(), *shipped.patterns.values())})
    if options.family and options.family not in families:
        raise WrongUsage(f"--family {options.family}: expected one of {', '.join(families)}")
    documents = bench.drafting.documents(bench.today)
    every: dict[str, Pattern] = {**shipped.patterns, **patterns}
    rows = [
        (name, str(pattern.kind), pattern.family, _cases(pattern), _state(name, shipped.documents, documents))
        for name, pattern in sorted(every.items())
        if options.family in ("", pattern.family)
    ]
    columns = ("id", "kind", "family", "cases", "state")
    output().print(as_text(Table(f"{len(rows)} patterns", columns, rows)))
    return DONE


def _cases(pattern: Pattern) -> str:
    languages = {case.language for case in pattern.cases}
    return f"{len(pattern.cases)} in {len(languages)} language{'s' if len(languages) > 1 else ''}"


def _state(name: str, shipped: Mapping[str, str], documents: Mapping[str, str]) -> str:
    if name not in documents:
        return "retired"
    if name not in shipped:
        return "new"
    return "shipped" if shipped[name] == documents[name] else "edited"


def _show(options: argparse.Namespace, bench: Workbench) -> int:
    document = document_of(bench, options.id)
    if not options.language:
        print(printable(document), end="")
        return DONE
    every = read_texts()
    language = choices.find_language(options.language, every)
    if language is None:
        raise WrongUsage(f"--language {options.language}: expected one of {', '.join(every)}")
    show(output(), pattern_reply(every[language], bench.patterns()[options.id], None).html)
    return DONE


def _export(options: argparse.Namespace, bench: Workbench) -> int:
    documents = bench.drafting.documents(bench.today)
    wanted = {name: document_of(bench, name) for name in options.ids} or documents
    situations = {} if options.ids else golden_files(bench.proposals.approved(bench.today))
    write_patterns(wanted, options.folder, situations)
    print(f"{options.folder}: {len(wanted)} documents written")
    if situations:
        print(
            f"{options.folder / 'golden'}: what was approved for the examination, to go to the end of knowledge/golden"
        )
    return DONE
