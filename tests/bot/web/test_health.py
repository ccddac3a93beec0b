import asyncio
import json
import re
from types import SimpleNamespace

import aiohttp
import pytest

from bot.settings import BadSetting
from bot.telegram.doors.readiness import Readiness
from bot.web import alive
from bot.web.health import LastContact, health
from bot.web.metrics import Metrics
from bot.web.server import listening
from bot.web.settings import Address
from tests.bot.web.conftest import ServeBot, free_port
from tests.bot_api import BotApi
from tests.patience import PATIENCE
from tests.updates import message

pytestmark = pytest.mark.anyio
MARKS = ("kalypso-marker", "91234567", "987654321")


@pytest.mark.parametrize("webhook", [True, False])
async def test_a_bot_that_runs_is_alive_and_ready(api: BotApi, serve_bot: ServeBot, webhook: bool) -> None:
    async with serve_bot(webhook=webhook) as bot:
        assert (await bot.get("/healthz"))[0] == 200
        status, body = await bot.get("/readyz")
        expected = {"ready": True, "not_ready": [], **dict.fromkeys(("model", "build", "database", "telegram"), "ok")}
        assert (status, json.loads(body)) == (200, expected)


async def test_what_is_not_ready_is_named(api: BotApi, serve_bot: ServeBot) -> None:
    async with serve_bot() as bot:
        bot.services.ledger.store.close()
        bot.services.contact._heard -= 600
        status, body = await bot.get("/readyz")
        found = json.loads(body)
        assert status == 503
        assert found["not_ready"] == ["database", "telegram"]
        assert found["database"] == "ProgrammingError"
        assert re.fullmatch(r"no contact for 60\d seconds", found["telegram"])
        assert (await bot.get("/healthz"))[0] == 200


async def test_a_model_that_fails_is_not_ready_and_is_not_tried_at_every_look() -> None:
    tried = []

    class Broken:
        def encode(self, texts: list[str]) -> None:
            tried.append(texts)
            raise RuntimeError("kalypso-marker")

    async def aside(do: object, *given: object) -> object:
        return do(*given)  # type: ignore[operator]

    services = SimpleNamespace(engine=SimpleNamespace(encoder=Broken()), aside=aside)
    readiness = Readiness(services, lambda: 100.0)  # type: ignore[arg-type]
    port = free_port()
    check = {"model": readiness.checks()["model"]}
    async with listening(Address("127.0.0.1", port), health(check, Metrics()), "X"), aiohttp.ClientSession() as client:
        for fault in ("RuntimeError", "fails"):
            async with client.get(f"http://127.0.0.1:{port}/readyz") as response:
                assert (response.status, (await response.json())["model"]) == (503, fault)
    assert len(tried) == 1


async def test_a_bot_that_takes_no_updates_yet_or_any_more_is_not_ready() -> None:
    readiness = Readiness(SimpleNamespace(contact=LastContact()))  # type: ignore[arg-type]
    telegram = readiness.checks()["telegram"]
    assert await telegram() == "starting, takes no updates yet"
    readiness.untaken = ""
    assert await telegram() == "no contact yet"


async def test_the_figures_count_what_is_done_and_hold_nobodys_words(api: BotApi, serve_bot: ServeBot) -> None:
    async with serve_bot() as bot:
        text = "kalypso-marker: they say my parcel is held and want a small fee, ring 91234567"
        await bot.bring({"update_id": 1, "message": message(text, chat=987654321)})
        await api.wait_for(1)
        photo = [{"file_id": "none", "file_unique_id": "none", "width": 9, "height": 9}]
        await bot.bring({"update_id": 2, "message": message(chat=5, photo=photo)})
        await api.wait_for(2)
        page = ""
        async with asyncio.timeout(PATIENCE):  # it is counted once it is sent
            while "askfirst_answer_seconds_count 2.0" not in page:
                status, page = await bot.get("/metrics")
    assert status == 200
    values = dict(re.findall(r"^(askfirst_\S+) (\S+)$", page, flags=re.MULTILINE))
    checks = sum(float(value) for name, value in values.items() if name.startswith("askfirst_checks_total{"))
    assert checks == 1
    assert values['askfirst_pictures_total{outcome="failed"}'] == "1.0"
    assert values['askfirst_waiting{what="answers"}'] == "0.0"
    assert float(values["askfirst_build_age_seconds"]) >= 0
    assert float(values["askfirst_telegram_contact_age_seconds"]) >= 0
    assert not [mark for mark in MARKS if mark in page]


async def test_a_port_that_is_taken_is_named() -> None:
    address = Address("127.0.0.1", free_port())
    async with listening(address, health({}, Metrics()), "ASKFIRST_HTTP"):
        with pytest.raises(BadSetting, match=rf"ASKFIRST_HTTP={address}: cannot listen there \(.+\), expected a free"):
            async with listening(address, health({}, Metrics()), "ASKFIRST_HTTP"):
                pass


def test_telegram_is_last_heard_of_when_it_was() -> None:
    now = [5.0]
    contact = LastContact(lambda: now[0])
    assert contact.age() == float("inf")
    contact.heard()
    now[0] = 7.5
    assert contact.age() == pytest.approx(2.5)


async def test_the_image_asks_whether_the_bot_is_alive(
    api: BotApi, serve_bot: ServeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASKFIRST_HTTP", raising=False)
    assert alive.main() == 0
    async with serve_bot() as bot:
        monkeypatch.setenv("ASKFIRST_HTTP", bot.http.removeprefix("http://"))
        assert await asyncio.to_thread(alive.main) == 0
    assert alive.main() == 1
