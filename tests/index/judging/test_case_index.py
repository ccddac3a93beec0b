from pathlib import Path

import numpy as np
import pytest

from index.judging.case_index import CaseIndex

ROWS = np.array([[1, 0], [0, 1], [-1, 0], [0.6, 0.8]], dtype=np.float32)


def test_similarity_is_the_cosine_best_first() -> None:
    hits = CaseIndex(ROWS).search(np.array([1, 0], dtype=np.float32), 4)
    assert [hit.row for hit in hits] == [0, 3, 1, 2]
    assert [hit.similarity for hit in hits] == pytest.approx([1, 0.6, 0, -1])


def test_of_some_rows_the_nearest_is_found_and_of_the_others_none() -> None:
    index = CaseIndex(ROWS)
    query = np.array([1, 0], dtype=np.float32)
    assert index.nearest(query, range(1, 4)) == pytest.approx(0.6)
    assert index.nearest(query, range(1, 3)) == pytest.approx(0)
    assert index.nearest(query, range(0, 4)) == pytest.approx(1)


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
