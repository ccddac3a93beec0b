"""The real application over HTTP against the strict server, for tests and for measuring."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from bot.checking.checker import Checker
from bot.checking.conversation import Gathering
from bot.checking.engine import Engine
from bot.moderation.background import Trials
from bot.pictures.reader import PictureReader
from bot.settings import Settings, read_settings
from bot.telegram.application import build_application
from bot.telegram.intake.running import Pause, fetching, running
from bot.telegram.jobs import Jobs
from bot.telegram.outbox.lines import Lines
from bot.telegram.outbox.outbox import Outbox
from bot.telegram.outbox.patience import Patience
from bot.telegram.services import Services, Words, open_services
from index.builds.build import Build
from knowledge.documents.casebook import Casebook
from knowledge.impostors.contacts import OfficialContacts
from knowledge.masking.text import mask_private
from tests.bot_api import TOKEN, BotApi
from tests.fakes import HashingEncoder, MadeUpTime, OffLoop, Waits, Worker, at_once
from tests.patience import PATIENCE

_OFFICIAL = ("We will never ask you to read out the code that came by text message.",)


@dataclass(frozen=True)
class Stage:
    """What is the same for every run: words, documents, and what reads pictures and contacts."""

    casebook: Casebook
    build: Callable[[], Build]
    words: Words
    worker: Worker
    pictures: PictureReader
    contacts: OfficialContacts
    refused: list[str] = field(default_factory=list)
    """Why published builds could not be taken over."""

    @contextmanager
    def services(
        self,
        settings: Settings,
        checker: Any = None,
        build: Any = None,
        settled: Any = at_once,
        pictures: PictureReader | None = None,
        mask: Callable[[str], str] = mask_private,
        clock: Callable[[], float] = time.monotonic,
    ) -> Iterator[Services]:
        """Open what handlers need; trials run in this process, and answers wait for no more."""
        serving: Any = SimpleNamespace(build=build or self.build, refused=self.refused)
        checker = checker or Checker(HashingEncoder(), serving.build, self.contacts)
        with open_services(
            settings,
            Engine(HashingEncoder(), serving, checker, self.contacts),
            self.words,
            pictures or self.pictures,
            casebook=lambda: self.casebook,
            official=lambda: _OFFICIAL,
            opened=OffLoop,
        ) as services:

            async def try_here() -> int:
                await services.aside(services.curating.proposing.try_untried, datetime.now(UTC))
                return 0

            yield replace(
                services,
                curating=replace(services.curating, trials=Trials(try_here)),
                chats=replace(services.chats, gathering=Gathering(settled), clock=clock),
                threads=replace(services.threads, checks=self.worker),
                mask=mask,
            )


def settings_for(data: object, api: BotApi, more: Mapping[str, str]) -> Settings:
    """Return settings for the server; ``more`` are those of the environment, without ``ASKFIRST_``, in lower case."""
    environment = {"ASKFIRST_DATA": str(data), "TELEGRAM_BOT_TOKEN": TOKEN, "ASKFIRST_BASE_URL": api.url}
    return read_settings({**environment, **{f"ASKFIRST_{name.upper()}": value for name, value in more.items()}})


async def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until something is so; one that never comes to be so fails the test."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def polling(
    settings: Settings,
    services: Services,
    jobs: Jobs | None = None,
    waits: Waits | MadeUpTime | None = None,
) -> AsyncIterator[Outbox]:
    """Run the application as the bot does, until the block ends; ``waits`` is how Telegram is waited for.

    A place in a chat's line is kept however long a busy machine takes; yield what is sent through.
    """
    pause: Pause = waits.pause if waits else asyncio.sleep
    patience = Patience(pause, waits.clock) if waits else Patience()
    outbox = Outbox(patience, Lines(PATIENCE))
    application = build_application(settings, services, jobs, outbox)
    store = services.ledger.store
    assert isinstance(store, OffLoop)
    store.running = True
    async with running(application, pause) as intake, fetching(application, intake, pause, timeout=1):
        yield outbox
    assert store.held_up == []
