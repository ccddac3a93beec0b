"""``askfirst api`` and ``mcp``: answers for other programs, without the database and without keeping anything."""

import argparse
import socket
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime
from functools import cache

from bot.api.assistants import Assistants
from bot.api.keys import PER_MINUTE, Keys
from bot.api.service import Service
from bot.reports.tables import Table, as_text
from bot.settings import BadSetting, Settings
from bot.terminal.check import DONE, engine_of
from bot.terminal.commands import Actions
from bot.terminal.proposal_lines import printable
from bot.terminal.screen import output
from bot.words.conversing import Spoken
from bot.words.texts import read_texts
from index.judging.extra import require
from knowledge.documents.reporting import read_countries

_HOST, _PORT = "127.0.0.1", 8070


def add_commands(commands: Actions) -> None:
    """Add the commands."""
    api = commands.add_parser("api", help="answer other programs over HTTP, each with a key of its own")
    api.add_argument("--host", default=_HOST, help=f"the address to listen on; {_HOST} where left out")
    api.add_argument("--port", type=int, default=_PORT, help=f"the port; {_PORT} where left out")
    doing = api.add_mutually_exclusive_group()
    doing.add_argument("--add-key", metavar="NAME", help="make a key for somebody, show it this once, and exit")
    doing.add_argument("--remove-key", metavar="NAME", help="take somebody's key away, and exit")
    doing.add_argument("--list-keys", action="store_true", help="list who has a key, and exit")
    about = f"requests a minute of the key that is made; {PER_MINUTE} where left out"
    api.add_argument("--per-minute", type=int, default=PER_MINUTE, metavar="N", help=about)
    api.set_defaults(run=_api)
    about = "answer an assistant over standard input and output (Model Context Protocol)"
    commands.add_parser("mcp", help=about).set_defaults(run=_mcp)


def service_of(settings: Settings) -> Service:
    """Open what answers programs."""
    return Service(engine_of(settings), Spoken(read_countries(), read_texts()))


def _api(options: argparse.Namespace, settings: Settings) -> int:
    if options.add_key is not None or options.remove_key is not None or options.list_keys:
        return _change_keys(options, Keys(settings.data))
    for library in ("starlette", "uvicorn"):
        require(library, "api")
    with _listening(options.host, options.port) as listener:
        Keys(settings.data).all()
        from bot.api.run import server  # the extra, which nothing else needs

        running = server(service_of(settings), settings.data)
        host = f"[{options.host}]" if ":" in options.host else options.host
        print(f"http://{host}:{listener.getsockname()[1]}/api/", flush=True)
        running.run(sockets=[listener])
    return DONE


def _mcp(_: argparse.Namespace, settings: Settings) -> int:
    out = sys.stdout.buffer
    with redirect_stdout(sys.stderr):  # whatever else is printed must not come between the answers
        Assistants(cache(lambda: service_of(settings))).serve(sys.stdin.buffer, out)
    return DONE


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as fault:
        wrong = getattr(fault, "strerror", None) or fault
        raise BadSetting(f"--host {host} --port {port}: {wrong}, expected a free address of this machine") from fault


def _change_keys(options: argparse.Namespace, keys: Keys) -> int:
    if options.add_key is not None:
        made = keys.add(options.add_key, options.per_minute, datetime.now(UTC).date())
        print(made)
    elif options.remove_key is not None:
        keys.remove(options.remove_key)
        print(f"{options.remove_key}: has no key any more")
    else:
        rows = [(printable(key.name), f"{key.since}", str(key.per_minute)) for key in keys.all()]
        output().print(as_text(Table(f"{len(rows)} keys", ("name", "since", "a minute"), rows)))
    return DONE
