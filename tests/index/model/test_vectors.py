"""Tables of vectors, and those that ship with the casebook."""

from pathlib import Path

import numpy as np
import pytest

from index.model.encoder import Encoder
from index.model.loading import DEFAULT_MODEL, model_name
from index.model.shipped_vectors import SHIPPED, Shipped, shipped_vectors, write_shipped
from index.model.vector_table import FlagEncoder, VectorTable
from knowledge.documents.casebook import read_casebook
from tests.fakes import HashingEncoder

FIRST, SECOND = ["a parcel is held", "a fee through a link"], ["a fee through a link", "a man wants a code"]
COVERED = 0.95
SAMPLE = 40


def table_of(texts: list[str]) -> VectorTable:
    table, encoded = VectorTable.empty().extended(texts, HashingEncoder())
    assert encoded == len(texts)
    return table


def shipped(texts: list[str]) -> Shipped:
    senses, _ = VectorTable.empty().extended(texts, FlagEncoder(HashingEncoder()))
    return Shipped(table_of(texts), senses)


def test_two_tables_joined_have_the_texts_of_both() -> None:
    joined = table_of(FIRST).joined(table_of(SECOND))
    assert len(joined) == 3
    assert joined.of([*FIRST, *SECOND]) == pytest.approx(HashingEncoder().encode([*FIRST, *SECOND]))


def test_a_table_joined_with_nothing_stays_what_it_is() -> None:
    empty = VectorTable.empty()
    for joined in (table_of(FIRST).joined(empty), empty.joined(table_of(FIRST))):
        assert joined.of(FIRST) == pytest.approx(table_of(FIRST).of(FIRST))
    assert len(empty.joined(empty)) == 0


def test_what_ships_comes_back_in_ten_bits(tmp_path: Path) -> None:
    write_shipped(tmp_path / "vectors.npz", "hashing", shipped(FIRST))
    read = shipped_vectors("hashing", tmp_path / "vectors.npz")
    cosines = (read.vectors.of(FIRST) * table_of(FIRST).of(FIRST)).sum(axis=1)
    assert cosines == pytest.approx(1, abs=1e-4)
    assert read.senses.of(FIRST) == pytest.approx(HashingEncoder().flag_senses(FIRST), abs=1e-3)


def test_nothing_ships_for_another_model_or_from_no_file(tmp_path: Path) -> None:
    write_shipped(tmp_path / "vectors.npz", "hashing", shipped(FIRST))
    for model, file in (("another", "vectors.npz"), ("hashing", "none.npz")):
        nothing = shipped_vectors(model, tmp_path / file)
        assert len(nothing.vectors) == len(nothing.senses) == 0


def test_only_what_does_not_ship_is_encoded(tmp_path: Path) -> None:
    write_shipped(tmp_path / "vectors.npz", "hashing", shipped(FIRST))
    encoder = HashingEncoder()
    known = shipped_vectors("hashing", tmp_path / "vectors.npz").vectors
    table, encoded = known.extended([*FIRST, *SECOND[1:]], encoder)
    assert (len(table), encoded, encoder.encoded) == (3, 1, 1)


@pytest.mark.slow
def test_nearly_all_texts_of_the_casebook_ship_with_their_vectors() -> None:
    known, casebook = shipped_vectors(model_name(DEFAULT_MODEL)), read_casebook()
    texts = casebook.texts(signals=False)
    has = [known.vectors.has(text) for text in texts] + [known.senses.has(flag) for flag in casebook.flags()]
    share = np.mean(has)
    assert share >= COVERED, f"{SHIPPED.name}: has {share:.0%} of the casebook's texts; `make vectors` renews it"
    assert SHIPPED.stat().st_size < 33e6


@pytest.mark.model
def test_what_ships_is_what_the_encoder_makes_of_the_texts(encoder: Encoder) -> None:
    shipped = shipped_vectors(encoder.name).vectors
    texts = [text for text in read_casebook().texts(signals=False) if shipped.has(text)]
    sample = texts[:: len(texts) // SAMPLE]
    fresh = encoder.read(sample)
    cosines = (fresh.vectors * shipped.of(sample)).sum(axis=1)
    assert cosines.min() > 0.9999, f"{SHIPPED.name}: of another model; delete it, and `make vectors` renews it"
    off = np.abs(fresh.told - shipped.told(sample))  # the heads are steep where they doubt, and processors differ
    assert (float(np.quantile(off, 0.9)) < 0.02, float(off.max()) < 0.15) == (True, True)
