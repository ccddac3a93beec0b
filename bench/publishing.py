"""``python -m bench.publishing``: what publishing a build does to the time of answers that are given meanwhile."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from bench.figures import LONG, SHORT
from bot.checking.checker import Checker
from bot.checking.situation import Situation
from bot.settings import read_settings
from index.builds.serving import Serving
from index.builds.shelf import current_name, publish
from index.model.loading import load_encoder
from knowledge.documents.official import read_bodies
from knowledge.impostors.contacts import OfficialContacts

SECONDS, A_SECOND, THREADS = 24.0, 20, 4
PUBLISHED = (4.0, 10.0, 16.0)
"""Seconds after the start at which the other of two equal builds is published."""
AFTER = 2.5
"""Seconds in which a published build is noticed, loaded and taken over."""


def two_builds(source: Path, target: Path) -> list[str]:
    """Copy the published build twice, and publish the first copy."""
    name = current_name(source)
    assert name, f"{source}: no build; run `askfirst rebuild`"
    copies = [f"{name}-{number}" for number in range(2)]
    for copy in copies:
        shutil.copytree(source / name, target / copy)
    publish(target, copies[0])
    return copies


def answers(checker: Checker, began: float) -> list[tuple[float, float]]:
    """Ask at a steady pace; return for each check when it was due, and how long after that it was answered."""

    def ask(due: float, text: str) -> tuple[float, float]:
        checker.check(Situation(text))
        return due, time.perf_counter() - began - due

    with ThreadPoolExecutor(THREADS) as threads:
        waiting = []
        for number in range(int(SECONDS * A_SECOND)):
            due = number / A_SECOND
            time.sleep(max(0.0, began + due - time.perf_counter()))
            waiting.append(threads.submit(ask, due, (SHORT, LONG)[number % 2]))
        return [one.result() for one in waiting]


def line(name: str, times: Sequence[float]) -> str:
    """Return the figures of some times in one line."""
    p50, p99 = np.quantile(times, (0.5, 0.99)) * 1000
    return f"{name}: {len(times)} checks, p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {max(times) * 1000:.0f} ms"


def main() -> None:
    """Print the times of answers around publishing, and of the rest."""
    settings = read_settings(os.environ)
    encoder = load_encoder(settings.model, settings.models)
    ThreadpoolController().limit(limits=1, user_api="blas")
    with tempfile.TemporaryDirectory() as scratch:
        builds = Path(scratch)
        copies = two_builds(settings.builds, builds)
        serving = Serving(builds, encoder.name)
        checker = Checker(encoder, serving.build, OfficialContacts(read_bodies()))
        for text in (SHORT, LONG) * 10:
            checker.check(Situation(text))
        began = time.perf_counter()
        timers = [
            threading.Timer(second, publish, (builds, copies[(number + 1) % 2]))
            for number, second in enumerate(PUBLISHED)
        ]
        for timer in timers:
            timer.start()
        measured = answers(checker, began)
        print(f"published {len(PUBLISHED)} times, serving {serving.build().name}, refused {len(serving.refused)}")
    around = [took for due, took in measured if any(second <= due <= second + AFTER for second in PUBLISHED)]
    rest = [took for due, took in measured if not any(second <= due <= second + AFTER for second in PUBLISHED)]
    print(line("around publishing", around))
    print(line("the rest", rest))


if __name__ == "__main__":
    main()
