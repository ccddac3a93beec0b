"""``askfirst gaps``: what people asked and no pattern fits."""

import argparse
import json
from collections.abc import Iterator

from bot.reports.tables import Table, as_text
from bot.terminal.check import DONE, WrongUsage
from bot.terminal.commands import Actions, Workbench, add
from bot.terminal.proposal_lines import printable
from bot.terminal.screen import output
from bot.words.reply import cut
from index.gaps.clusters import FEWEST_PEOPLE
from index.gaps.gaps import DAYS, Gap, Gaps, find_gaps
from index.gaps.skeleton import skeleton
from knowledge.ledger.keyed_hash import read_key

_SHOWN = 160  # characters of an example


def add_commands(commands: Actions) -> None:
    """Add the command."""
    gaps = add(commands, "gaps", "show what several people asked and no pattern fits", _gaps)
    about = f"show nothing of fewer people; {FEWEST_PEOPLE} where left out"
    gaps.add_argument("--people", type=int, default=FEWEST_PEOPLE, metavar="N", help=about)
    gaps.add_argument("--json", action="store_true", help="print one JSON object")
    gaps.add_argument("--draft", type=int, metavar="N", help="print a document to begin with for gap N")


def _gaps(options: argparse.Namespace, bench: Workbench) -> int:
    if options.people < FEWEST_PEOPLE:
        raise WrongUsage(f"--people {options.people}: expected {FEWEST_PEOPLE} or more")
    if options.json and options.draft is not None:
        raise WrongUsage("--json and --draft: expected only one of them")
    engine = bench.engine()
    key = read_key(bench.settings.data)
    found = find_gaps(bench.store, key, engine.serving.build(), engine.encoder, bench.today, options.people)
    if options.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    elif options.draft is None:
        _show(found)
    else:
        gap = next((one for one in found.gaps if one.number == options.draft), None)
        if gap is None:
            raise WrongUsage(f"--draft {options.draft}: no such gap, expected one that `askfirst gaps` shows")
        print(skeleton(gap, engine.patterns(), bench.drafting.template(bench.today)), end="")
    return DONE


def _show(found: Gaps) -> None:
    if found.gaps:
        print("What several people asked in vain (* few of a language, und not known)")
    else:
        print(f"Nothing that {found.fewest} people or more asked in vain.")
    for gap in found.gaps:
        for line in _lines(gap):
            print(printable(line))
    print(f"{found.alone} texts are near no others, or of fewer people")
    if found.languages:
        rows = [
            (one.language, str(one.answers), str(one.unclear), str(one.no_match), f"{one.share:.0%}")
            for one in found.languages
        ]
        title = f"Answers of {DAYS} days that said nothing"
        output().print(as_text(Table(title, ("language", "answers", "unclear", "no_match", "share"), rows)))


def _lines(gap: Gap) -> Iterator[str]:
    languages = ", ".join(f"{name} {count}" for name, count in gap.languages.items())
    yield f"gap {gap.number}: {gap.people} people, {gap.texts} texts ({languages})"
    yield f"  nearest: {', '.join(f'{name} {cosine:.2f}' for name, cosine in gap.nearest)}"
    if gap.notes:
        yield f"  notes: {', '.join(map(str, gap.notes))}"
    for text in gap.examples:
        yield f"  “{cut(' '.join(text.split()), _SHOWN)}”"
