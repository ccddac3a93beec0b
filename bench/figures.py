"""What measurements share: the texts, the times, and rows of one table."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.settings import CHECKOUT

SHORT = "I got a call from my bank. They said my card was used abroad. Should I read them the code?"
LONG = (
    "Last week a man wrote to me on a language app, he said he works on an oil platform and lost his wife. We write "
    "every day now, in the morning and before sleep, and he calls me his angel. He never turns the camera on because "
    "the connection out there is bad. Yesterday he told me about a package with his savings that is stuck at customs "
    "and that he can only trust me. The courier company wrote me an e-mail with a form, they want my address and a "
    "copy of my passport and eleven hundred euros for the release, which he will give back when he lands in two "
    "weeks. My daughter says I should stop, but she does not know him."
)
RUNS = 60
_ON_END, _WARMING = 20, 8


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    value: str
    beside: str = ""
    """What it is compared with, measured in the same run."""
    ratio: float | None = None


def median_ms(action: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median time of an action in milliseconds, after a warm-up."""
    action()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def alternating_ms(first: Callable[[], object], second: Callable[[], object], runs: int = 5 * RUNS) -> list[float]:
    """Return the median times of two actions taken in turn, in milliseconds, so that a slow moment slows both.

    Each is taken several times on end, of which the first few do not count: threads of the other one that wait for more
    work do so busily for a while.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs // (_ON_END - _WARMING)):
        for action, taken in zip((first, second), times, strict=True):
            for number in range(_ON_END):
                start = time.perf_counter()
                action()
                if number >= _WARMING:
                    taken.append(time.perf_counter() - start)
    return [statistics.median(taken) * 1000 for taken in times]


def askfirst(*arguments: str, data: str | None = None) -> str:
    """Run the command in a new process."""
    return run("-m", "bot", *arguments, data=data)


def run(*arguments: str, data: str | None = None) -> str:
    """Run Python in a new process and return what it printed."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", **({"ASKFIRST_DATA": data} if data else {})}
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout
