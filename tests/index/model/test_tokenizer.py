"""The tokenizer made of the packed vocabulary and the rules that ship."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from index.model.packed_weights import BrokenModel, packed_model
from index.model.tokenizer import RULES, load_tokenizer, make_tokenizer, write_pieces

PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁fine", "▁", "<mask>")
VOCABULARY = [(piece, -float(place)) for place, piece in enumerate(PIECES)]


@pytest.fixture(scope="module")
def real() -> Tokenizer:
    return make_tokenizer(packed_model().pieces)


def test_a_vocabulary_that_was_written_makes_the_same_tokenizer(tmp_path: Path) -> None:
    write_pieces(tmp_path / "pieces.json", VOCABULARY)
    loaded, made = load_tokenizer(tmp_path / "pieces.json"), make_tokenizer(VOCABULARY)
    assert loaded.encode("ﬁne \u3000 fine").ids == made.encode("ﬁne \u3000 fine").ids == [0, 4, 4, 2]


def test_offsets_count_the_characters_as_written() -> None:
    encoded = make_tokenizer(VOCABULARY).encode("ﬁne fine")
    assert encoded.offsets == [(0, 0), (0, 3), (3, 8), (0, 0)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("query: hello world", [0, 41, 1294, 12, 33600, 31, 8999, 2]),
        ("query: 你好，世界", [0, 41, 1294, 12, 6, 124084, 4, 3221, 2]),
        ("", [0, 2]),
    ],
    ids=["English", "Chinese", "nothing"],
)
def test_a_text_has_the_ids_of_xlm_roberta(real: Tokenizer, text: str, ids: list[int]) -> None:
    assert real.encode(text).ids == ids


def test_damaged_rules_are_refused(tmp_path: Path) -> None:
    (tmp_path / "nmt_nfkc.xz").write_bytes(RULES.read_bytes()[:-1])
    with pytest.raises(BrokenModel, match=r"nmt_nfkc.xz: SHA-256 \w+…, expected \w+…; install AskFirst again"):
        make_tokenizer(VOCABULARY, tmp_path / "nmt_nfkc.xz")
