"""The whole bot with its servers, as ``askfirst bot`` runs it."""

import io
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.telegram.application import build_application
from bot.telegram.doors.serving import running
from bot.telegram.services import Services
from bot.web.settings import read_web_settings
from tests.bot_api import BotApi
from tests.fakes import OffLoop
from tests.running import Stage, settings_for

SECRET = "a-secret-of-the-webhook_1"


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@dataclass(frozen=True)
class Running:
    """A bot that runs, and a client for its servers."""

    services: Services
    client: aiohttp.ClientSession
    http: str
    hook: str

    async def bring(self, body: Any, secret: str | None = SECRET, **headers: str) -> int:
        """Bring an update as Telegram does; return the status."""
        given = {**({"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}), **headers}
        send = {"data": io.BytesIO(body)} if isinstance(body, bytes) else {"json": body}
        async with self.client.post(self.hook, headers=given, **send) as response:
            return response.status

    async def get(self, path: str) -> tuple[int, str]:
        async with self.client.get(f"{self.http}{path}") as response:
            return response.status, await response.text()


ServeBot = Callable[..., Any]


@pytest.fixture
def serve_bot(api: BotApi, tmp_path: Path, stage: Stage) -> ServeBot:
    """Run the real application with its servers; by a webhook where ``webhook`` is true."""

    @asynccontextmanager
    async def serving(checker: Any = None, *, webhook: bool = True, build: Any = None) -> AsyncIterator[Running]:
        http, listen = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        wanted = {"ASKFIRST_HTTP": http}
        if webhook:
            wanted["ASKFIRST_WEBHOOK_URL"] = f"http://{listen}/hook/in"
            wanted |= {"ASKFIRST_WEBHOOK_SECRET": SECRET, "ASKFIRST_WEBHOOK_LISTEN": listen}
        web = read_web_settings(wanted, api.url)
        settings = settings_for(tmp_path, api, {})
        with stage.services(settings, checker, build) as services:
            assert isinstance(services.ledger.store, OffLoop)
            services.ledger.store.running = True
            async with running(build_application(settings, services), web), aiohttp.ClientSession() as client:
                yield Running(services, client, f"http://{http}", f"http://{listen}/hook/in")
            assert services.ledger.store.held_up == []

    return serving
