"""Whether everything that an answer needs is there: the model, the build, the database, and Telegram."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from bot.telegram.services import Services
from bot.web.health import Check
from knowledge.ledger.chat_settings import settings_of

_MODEL_EVERY = 30.0  # seconds between encodings that only try whether it works
_SILENT = 90.0  # seconds without a word from Telegram that are still no fault; polling and asking are more frequent
_NOBODY = 0  # the id of no chat
_TRIED = "Somebody says that they are my bank."


class Readiness:
    """What ``/readyz`` asks."""

    def __init__(self, services: Services, clock: Callable[[], float] = time.monotonic) -> None:
        self._services, self._clock = services, clock
        self._tried, self._fault = float("-inf"), ""
        self.untaken = "starting, takes no updates yet"
        """Why nothing new is taken; empty where it is."""

    def checks(self) -> dict[str, Check]:
        """Return the checks by name."""
        return {"model": self._model, "build": self._build, "database": self._database, "telegram": self._telegram}

    async def _model(self) -> str:
        if self._clock() - self._tried >= _MODEL_EVERY:
            self._tried, self._fault = self._clock(), "fails"
            vector = (await self._services.aside(self._services.engine.encoder.encode, [_TRIED]))[0]
            self._fault = "" if np.isfinite(vector).all() and vector.any() else "encodes nothing"
        return self._fault

    async def _build(self) -> str:
        build = self._services.engine.serving.build()
        return "" if build.patterns else "has no patterns"

    async def _database(self) -> str:
        await self._services.ask(settings_of, self._services.ledger.store, _NOBODY)
        return ""

    async def _telegram(self) -> str:
        if self.untaken:
            return self.untaken
        age = self._services.contact.age()
        if age <= _SILENT:
            return ""
        return "no contact yet" if age == float("inf") else f"no contact for {age:.0f} seconds"


def build_age(services: Services) -> float:
    """Return how many seconds ago the build that serves was made."""
    made = datetime.fromisoformat(services.engine.serving.build().manifest.made)
    return (datetime.now(UTC) - made.replace(tzinfo=made.tzinfo or UTC)).total_seconds()
