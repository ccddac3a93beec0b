"""The real application over HTTP against the strict server, for tests and for measuring."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.checking.checker import Checker
from bot.checking.conversation import Gathering
from bot.moderation.background import Trials
from bot.moderation.proposing import Curation
from bot.pictures.reader import Pictures
from bot.settings import Settings, read_settings
from bot.telegram.application import build_application
from bot.telegram.jobs import Nightly
from bot.telegram.services import Services
from bot.words.texts import Texts
from index.builds.build import Build
from knowledge.documents.casebook import Casebook
from knowledge.documents.reporting import Country
from knowledge.impostors.contacts import OfficialContacts
from knowledge.ledger.answer_counts import Counters
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.roles import Roles
from knowledge.ledger.store import Store
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.proposals.queue import Proposals
from tests.bot_api import TOKEN, BotApi
from tests.fakes import HashingEncoder, at_once

_OFFICIAL = ("We will never ask you to read out the code that came by text message.",)


@dataclass(frozen=True)
class Stage:
    """What is the same for every run: words, documents, and what reads pictures and contacts."""

    casebook: Casebook
    build: Callable[[], Build]
    texts: dict[str, Texts]
    moderator_texts: dict[str, Texts]
    countries: dict[str, Country]
    worker: Executor
    pictures: Pictures
    contacts: OfficialContacts

    def services(
        self, settings: Settings, store: Store, checker: Any = None, build: Any = None, settled: Any = at_once
    ) -> Services:
        """Make what handlers need, over a database; trials run in this process, and answers wait for no more."""
        key, serving = read_key(settings.database.parent), build or self.build
        roles, proposals = Roles(store, settings.owners), Proposals(store, alone=settings.alone)
        curation = Curation(serving, HashingEncoder(), proposals, roles, lambda: self.casebook, _OFFICIAL)

        async def try_here() -> int:
            await asyncio.to_thread(curation.try_untried, datetime.now(UTC))
            return 0

        return Services(
            checker=checker or Checker(HashingEncoder(), serving, self.contacts),
            patterns=lambda: serving().patterns,
            worker=self.worker,
            texts=self.texts,
            countries=self.countries,
            store=store,
            pictures=self.pictures,
            contacts=self.contacts,
            reports=ContactReports(store, key),
            notes=WrongNotes(store, key),
            askers=Askers(store),
            counters=Counters(store),
            roles=roles,
            backups=settings.backups,
            build=serving,
            builds=settings.builds,
            proposals=proposals,
            curation=curation,
            moderator_texts=self.moderator_texts,
            alone=settings.alone,
            trials=Trials(try_here),
            gathering=Gathering(settled),
        )


def settings_for(data: object, api: BotApi, more: Mapping[str, str]) -> Settings:
    """Return settings for the server; ``more`` are those of the environment, without ``ASKFIRST_``, in lower case."""
    environment = {"ASKFIRST_DATA": str(data), "TELEGRAM_BOT_TOKEN": TOKEN, "ASKFIRST_BASE_URL": api.url}
    return read_settings({**environment, **{f"ASKFIRST_{name.upper()}": value for name, value in more.items()}})


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so; one that never comes to be so fails the test."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def polling(settings: Settings, services: Services, nightly: Nightly | None = None) -> AsyncIterator[None]:
    """Run the application as ``run_polling`` does, until the block ends."""
    application = build_application(settings, services, nightly)
    async with application:
        await application.post_init(application)  # type: ignore[misc]
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(poll_interval=0, timeout=1)
        try:
            yield
        finally:
            await application.updater.stop()
            await application.stop()
            await application.post_stop(application)  # type: ignore[misc]
