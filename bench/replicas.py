"""``python -m bench.replicas``: two bots on one PostgreSQL server, 200 conversations, and a kill in the middle.

Both answer a webhook behind a proxy that divides people by their chat. One is killed while half of what people write
is still to be answered; the other serves on, and every message is to be answered or its person told that it was lost.
"""

import asyncio
import random
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, web

from bench.bots import Message, Telegram, data_folder, start
from knowledge.documents.golden import read_golden
from knowledge.ledger.keyed_hash import read_key
from tests import postgres

PEOPLE, TURNS = 200, 3
_FIRST, _WARM = 10_000, 5_000
_PATIENCE = 300.0  # seconds for a bot to start, and for somebody to hear anything
_FOLLOW_UPS = ("They also sent me a link and want a code from me.", "What should I do now?")
_PATH, _SECRET = "/telegram", "a-secret"


@dataclass
class Proxy:
    """Brings all updates of a chat to the same bot, and to the other one where that cannot be reached."""

    backends: Sequence[str]
    brought: dict[int, int] = field(default_factory=dict)
    """Which bot each chat was brought to last."""

    async def start(self) -> tuple[web.AppRunner, int]:
        application = web.Application()
        application.router.add_post(_PATH, self._bring)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner, runner.addresses[0][1]

    async def _bring(self, request: web.Request) -> web.Response:
        body = await request.read()
        chat = (await request.json())["message"]["chat"]["id"]
        async with ClientSession(timeout=ClientTimeout(30)) as session:
            for place in (chat % 2, 1 - chat % 2):
                try:
                    async with session.post(self.backends[place], data=body, headers=request.headers) as response:
                        self.brought[chat] = place
                        return web.Response(status=response.status)
                except ClientConnectorError:
                    continue
                except ClientError:  # broken off amid it: whether it was taken nobody knows, so it comes again
                    return web.Response(status=502)
        return web.Response(status=503)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


async def _bots(data: Path, database: str, api: Telegram, port: int, ports: Sequence[int]) -> list[Process]:
    """Start both, and wait until both are ready."""
    bots = []
    for listens, watched in zip(ports[:2], ports[2:], strict=True):
        own = {
            "ASKFIRST_DATABASE": database,
            "ASKFIRST_WEBHOOK_URL": f"http://127.0.0.1:{port}{_PATH}",
            "ASKFIRST_WEBHOOK_SECRET": _SECRET,
            "ASKFIRST_WEBHOOK_LISTEN": f"127.0.0.1:{listens}{_PATH}",
            "ASKFIRST_HTTP": f"127.0.0.1:{watched}",
        }
        bots.append(await start(data, api, own))
    async with asyncio.timeout(_PATIENCE), ClientSession() as session:
        for watched in ports[2:]:
            while not await _ready(session, watched):
                await asyncio.sleep(0.2)
    return bots


async def _ready(session: ClientSession, port: int) -> bool:
    try:
        async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
            return response.status == 200
    except ClientError:
        return False


async def _converse(api: Telegram, chat: int, first: str, chance: random.Random) -> None:
    """Write three messages, each after the answer to the one before; what was lost is written again."""
    number = 0
    for text in (first, *_FOLLOW_UPS):
        await asyncio.sleep(chance.uniform(0.5, 8.0))
        for _ in range(3):
            number += 1
            api.ask(chat, number, text)
            heard = await api.hears((chat, number), _PATIENCE)
            if heard is None:
                return
            if heard.what == "answered":
                break


async def _killed(api: Telegram, bot: Process) -> float:
    """Kill a bot once half of all turns are answered, and return when."""
    while len(api.heard) < PEOPLE * TURNS // 2:
        await asyncio.sleep(0.01)
    bot.kill()
    await bot.wait()
    return time.perf_counter()


async def _run(database: str) -> None:
    api, ports = Telegram(), _free_ports(4)
    texts = [one.text for one in read_golden() if 60 <= len(one.text) <= 200]
    chance = random.Random()
    proxy = Proxy([f"http://127.0.0.1:{port}{_PATH}" for port in ports[:2]])
    proxying, port = await proxy.start()
    runner = await api.start()
    with data_folder() as data:
        read_key(data)
        bots = await _bots(data, database, api, port, ports)
        try:
            for chat in (_WARM, _WARM + 1):
                api.ask(chat, 1, texts[0])
                assert await api.hears((chat, 1), _PATIENCE)
            talking = [
                asyncio.create_task(_converse(api, _FIRST + each, chance.choice(texts), chance))
                for each in range(PEOPLE)
            ]
            at = await _killed(api, bots[1])
            owned = {chat for chat, place in proxy.brought.items() if place == 1}
            hands = [key for key in api.wrote if key[0] in owned and not api.heard[key]]
            await asyncio.gather(*talking)
            await asyncio.sleep(5)  # for what would be said twice
        finally:
            for bot in bots:
                if bot.returncode is None:
                    bot.terminate()
                await bot.wait()
            await runner.cleanup()
            await proxying.cleanup()
    _print(api, at, hands, owned)


def _print(api: Telegram, at: float, hands: Sequence[Message], owned: set[int]) -> None:
    print(api.sums())
    after = [api.heard[key][0].at - at for key in hands if api.heard[key]]
    told = sum(api.heard[key][0].what == "told" for key in hands if api.heard[key])
    print(
        f"{len(hands)} messages were in the hands of the killed bot: {told} were told, {len(after) - told} answered, "
        f"{len(hands) - len(after)} neither; the last {max(after, default=0.0):.0f} s after the kill"
    )
    groups = {
        "before the kill": [key for key, asked in api.wrote.items() if asked < at and key not in hands],
        "after it, its own people": [key for key, asked in api.wrote.items() if asked >= at and key[0] in owned],
        "after it, the other's": [key for key, asked in api.wrote.items() if asked >= at and key[0] not in owned],
    }
    for name, keys in groups.items():
        waits = [api.heard[key][0].at - api.wrote[key] for key in keys if api.heard[key]]
        if waits:
            median, late = np.quantile(waits, [0.5, 0.99])
            print(f"{name}: {len(waits)} answers, median {median:.1f} s, p99 {late:.1f} s")
    for violation in api.violations:
        print(violation)


def main() -> int:
    """Run it, and print what was seen."""
    with postgres.running() as server:
        asyncio.run(_run(server.fresh()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
