"""``python -m bench.company``: checks a second, one by one and in company, on this machine."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bench.figures import Row
from bot.checking.engine import Engine, open_engine
from bot.checking.situation import Situation
from bot.settings import read_settings
from index.model.sentence_encoder import SentenceEncoder
from knowledge.documents.golden import read_golden
from knowledge.text.reading import read

TOKENS, COUNT, THREADS, ROUNDS = 28, 96, 16, 3


def texts_of(encoder: SentenceEncoder, count: int = COUNT) -> list[str]:
    """Return golden situations whose tokens, with the prompt, are nearest to TOKENS in number."""
    golden = list(dict.fromkeys(one.text for one in read_golden()))
    sizes = [len(encoder._model.offsets(encoder._model.prompt + read(text).whole)) for text in golden]
    return [golden[row] for row in np.argsort(np.abs(np.array(sizes) - TOKENS), kind="stable")[:count]]


def company(engine: Engine) -> Iterator[Row]:
    """Measure checks a second, and encoding alone, all in turn."""
    encoder = engine.encoder
    assert isinstance(encoder, SentenceEncoder)
    texts = texts_of(encoder)
    readings = [read(text) for text in texts]
    ways: dict[str, Callable[[Sequence[str]], object]] = {
        "one by one": lambda texts: [engine.checker.check(Situation(text)) for text in texts],
        "of 16 threads": _threaded(engine),
        "encoding alone": lambda _: encoder.read_all_parts([(one.whole, one.spans) for one in readings]),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for each in range(ROUNDS + 1):
        for name, way in ways.items():
            started = time.perf_counter()
            way(texts)
            if each:  # the first round warms up
                seconds[name].append(time.perf_counter() - started)
    rates = {name: len(texts) / float(np.median(times)) for name, times in seconds.items()}
    alone, together, encoding = rates.values()
    what = f"checks of {TOKENS} tokens a second, 16 at the same time"
    yield Row(what, f"{together:.0f}", f"one by one {alone:.0f}", together / alone)
    yield Row("the same beside encoding alone in batches", f"{together:.0f}", f"{encoding:.0f}", together / encoding)


def _threaded(engine: Engine) -> Callable[[Sequence[str]], object]:
    threads = ThreadPoolExecutor(THREADS)
    return lambda texts: list(threads.map(lambda text: engine.checker.check(Situation(text)), texts))


def main() -> None:
    """Print the rates."""
    for row in company(open_engine(read_settings(os.environ), print)):
        print(f"{row.what}: {row.value}; {row.beside}; ratio {row.ratio:.2f}")


if __name__ == "__main__":
    main()
