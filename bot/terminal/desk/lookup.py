"""What is held on a contact: ``askfirst lookup CONTACT``."""

import argparse
from collections.abc import Sequence

from bot.moderation.lookup import Held, look_up
from bot.terminal.check import DONE, WrongUsage
from bot.terminal.commands import Actions, Workbench, add
from bot.terminal.desk.items import contact_line
from bot.terminal.proposal_lines import name_of, printable
from bot.terminal.screen import output, show
from bot.words.texts import read_texts
from knowledge.documents.reporting import find_country, read_countries
from knowledge.impostors.contacts import shipped_contacts
from knowledge.ledger.safelist import Listed

EXPECTED = "expected a number, link, account name, address or wallet, like +44 20 7946 0000"


def add_commands(commands: Actions) -> None:
    """Add the command."""
    lookup = add(commands, "lookup", "say what is held on a contact, and what people are told of it", _lookup)
    lookup.add_argument("contact", nargs="+", metavar="CONTACT", help="a number, link, account name, address or wallet")
    lookup.add_argument("--country", default="", help="where national numbers are from, by name or two letters")


def held_on(options: argparse.Namespace, bench: Workbench) -> Sequence[Held]:
    """Return what is held on the contacts of a command, one or more.

    Raises:
        WrongUsage: there is no contact in it, or no such country.
    """
    country = find_country(options.country, read_countries())
    if options.country and country is None:
        raise WrongUsage(f"--country {options.country}: expected a country's name or two letters, like SG")
    given, texts = " ".join(options.contact), read_texts()["en"]
    held = look_up(given, shipped_contacts(), bench.reports, bench.store, texts, bench.today, country)
    if not held:
        raise WrongUsage(f"{given[:60]}: no contact in it, {EXPECTED}")
    return held


def listed_by(one: Listed) -> str:
    """Name the moderators who put a contact on the safelist, or say that one is missing."""
    by = " and ".join(map(name_of, one.by))
    return by if one.in_force else f"{by}, needs a second moderator"


def _lookup(options: argparse.Namespace, bench: Workbench) -> int:
    for one in held_on(options, bench):
        print("\n".join(_lines(one)))
        show(output(), one.told)
    return DONE


def _lines(held: Held) -> list[str]:
    lines = [printable(f"{held.masked} ({held.kind})")]
    lines += [contact_line(held.row)] if held.row else ["nothing is reported of it"]
    if held.row and held.row.confirmed_on:
        lines.append(f"confirmed on {held.row.confirmed_on} by {name_of(held.confirmed_by)}")
    lines += [f"on the safelist since {held.listed.day}, by {listed_by(held.listed)}"] if held.listed else []
    lines += [printable(f"published by {held.owner} as its own; reports of it are not kept")] if held.owner else []
    return [*lines, "people are told now:"]
