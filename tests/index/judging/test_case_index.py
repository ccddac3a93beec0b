from pathlib import Path

import numpy as np
import pytest

from index.judging.case_index import CaseIndex, landmarks
from index.judging.judgement import unit
from index.judging.listed_index import lists_of
from index.model.encoder import Vectors

ROWS = np.array([[1, 0], [0, 1], [-1, 0], [0.6, 0.8]], dtype=np.float32)


def test_similarity_is_the_cosine_best_first() -> None:
    hits = CaseIndex(ROWS).search(np.array([1, 0], dtype=np.float32), 4)
    assert [hit.row for hit in hits] == [0, 3, 1, 2]
    assert [hit.similarity for hit in hits] == pytest.approx([1, 0.6, 0, -1], abs=1e-3)


def test_of_some_rows_the_nearest_are_found_and_of_the_others_none() -> None:
    cosines, rows = CaseIndex(ROWS).among(ROWS[:2], range(1, 4), 2)
    np.testing.assert_allclose(cosines, [[0.6, 0], [1, 0.8]], atol=1e-3)
    assert rows.tolist() == [[3, 1], [1, 3]]


@pytest.mark.parametrize(("rows", "count"), [(range(0), 3), (range(2, 3), 3)], ids=["no row", "fewer than asked for"])
def test_among_few_rows_all_are_found(rows: range, count: int) -> None:
    cosines, found = CaseIndex(ROWS).among(ROWS, rows, count)
    assert cosines.shape == found.shape == (4, len(rows))


def test_landmarks_lie_amid_the_vectors_and_are_the_same_each_time() -> None:
    angles = np.random.default_rng(0).normal([[0.0], [1.5], [3.0]], 0.05, (3, 40)).ravel()
    cloud = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found = landmarks(cloud, 3)
    nearest = (found @ np.stack([np.cos([0, 1.5, 3]), np.sin([0, 1.5, 3])])).max(axis=0)
    assert nearest == pytest.approx([1, 1, 1], abs=0.01)
    np.testing.assert_allclose(found, landmarks(cloud, 3), atol=1e-5)


def test_of_few_vectors_each_is_a_landmark() -> None:
    assert landmarks(ROWS, 3) is ROWS


def test_more_than_there_is_gives_what_there_is() -> None:
    assert len(CaseIndex(ROWS).search(ROWS[0], 99)) == 4


def test_vectors_that_are_not_of_unit_length_are_refused() -> None:
    with pytest.raises(ValueError, match="unit length"):
        CaseIndex(2 * ROWS)


def test_an_index_reads_back_as_it_was_written(tmp_path: Path) -> None:
    CaseIndex(ROWS).save(tmp_path / "cases.faiss")
    (hit,) = CaseIndex.load(tmp_path / "cases.faiss").search(ROWS[1], 1)
    assert hit.row == 1
    assert hit.similarity == pytest.approx(1)


def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    with pytest.raises(OSError, match="full: cannot be written, expected room on the disk"):
        CaseIndex(np.tile(ROWS, (1000, 1))).save(full)


PARTS = (3000, 1500, 20)


@pytest.fixture(scope="module")
def many() -> Vectors:
    """Vectors around some points, in any order."""
    chance = np.random.default_rng(0)
    centres = chance.standard_normal((60, 24))
    drawn = centres[chance.integers(0, 60, sum(PARTS))] + 0.4 * chance.standard_normal((sum(PARTS), 24))
    return unit(drawn.astype(np.float32))


@pytest.fixture(scope="module")
def large(many: Vectors) -> CaseIndex:
    return CaseIndex(many, PARTS, exact=1000)


def found_of(index: CaseIndex, many: Vectors, rows: range) -> float:
    """Return the share of the ten nearest among some rows that an index finds, of queries beside the vectors."""
    asked = unit(many[::50] + 0.05 * np.random.default_rng(2).standard_normal(many[::50].shape, dtype=np.float32))
    true = np.argsort(-(asked @ many[rows.start : rows.stop].T), axis=1)[:, :10] + rows.start
    cosines, found = index.among(asked, rows, 10)
    assert (np.diff(cosines, axis=1) <= 0).all()
    assert ((found >= rows.start) & (found < rows.stop)).all()
    return float(np.mean([len(set(one) & set(other)) / 10 for one, other in zip(found, true, strict=True)]))


@pytest.mark.parametrize(
    "rows",
    [range(3000), range(3000, 4500), range(4500, 4520), range(100, 130), range(3100, 3900), range(4520)],
    ids=["a part", "the next", "a small one", "few of a part", "many of a part", "all"],
)
def test_of_many_vectors_nearly_all_of_the_nearest_are_found(large: CaseIndex, many: Vectors, rows: range) -> None:
    assert found_of(large, many, rows) >= 0.95


def test_a_large_index_reads_back_as_it_was_written(large: CaseIndex, many: Vectors, tmp_path: Path) -> None:
    large.save(tmp_path / "cases.faiss")
    read = CaseIndex.load(tmp_path / "cases.faiss")
    assert len(read) == len(large) == len(many)
    for rows in (range(3000), range(100, 130), range(4500, 4520)):
        for one, other in zip(read.among(many[:9], rows, 5), large.among(many[:9], rows, 5), strict=True):
            np.testing.assert_array_equal(one, other)


def test_rows_are_in_the_order_that_is_given(many: Vectors) -> None:
    order = np.random.default_rng(3).permutation(len(many))
    index = CaseIndex(many, PARTS, order=order, exact=1000)
    assert [index.search(many[order[row]], 1)[0].row for row in (0, 2999, 3000, 4519)] == [0, 2999, 3000, 4519]


def test_lists_are_taken_over_from_an_index_that_it_is_like(large: CaseIndex, many: Vectors) -> None:
    more = unit(many[:10] + 0.01)
    index = CaseIndex(np.concatenate([more, many]), (3010, 1500, 20), like=large, exact=1000)
    centres = [lists_of(one._parts[0].index).quantizer.reconstruct_n() for one in (index, large)]
    np.testing.assert_array_equal(*centres)
    assert found_of(index, np.concatenate([more, many]), range(3010)) >= 0.95


def test_of_very_many_a_search_looks_at_fewer_lists_and_compares_fewer_and_still_finds_nearly_all(
    large: CaseIndex, many: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.judging.listed_index._MANY", 2000)
    index = CaseIndex(many, PARTS, exact=1000)
    (thorough, small), (quick, as_before) = ([part.index for part in one._parts[:2]] for one in (large, index))
    assert lists_of(quick).nprobe < lists_of(thorough).nprobe
    assert quick.k_factor < thorough.k_factor
    assert (lists_of(as_before).nprobe, as_before.k_factor) == (lists_of(small).nprobe, small.k_factor)
    assert found_of(index, many, range(3000)) >= 0.9


def test_of_few_that_are_asked_for_as_many_are_compared(large: CaseIndex, many: Vectors) -> None:
    (few, few_rows), (more, more_rows) = (large.among(many[:50], range(3000), count) for count in (3, 64))
    np.testing.assert_array_equal(few, more[:, :3])
    np.testing.assert_array_equal(few_rows, more_rows[:, :3])


def test_cosines_are_those_of_the_vectors_themselves(large: CaseIndex, many: Vectors) -> None:
    cosines, rows = large.among(many[:50], range(3000), 10)
    np.testing.assert_allclose(cosines, np.einsum("nd,nkd->nk", many[:50], many[rows]), atol=2e-3)


def test_a_full_disk_is_an_error_of_the_system_for_a_large_index_too(large: CaseIndex, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"full|No space"):
        large.save(full)
