"""Encoding on a cluster of two workers on this machine."""

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.builds.cluster import NoCluster, on_cluster, shards
from index.builds.rebuilding import rebuild
from index.judging.extra import MissingExtra
from index.model.encoder import Encoded, Encoder
from index.model.loading import DEFAULT_MODEL, load_encoder
from index.model.packed_weights import BrokenModel
from index.model.sentence_encoder import SentenceEncoder
from knowledge.documents.casebook import Casebook
from tests.conftest import REAL_DATA
from tests.fakes import HashingEncoder

TEXTS = [f"text {number} of a casebook" for number in range(3000)]


def hashing() -> Encoder:
    return HashingEncoder()


class Killed(HashingEncoder):
    """Kills the process it is in when it reads one of the texts, the first time alone."""

    def __init__(self, killed: str) -> None:
        super().__init__()
        self._killed = Path(killed)

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        if TEXTS[7] in texts and not self._killed.exists():
            self._killed.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return super().read(texts)


class Other(HashingEncoder):
    name = "another"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    distributed: Any = pytest.importorskip(
        "distributed", reason='distributed is not installed, expected the extra "cluster"'
    )
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50, host="127.0.0.1"
    ) as cluster:
        yield cluster.scheduler_address


def test_shards_are_parted_by_digest_and_have_every_text_once() -> None:
    parted = shards(TEXTS)
    assert sorted(row for rows in parted for row in rows) == list(range(3000))
    assert len(parted) == 6
    assert all(300 < len(rows) < 700 for rows in parted)
    (first,) = [rows for rows in parted if 0 in rows]
    turned = TEXTS[::-1]
    (again,) = [rows for rows in shards(turned) if 2999 in rows]
    assert {TEXTS[row] for row in first} == {turned[row] for row in again}
    assert shards([]) == []


@pytest.mark.slow
def test_workers_make_the_same_vectors_as_one_alone(address: str) -> None:
    with on_cluster(address, HashingEncoder(), hashing) as encoder:
        read = encoder.read(TEXTS)
        assert len(encoder.read([]).vectors) == 0
    np.testing.assert_array_equal(read.vectors, HashingEncoder().encode(TEXTS))


@pytest.mark.slow
def test_a_killed_workers_shard_is_read_by_another(address: str, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    with on_cluster(address, HashingEncoder(), Killed, str(killed)) as encoder:
        read = encoder.read(TEXTS)
    assert killed.exists()
    np.testing.assert_array_equal(read.vectors, HashingEncoder().encode(TEXTS))


@pytest.mark.slow
def test_a_worker_with_another_model_is_refused(address: str) -> None:
    wrong = "a worker has the model another, expected hashing; install the same AskFirst there"
    with on_cluster(address, HashingEncoder(), Other) as encoder, pytest.raises(BrokenModel, match=wrong):
        encoder.read(TEXTS[:10])


@pytest.mark.slow
def test_a_build_made_on_a_cluster_is_the_one_made_alone(address: str, tmp_path: Path, casebook: Casebook) -> None:
    with on_cluster(address, HashingEncoder(), hashing) as encoder:
        build = rebuild(tmp_path / "on", encoder, casebook)
    alone = rebuild(tmp_path / "alone", HashingEncoder(), casebook)
    assert build.manifest.figures == alone.manifest.figures
    texts = casebook.texts(signals=True)
    np.testing.assert_array_equal(build.vectors.of(texts), alone.vectors.of(texts))


@pytest.mark.slow
@pytest.mark.model
def test_workers_read_with_the_real_model_as_one_alone(address: str, encoder: SentenceEncoder) -> None:
    texts = ["they say my parcel is held", "有人出五百块一个月租我的银行卡", "dinner at seven"]
    with on_cluster(address, encoder, load_encoder, DEFAULT_MODEL, REAL_DATA / "models") as on:
        there, here = on.read(texts), encoder.read(texts)
    assert (there.vectors * here.vectors).sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-4)


@pytest.mark.slow
def test_an_address_where_nothing_answers_is_refused_in_one_line(address: str) -> None:
    wrong = (
        "tcp://127.0.0.1:9: no scheduler answers, expected the address of a Dask scheduler, like tcp://10.0.0.5:8786"
    )
    with (
        pytest.raises(NoCluster, match=f"^{wrong}$"),
        on_cluster("tcp://127.0.0.1:9", HashingEncoder(), hashing),
    ):
        pass


def test_without_the_extra_the_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.judging.extra.find_spec", lambda _: None)
    line = r'distributed: not installed, expected the extra "cluster": pip install "\.\[cluster\]" in the checkout'
    with pytest.raises(MissingExtra, match=line), on_cluster("tcp://a:1", HashingEncoder(), hashing):
        pass
