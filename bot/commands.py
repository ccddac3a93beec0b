"""How a curating command is added and run: with a desk, and with each of its faults told in one line."""

import argparse
from collections.abc import Callable
from typing import TypeAlias

from bot.check_command import FAILED, WRONG_USAGE, WrongUsage
from bot.curation import NotModerator
from bot.desk import Desk, desk_of
from bot.proposal_words import printable
from bot.settings import BadSetting, Settings
from bot.terminal import complain
from index.build import BuildMismatch
from index.history import NoSuchBuild
from knowledge.documents import InvalidDocument
from knowledge.exchange import BadRows
from knowledge.proposal import Slowed

Command = Callable[[argparse.Namespace, Desk], int]
Actions: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
_FAULTS = (BadRows, BadSetting, BuildMismatch, InvalidDocument, NoSuchBuild, NotModerator, OSError, Slowed)


def add(actions: Actions, name: str, about: str, run: Command) -> argparse.ArgumentParser:
    """Add a command whose faults are told in its name."""
    parser = actions.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    parser.set_defaults(run=_at_a_desk, work=run, name=parser.prog)
    return parser


def _at_a_desk(options: argparse.Namespace, settings: Settings) -> int:
    def work() -> int:
        with desk_of(options, settings) as desk:
            return int(options.work(options, desk))

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
