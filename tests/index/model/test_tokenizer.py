"""The tokenizer made of the packed vocabulary and the rules that ship, and the one by which the adapter is trained."""

from pathlib import Path

import pytest
import tokenizers

from index.model.packed_weights import BrokenModel, packed_model
from index.model.stock_tokenizer import make_tokenizer
from index.model.tokenizer import RULES, Tokenizer, write_pieces
from knowledge.documents.casebook import read_casebook

PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁fine", "▁", "<mask>")
VOCABULARY = [(piece, -float(place)) for place, piece in enumerate(PIECES)]
ODD = {
    "nothing": "",
    "blanks": " \n\t ",
    "a blank at the end": "My parcel is held. ",
    "a line's end at the end": "held\r\n",
    "what takes no room at the end": "held\u200b",
    "blanks in a row": "  a \u3000  b\n\n\nc",
    "replaced surrogates": "a ?? b?",
    "controls": "\x00a\x00b\x07",
    "emoji": "😀😀🎉 👨‍👩‍👧 ok",
    "one word": "a" * 20_000,
    "ideographs": "转账到安全账户。" * 2_500,
    "many lines": "你好。\n\n" * 800 + " ",
    "written in full": "½ ㌔ ﷺ ﬁne",
    "equal ways": "08xx-xxxx. NANTI PAPA GANTI. " * 20,
}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    return written(tmp_path_factory.mktemp("real"), packed_model().pieces)


@pytest.fixture(scope="module")
def stock() -> tokenizers.Tokenizer:
    return make_tokenizer(packed_model().pieces)


def written(folder: Path, pieces: list[tuple[str, float]]) -> Tokenizer:
    write_pieces(folder / "pieces.model", pieces)
    return Tokenizer(folder / "pieces.model")


def test_blanks_and_letters_are_normalised(tmp_path: Path) -> None:
    assert written(tmp_path, VOCABULARY).encode("ﬁne \u3000 fine").ids == [0, 4, 4, 2]


def test_offsets_count_the_characters_as_written(tmp_path: Path) -> None:
    assert written(tmp_path, VOCABULARY).encode("ﬁne fine").offsets == [(0, 0), (0, 3), (3, 8), (0, 0)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("query: hello world", [0, 41, 1294, 12, 33600, 31, 8999, 2]),
        ("query: 你好，世界", [0, 41, 1294, 12, 6, 124084, 4, 3221, 2]),
        ("query: ", [0, 41, 1294, 12, 6, 2]),
        ("", [0, 2]),
    ],
    ids=["English", "Chinese", "a bare prompt", "nothing"],
)
def test_a_text_has_the_ids_of_xlm_roberta(real: Tokenizer, text: str, ids: list[int]) -> None:
    assert real.encode(text).ids == ids


@pytest.mark.parametrize("text", ["<s>", "a <s> b </s>", "<unk><pad>", "x <mask>"])
def test_what_looks_like_a_special_token_is_plain_text(real: Tokenizer, text: str) -> None:
    special = {real.encode("").ids[0], real.encode("").ids[1], real.padding, 3, 250_001}
    tokens = real.encode(text)
    assert special.isdisjoint(tokens.ids[1:-1])
    assert tokens.offsets[-2][1] == len(text)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_any_text_is_cut_as_in_training(real: Tokenizer, stock: tokenizers.Tokenizer, text: str) -> None:
    served, trained = real.encode(text), stock.encode(text)
    assert served.ids == trained.ids
    ends = [end for _, end in served.offsets[1:-1]]
    assert ends == sorted(ends)
    assert all(0 <= start < end <= len(text) for start, end in served.offsets[1:-1])


@pytest.mark.slow
def test_the_golden_texts_are_cut_at_the_characters_they_are_cut_at_in_training(
    real: Tokenizer, stock: tokenizers.Tokenizer
) -> None:
    for situation in read_casebook().golden:
        served, trained = real.encode(situation.text), stock.encode(situation.text)
        assert served.ids == trained.ids
        assert [end for _, end in served.offsets] == [end for _, end in trained.offsets]


def test_damaged_rules_are_refused(tmp_path: Path) -> None:
    (tmp_path / "nmt_nfkc.xz").write_bytes(RULES.read_bytes()[:-1])
    with pytest.raises(BrokenModel, match=r"nmt_nfkc.xz: SHA-256 \w+…, expected \w+…; install AskFirst again"):
        write_pieces(tmp_path / "pieces.model", VOCABULARY, tmp_path / "nmt_nfkc.xz")
