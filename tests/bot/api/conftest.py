from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from bot.api.service import Service
from bot.checking.checker import Checker
from bot.checking.dialogue import Talk
from bot.words.conversing import Spoken
from bot.words.texts import Texts
from index.builds.build import Build
from knowledge.documents.reporting import Country


@pytest.fixture
def service_with(
    texts: dict[str, Texts], countries: dict[str, Country], small_build: Build
) -> Callable[[Any], Service]:
    """Returns what answers by a checker."""

    def made(checker: Any) -> Service:
        serving = SimpleNamespace(build=lambda: small_build)
        engine: Any = SimpleNamespace(talk=Talk(checker), patterns=lambda: small_build.patterns, serving=serving)
        return Service(engine, Spoken(countries, texts))

    return made


@pytest.fixture
def service(checker: Checker, service_with: Callable[[Any], Service]) -> Service:
    return service_with(checker)
