"""``make bench``: every figure the README states, measured in one run on this machine."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bot.checking.checker import Checker
from bot.checking.engine import open_engine
from bot.checking.situation import Situation
from bot.settings import CHECKOUT, read_settings
from bot.terminal.screen import complain
from index.model.loading import DEFAULT_MODEL, load_stock, model_name
from index.model.packed_weights import ADAPTER
from index.model.sentence_encoder import SentenceEncoder
from index.model.stock import load_folder, stock_folder
from knowledge.documents.casebook import read_casebook
from knowledge.impostors.contacts import OfficialContacts

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
    """Return the median times of two actions taken in turn, in milliseconds, so that a slow moment slows both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for action, taken in zip((first, second), times, strict=True):
            start = time.perf_counter()
            action()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) * 1000 for taken in times]


def encoding(served: SentenceEncoder) -> None:
    """Our encoder against stock sentence-transformers with torch on the same weights."""
    folder = read_settings(os.environ).models / model_name(DEFAULT_MODEL)
    stock = load_folder(stock_folder(folder, ADAPTER))
    for text in (SHORT, LONG):
        tokens = len(stock.tokenizer("query: " + text)["input_ids"])
        ours, theirs = [], []
        for _ in range(3):  # in turn, so that a machine that slows down slows both
            ours.append(median_ms(lambda text=text: served.encode([text]), RUNS // 3))  # type: ignore[misc]
            theirs.append(median_ms(lambda text=text: stock.encode([text]), RUNS // 3))  # type: ignore[misc]
        mine, other = statistics.median(ours), statistics.median(theirs)
        print(f"encoding, {tokens} tokens: {mine:.1f} ms; stock torch {other:.1f} ms; {other / mine:.1f} times faster")


def checking(served: SentenceEncoder, checker: Checker) -> None:
    """A whole check against the encoding of its text alone."""
    for name, text in (("three sentences", SHORT), ("seven sentences", LONG)):
        alone, whole = alternating_ms(
            lambda text=text: served.encode([text]),  # type: ignore[misc]
            lambda text=text: checker.check(Situation(text)),  # type: ignore[misc]
        )
        print(f"check, {name}: {whole:.1f} ms; its encoding alone {alone:.1f} ms; ratio {whole / alone:.2f}")


def contacts(reader: OfficialContacts) -> None:
    """What reading the contacts of a text adds to a check."""
    asked = f"{SHORT} The number was +65 9123 4567 and the link https://dbs-verify.example.com/login"
    print(f"reading contacts, two of them: {median_ms(lambda: reader.read(asked, 'SG')):.1f} ms")
    print(f"reading contacts, none in seven sentences: {median_ms(lambda: reader.read(LONG, 'SG')):.1f} ms")


def processes() -> None:
    """What a new process takes: a first answer, and rebuilds with nothing and with everything to do."""
    start = time.perf_counter()
    askfirst("check", "--json", SHORT)
    print(f"first check in a new process: {time.perf_counter() - start:.1f} s")
    code = (
        "import os, time; from datetime import UTC, datetime; from bot.moderation.night import run_night; "
        "from bot.settings import read_settings\n"
        "start = time.perf_counter(); run_night(read_settings(os.environ), datetime.now(UTC))\n"
        "print(time.perf_counter() - start)"
    )
    print(f"rebuild with nothing changed, after imports: {float(run('-c', code)):.2f} s")
    data = read_settings(os.environ).data
    with tempfile.TemporaryDirectory() as scratch:
        start = time.perf_counter()
        askfirst("check", "--json", SHORT, data=scratch)
        print(f"first check with an empty data folder: {time.perf_counter() - start:.0f} s")
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "models").symlink_to(data / "models")
        start = time.perf_counter()
        askfirst("rebuild", data=scratch)
        print(f"cold rebuild of the shipped casebook: {time.perf_counter() - start:.0f} s")


def memory() -> None:
    """The resident memory of a process with all that a serving bot holds, after a hundred checks."""
    code = (
        "import os, sys; import telegram.ext, bot.telegram.run\n"
        "from bot.checking.engine import open_engine; from bot.settings import read_settings\n"
        "from bot.checking.situation import Situation; from bench.figures import LONG, SHORT\n"
        "engine = open_engine(read_settings(os.environ), print)\n"
        "for text in (SHORT, LONG) * 50: engine.checker.check(Situation(text))\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')))"
    )
    print(f"resident memory of a serving bot: {int(run('-c', code)) / 1024:.0f} MB")


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


def baseline() -> None:
    """What a tutorial builds: the nearest case by raw cosine, with the model as it came."""
    stock = load_stock(read_settings(os.environ).models)
    casebook = read_casebook()
    owners = [pattern.id for pattern in casebook.patterns.values() for _ in pattern.cases]
    cases = stock.encode([case.text for pattern in casebook.patterns.values() for case in pattern.cases], progress=True)
    expecting = [situation for situation in casebook.golden if situation.patterns]
    nearest = (stock.encode([situation.text for situation in expecting]) @ cases.T).argmax(axis=1)
    right = [owners[row] in situation.patterns for row, situation in zip(nearest, expecting, strict=True)]
    print(f"golden set, the same first by the nearest case by raw cosine of the stock model: {np.mean(right):.1%}")


def main() -> None:
    """Print every figure."""
    settings = read_settings(os.environ)
    askfirst("rebuild")
    engine = open_engine(settings, complain)
    assert isinstance(engine.encoder, SentenceEncoder)
    encoding(engine.encoder)
    checking(engine.encoder, engine.checker)
    contacts(engine.contacts)
    processes()
    memory()
    figures = json.loads((settings.builds / engine.serving.build().name / "manifest.json").read_text("utf-8"))[
        "figures"
    ]
    for name, value in figures.items():
        print(f"golden set, {name.replace('_', ' ')}: {value if name == 'situations' else f'{value:.1%}'}")
    baseline()


if __name__ == "__main__":
    main()
