"""``askfirst database copy FROM TO``: everything that is kept, from one database to another."""

import argparse
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.settings import BadSetting, Settings, database_address
from bot.terminal.check import DONE, FAILED
from bot.terminal.commands import Actions
from bot.terminal.screen import complain
from knowledge.database.connection import Address, in_words
from knowledge.database.copying import NotEmpty
from knowledge.database.store import Store

_ABOUT = """Copy every row of one database into another that has none, all or nothing: to a
server when replicas are to share it, back to a file, or out of a backup. Each is
a file, or postgresql://USER:PASSWORD@HOST:PORT/NAME. Stop the bots before."""


def add_commands(commands: Actions) -> None:
    """Add the command and what it can do."""
    parser = commands.add_parser("database", help="move what is kept between a file and a server")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    copy = actions.add_parser(
        "copy",
        help="copy everything into an empty database",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    copy.add_argument("source", metavar="FROM")
    copy.add_argument("target", metavar="TO")
    copy.set_defaults(run=_copy)


def _copy(options: argparse.Namespace, _: Settings) -> int:
    source, target = (database_address(name, getattr(options, name)) for name in ("source", "target"))
    if isinstance(source, Path) and not source.is_file():
        raise BadSetting(f"{source}: no such file, expected a database of AskFirst")
    with closing(_opened(source)) as old, closing(_opened(target)) as new:
        try:
            counts = old.copy_to(new)
        except (NotEmpty, sqlite3.Error) as fault:
            complain(f"askfirst database copy: {in_words(target)}: {fault}; nothing was copied")
            return FAILED
    for table, count in counts.items():
        print(f"{table}: {count}")
    print(f"{in_words(target)}: {sum(counts.values())} rows copied; the file `key` of the data folder goes with them")
    return DONE


def _opened(address: Address) -> Store:
    try:
        return Store(address)
    except sqlite3.Error as fault:
        raise BadSetting(f"{in_words(address)}: {fault}, expected a database that can be used") from fault
