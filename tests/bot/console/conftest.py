"""The console over a small build, asked as a browser asks it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.checking.checker import Checker
from bot.checking.engine import Engine
from bot.console.app import build_app
from bot.console.desk import Desk, Words, open_desk
from bot.moderation.background import Runs, Trials
from bot.settings import read_settings
from index.builds.build import Build
from knowledge.documents.casebook import Casebook
from knowledge.documents.pattern import Case
from knowledge.documents.reporting import Country
from knowledge.impostors.contacts import OfficialContacts
from knowledge.proposals.proposal import Draft
from tests.fakes import HashingEncoder

OWNER, ANNA, BEN = 1, 7, 8
Page = Any


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


async def nothing() -> int:
    return 0


async def rebuilt(_: str) -> int:
    return 0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def console_words(countries: dict[str, Country]) -> Words:
    return Words(countries=countries)


@pytest.fixture
def desk(
    tmp_path: Path,
    small_builds: Path,
    small_build: Build,
    casebook: Casebook,
    contacts: OfficialContacts,
    console_words: Words,
    clock: Clock,
) -> Iterator[Desk]:
    settings = read_settings({"ASKFIRST_DATA": str(tmp_path), "ASKFIRST_OWNERS": str(OWNER)})
    serving: Any = SimpleNamespace(build=lambda: small_build)
    checker = Checker(HashingEncoder(), serving.build, contacts)
    engine = Engine(HashingEncoder(), serving, checker, contacts)
    with open_desk(
        settings,
        engine,
        words=console_words,
        casebook=lambda: casebook,
        official=lambda: (),
        trials=Trials(nothing),
        rebuilds=Runs("rebuild", rebuilt),
        clock=clock,
    ) as desk:
        for person in (ANNA, BEN):
            desk.roles.add(person, OWNER, clock.now)
        yield desk


class Browser:
    """Somebody's browser: it keeps cookies, and sends forms as they stand in the page."""

    def __init__(self, desk: Desk, person: int | None = None) -> None:
        self.desk = desk
        self.http = TestClient(build_app(desk), base_url="http://127.0.0.1:8377", headers={"accept-language": "en"})
        if person is not None:
            self.sign_in(person)

    def sign_in(self, person: int) -> Page:
        return self.http.post(f"/sign-in/{self.desk.sign_ins.link(person, self.desk.now)}")

    def get(self, path: str) -> Page:
        return self.http.get(path)

    def post(self, path: str, page: Page | None = None, **fields: Any) -> Page:
        """Send a form with the token of a page; of the queue where none is given."""
        files = fields.pop("files", None)
        return self.http.post(path, data={"csrf": csrf(page or self.get("/queue")), **fields}, files=files)

    def press(self, page: Page, act: str) -> Page:
        """Press a button of the open item."""
        form = re.search(r'<form method="post" action="/decide">(.*?)</form>', page.text, re.DOTALL)
        assert form, "no item is open"
        assert re.search(rf'name="act" value="{act}"', form[1]), f"no button {act}"
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1])
        return self.http.post("/decide", data={**{name: unescape(value) for name, value in hidden}, "act": act})


def csrf(page: Page) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert found, page.text[:500]
    return found[1]


@pytest.fixture
def anna(desk: Desk) -> Browser:
    return Browser(desk, ANNA)


@pytest.fixture
def ben(desk: Desk) -> Browser:
    return Browser(desk, BEN)


def propose(
    desk: Desk, author: int, *texts: str, pattern: str = "parcel-smish", batch: str = "", tried: bool = True
) -> list[int]:
    """Propose cases, and have them tried."""
    drafts = [Draft("case", pattern, case=Case("en", text), batch=batch) for text in texts]
    made = [one.id for one in desk.proposals.propose(drafts, author, desk.now)]
    if tried:
        desk.proposals.tried(made, {}, "", desk.now)
    return made
