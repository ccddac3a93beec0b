from pathlib import Path

import numpy as np
import pytest

from index.judging.case_index import CaseIndex, landmarks

ROWS = np.array([[1, 0], [0, 1], [-1, 0], [0.6, 0.8]], dtype=np.float32)


def test_similarity_is_the_cosine_best_first() -> None:
    hits = CaseIndex(ROWS).search(np.array([1, 0], dtype=np.float32), 4)
    assert [hit.row for hit in hits] == [0, 3, 1, 2]
    assert [hit.similarity for hit in hits] == pytest.approx([1, 0.6, 0, -1])


def test_of_some_rows_the_nearest_are_found_and_of_the_others_none() -> None:
    cosines, rows = CaseIndex(ROWS).among(ROWS[:2], range(1, 4), 2)
    np.testing.assert_allclose(cosines, [[0.6, 0], [1, 0.8]], atol=1e-6)
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
