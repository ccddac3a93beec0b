"""How a moderator's command is added and run: what it works with, and each of its faults told in one line.

The model is loaded only where something is tried.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from typing import TypeAlias

from bot.checking.engine import Engine
from bot.moderation.proposing import NotModerator, Proposing, official_lines
from bot.settings import BadSetting, Settings
from bot.terminal.check import FAILED, WRONG_USAGE, WrongUsage, engine_of
from bot.terminal.proposal_lines import printable
from bot.terminal.screen import complain
from index.builds.build import BuildMismatch
from index.builds.history import NoSuchBuild
from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.pattern import Pattern
from knowledge.documents.toml import InvalidDocument
from knowledge.exchange.keys import BadExchange
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.roles import OPERATOR, Roles
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.proposals.drafting import Drafting
from knowledge.proposals.files import BadRows
from knowledge.proposals.proposal import Slowed
from knowledge.proposals.queue import Proposals


@dataclass(frozen=True)
class Workbench:
    """Where a command finds the database, the documents, and who works."""

    settings: Settings
    store: Store
    who: int
    """A moderator's Telegram id, or OPERATOR."""
    now: datetime
    proposals: Proposals
    roles: Roles
    casebook: Callable[[], Casebook]
    """The shipped one."""
    engine: Callable[[], Engine]
    """What answers; called only where something is tried, and then once."""
    official: Callable[[], Sequence[str]] = official_lines
    """What official bodies say they never do."""

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.now.date()

    @cached_property
    def drafting(self) -> Drafting:
        """What makes drafts without a model."""
        return Drafting(self.proposals, self.casebook)

    @cached_property
    def proposing(self) -> Proposing:
        """What tries proposals; opened on first use, which takes seconds."""
        engine = self.engine()
        return Proposing(
            engine.serving.build, engine.encoder, self.proposals, self.roles, self.casebook, self.official()
        )

    @cached_property
    def reports(self) -> ContactReports:
        """What people reported of contacts."""
        return ContactReports(self.store, read_key(self.settings.data))

    @cached_property
    def notes(self) -> WrongNotes:
        """What people noted on wrong answers."""
        return WrongNotes(self.store, read_key(self.settings.data))

    def patterns(self) -> Mapping[str, Pattern]:
        """Return the patterns of the documents in use."""
        return self.casebook().revised(self.drafting.documents(self.today)).patterns


@contextmanager
def workbench_of(options: argparse.Namespace, settings: Settings) -> Iterator[Workbench]:
    """Open the workbench for the operator, or for the moderator named by ``--as``.

    Raises:
        WrongUsage: the one named is no moderator.
    """
    with closing(Store(settings.database)) as store:
        roles = Roles(store, settings.owners)
        who = getattr(options, "who", None)
        if who is not None and not roles.is_moderator(who):
            raise WrongUsage(f"--as {who}: no moderator, expected the Telegram id of one")
        yield Workbench(
            settings,
            store,
            OPERATOR if who is None else who,
            datetime.now(UTC),
            Proposals(store, alone=settings.alone),
            roles,
            cache(read_casebook),
            lambda: engine_of(settings),
        )


Command = Callable[[argparse.Namespace, Workbench], int]
Actions: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
_FAULTS = (BadExchange, BadRows, BadSetting, BuildMismatch, InvalidDocument, NoSuchBuild, NotModerator, OSError, Slowed)


def add(actions: Actions, name: str, about: str, run: Command) -> argparse.ArgumentParser:
    """Add a command whose faults are told in its name."""
    parser = actions.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    parser.set_defaults(run=_at_the_workbench, work=run, name=parser.prog)
    return parser


def _at_the_workbench(options: argparse.Namespace, settings: Settings) -> int:
    def work() -> int:
        with workbench_of(options, settings) as bench:
            return int(options.work(options, bench))

    return telling(options.name, work)


def telling(name: str, work: Callable[[], int]) -> int:
    """Do something and return the exit status; a fault is told in one line, several in one each."""
    try:
        return work()
    except BrokenPipeError:  # whoever read the output has had enough: no fault
        raise
    except WrongUsage as wrong:
        complain(f"{name}: {printable(str(wrong))}")
        return WRONG_USAGE
    except _FAULTS as faults:
        for line in str(faults).splitlines():
            complain(f"{name}: {printable(line)}")
        return FAILED
