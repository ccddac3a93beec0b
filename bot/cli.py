"""The command ``askfirst``."""

import argparse
import logging
import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from tzlocal import get_localzone

from bot.checking.engine import near_texts
from bot.logs import log_to_stderr, read_log_settings
from bot.moderation.night import newest_hour, run_night
from bot.reports.tables import as_text
from bot.settings import BadSetting, Settings, read_settings
from bot.terminal import patterns
from bot.terminal.chat import Chat
from bot.terminal.check import DONE, FAILED, WRONG_USAGE, engine_of, run_check
from bot.terminal.commands import Actions
from bot.terminal.evaluate import Evaluation, StaleBuild
from bot.terminal.night_lines import say_night
from bot.terminal.offers.practice_command import add_practice
from bot.terminal.rows import BadRow, read_known
from bot.terminal.screen import complain, output, waiting
from bot.web.settings import read_web_settings
from bot.words.texts import read_texts
from index.builds.cluster import on_cluster
from index.judging.extra import MissingExtra, require
from index.model.encoder import Encoder
from index.model.loading import load_encoder
from index.model.packed_weights import BrokenModel
from knowledge.database.connection import in_words
from knowledge.database.schema import NewerDatabase
from knowledge.database.store import Store
from knowledge.documents.check import check_documents
from knowledge.documents.reporting import read_countries
from knowledge.documents.toml import InvalidDocument
from knowledge.ledger.desk.sign_ins import SignIns
from knowledge.ledger.keyed_hash import BadKey
from knowledge.ledger.roles import Roles
from knowledge.text.languages import INTERFACE

_ABOUT = """AskFirst: a second opinion before you pay.

Say what happened in your own words, and AskFirst compares it with known scams,
with traps that make people accomplices, and with the real things that scammers
copy. It answers with a warning, what gave it away, what to do, how to check,
and where to report. It never says that something is safe.

  askfirst chat                       talk to it in this terminal
  askfirst check "they say my parcel is held, pay 1.20 by this link"
  askfirst bot                        run the Telegram bot
"""
_FAULTS = (BadKey, BadSetting, BadRow, BrokenModel, InvalidDocument, MissingExtra, NewerDatabase, StaleBuild)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 where it is done, 1 where something failed, 2 for wrong usage."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = parser().parse_args(arguments)
    try:
        settings = read_settings(os.environ)
        return int(options.run(options, settings))
    except BrokenPipeError:  # whoever read our output, like `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (*_FAULTS, OSError) as fault:
        complain(f"askfirst: {fault}")
        return FAILED
    except sqlite3.Error as fault:
        complain(f"askfirst: {in_words(settings.database)}: {fault}, expected {_expected(fault)}")
        return FAILED
    except KeyboardInterrupt:
        return 130


def _expected(fault: sqlite3.Error) -> str:
    if isinstance(fault, sqlite3.OperationalError):  # locked, full, read-only
        return "a database that can be written; nothing in it is lost"
    return "a sound database; stop the bot, and put the newest copy of the backups in its place"


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line; ``run`` of what it returns is the command."""
    parser = argparse.ArgumentParser(
        prog="askfirst", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = commands.add_parser("check", help="check one situation, or a file of them, and print the answer")
    check.add_argument("text", nargs="?", help='what happened, in any language; "-" reads standard input')
    check.add_argument("--json", action="store_true", help="print one JSON object instead of the reply")
    about = 'check rows {"id": …, "text": …} (or "turns": […]), print JSON rows'
    check.add_argument("--batch", type=Path, metavar="FILE.jsonl", help=about)
    check.add_argument("--image", type=Path, metavar="FILE", help="read a picture, with the text or without any")
    check.add_argument("--country", default="", help="your country, by name or two letters, for the numbers to call")
    check.add_argument("--language", default="", help=f"language of the reply: {', '.join(INTERFACE)}")
    check.set_defaults(run=run_check)

    commands.add_parser("chat", help="talk to AskFirst in this terminal").set_defaults(run=_chat)
    add_practice(commands)
    commands.add_parser("bot", help="run the Telegram bot (needs TELEGRAM_BOT_TOKEN)").set_defaults(run=_bot)
    _add_console(commands)
    _add_rebuild(commands)

    _add_evaluate(commands)
    actions = patterns.add_commands(commands)
    checking = actions.add_parser("check", help="validate every knowledge document and name every fault")
    checking.add_argument("folder", nargs="?", type=Path, help="a knowledge folder; the shipped one where left out")
    checking.add_argument("--near", action="store_true", help="find texts that say nearly the same, too")
    checking.set_defaults(run=_patterns_check)
    return parser


def _add_console(commands: Actions) -> None:
    console = commands.add_parser("console", help="run the moderators' console in a browser, on this machine")
    about = "print a link that signs in this moderator, by Telegram id (0: the operator), and exit"
    console.add_argument("--link", type=int, metavar="PERSON", help=about)
    console.set_defaults(run=_console)


def _add_evaluate(commands: Actions) -> None:
    evaluate = commands.add_parser("evaluate", help="say how good the build that serves is")
    about = "rows of known truth; where left out, the golden set, cross-validated"
    evaluate.add_argument("file", nargs="?", type=Path, metavar="FILE.jsonl", help=about)
    evaluate.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page with pictures, too")
    evaluate.add_argument("--place", action="append", default=[], metavar="TEXT", help="mark a text on the page's map")
    evaluate.add_argument("--baselines", action="store_true", help="compare with what one would build instead")
    evaluate.set_defaults(run=_evaluate)


def _add_rebuild(commands: Actions) -> None:
    rebuild = commands.add_parser("rebuild", help="turn the knowledge documents into a new index")
    rebuild.add_argument("--force", action="store_true", help="publish it even where it judges the golden set worse")
    about = "do nothing where a replica has done tonight's run, by ASKFIRST_REBUILD_AT"
    rebuild.add_argument("--scheduled", action="store_true", help=about)
    about = "encode on a Dask cluster, by its scheduler's address, like tcp://10.0.0.5:8786"
    rebuild.add_argument("--on", metavar="ADDRESS", help=about)
    rebuild.set_defaults(run=_rebuild)


def _chat(_: argparse.Namespace, settings: Settings) -> int:
    engine = engine_of(settings)
    with closing(Store(settings.database)) as store:
        Chat(engine, read_texts(), read_countries(), store, output()).run()
    return DONE


def _bot(_: argparse.Namespace, settings: Settings) -> int:
    token = settings.required_token()
    web, logs = read_web_settings(os.environ, settings.base_url), read_log_settings(os.environ)
    log_to_stderr(logs, token, web.webhook.secret if web.webhook else "")
    from bot.telegram.intake.running import alone  # telegram takes a second to import, and only this command needs it
    from bot.telegram.run import run_bot

    with alone(settings):
        return run_bot(settings, engine_of(settings, logging.getLogger(__name__).info), web)


def _console(options: argparse.Namespace, settings: Settings) -> int:
    if options.link is not None:
        return _link(options.link, settings)
    for library in ("jinja2", "multipart", "starlette", "uvicorn"):
        require(library, "console")
    from bot.console.running import run_console  # only this command needs the libraries of the extra

    engine = engine_of(settings)
    print(f"{settings.console_root}: `askfirst console --link PERSON` prints a link to sign in", flush=True)
    return run_console(settings, engine)


def _link(person: int, settings: Settings) -> int:
    with closing(Store(settings.database)) as store:
        if not Roles(store, settings.owners).is_moderator(person):
            complain(f"askfirst console: --link {person}: no moderator, expected the Telegram id of one, or 0")
            return WRONG_USAGE
        print(f"{settings.console_root}/sign-in/{SignIns(store).link(person, datetime.now(UTC))}")
    return DONE


def _rebuild(options: argparse.Namespace, settings: Settings) -> int:
    now = datetime.now(UTC)
    at = settings.rebuild_at if options.scheduled else None
    due = newest_hour(at, now.astimezone(get_localzone())) if at else None
    with waiting("Rebuilding the index"), _encoder(options.on, settings) as encoder:
        night = run_night(settings, now, gate=not options.force, due=due, encoder=encoder)
    say_night(night, print)
    if night.worse:
        complain("askfirst rebuild: not published, it would be worse; the build before serves on")
    for line in (*night.worse, *night.faults):
        complain(line)
    return FAILED if night.worse or night.faults else DONE


def _encoder(address: str | None, settings: Settings) -> AbstractContextManager[Encoder | None]:
    """Return what encodes on a cluster; None where no address is given, and this process does."""
    if address is None:
        return nullcontext()
    encoder = load_encoder(settings.model, settings.models)
    return on_cluster(address, encoder, load_encoder, settings.model, settings.models)


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    if options.baselines and options.file:
        complain("askfirst evaluate: --baselines answers the golden set, expected no file beside it")
        return WRONG_USAGE
    if options.place and not options.html:
        complain("askfirst evaluate: --place marks a text on the page's map, expected --html FILE beside it")
        return WRONG_USAGE
    for library in ("matplotlib",) * bool(options.html) + ("bm25s",) * options.baselines:
        require(library)
    rows = read_known(options.file) if options.file else None
    evaluation = Evaluation(engine_of(settings), settings, rows)
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
            found = near_texts(settings, options.folder)
        for near in found:
            if not near.fault:
                print(near.line)
        faults += [near.line for near in found if near.fault]
    for fault in faults:
        complain(fault)
    return FAILED if faults else DONE
