"""Fixtures: the small documents, a build of them, and the bot on a strict local Bot API server."""

import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from bot.checking.checker import Checker
from bot.pictures.reader import Pictures
from bot.settings import Settings, read_settings
from bot.telegram.jobs import Jobs
from bot.telegram.services import Words
from bot.words.texts import MODERATORS, Texts, read_texts
from index.builds.build import Build
from index.builds.rebuilding import rebuild
from index.builds.shelf import current_name, load_current
from index.model.loading import DEFAULT_MODEL, load_encoder
from index.model.sentence_encoder import SentenceEncoder
from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.official import read_bodies
from knowledge.documents.reporting import Country, read_countries
from knowledge.impostors.contacts import OfficialContacts
from knowledge.masking.text import mask_private
from knowledge.proposals.queue import Proposals
from tests import postgres as postgres_server
from tests import s3 as s3_server
from tests.bot_api import TOKEN, BotApi
from tests.fakes import HashingEncoder, Waits, Worker, at_once
from tests.paths import DOCUMENTS
from tests.patience import PATIENCE
from tests.running import Stage, polling, settings_for

REAL_DATA = read_settings(os.environ).data
"""The data folder of the checkout: the model is unpacked once, for the tests and for use."""
os.environ["HF_HUB_OFFLINE"] = "1"
hypothesis_settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any machine")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    """The real encoder."""
    return load_encoder(DEFAULT_MODEL, REAL_DATA / "models")


@pytest.fixture(scope="session")
def casebook() -> Casebook:
    return read_casebook(DOCUMENTS)


@pytest.fixture(scope="session")
def small_builds(casebook: Casebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small casebook's build, made once for all processes that run tests beside each other."""
    mine = tmp_path_factory.getbasetemp()
    builds = (mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "small-builds"
    with FileLock(f"{builds}.lock"):
        if current_name(builds) is None:
            rebuild(builds, HashingEncoder(), casebook)
    return builds


@pytest.fixture(scope="session")
def small_build(small_builds: Path) -> Build:
    return load_current(small_builds, HashingEncoder.name)[0]


@pytest.fixture
def published(small_builds: Path, tmp_path: Path) -> Build:
    """The small build published in the test's own folder, where more may follow it."""
    shutil.copytree(small_builds, tmp_path, dirs_exist_ok=True)
    return load_current(tmp_path, HashingEncoder.name)[0]


@pytest.fixture(scope="session")
def checker(small_build: Build, contacts: OfficialContacts) -> Checker:
    return Checker(HashingEncoder(), lambda: small_build, contacts)


@pytest.fixture(scope="session")
def contacts() -> OfficialContacts:
    """Contacts are read with the bodies that ship."""
    return OfficialContacts(read_bodies())


@pytest.fixture(scope="session")
def texts() -> dict[str, Texts]:
    return read_texts()


@pytest.fixture(scope="session")
def moderator_texts() -> dict[str, Texts]:
    return read_texts(MODERATORS)


@pytest.fixture(scope="session")
def countries() -> dict[str, Country]:
    return read_countries(DOCUMENTS / "reporting")


@pytest.fixture(scope="session")
def spoken_words(texts: dict[str, Texts], moderator_texts: dict[str, Texts], countries: dict[str, Country]) -> Words:
    """What is said; questions and crisis lines are those that ship, and are read once."""
    return Words(texts, moderator_texts, countries)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"ASKFIRST_DATA": str(tmp_path), "TELEGRAM_BOT_TOKEN": TOKEN})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database."""
    store = Store(tmp_path / "a.db")
    yield store
    store.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """A PostgreSQL server; tests that want it are skipped where there can be none."""
    with postgres_server.running() as server:
        yield server


@pytest.fixture(scope="session")
def running_s3() -> Iterator[s3_server.Server]:
    """An S3 server; tests that want it are skipped where there can be none."""
    with s3_server.running() as server:
        yield server


@pytest.fixture
def s3(running_s3: s3_server.Server) -> Iterator[s3_server.Server]:
    """The S3 server, to which addresses of builds lead."""
    with s3_server.set_for(running_s3):
        yield running_s3


@pytest.fixture
def proposals(store: Store) -> Proposals:
    """No proposals yet; nobody may approve their own."""
    return Proposals(store, alone=False)


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker() as executor:
        yield executor


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """The server; what Telegram would have refused fails the test."""
    server = BotApi()
    runner = await server.start()
    yield server
    await runner.cleanup()
    assert server.violations == []


@pytest.fixture(scope="session")
def pictures() -> Iterator[Pictures]:
    with Pictures(threads=1, hangs=PATIENCE) as reader:
        yield reader


RunBot = Callable[..., Any]


@pytest.fixture
def stage(
    small_build: Build,
    casebook: Casebook,
    spoken_words: Words,
    worker: Worker,
    pictures: Pictures,
    contacts: OfficialContacts,
) -> Stage:
    return Stage(casebook, lambda: small_build, spoken_words, worker, pictures, contacts)


@pytest.fixture
def run_bot(api: BotApi, tmp_path: Path, stage: Stage) -> RunBot:
    """Run the real application against the server, with the small build's checker or another one."""

    @asynccontextmanager
    async def running(
        with_checker: Any = None,
        *,
        build: Any = None,
        jobs: Jobs | None = None,
        settled: Any = at_once,
        mask: Callable[[str], str] = mask_private,
        clock: Callable[[], float] = time.monotonic,
        waits: Waits | None = None,
        **more: str,
    ) -> AsyncIterator[BotApi]:
        settings = settings_for(tmp_path, api, more)
        with stage.services(settings, with_checker, build, settled, mask=mask, clock=clock) as services:
            async with polling(settings, services, jobs, waits):
                yield api

    return running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in ("slow", "model")))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--approve", action="store_true", help="write tests/replies/ anew from what is rendered")
