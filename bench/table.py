"""``make bench``: one table of what this machine takes, with ratios, in at most eight minutes.

What takes longer has a command of its own: see docs/performance.md.
"""

import json
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from bench.company import company
from bench.figures import LONG, RUNS, SHORT, Row, alternating_ms, askfirst, median_ms, run
from bench.growth import worst
from bench.load import firsts, load
from bot.checking.engine import Engine, open_engine
from bot.checking.situation import Situation
from bot.settings import read_settings
from bot.terminal.screen import complain, output
from index.model.loading import DEFAULT_MODEL, model_name
from index.model.packed_weights import ADAPTER
from index.model.stock import load_folder, stock_folder


def encoding(engine: Engine) -> Iterator[Row]:
    """Our encoder against stock sentence-transformers with torch on the same weights."""
    folder = read_settings(os.environ).models / model_name(DEFAULT_MODEL)
    stock = load_folder(stock_folder(folder, ADAPTER))
    for text in (SHORT, LONG):
        tokens = len(stock.tokenizer("query: " + text)["input_ids"])
        ours, theirs = alternating_ms(
            lambda text=text: engine.encoder.encode([text]),  # type: ignore[misc]
            lambda text=text: stock.encode([text]),  # type: ignore[misc]
            RUNS,
        )
        yield Row(f"encoding, {tokens} tokens", f"{ours:.1f} ms", f"stock torch {theirs:.1f} ms", theirs / ours)


def checking(engine: Engine) -> Iterator[Row]:
    """A whole check against the encoding of its text alone, and what reading contacts adds."""
    for name, text in (("three sentences", SHORT), ("seven sentences", LONG)):
        alone, whole = alternating_ms(
            lambda text=text: engine.encoder.encode([text]),  # type: ignore[misc]
            lambda text=text: engine.checker.check(Situation(text)),  # type: ignore[misc]
            RUNS,
        )
        yield Row(f"a check, {name}", f"{whole:.1f} ms", f"its encoding alone {alone:.1f} ms", whole / alone)
    asked = f"{SHORT} The number was +65 9123 4567 and the link https://dbs-verify.example.com/login"
    yield Row("reading two contacts", f"{median_ms(lambda: engine.contacts.read(asked, 'SG')):.1f} ms")


def processes() -> Iterator[Row]:
    """What a new process takes: a first answer, a night without news, and a first answer without a build."""
    start = time.perf_counter()
    askfirst("check", "--json", SHORT)
    first = time.perf_counter() - start
    yield Row("first check in a new process", f"{first:.1f} s")
    code = (
        "import os, time; from datetime import UTC, datetime; from bot.moderation.night import run_night; "
        "from bot.settings import read_settings\n"
        "start = time.perf_counter(); run_night(read_settings(os.environ), datetime.now(UTC))\n"
        "print(time.perf_counter() - start)"
    )
    yield Row("rebuild with nothing changed, after imports", f"{float(run('-c', code)):.2f} s")
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "models").symlink_to(read_settings(os.environ).models)
        start = time.perf_counter()
        askfirst("check", "--json", SHORT, data=scratch)
        empty = time.perf_counter() - start
    yield Row("first check without a build", f"{empty:.0f} s", f"with one {first:.1f} s", empty / first)


def memory() -> Iterator[Row]:
    """The resident memory of a process with all that a serving bot holds, after a hundred checks."""
    code = (
        "import os, sys; import telegram.ext, bot.telegram.run\n"
        "from bot.checking.engine import open_engine; from bot.settings import read_settings\n"
        "from bot.checking.situation import Situation; from bench.figures import LONG, SHORT\n"
        "engine = open_engine(read_settings(os.environ), print)\n"
        "for text in (SHORT, LONG) * 50: engine.checker.check(Situation(text))\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')))"
    )
    yield Row("resident memory of a serving bot", f"{int(run('-c', code)) / 1024:.0f} MB")


def growing() -> Iterator[Row]:
    """How much longer reading takes of a text four times as long, of hostile ones."""
    name, times = worst()
    yield Row(
        "reading a hostile text four times as long", f"{times:.1f} times as long", f"at most 8; {name}", times / 4
    )


def golden(engine: Engine) -> Iterator[Row]:
    """The figures of the build that serves."""
    folder = read_settings(os.environ).builds / engine.serving.build().name
    for name, value in json.loads((folder / "manifest.json").read_text("utf-8"))["figures"].items():
        yield Row(f"golden set, {name.replace('_', ' ')}", f"{value if name == 'situations' else f'{value:.1%}'}")


def main() -> None:
    """Measure, say on standard error what is measured as soon as it is, and print the table."""
    began = time.perf_counter()
    askfirst("rebuild")
    engine = open_engine(read_settings(os.environ), complain)
    table = Table("what", "here", "beside", "ratio", title=f"{_machine()}, {os.cpu_count()} processors")
    for measured in (
        encoding(engine),
        checking(engine),
        company(engine),
        load(),
        firsts(),
        processes(),
        memory(),
        growing(),
    ):
        for row in measured:
            complain(f"{time.perf_counter() - began:4.0f} s  {row.what}: {row.value} {row.beside}")
            table.add_row(row.what, row.value, row.beside, "" if row.ratio is None else f"{row.ratio:.2f}")
    for row in golden(engine):
        table.add_row(row.what, row.value)
    output().print(table)
    print(f"measured in {time.perf_counter() - began:.0f} s")


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()


if __name__ == "__main__":
    main()
