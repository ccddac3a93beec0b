"""The command ``askfirst``."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot import replies
from bot.chat import Chat, checked
from bot.checking import Assessment, Match, Situation
from bot.engine import Engine, near_texts, open_engine, rebuilt
from bot.evaluating import Evaluation, StaleBuild
from bot.replies import Reply
from bot.rows import BadRow, read_batch, read_known
from bot.settings import BadSetting, Settings, read_settings
from bot.tables import as_text
from bot.terminal import complain, output, show, waiting
from bot.texts import read_texts
from index.build import Build
from index.rebuilding import Worse
from index.weights import BrokenModel
from knowledge.checks import check_documents
from knowledge.documents import InvalidDocument
from knowledge.languages import INTERFACE, interface_language
from knowledge.reporting import find_country, read_countries
from knowledge.store import Store

DONE, FAILED, WRONG_USAGE = 0, 1, 2
_ABOUT = """AskFirst: a second opinion before you pay.

Say what happened in your own words, and AskFirst compares it with known scams,
with traps that make people accomplices, and with the real things that scammers
copy. It answers with a warning, what gave it away, what to do, how to check,
and where to report. It never says that something is safe.

  askfirst chat                       talk to it in this terminal
  askfirst check "they say my parcel is held, pay 1.20 by this link"
  askfirst bot                        run the Telegram bot
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 where it is done, 1 where something failed, 2 for wrong usage."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings(os.environ)
        return int(options.run(options, settings))
    except BrokenPipeError:  # whoever read our output, like `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (BadSetting, BadRow, BrokenModel, InvalidDocument, StaleBuild, OSError) as fault:
        complain(f"askfirst: {fault}")
        return FAILED
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="askfirst", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="check one situation, or a file of them, and print the answer")
    check.add_argument("text", nargs="?", help='what happened, in any language; "-" reads standard input')
    check.add_argument("--json", action="store_true", help="print one JSON object instead of the reply")
    check.add_argument(
        "--batch", type=Path, metavar="FILE.jsonl", help='check rows {"id": …, "text": …}, print JSON rows'
    )
    check.add_argument("--country", default="", help="your country, by name or two letters, for the numbers to call")
    check.add_argument("--language", default="", help=f"language of the reply: {', '.join(INTERFACE)}")
    check.set_defaults(run=_check)

    commands.add_parser("chat", help="talk to AskFirst in this terminal").set_defaults(run=_chat)
    commands.add_parser("bot", help="run the Telegram bot (needs TELEGRAM_BOT_TOKEN)").set_defaults(run=_bot)
    rebuild = commands.add_parser("rebuild", help="turn the knowledge documents into a new index")
    rebuild.add_argument("--force", action="store_true", help="publish it even where it judges the golden set worse")
    rebuild.set_defaults(run=_rebuild)

    evaluate = commands.add_parser("evaluate", help="say how good the build that serves is")
    about = "rows of known truth; where left out, the golden set, cross-validated"
    evaluate.add_argument("file", nargs="?", type=Path, metavar="FILE.jsonl", help=about)
    evaluate.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page with pictures, too")
    evaluate.add_argument("--place", action="append", default=[], metavar="TEXT", help="mark a text on the page's map")
    evaluate.add_argument("--baselines", action="store_true", help="compare with what one would build instead")
    evaluate.set_defaults(run=_evaluate)

    patterns = commands.add_parser("patterns", help="work with the pattern documents")
    actions = patterns.add_subparsers(title="actions", metavar="ACTION", required=True)
    checking = actions.add_parser("check", help="validate every knowledge document and name every fault")
    checking.add_argument("folder", nargs="?", type=Path, help="a knowledge folder; the shipped one where left out")
    checking.add_argument("--near", action="store_true", help="find texts that say nearly the same, too")
    checking.set_defaults(run=_patterns_check)
    return parser


def _check(options: argparse.Namespace, settings: Settings) -> int:
    if (options.text is None) == (options.batch is None):
        complain("askfirst check: expected either a text (or - for standard input) or --batch FILE.jsonl")
        return WRONG_USAGE
    every = read_texts()
    language = replies.find_language(options.language, every)
    if options.language and language is None:
        complain(f"askfirst check: --language {options.language}: expected one of {', '.join(every)}")
        return WRONG_USAGE
    countries = read_countries()
    country = find_country(options.country, countries)
    if options.country and country is None:
        complain(f"askfirst check: --country {options.country}: expected a country's name or two letters, like SG")
        return WRONG_USAGE
    fallback = language or interface_language(os.environ.get("LC_ALL") or os.environ.get("LANG"))
    if options.batch:
        return _batch(read_batch(options.batch), _engine(settings), fallback, country)
    text = sys.stdin.read() if options.text == "-" else options.text
    if not text.strip():
        complain("askfirst check: the text is empty, expected what happened in words")
        return WRONG_USAGE
    engine = _engine(settings)
    assessment = checked(engine.checker, Situation(text, fallback, country))
    if options.json:
        print(json.dumps(as_json(assessment, None), ensure_ascii=False))
        return DONE
    code = replies.reply_language(language, assessment.language, fallback)
    _print(replies.assessment_reply(assessment, every[code], countries, country))
    return DONE


def _batch(rows: list[tuple[Any, str]], engine: Engine, fallback: str, country: str | None) -> int:
    for name, text in tqdm(rows, desc="Checking", unit="text", file=sys.stderr):
        assessment = engine.checker.check(Situation(text, fallback, country))
        print(json.dumps(as_json(assessment, name), ensure_ascii=False), flush=True)
    return DONE


def as_json(assessment: Assessment, name: Any) -> dict[str, Any]:
    """Return an assessment as the object that ``check --json`` prints."""
    return {
        "id": name,
        "language": assessment.language,
        "concern": assessment.concern,
        "kind": assessment.kind,
        "emergency": assessment.emergency,
        "matches": [_match_json(match, evidence=True) for match in assessment.matches],
        "look_alikes": [_match_json(match, evidence=False) for match in assessment.look_alikes],
        "identifiers": [],
        "question": assessment.question,
        "milliseconds": assessment.milliseconds,
    }


def _match_json(match: Match, *, evidence: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"pattern": match.pattern.id, "similarity": round(match.similarity, 4)}
    if evidence:
        found["evidence"] = [{"quote": item.quote, "flag": item.flag} for item in match.evidence]
    return found


def _chat(_: argparse.Namespace, settings: Settings) -> int:
    engine = _engine(settings)
    with closing(Store(settings.database)) as store:
        Chat(engine, read_texts(), read_countries(), store, output()).run()
    return DONE


def _bot(_: argparse.Namespace, settings: Settings) -> int:
    settings.required_token()
    from bot.running import run_bot  # telegram takes a second to import, and only this command needs it

    return run_bot(settings, _engine(settings))


def _rebuild(options: argparse.Namespace, settings: Settings) -> int:
    with waiting("Rebuilding the index"):
        try:
            build, changed = rebuilt(settings, gate=not options.force)
        except Worse as worse:
            complain("askfirst rebuild: not published, it judges the golden set worse; the build before serves on")
            complain(str(worse))
            return FAILED
    print(f"{build.name}: {'published' if changed else 'nothing has changed, it serves on'}")
    print(_summary(build))
    return DONE


def _summary(build: Build) -> str:
    counts, figures = build.manifest.counts, build.manifest.figures
    return (
        f"{counts['patterns']} patterns, {counts['cases']} cases; "
        f"{counts['encoded']} of {counts['texts']} texts encoded\n"
        f"golden set of {figures.situations}: expected pattern first {figures.first:.0%}, among three "
        f"{figures.among_three:.0%}\n"
        f"harmless called likely {figures.harmless_likely:.1%}, dangerous missed {figures.danger_missed:.1%}"
    )


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    if options.baselines and options.file:
        complain("askfirst evaluate: --baselines answers the golden set, expected no file beside it")
        return WRONG_USAGE
    if options.place and not options.html:
        complain("askfirst evaluate: --place marks a text on the page's map, expected --html FILE beside it")
        return WRONG_USAGE
    rows = read_known(options.file) if options.file else None
    evaluation = Evaluation(_engine(settings), settings, rows)
    tables = evaluation.tables() + (evaluation.compared() if options.baselines else [])
    console = output()
    for table in tables:
        console.print(as_text(table))
        console.print()
    if options.html:
        options.html.write_text(evaluation.page(tables, options.place), "utf-8")
        print(f"{options.html}: written")
    return DONE


def _patterns_check(options: argparse.Namespace, settings: Settings) -> int:
    report = check_documents(options.folder)
    for line in report.lines:
        print(line)
    faults = list(report.faults)
    if options.near and not faults:
        with waiting("Comparing texts"):
            faults += near_texts(settings, options.folder)
    for fault in faults:
        complain(fault)
    return FAILED if faults else DONE


def _engine(settings: Settings) -> Engine:
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with waiting("Opening the casebook"):
        return open_engine(settings, complain)


def _print(reply: Reply) -> None:
    show(output(), reply.html)
