"""Contacts of which no report is kept: ``askfirst safelist``, and ``add`` and ``remove`` below it."""

import argparse

from bot.moderation.lookup import Held
from bot.terminal.check import DONE, FAILED, WrongUsage
from bot.terminal.commands import Actions, Workbench, add
from bot.terminal.desk.items import NOT_PUT
from bot.terminal.desk.lookup import EXPECTED, held_on, listed_by
from bot.terminal.proposal_lines import printable
from bot.terminal.screen import complain
from knowledge.ledger.safelist import Contact, Listed, put_on_safelist, safelist, take_off_safelist

_LONGEST_WHY = 1000


def add_commands(commands: Actions) -> None:
    """Add the command and what stands below it."""
    listing = add(commands, "safelist", "list the contacts of which no report is kept, or change the list", _list)
    actions = listing.add_subparsers(title="actions", metavar="ACTION")
    putting = add(actions, "add", "put a contact on it; a second moderator has to as well", _add)
    putting.add_argument("--why", default="", metavar="TEXT", help="the reason; it should name nobody")
    taking = add(actions, "remove", "take a contact off it, so that reports of it are kept again", _remove)
    for action in (putting, taking):
        action.add_argument("contact", nargs="+", metavar="CONTACT", help="as for `askfirst lookup`")
        action.add_argument("--country", default="", help="where national numbers are from, by name or two letters")
        action.add_argument("--as", dest="who", type=int, metavar="ID", help="act as this moderator, by Telegram id")


def _list(_: argparse.Namespace, bench: Workbench) -> int:
    found = safelist(bench.store, bench.today)
    for one in found:
        print(_line(one))
    if not found:
        print("Nothing is on the safelist.")
    return DONE


def _line(one: Listed) -> str:
    why = f": {one.reason}" if one.reason else ""
    return printable(f"{one.masked} ({one.kind}), {one.day}, by {listed_by(one)}{why}")


def _add(options: argparse.Namespace, bench: Workbench) -> int:
    if len(options.why) > _LONGEST_WHY:
        raise WrongUsage(f"--why: {len(options.why)} characters, expected at most {_LONGEST_WHY:,}")
    held, contact = _one(options, bench)
    if held.owner:
        raise WrongUsage(printable(f"{held.masked}: published by {held.owner} as its own; reports of it are not kept"))
    alone = bench.settings.alone
    outcome = put_on_safelist(bench.store, contact, bench.who, bench.now, options.why.strip(), alone=alone)
    if outcome in NOT_PUT:
        complain(f"askfirst safelist add: {printable(contact.masked)}: {NOT_PUT[outcome]}")
        return FAILED
    said = "on the safelist, no report of it is kept" if outcome == "listed" else "noted, needs a second moderator"
    print(printable(f"{contact.masked}: {said}"))
    return DONE


def _remove(options: argparse.Namespace, bench: Workbench) -> int:
    _, contact = _one(options, bench)
    if not take_off_safelist(bench.store, contact.identifier, bench.who, bench.now):
        complain(f"askfirst safelist remove: {printable(contact.masked)}: not on the safelist")
        return FAILED
    print(printable(f"{contact.masked}: off the safelist, reports of it are kept again"))
    return DONE


def _one(options: argparse.Namespace, bench: Workbench) -> tuple[Held, Contact]:
    """Return the one contact that is meant.

    Raises:
        WrongUsage: there is none, there are several, or it is of a kind that cannot be reported.
    """
    held = held_on(options, bench)
    if len(held) > 1:
        raise WrongUsage(f"{len(held)} contacts: expected one at a time")
    if held[0].contact is None:
        raise WrongUsage(f"a {held[0].kind} cannot be reported, {EXPECTED}")
    return held[0], held[0].contact
