"""``python -m bench.nearest [COUNT]``: what each way to find the nearest takes, over the vectors of ``bench.million``.

Every way has an index for each of the three groups, and a search is for the nearest 64 of each, as a vote needs them.
Times are those of one thread on the processor, which other work beside it hardly moves; by the clock is p99 once more.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from bench.million import asked_vectors, harmless_labels, multiplied, real_texts
from bot.checking.engine import open_engine
from bot.settings import read_settings
from index.judging.judgement import TOO_LITTLE, centred, language_means
from index.judging.known_texts import NEAR
from index.model.encoder import Vectors
from knowledge.documents.casebook import read_casebook

COUNT = 200_000
_TEN = 10
_AT_ONCE = 50_000
_ROW = "{:<34} {:>27} {:>7} {:>9} {:>9} {:>8} {:>7} {:>7} {:>6}"


@dataclass(frozen=True)
class Way:
    """An index as FAISS writes it, how it is made, and how thoroughly it is searched, from least to most."""

    index: str
    making: str
    searching: Sequence[str]


_PROBED = [f"nprobe={lists}" for lists in (64, 128, 256, 384)]
_COMPARED = [f"nprobe={lists},k_factor_rf={times}" for times in (8, 16) for lists in (64, 128, 192, 256)]
_WALKED = [f"efSearch={width}" for width in (64, 128, 256, 512, 768)]
EXACT = Way("Flat", "", [""])
WAYS = (
    Way("IVF{many},SQfp16", "", _PROBED),
    Way("IVF{many},SQ8", "", _PROBED),
    Way("IVF{many}_HNSW32,SQfp16", "", _PROBED),
    Way("IVF{few},RaBitQfs,Refine(SQfp16)", "", _COMPARED),
    Way("IVF{few},PQ96x4fs,Refine(SQfp16)", "", _COMPARED),
    Way("IVF{few},PQ192x4fs,Refine(SQfp16)", "", _COMPARED),
    Way("HNSW16_SQfp16", "efConstruction=40", _WALKED),
    Way("HNSW32_SQfp16", "efConstruction=40", _WALKED),
    Way("HNSW32_SQ8", "efConstruction=40", _WALKED),
    Way("HNSW32_SQfp16", "efConstruction=80", _WALKED),
)
"""``many`` is four times the square root of the number of vectors, ``few`` one and a half times."""


def built(way: Way, vectors: Vectors) -> Any:
    """Return such an index of vectors (n, d)."""
    many, few = (int(times * np.sqrt(len(vectors))) for times in (4, 1.5))
    index = faiss.index_factory(vectors.shape[1], way.index.format(many=many, few=few), faiss.METRIC_INNER_PRODUCT)
    if way.making:
        _set(index, way.making)
    index.train(vectors[:: max(1, len(vectors) // (48 * many))])
    for start in range(0, len(vectors), _AT_ONCE):
        index.add(vectors[start : start + _AT_ONCE])
    return index


def _set(index: Any, parameters: str) -> None:
    space: Any = faiss.ParameterSpace()
    space.set_index_parameters(index, parameters)


def size(indexes: Sequence[Any]) -> float:
    """Return how large indexes are when they are written, in MB."""
    with tempfile.TemporaryDirectory() as scratch:
        for number, index in enumerate(indexes):
            faiss.write_index(index, f"{scratch}/{number}")
        return sum(file.stat().st_size for file in Path(scratch).iterdir()) / 1e6


def searched(indexes: Sequence[Any], asked: Vectors) -> tuple[NDArray[np.float64], Vectors]:
    """Return the milliseconds each search took, on the processor and by the clock: (n, 2); and the cosines of the ten
    nearest of all groups: (n, 10)."""
    times, best = [], []
    for vector in asked[:, None]:
        started = time.thread_time(), time.perf_counter()
        found = [index.search(vector, NEAR)[0] for index in indexes]
        times.append((time.thread_time() - started[0], time.perf_counter() - started[1]))
        best.append(-np.sort(-np.concatenate(found, axis=1)[0])[:_TEN])
    return 1000 * np.array(times), np.stack(best)


def rows(way: Way, groups: Sequence[Vectors], asked: Vectors, least: Vectors) -> Iterator[Sequence[str]]:
    """Yield what a way takes, one row for each way to search it; ``least`` (n,) is the tenth best cosine there is."""
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    started = time.process_time()
    indexes = [built(way, vectors) for vectors in groups]
    seconds = time.process_time() - started
    faiss.omp_set_num_threads(1)
    large = size(indexes)
    for how in way.searching:
        for index in indexes:
            if how:
                _set(index, how)
        times, found = searched(indexes, asked)
        recall = (found >= least[:, None] - 1e-3).mean()
        yield (
            f"{way.index} {way.making.removeprefix('efConstruction=')}", how,
            f"{seconds:.0f} s", f"{large:,.0f} MB", f"{recall:.4f}", f"{times[:, 0].mean():.2f}",
            *(f"{slow:.2f}" for slow in np.quantile(times, 0.99, axis=0)), f"{os.getloadavg()[0]:.1f}",
        )  # fmt: skip


def main() -> None:
    """Print a table of all ways."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    engine, casebook = open_engine(read_settings(os.environ), print), read_casebook()
    many = multiplied(real_texts(engine, casebook), count, 1)
    means, labels = language_means(many.vectors, many.languages), np.array(many.labels)
    vectors = centred(many.vectors, many.languages, means)
    group = np.where(labels == TOO_LITTLE, 2, np.isin(labels, list(harmless_labels(casebook))))
    groups = [vectors[group == number] for number in range(3)]
    asked = np.concatenate([centred(vector, [language], means) for vector, language in asked_vectors(engine)])
    print(_ROW.format("way", "search", "made", "size", "recall@10", "mean ms", "p99 ms", "clock", "load"))
    least = searched([built(EXACT, one) for one in groups], asked)[1][:, -1]
    for way in (EXACT, *WAYS):
        for row in rows(way, groups, asked, least):
            print(_ROW.format(*row), flush=True)


if __name__ == "__main__":
    main()
