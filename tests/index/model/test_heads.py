"""The head that tells whether a sentence shows a red flag."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from index.model.heads import EvidenceHead, evidence_head

HEAD = EvidenceHead(np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32), scale=10.0, bias=-6.0)


def test_a_sentence_shows_a_flag_where_their_product_is_above_nothing() -> None:
    sentences = HEAD.of_sentences(np.array([[2, 0, 0], [0, 0, 5]], dtype=np.float32))
    flags = HEAD.of_flags(np.array([[1, 0, 0], [0.9, 0.8, 0]], dtype=np.float32))
    assert sentences @ flags.T == pytest.approx(np.array([[4, 10 * 0.9 / 1.2042 - 6], [-6, -6]]), abs=1e-3)


def test_what_is_read_as_nothing_shows_nothing() -> None:
    assert (HEAD.of_sentences(np.zeros((1, 3), np.float32)) @ HEAD.of_flags(np.ones((2, 3), np.float32)).T < 0).all()


def test_an_adapter_without_the_head_has_none(tmp_path: Path) -> None:
    save_file({"other": np.zeros(1, np.float32)}, tmp_path / "adapter.safetensors")
    assert evidence_head(tmp_path / "adapter.safetensors") is None
    assert evidence_head(None) is None
