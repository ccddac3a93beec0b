"""What waits for the database, and what does not, through the front door."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.database.store import Store
from knowledge.ledger.roles import Roles
from tests.bot_api import BotApi
from tests.conftest import RunBot
from tests.running import Stage, polling, settings_for
from tests.talk import ANN, NOBODY, OWNER, Talk, staffed
from tests.updates import message

pytestmark = pytest.mark.anyio
OWNERS = {"owners": str(OWNER)}
PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
WAITS = 8
"""A chat whose choice waits for the database."""


class Counting(Roles):
    """Counts how often it is asked who somebody is."""

    asked = 0

    def is_moderator(self, person: int) -> bool:
        self.asked += 1
        return super().is_moderator(person)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = staffed(tmp_path)
    yield opened
    opened.close()


async def test_others_are_answered_while_one_waits_for_another_process_that_writes(
    run_bot: RunBot, tmp_path: Path
) -> None:
    async with run_bot() as api:
        with closing(sqlite3.connect(tmp_path / "askfirst.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            api.send(message=message("/country SG", chat=WAITS))
            person = Talk(api, NOBODY)
            assert "How to use AskFirst" in (await person.write("/help")).text
            assert "Fake parcel fee" in (await person.write(PARCEL)).text
            assert "Where to report" in (await person.tap_data("report:")).text
            assert api.sent(WAITS) == []
            other.execute("ROLLBACK")
        assert "Singapore" in (await api.wait_for(1, WAITS))[0].text


async def test_who_somebody_is_is_asked_only_where_a_moderators_button_was_pressed(
    api: BotApi, stage: Stage, tmp_path: Path, store: Store
) -> None:
    settings = settings_for(tmp_path, api, OWNERS)
    with stage.services(settings) as services:
        roles = Counting(services.ledger.store, settings.owners)
        asked = {}
        async with polling(settings, replace(services, ledger=replace(services.ledger, roles=roles))):
            person, ann = Talk(api, NOBODY), Talk(api, ANN)
            card = await ann.write("/builds")
            presses = {
                "of anybody": (person, "paid:"),
                "of an older version": (person, "mod_gone:"),
                "of a moderator, by anybody": (person, "mod_drop:"),
                "of a moderator": (ann, "mod_drop:"),
            }
            for name, (talk, data) in presses.items():
                roles.asked = 0
                await talk.tap_data(data, message_id=card.number)
                asked[name] = roles.asked
    assert list(asked.values()) == [0, 0, 1, 1], asked


async def test_where_the_database_fails_checks_go_on(api: BotApi, stage: Stage, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, api, {})
    with stage.services(settings) as services:
        async with polling(settings, services):
            services.ledger.store.close()
            api.send(message=message(PARCEL))
            (reply,) = await api.wait_for(1)
    assert "Fake parcel fee" in reply.text
