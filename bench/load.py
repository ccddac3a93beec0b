"""``python -m bench.load``: the bot in a process of its own, asked by many through a Bot API server on this machine.

Once as fast as it can, with the limit that Telegram sets lifted, and once at the pace that Telegram allows.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bench.bots import RUN, Message, Telegram, data_folder, start
from bench.figures import Row
from knowledge.documents.golden import read_golden
from tests.picture_makers import Bubble, png
from tests.picture_makers import chat as picture
from tests.updates import message

PEOPLE, PACE, SECONDS = 300, 28, 12
_FIRST, _WARM = 10_000, 20
_PATIENCE = 300.0  # seconds for the bot to start, and to answer
_WITHOUT_LIMIT = (
    "import functools, bot.telegram.outbox.outbox as outbox\noutbox.Rate = functools.partial(outbox.Rate, most=1e6)\n"
)


async def asked(count: int, pace: float | None, *, limit: bool) -> list[tuple[float, float]]:
    """Let so many people ask something, so many a second or all at once; return when each asked and was answered."""
    api = Telegram()
    runner = await api.start()
    texts = [one.text for one in read_golden() if 60 <= len(one.text) <= 110]
    with data_folder() as data:
        bot = await start(data, api, program=("-c", RUN if limit else _WITHOUT_LIMIT + RUN))
        try:
            for warm in range(_WARM):
                api.ask(_FIRST - warm - 1, 1, texts[-warm - 1])
            await api.wait_for(_WARM, seconds=_PATIENCE)
            began = await _ask(api, texts, count, pace)
            async with asyncio.timeout(_PATIENCE):
                while len(api.heard) < count + _WARM:
                    await asyncio.sleep(0.01)
        finally:
            bot.terminate()
            await bot.wait()
            await runner.cleanup()
    return [(at, api.heard[key][0].at) for key, at in began.items()]


async def _ask(api: Telegram, texts: Sequence[str], count: int, pace: float | None) -> dict[Message, float]:
    began = time.perf_counter()
    for number in range(count):
        if pace:
            await asyncio.sleep(max(0.0, began + number / pace - time.perf_counter()))
        api.ask(_FIRST + number, 1, texts[number % len(texts)])
    return {key: at for key, at in api.wrote.items() if key[0] >= _FIRST}


def load() -> Iterator[Row]:
    """Measure answers a second without Telegram's limit, and how long one takes with it."""
    times = asyncio.run(asked(PEOPLE, None, limit=False))
    seconds = max(done for _, done in times) - min(at for at, _ in times)
    yield Row(f"answers a second to {PEOPLE} people at once, without Telegram's limit", f"{PEOPLE / seconds:.0f}")
    paced = asyncio.run(asked(PACE * SECONDS, PACE, limit=True))
    waited = np.array([done - at for at, done in paced])
    p50, p99 = np.quantile(waited, [0.5, 0.99])
    yield Row(f"an answer at {PACE} a second, with it: p99", f"{p99:.2f} s", f"median {p50:.2f} s", p99 / p50)


async def in_turn(texts: Sequence[str]) -> tuple[list[float], list[float]]:
    """Return how long each picture and each text took in a fresh bot, one after the other."""
    api = Telegram()
    runner = await api.start()
    for number, text in enumerate(texts):
        api.files[f"picture{number}"] = png(picture([Bubble(text), Bubble(f"+65 9123 {4000 + number}")]))
    with data_folder() as data:
        bot = await start(data, api)
        try:
            async with asyncio.timeout(_PATIENCE):
                while not api.asked:  # it asks for updates once it is ready
                    await asyncio.sleep(0.01)
            pictures = [
                await _answered(api, _FIRST + number, photo=[_photo(f"picture{number}")])
                for number in range(len(texts))
            ]
            return pictures, [await _answered(api, _WARM + number, text) for number, text in enumerate(texts)]
        finally:
            bot.terminate()
            await bot.wait()
            await runner.cleanup()


async def _answered(api: Telegram, chat: int, text: str | None = None, **more: Any) -> float:
    began = time.perf_counter()
    api.send(message=message(text, chat=chat, **more))
    async with asyncio.timeout(_PATIENCE):
        while chat not in api.first:
            await asyncio.sleep(0.001)
    return api.first[chat] - began


def _photo(name: str) -> dict[str, Any]:
    return {"file_id": name, "file_unique_id": name, "width": 1080, "height": 1920}


def firsts() -> Iterator[Row]:
    """Measure the first picture and the first text of a fresh bot's life beside later ones."""
    texts = [one.text for one in read_golden() if one.language == "en" and 60 <= len(one.text) <= 110][:7]
    for what, (first, *later) in zip(("picture", "text"), asyncio.run(in_turn(texts)), strict=True):
        median = float(np.median(later))
        yield Row(f"the first {what} after the start", f"{first:.2f} s", f"later ones {median:.2f} s", first / median)


def main() -> None:
    """Print what it takes."""
    for row in (*load(), *firsts()):
        print(row.what, row.value, row.beside)


if __name__ == "__main__":
    main()
