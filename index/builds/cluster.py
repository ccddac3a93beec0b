"""Encoding on several machines: shards of texts go to the workers of a Dask cluster (the extra ``cluster``).

Every worker loads the same sealed model. What a worker that dies was reading is read by another one; what was read and
fetched is kept.
"""

import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from index.judging.extra import require
from index.model.cached_encoder import EncoderAround
from index.model.encoder import TOLD, Encoded, Encoder, Parts, Vectors, counted
from index.model.packed_weights import BrokenModel
from index.model.vector_table import text_digest
from knowledge.text.sentences import Span

SHARD = 512
"""Texts of a shard, about: some ten seconds' work for a machine with two cores."""
_AT_ONCE = 4  # shards that wait for each worker, so that none is idle and a lost one costs little
_RETRIES = 2
_PATIENCE = 15  # seconds for a scheduler to answer

Load = Callable[..., Encoder]
"""Loads the model on a worker; a function of a module that is installed there."""


class NoCluster(OSError):
    """A cluster cannot be used; the message names its address and what was expected."""


@contextmanager
def on_cluster(address: str, encoder: Encoder, load: Load, *given: Hashable) -> Iterator["ClusterEncoder"]:
    """Let the workers of a cluster read texts in place of an encoder, while the block runs.

    Args:
        address: the scheduler's, like ``tcp://10.0.0.5:8786``.
        encoder: the encoder here, which reads what is no bulk.
        load: loads the same model on a worker, given ``given``.
        given: what ``load`` is called with.

    Raises:
        MissingExtra: Dask's distributed is not installed.
        NoCluster: no scheduler answers there, or it has no worker.
    """
    require("distributed", "cluster")
    distributed = _distributed()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # its faults come as exceptions, too
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as fault:
        wrong = "no scheduler answers, expected the address of a Dask scheduler, like tcp://10.0.0.5:8786"
        raise NoCluster(f"{address}: {wrong}") from fault
    with client:
        if not client.scheduler_info(n_workers=-1)["workers"]:
            raise NoCluster(f"{address}: the scheduler has no worker, expected one at least: dask worker {address}")
        yield ClusterEncoder(encoder, client, address, load, given)


class ClusterEncoder(EncoderAround):
    """An encoder whose texts are read by the workers of a cluster, all else here; see Encoder."""

    def __init__(self, encoder: Encoder, client: Any, address: str, load: Load, given: tuple[Hashable, ...]) -> None:
        super().__init__(encoder)
        self._client = client
        self._address = address
        self._load = load
        self._given = given

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        """Have shards of texts read by the workers; see Encoder.

        Raises:
            BrokenModel: a worker has another model.
            NoCluster: the cluster was lost, or a shard has killed every worker that read it.
        """
        distributed = _distributed()
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        told = np.empty((len(texts), len(TOLD)), dtype=np.float32)
        try:
            with counted(len(texts), "Encoding", "text", shown=progress) as further:
                for rows, (own_vectors, own_told) in self._read(texts):
                    vectors[rows], told[rows] = own_vectors, own_told
                    further(len(rows))
        except (distributed.KilledWorker, distributed.client.FutureCancelledError, TimeoutError) as fault:
            wrong = "the cluster was lost while texts were encoded, expected it to last; run it again"
            raise NoCluster(f"{self._address}: {wrong} ({type(fault).__name__})") from fault
        return Encoded(vectors, told)

    def _read(self, texts: Sequence[str]) -> Iterator[tuple[list[int], tuple[Vectors, Vectors]]]:
        """Yield the rows of each shard and what was made of it, as the workers are done with them."""
        waiting = iter(shards(texts))
        most = _AT_ONCE * len(self._client.scheduler_info(n_workers=-1)["workers"])
        rows_of: dict[Any, list[int]] = {}
        done = _distributed().as_completed(loop=self._client.loop, with_results=True)

        def send() -> None:
            if rows := next(waiting, None):
                own = [texts[row] for row in rows]
                given = (self._load, self._given, self.name, own)
                future = self._client.submit(read_shard, *given, pure=False, retries=_RETRIES)
                rows_of[future] = rows
                done.add(future)

        for _ in range(most):
            send()
        for future, made in done:
            yield rows_of.pop(future), made
            send()

    def read_parts(self, text: str, spans: Sequence[Span]) -> tuple[Encoded, Parts]:
        """Read a text and its parts, here; see Encoder."""
        return self._encoder.read_parts(text, spans)

    def read_all_parts(self, texts: Sequence[tuple[str, Sequence[Span]]]) -> list[tuple[Encoded, Parts]]:
        """Read texts and their parts, here; see Encoder."""
        return self._encoder.read_all_parts(texts)

    def flag_senses(self, flags: Sequence[str]) -> Vectors:
        """Return what red flags state, read here; see Encoder."""
        return self._encoder.flag_senses(flags)


def _distributed() -> Any:
    """Return the library of the extra, whose functions have no types."""
    return import_module("distributed")


def shards(texts: Sequence[str], size: int = SHARD) -> list[list[int]]:
    """Part texts by their digest into shards of about so many; return the rows of each."""
    count = -(-len(texts) // size)
    parted: list[list[int]] = [[] for _ in range(count)]
    for row, text in enumerate(texts):
        parted[int(text_digest(text)[:12], 16) % count].append(row)
    return [rows for rows in parted if rows]


def read_shard(load: Load, given: tuple[Hashable, ...], name: str, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
    """Read texts on a worker: vectors (n, d), and what is told (n, 4); see Encoded.

    Raises:
        BrokenModel: the model here is another one.
    """
    encoder = _loaded(load, given)
    if encoder.name != name:
        raise BrokenModel(f"a worker has the model {encoder.name}, expected {name}; install the same AskFirst there")
    read = encoder.read(texts)
    return read.vectors, read.told


@lru_cache(1)
def _loaded(load: Load, given: tuple[Hashable, ...]) -> Encoder:
    """Return the model of this worker, loaded once."""
    return load(*given)
