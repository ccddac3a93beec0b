"""A workbench with the small documents, and words hashed into buckets where something is tried."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.checking.checker import Checker
from bot.checking.engine import Engine
from bot.cli import parser
from bot.settings import read_settings
from bot.terminal.commands import Workbench, telling
from index.builds.serving import Serving
from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook
from knowledge.impostors.contacts import OfficialContacts
from knowledge.ledger.roles import OPERATOR, Roles
from knowledge.proposals.queue import Proposals
from tests.fakes import HashingEncoder

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
Run = Callable[..., int]


@pytest.fixture
def bench(tmp_path: Path, small_builds: Path, casebook: Casebook, contacts: OfficialContacts) -> Iterator[Workbench]:
    settings = read_settings({"ASKFIRST_DATA": str(tmp_path / "data"), "ASKFIRST_MODEL": "hashing"})
    encoder = HashingEncoder()
    shutil.copytree(small_builds, settings.builds)
    serving = Serving(settings.builds, encoder.name)
    engine = Engine(encoder, serving, Checker(encoder, serving.build, contacts), contacts)
    store = Store(settings.database)
    roles, proposals = Roles(store, settings.owners), Proposals(store, alone=True)
    yield Workbench(settings, store, OPERATOR, NOW, proposals, roles, lambda: casebook, lambda: engine, tuple)
    store.close()


@pytest.fixture
def run(bench: Workbench) -> Run:
    """Run a command at the workbench, as the operator or as somebody else."""

    def running(*arguments: str, **more: object) -> int:
        options = parser().parse_args(arguments)
        return telling(options.name, partial(options.work, options, replace(bench, **more)))  # type: ignore[arg-type]

    return running
