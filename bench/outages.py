"""``python -m bench.outages [KILLS]``: a bot under load is killed again and again; then Telegram is away for a minute.

People write all the while, each once. At the end every message is to be answered, or its person told that it was lost.
"""

import asyncio
import random
import signal
import sys
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

from bench.bots import Telegram, data_folder, start
from index.builds.rebuilding import rebuild
from knowledge.documents.casebook import read_casebook
from knowledge.documents.golden import read_golden
from tests.fakes import HashingEncoder
from tests.paths import DOCUMENTS

KILLS = 50
_A_SECOND, _FIRST = 4.0, 10_000
_AWAY = 60.0  # seconds
_LONGEST = 4.0  # seconds that a bot works at most before it is killed
_PATIENCE = 300.0


class People:
    """People who write, one after the other, until they are told to stop."""

    def __init__(self, api: Telegram, chance: random.Random) -> None:
        self._api, self._chance = api, chance
        self._texts = [one.text for one in read_golden() if 60 <= len(one.text) <= 200]
        self._chats = count(_FIRST)
        self._going = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while True:
            self._api.ask(next(self._chats), 1, self._chance.choice(self._texts))
            await asyncio.sleep(self._chance.expovariate(_A_SECOND))

    async def stop(self) -> None:
        """Let nobody write any more, and wait until everybody has heard something, or for five minutes."""
        self._going.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while any(not self._api.heard[key] for key in self._api.wrote):
                    await asyncio.sleep(0.1)
        await asyncio.sleep(5)  # for what would be said twice


async def kills(data: Path, number: int, chance: random.Random) -> Telegram:
    """Kill a bot so often, each time a moment after it has begun to answer; it starts fast, without the model.

    Ctrl-C ends the kills before; what became of the messages is counted all the same.
    """
    api, builds = Telegram(), data / "small"
    rebuild(builds, HashingEncoder(), read_casebook(DOCUMENTS))
    runner = await api.start()
    people, program = People(api, chance), ("-m", "tests.bot_to_kill", str(data), str(builds), api.url)
    enough = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, enough.set)
    bot, done = await start(data, api, program=program), 0
    while done < number and not enough.is_set():
        before = len(api.heard)
        async with asyncio.timeout(_PATIENCE):
            while len(api.heard) == before:
                await asyncio.sleep(0.01)
        await asyncio.sleep(chance.uniform(0.0, _LONGEST))
        bot.kill()
        await bot.wait()
        done += 1
        print(f"{done} kills, {len(api.heard)} of {len(api.wrote)} have heard something", file=sys.stderr)
        bot = await start(data, api, program=program)
    await people.stop()
    bot.terminate()
    await bot.wait()
    await runner.cleanup()
    return api


async def away(data: Path, chance: random.Random) -> Telegram:
    """Break every connection for a minute, at a moment by chance."""
    api = Telegram()
    runner = await api.start()
    people, bot = People(api, chance), await start(data, api)
    while not api.heard:
        await asyncio.sleep(0.01)
    await asyncio.sleep(chance.uniform(3.0, 10.0))
    api.outage = True
    await asyncio.sleep(_AWAY)
    api.outage = False
    await asyncio.sleep(10)
    await people.stop()
    bot.terminate()
    await bot.wait()
    await runner.cleanup()
    return api


def main(arguments: list[str]) -> int:
    """Run both, and print what became of what people wrote."""
    number, chance = int(arguments[0]) if arguments else KILLS, random.Random()
    began = time.perf_counter()
    with data_folder() as data:
        killed = asyncio.run(kills(data, number, chance))
    print(f"after the kills: {killed.sums()}; {time.perf_counter() - began:.0f} s", flush=True)
    with data_folder() as data:
        print(f"Telegram away for {_AWAY:.0f} s: {asyncio.run(away(data, chance)).sums()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
