"""``python -m bench.million [COUNT]``: what a casebook of a million texts would take.

There are not so many texts. Their vectors are made from the real ones: each is a mixture of a text of the casebook with
one of the nearest of its own pattern, with noise, and has its language and label. So the figures say how fast and how
exact the index is at that size, and nothing of how right its answers are. Searches are for the golden set: it is real.
"""

import gc
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bot.checking.checker import Checker
from bot.checking.engine import Engine, open_engine
from bot.checking.situation import Situation
from bot.settings import read_settings
from index.judging.case_index import CaseIndex
from index.judging.judgement import EVERYDAY, Judgement, unit
from index.judging.learning import examples, learned
from index.model.encoder import Vectors
from index.model.packed_weights import sha256
from knowledge.documents.casebook import Casebook, comparable, read_casebook
from knowledge.documents.golden import read_golden
from knowledge.documents.pattern import Kind
from knowledge.text.languages import detect

SMALL, COUNT, NEW = 12_000, 1_000_000, 1_000
_NEIGHBOURS, _NOISE = 8, 0.4  # the noise's length, beside a mixture's of 1
_ASKED = 500
_AT_ONCE = 50_000


@dataclass(frozen=True)
class Texts:
    """Texts as the fit takes them."""

    vectors: Vectors
    languages: Sequence[str]
    labels: Sequence[str]

    def first(self, count: int) -> "Texts":
        """Return so many of them."""
        return Texts(self.vectors[:count], self.languages[:count], self.labels[:count])


def real_texts(engine: Engine, casebook: Casebook) -> Texts:
    """Return the texts of the casebook, in an order by chance."""
    known = {text: (language, label) for text, language, label in examples(casebook)}
    texts = [text for text in known if engine.serving.build().vectors.has(text)]
    texts = [texts[row] for row in np.random.default_rng(1).permutation(len(texts))]
    languages, labels = zip(*(known[text] for text in texts), strict=True)
    return Texts(engine.serving.build().vectors.of(texts), languages, labels)


def harmless_labels(casebook: Casebook) -> set[str]:
    """Return the labels that are no danger."""
    return {name for name, one in casebook.patterns.items() if one.kind == Kind.LEGITIMATE} | {EVERYDAY}


def multiplied(real: Texts, count: int, seed: int) -> Texts:
    """Return so many mixtures of neighbours with noise."""
    chance = np.random.default_rng(seed)
    labels = np.array(real.labels)
    near = np.zeros((len(labels), _NEIGHBOURS), dtype=np.int64)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        _, found = CaseIndex(real.vectors[rows]).among(real.vectors[rows], range(len(rows)), _NEIGHBOURS)
        near[rows] = rows[found[:, np.arange(_NEIGHBOURS) % found.shape[1]]]
    one = chance.integers(0, len(labels), count)
    other = near[one, chance.integers(0, _NEIGHBOURS, count)]
    made = np.empty((count, real.vectors.shape[1]), dtype=np.float32)
    for start in range(0, count, _AT_ONCE):
        some = slice(start, min(count, start + _AT_ONCE))
        share = chance.uniform(0.2, 0.8, (some.stop - start, 1)).astype(np.float32)
        mixed = unit(share * real.vectors[one[some]] + (1 - share) * real.vectors[other[some]])
        noise = unit(chance.standard_normal(mixed.shape, dtype=np.float32))
        made[some] = unit(mixed + _NOISE * noise)
    return Texts(made, [real.languages[row] for row in one], [real.labels[row] for row in one])


def both(first: Texts, second: Texts) -> Texts:
    """Return the texts of two."""
    vectors = np.concatenate([first.vectors, second.vectors])
    return Texts(vectors, [*first.languages, *second.languages], [*first.labels, *second.labels])


def fitted(name: str, texts: Texts, harmless: set[str], like: Judgement | None = None) -> Judgement:
    """Fit, and print how long it takes and the most memory that the process has had."""
    started = time.perf_counter()
    with threadpool_limits(1, "blas"):  # as a rebuild has it
        judgement = learned(texts.vectors, texts.languages, texts.labels, harmless, like)
    seconds = time.perf_counter() - started
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{name}, {len(texts.labels):,} texts: fitted in {seconds:.0f} s, at most {most:.1f} GB", flush=True)
    return judgement


def written(judgement: Judgement) -> None:
    """Print how long it takes to write, digest and load what was learned, and how large it is."""
    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        judgement.save(Path(scratch))
        for file in Path(scratch).iterdir():
            sha256(file)
        Judgement.load(Path(scratch))
        seconds = time.perf_counter() - started
        size = sum(file.stat().st_size for file in Path(scratch).iterdir()) / 1e6
    print(f"written, digested and loaded in {seconds:.0f} s; {size:,.0f} MB")


def asked_vectors(engine: Engine) -> list[tuple[Vectors, str]]:
    """Return golden situations as they are looked for: vector (1, d) and language."""
    golden = [one for one in read_golden() if engine.serving.build().vectors.has(comparable(one.text))][:_ASKED]
    of = engine.serving.build().vectors.of
    return [(of([comparable(one.text)]), detect(one.text) or one.language) for one in golden]


def searching(name: str, judgement: Judgement, asked: Sequence[tuple[Vectors, str]]) -> None:
    """Print how long the search of one answer takes, the nearest of each group: by the clock, and on the processor."""
    times = []
    for vectors, language in asked:
        centred = judgement.centre(vectors, language)
        started = time.perf_counter(), time.thread_time()
        judgement.known.neighbours(centred)
        times.append((time.perf_counter() - started[0], time.thread_time() - started[1]))
    for kind, some in zip(("by the clock", "on the processor"), 1000 * np.array(times).T, strict=True):
        middle, slow = np.quantile(some, (0.5, 0.99))
        print(f"{name}: search {some.mean():.2f} ms, p50 {middle:.2f}, p99 {slow:.2f} {kind}", flush=True)
    print(f"load: {os.getloadavg()[0]:.1f}", flush=True)


def recall(judgement: Judgement, texts: Texts, asked: Sequence[tuple[Vectors, str]]) -> float:
    """Return the share of the ten nearest texts that a search finds, by cosine: ties count as found."""
    centred = np.concatenate([judgement.centre(vectors, language) for vectors, language in asked])
    best = np.full((len(centred), 10), -1, dtype=np.float32)
    languages: NDArray[np.str_] = np.array(texts.languages)
    for language in np.unique(languages):
        rows = np.flatnonzero(languages == language)
        for start in range(0, len(rows), _AT_ONCE):
            known = judgement.centre(texts.vectors[rows[start : start + _AT_ONCE]], str(language))
            cosines = np.concatenate([best, centred @ known.T], axis=1)
            best = -np.partition(-cosines, 9, axis=1)[:, :10]
    tenth = best.min(axis=1)
    found = [[hit.similarity for hit in judgement.known.index.search(vector, 10)] for vector in centred]
    return float(np.mean([np.mean(np.array(one) >= least - 1e-3) for one, least in zip(found, tenth, strict=True)]))


def answering(engine: Engine, small: Judgement, large: Judgement) -> None:
    """Print how long a whole check takes over each of two judgements, in turn."""
    texts = [one.text for one in read_golden() if 60 < len(one.text) < 200][:120]
    times: dict[str, list[float]] = {"small": [], "large": []}
    builds = {
        name: replace(
            engine.serving.build(), judgement=replace(one, calibration=engine.serving.build().judgement.calibration)
        )
        for name, one in (("small", small), ("large", large))
    }
    checkers = {
        name: Checker(engine.encoder, lambda build=build: build, engine.contacts)  # type: ignore[misc]
        for name, build in builds.items()
    }
    for text in [*texts[:10], *texts]:
        for name, checker in checkers.items():
            started = time.perf_counter()
            checker.check(Situation(text))
            times[name].append((time.perf_counter() - started) * 1000)
    few, many = (float(np.median(times[name][10:])) for name in ("small", "large"))
    print(f"an answer: {few:.1f} ms at {SMALL:,}, {many:.1f} ms at the large one; ratio {many / few:.2f}")


def main() -> None:
    """Print what one takes, step by step."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    engine, casebook = open_engine(read_settings(os.environ), print), read_casebook()
    harmless = harmless_labels(casebook)
    real = real_texts(engine, casebook)
    asked = asked_vectors(engine)
    small = fitted("small", real.first(SMALL), harmless)
    searching("small", small, asked)
    many = multiplied(real, count, 1)
    print(f"made from {len(real.labels):,} real ones", flush=True)
    large = fitted("large", many, harmless)
    searching("large", large, asked)
    print(f"recall at 10 against exact search: {recall(large, many, asked):.4f}", flush=True)
    answering(engine, small, large)
    written(large)
    grown = both(many, multiplied(real, NEW, 2))
    del many
    gc.collect()
    night = fitted(f"a night with {NEW:,} new", grown, harmless, large)
    searching("after the night", night, asked)
    print(f"recall at 10: {recall(night, grown, asked):.4f}")


if __name__ == "__main__":
    main()
