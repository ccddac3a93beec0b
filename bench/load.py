"""``python -m bench.load``: the bot in a process of its own, asked by many through a Bot API server on this machine.

Once as fast as it can, with the limit that Telegram sets lifted, and once at the pace that Telegram allows.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bench.figures import Row
from bot.settings import CHECKOUT, read_settings
from knowledge.documents.golden import read_golden
from tests.bot_api import TOKEN, BotApi
from tests.updates import message

PEOPLE, PACE, SECONDS = 300, 28, 12
_FIRST = 10_000
_PATIENCE = 300.0  # seconds for the bot to start, and to answer
_WITHOUT_LIMIT = (
    "import functools, bot.telegram.application as application, telegram.ext\n"
    "application.AIORateLimiter = functools.partial(telegram.ext.AIORateLimiter, overall_max_rate=0,"
    " overall_time_period=0, group_max_rate=0, group_time_period=0)\n"
)
_RUN = "import sys; from bot.cli import main; sys.exit(main(['bot']))"


@dataclass
class TimedApi(BotApi):
    """Notes when each chat's first answer came."""

    answered: dict[int, float] = field(default_factory=dict)

    def _result(self, method: str, parameters: dict[str, Any]) -> Any:
        if method == "sendMessage":
            self.answered.setdefault(int(parameters["chat_id"]), time.perf_counter())
        return super()._result(method, parameters)


async def asked(count: int, pace: float | None, *, limit: bool) -> list[tuple[float, float]]:
    """Let so many people ask something, so many a second or all at once; return when each asked and was answered."""
    api = TimedApi()
    runner = await api.start()
    texts = [one.text for one in read_golden() if 60 <= len(one.text) <= 110]
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("models", "builds"):
            (Path(scratch) / name).symlink_to(read_settings(os.environ).data / name)
        own = {"ASKFIRST_DATA": scratch, "TELEGRAM_BOT_TOKEN": TOKEN, "ASKFIRST_BASE_URL": api.url}
        code = _RUN if limit else _WITHOUT_LIMIT + _RUN
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, env={**os.environ, **own}, cwd=CHECKOUT, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            for warm in range(20):
                api.send(message=message(texts[-warm - 1], chat=_FIRST - warm - 1))
            await api.wait_for(20, seconds=_PATIENCE)
            began = await _ask(api, texts, count, pace)
            async with asyncio.timeout(_PATIENCE):
                while len(api.answered) < count + 20:
                    await asyncio.sleep(0.01)
        finally:
            bot.terminate()
            await bot.wait()
            await runner.cleanup()
    return [(at, api.answered[chat]) for chat, at in began.items()]


async def _ask(api: BotApi, texts: Sequence[str], count: int, pace: float | None) -> dict[int, float]:
    began, start = {}, time.perf_counter()
    for number in range(count):
        if pace:
            await asyncio.sleep(max(0.0, start + number / pace - time.perf_counter()))
        began[_FIRST + number] = time.perf_counter()
        api.send(message=message(texts[number % len(texts)], chat=_FIRST + number))
    return began


def load() -> Iterator[Row]:
    """Measure answers a second without Telegram's limit, and how long one takes with it."""
    times = asyncio.run(asked(PEOPLE, None, limit=False))
    seconds = max(done for _, done in times) - min(at for at, _ in times)
    yield Row(f"answers a second to {PEOPLE} people at once, without Telegram's limit", f"{PEOPLE / seconds:.0f}")
    paced = asyncio.run(asked(PACE * SECONDS, PACE, limit=True))
    waited = np.array([done - at for at, done in paced])
    p50, p99 = np.quantile(waited, [0.5, 0.99])
    yield Row(f"an answer at {PACE} a second, with it: p99", f"{p99:.2f} s", f"median {p50:.2f} s", p99 / p50)


def main() -> None:
    """Print what it takes."""
    for row in load():
        print(row.what, row.value, row.beside)


if __name__ == "__main__":
    main()
