"""Bots in processes of their own, and a Telegram on this machine that notes what became of each message."""

import asyncio
import json
import logging
import os
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.settings import CHECKOUT, read_settings
from bot.words.texts import read_texts
from tests.bot_api import TOKEN, BotApi
from tests.updates import message

Message = tuple[int, int]
"""A chat, and a message's number in it."""
RUN = "import sys; from bot.cli import main; sys.exit(main(['bot']))"
_AGAIN, _AT_ONCE = 0.5, 40  # seconds after which an update that was not taken is brought again; connections
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@cache
def _told() -> str:
    return str(read_texts()["en"].of("interrupted"))


@dataclass
class Heard:
    """What somebody heard of a message."""

    at: float
    what: Literal["answered", "told"]
    """Answered, or told that it was lost."""


@dataclass
class Telegram(BotApi):
    """Hands updates out, or brings them to the webhook that is set, again and again until they are taken."""

    wrote: dict[Message, float] = field(default_factory=dict)
    heard: dict[Message, list[Heard]] = field(default_factory=lambda: defaultdict(list))
    first: dict[int, float] = field(default_factory=dict)
    """When each chat was sent something for the first time."""
    _bringing: set[asyncio.Task[None]] = field(default_factory=set)
    _connections: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    def _result(self, method: str, parameters: dict[str, Any]) -> Any:
        if method == "sendMessage":
            now, chat = time.perf_counter(), int(parameters["chat_id"])
            self.first.setdefault(chat, now)
            if reply := parameters.get("reply_parameters"):
                what: Literal["answered", "told"] = "told" if parameters["text"] == _told() else "answered"
                self.heard[chat, int(reply["message_id"])].append(Heard(now, what))
        return super()._result(method, parameters)

    def ask(self, chat: int, number: int, text: str) -> None:
        """Let somebody write a message."""
        self.wrote[chat, number] = time.perf_counter()
        if self.webhook:
            self.number += 1
            update = {"update_id": self.number, "message": message(text, chat=chat, number=number)}
            bringing = asyncio.create_task(self._bring(json.dumps(update)))
            self._bringing.add(bringing)
            bringing.add_done_callback(self._bringing.discard)
        else:
            self.send(message=message(text, chat=chat, number=number))

    async def _bring(self, update: str) -> None:
        headers = {_HEADER: self.webhook["secret_token"], "Content-Type": "application/json"}
        async with self._connections, ClientSession(timeout=ClientTimeout(30)) as session:
            while True:
                with suppress(ClientError, TimeoutError):
                    async with session.post(self.webhook["url"], data=update, headers=headers) as response:
                        if response.status == 200:
                            return
                await asyncio.sleep(_AGAIN)

    async def hears(self, key: Message, seconds: float) -> Heard | None:
        """Wait until a message is answered or its person told; None where neither comes in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.heard[key]:
                    await asyncio.sleep(0.02)
                return self.heard[key][0]
        return None

    def sums(self) -> str:
        """Say what became of all messages."""
        each = [[one.what for one in self.heard[key]] for key in self.wrote]
        counts = {
            "answered": sum("answered" in one for one in each),
            "told that they were lost": sum(one == ["told"] for one in each),
            "both": sum({"answered", "told"} <= set(one) for one in each),
            "answered twice": sum(one.count("answered") > 1 for one in each),
            "told twice": sum(one.count("told") > 1 for one in each),
            "nothing": sum(not one for one in each),
        }
        return f"{len(each)} messages: " + ", ".join(f"{count} {name}" for name, count in counts.items())


@contextmanager
def data_folder() -> Iterator[Path]:
    """Lend a data folder of its own with the models and builds of this machine."""
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("models", "builds"):
            (Path(scratch) / name).symlink_to(read_settings(os.environ).data / name)
        yield Path(scratch)


async def start(
    data: Path, api: BotApi, more: Mapping[str, str] | None = None, program: Sequence[str] = ("-c", RUN)
) -> Process:
    """Start a bot that answers a server, or another program of Python."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # connections of those that are killed
    own = {"ASKFIRST_DATA": str(data), "TELEGRAM_BOT_TOKEN": TOKEN, "ASKFIRST_BASE_URL": api.url, **(more or {})}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASKFIRST_")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, *program),
        env={**environment, "HF_HUB_OFFLINE": "1", **own},
        cwd=CHECKOUT,
        stderr=asyncio.subprocess.DEVNULL,
    )
