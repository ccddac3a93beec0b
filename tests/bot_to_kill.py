"""A bot in a process of its own, which answers all but what is slow: that it has in hand until it is killed."""

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.checking.checker import Checker
from bot.telegram.application import build_application
from bot.telegram.doors.serving import serve
from bot.telegram.services import Words
from bot.web.settings import read_web_settings
from bot.words.texts import MODERATORS, read_texts
from index.builds.shelf import load_current
from knowledge.documents.casebook import read_casebook
from knowledge.documents.official import read_bodies
from knowledge.documents.reporting import read_countries
from knowledge.impostors.contacts import OfficialContacts
from tests.bot_api import BotApi
from tests.fakes import HashingEncoder, SlowChecker, Worker
from tests.paths import DOCUMENTS
from tests.running import Stage, settings_for


async def main(data: Path, builds: Path, url: str) -> None:
    """Answer the server at an address until somebody ends the process."""
    build, contacts = load_current(builds, HashingEncoder.name)[0], OfficialContacts(read_bodies())
    words = Words(read_texts(), read_texts(MODERATORS), read_countries(DOCUMENTS / "reporting"))
    no_pictures: Any = SimpleNamespace(warm=lambda: None)
    stage = Stage(read_casebook(DOCUMENTS), lambda: build, words, Worker(), no_pictures, contacts)
    checker = SlowChecker(Checker(HashingEncoder(), lambda: build, contacts))
    settings = settings_for(data, BotApi(url=url), {})
    with stage.services(settings, checker) as services:
        await serve(build_application(settings, services), read_web_settings({}, settings.base_url))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
