"""Casebooks between operators: ``askfirst export`` and ``import``, and ``askfirst keys``, by which they are known."""

import argparse
import os
import tempfile
from pathlib import Path

from bot.terminal.changing import document_of, propose
from bot.terminal.check import DONE
from bot.terminal.commands import Actions, Workbench, add
from bot.terminal.proposal_lines import printable
from knowledge.exchange.bundle import packed, unpacked
from knowledge.exchange.incoming import incoming
from knowledge.exchange.keys import (
    BadExchange,
    distrust,
    fingerprint,
    make_own_key,
    own_key,
    trust,
    trusted_keys,
)
from knowledge.ledger.audit import add_to_audit
from knowledge.proposals.files import BadRows, read_text


def add_commands(commands: Actions) -> None:
    """Add the commands."""
    exporting = add(commands, "export", "write the casebook in use into one file, signed with your own key", _export)
    exporting.add_argument("file", type=Path, metavar="FILE", help="a new file")
    exporting.add_argument("ids", nargs="*", metavar="ID", help="only these patterns")
    about = "the licence others get it under, as an SPDX identifier like CC-BY-4.0"
    exporting.add_argument("--licence", required=True, help=about)
    importing = add(commands, "import", "propose what a trusted operator's file has that is not here", _import)
    importing.add_argument("file", type=Path, metavar="FILE", help="a file that `askfirst export` wrote")
    about = "propose as this moderator, by Telegram id, instead of as the operator"
    importing.add_argument("--as", dest="who", type=int, metavar="ID", help=about)
    keys = add(commands, "keys", "show your own key and those you trust, or change them", _keys)
    actions = keys.add_subparsers(title="actions", metavar="ACTION")
    making = add(actions, "make", "make your own key, once", _make)
    making.add_argument("name", metavar="NAME", help="what others read of you, like a bank's or a university's name")
    trusting = add(actions, "trust", "take files that this key signed", _trust)
    trusting.add_argument("name", metavar="NAME", help="what you call whoever has the key")
    trusting.add_argument(
        "key",
        metavar="KEY",
        help="what `askfirst keys` shows at their end, behind -- if it starts with -; compare the digits by voice",
    )
    leaving = add(actions, "distrust", "take no more files of somebody", _distrust)
    leaving.add_argument("name", metavar="NAME", help="as `askfirst keys` shows it")


def _export(options: argparse.Namespace, bench: Workbench) -> int:
    documents = bench.drafting.documents(bench.today)
    wanted = {name: document_of(bench, name) for name in options.ids} or documents
    text = packed(wanted, own_key(bench.settings.data), options.licence, bench.today)
    _write_new(options.file, text)
    print(f"{options.file}: {len(wanted)} documents, signed")
    return DONE


def _write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all."""
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    made = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            out.write(text)
        made.chmod(0o644)
        file.hardlink_to(made)
    except FileExistsError:
        raise FileExistsError(f"{file}: there already, expected a new file") from None
    finally:
        made.unlink()


def _import(options: argparse.Namespace, bench: Workbench) -> int:
    text, trusted = read_text(options.file), trusted_keys(bench.settings.data)
    try:
        bundle = unpacked(text, trusted, bench.today)
        name = trusted[bundle.key]
        came = incoming(bundle, name, bench.drafting, bench.today)
    except BadExchange as fault:
        raise BadExchange(f"{options.file}: {fault}") from fault
    except BadRows as faults:
        raise BadRows([f"{options.file}: {line}" for line in faults.lines]) from faults
    print(printable(f"from {name}, {bundle.licence}, {bundle.day}: {len(bundle.documents)} documents"))
    for count, what in (
        (came.known, "documents say nothing new"),
        (came.copies, "cases are nearly ones there are, and are left out"),
        (came.waiting, "proposals wait for review already"),
    ):
        if count:
            print(f"{count} {what}")
    done = propose(bench, came.drafts) if came.drafts else DONE
    after = {"from": name, "key": bundle.key, "digest": bundle.digest, "proposals": len(came.drafts)}
    _note(bench, f"import-bundle {bundle.digest[:12]}", after)
    return done


def _keys(_: argparse.Namespace, bench: Workbench) -> int:
    folder = bench.settings.data
    try:
        own = own_key(folder)
        print(printable(f"own: {own.name}, {own.public} ({fingerprint(own.public)})"))
    except BadExchange as none:
        print(f"own: {none}")
    for key, name in sorted(trusted_keys(folder).items(), key=lambda one: one[1]):
        print(printable(f"trusted: {name}, {key} ({fingerprint(key)})"))
    return DONE


def _make(options: argparse.Namespace, bench: Workbench) -> int:
    own = make_own_key(bench.settings.data, options.name)
    _note(bench, "make-key", {"key": own.public})
    return _keys(options, bench)


def _trust(options: argparse.Namespace, bench: Workbench) -> int:
    trust(bench.settings.data, options.name, options.key)
    _note(bench, "trust-key", {"name": options.name, "key": options.key})
    return _keys(options, bench)


def _distrust(options: argparse.Namespace, bench: Workbench) -> int:
    distrust(bench.settings.data, options.name)
    _note(bench, "distrust-key", {"name": options.name})
    return _keys(options, bench)


def _note(bench: Workbench, what: str, after: dict[str, object]) -> None:
    with bench.store.transaction() as db:
        add_to_audit(db, bench.who, bench.now, what, {}, after)
