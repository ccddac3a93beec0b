import numpy as np
import pytest

from index.judging.known_texts import KnownTexts

VECTORS = np.array([[0, 1], [1, 0], [0.8, 0.6], [-1, 0], [0.6, 0.8]], dtype=np.float32)
LABELS = np.array([2, 0, 0, 1, 2])
GROUPS = np.array([0, 1, 0], dtype=np.int8)
MISSING = np.eye(3, dtype=np.float32)[LABELS] / 2
"""What landmarks would say too little of each text: half of its own class."""


@pytest.fixture
def known() -> KnownTexts:
    """Five texts of three classes; the first and the last class are of one group."""
    return KnownTexts.of(VECTORS, LABELS, GROUPS, MISSING)


def test_a_class_is_as_near_as_its_nearest_text(known: KnownTexts) -> None:
    east = np.array([1, 0], dtype=np.float32)
    assert [known.similarity(east, label) for label in range(3)] == pytest.approx([1, -1, 0.6], abs=1e-3)


def test_the_nearest_classes_come_best_first_and_each_once(known: KnownTexts) -> None:
    found = known.nearest_classes(np.array([1, 0], dtype=np.float32), 2)
    assert [label for label, _ in found] == [0, 2]
    assert [cosine for _, cosine in found] == pytest.approx([1, 0.6], abs=1e-3)


def test_each_group_is_searched_and_the_nearest_of_all_correct(known: KnownTexts) -> None:
    found = known.neighbours(np.array([[1, 0], [0, 1]], dtype=np.float32))
    assert found.nearest == pytest.approx(np.array([[1, 0.6, -1, -1], [1, 0.6, 0, 0]]), abs=1e-3)
    assert found.corrections.sum(axis=1) == pytest.approx([0.5, 0.5], abs=1e-3)
    assert found.corrections.argmax(axis=1).tolist() == [0, 2]


def test_a_class_without_texts_is_far(known: KnownTexts) -> None:
    groups, nothing = np.array([0, 1, 0, 2], dtype=np.int8), np.zeros((5, 4), np.float32)
    empty = KnownTexts.of(VECTORS, LABELS, groups, nothing)
    assert empty.similarity(VECTORS[0], 3) == -1
    assert empty.neighbours(VECTORS[:1]).nearest[0, 4:].tolist() == [-1, -1]
