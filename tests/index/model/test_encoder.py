"""The real encoder: both engines, all kinds of text, and folders that are made once."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.model.encoder import STAGES, Encoder
from index.model.loading import load_default, load_encoder, load_torch
from index.model.packed_weights import BrokenModel, dequantise, parameter_name
from index.model.sealed_folder import made_once, verify
from index.model.sentence_encoder import SentenceEncoder
from tests.conftest import REAL_DATA

SCRIPTS = [
    "They say my parcel is held and I must pay a small fee through a link.",
    "有人出五百块一个月租我的银行卡，只是走账，会有事吗",
    "Мне позвонили из банка и просят перевести деньги на безопасный счёт.",
    "एक पुलिस वाला वीडियो कॉल पर है और पैसे माँग रहा है",
    "اتصل بي شخص يقول إنه من البنك ويريد الرمز",
    "มีคนโทรมาบอกว่าบัญชีของฉันเกี่ยวข้องกับการฟอกเงิน",
]


def test_quantised_blocks_are_scaled_low_nibbles_first() -> None:
    block = np.zeros(18, dtype=np.uint8)
    block[:2] = np.frombuffer(np.float16(0.5).tobytes(), np.uint8)
    block[2:] = 0x80 + 9  # low nibble 9 is +1, high nibble 8 is 0, both times the scale
    assert dequantise(block).tolist() == [0.5] * 16 + [0.0] * 16


@pytest.mark.parametrize(
    ("packed", "full"),
    [
        ("emb.word", "embeddings.word_embeddings.weight"),
        ("emb.ln.b", "embeddings.LayerNorm.bias"),
        ("l3.ao.w", "encoder.layer.3.attention.output.dense.weight"),
        ("l11.oln.b", "encoder.layer.11.output.LayerNorm.bias"),
    ],
)
def test_a_packed_tensor_has_its_place_in_bert(packed: str, full: str) -> None:
    assert parameter_name(packed) == full


def test_a_folder_is_made_once_by_many_at_the_same_moment(tmp_path: Path) -> None:
    made: list[Path] = []

    def make(scratch: Path) -> None:
        made.append(scratch)
        (scratch / "model.bin").write_bytes(b"weights")

    threads = [threading.Thread(target=made_once, args=(tmp_path / "m", make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    verify(tmp_path / "m", "model.")


def test_a_folder_whose_making_fails_is_not_there(tmp_path: Path) -> None:
    def make(scratch: Path) -> None:
        (scratch / "half").write_bytes(b"x")
        raise BrokenModel("half")

    with pytest.raises(BrokenModel):
        made_once(tmp_path / "m", make)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_damaged_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    def make(scratch: Path) -> None:
        (scratch / "model.bin").write_bytes(b"weights")

    folder = made_once(tmp_path / "m", make)
    (folder / "model.bin").write_bytes(b"weighty")
    with pytest.raises(BrokenModel, match=r"model.bin: missing or damaged; delete .* it is made anew"):
        verify(folder, "model.")


@pytest.mark.model
def test_both_engines_give_the_same_vectors_in_six_scripts(encoder: SentenceEncoder) -> None:
    ours, torchs = encoder.read(SCRIPTS), load_torch(REAL_DATA / "models").read(SCRIPTS)
    assert (ours.vectors * torchs.vectors).sum(axis=1).min() >= 0.9999
    assert ours.told == pytest.approx(torchs.told, abs=0.01)


@pytest.mark.model
def test_what_is_fastest_here_gives_nearly_the_same_vectors(encoder: SentenceEncoder) -> None:
    fast = load_default(REAL_DATA / "models", precision="").read(SCRIPTS)
    assert (encoder.read(SCRIPTS).vectors * fast.vectors).sum(axis=1).min() >= 0.999


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "\ud800 \udfff", "\x00\x01\x07", "😀😀🎉", "a" * 3000, "字" * 1500, "one two three. " * 500],
    ids=["empty", "blanks", "lone surrogates", "controls", "emoji", "one word", "ideographs", "many windows"],
)
def test_any_text_has_a_vector_of_unit_length(encoder: Encoder, text: str) -> None:
    whole, parts = encoder.read_parts(text, [(0, len(text))])
    assert np.linalg.norm(encoder.encode([text])[0]) == pytest.approx(1, abs=1e-4)
    assert np.linalg.norm(whole.vectors[0]) == pytest.approx(1, abs=1e-4)
    assert parts.vectors.shape == (1, encoder.dimension)


@pytest.mark.model
def test_the_end_of_a_long_text_counts(encoder: Encoder) -> None:
    start = "We talked about the garden and the weather. " * 60
    plain, told = encoder.encode([start, start + "Then he wanted my bank code and all my savings in gift cards. " * 5])
    assert plain @ told < 0.9999


@pytest.mark.model
def test_a_texts_vector_is_the_same_from_both_ways_of_encoding(encoder: Encoder) -> None:
    whole, _ = encoder.read_parts(SCRIPTS[0], [(0, 10)])
    assert whole.vectors[0] @ encoder.encode(SCRIPTS[:1])[0] == pytest.approx(1, abs=1e-4)
    assert whole.told == pytest.approx(encoder.read(SCRIPTS[:1]).told, abs=0.02)


@pytest.mark.model
def test_a_text_is_read_in_company_as_alone(encoder: Encoder) -> None:
    texts = [*SCRIPTS, "one two three. " * 150, ""]
    spans = [[(0, len(text) // 2), (len(text) // 2, len(text))] for text in texts]
    together = encoder.read_all_parts(list(zip(texts, spans, strict=True)))
    for text, of_text, (whole, parts) in zip(texts, spans, together, strict=True):
        alone, own = encoder.read_parts(text, of_text)
        assert whole.vectors[0] @ alone.vectors[0] == pytest.approx(1, abs=1e-4)
        assert (parts.vectors * own.vectors).sum(axis=1) == pytest.approx([1, 1], abs=1e-4)
        assert whole.told == pytest.approx(alone.told, abs=0.01)
        assert parts.heard.despair == pytest.approx(own.heard.despair, abs=0.01)


@pytest.mark.model
def test_what_was_given_is_told_from_what_is_only_wanted(encoder: SentenceEncoder) -> None:
    pairs = [
        (
            "I already sent him the three hundred euros yesterday",
            "He wants me to send him three hundred euros tomorrow",
        ),
        ("验证码我已经念给她听了", "她让我把验证码念给她听"),
        ("ya le transferí todo el dinero", "me pide que le transfiera el dinero"),
    ]
    told, wanted = (encoder.read(texts).told[:, STAGES.index("after")] for texts in zip(*pairs, strict=True))
    assert told.min() > wanted.max()


@pytest.mark.model
def test_a_part_is_nearer_to_its_own_sentence_than_the_other_part_is(encoder: Encoder) -> None:
    sentences: Sequence[str] = ["My parcel is held at customs.", "My grandmother plays the violin."]
    text = " ".join(sentences)
    border = len(sentences[0])
    _, parts = encoder.read_parts(text, [(0, border), (border + 1, len(text))])
    alone = encoder.encode(sentences)
    first, second = parts.vectors
    assert first @ alone[0] > second @ alone[0]
    assert second @ alone[1] > first @ alone[1]


@pytest.mark.model
def test_another_model_can_be_named_by_its_path(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "[PAD]": 1, "parcel": 2, "bank": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=16)]).save(str(tmp_path / "tiny"))
    encoder = load_encoder(str(tmp_path / "tiny"), tmp_path)
    assert encoder.dimension == 16
    whole, parts = encoder.read_parts("parcel bank", [(0, 6), (7, 11)])
    assert parts.vectors.shape == (2, 16)
    assert not encoder.tells_stages
    assert np.isnan(whole.told).all()
    assert whole.vectors[0] @ encoder.encode(["parcel bank"])[0] == pytest.approx(1, abs=1e-4)


@pytest.mark.model
def test_a_model_that_does_not_exist_is_refused_by_the_settings_name(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel, match="ASKFIRST_MODEL=/no/such/model"):
        load_encoder("/no/such/model", tmp_path)


@pytest.mark.model
def test_a_bar_is_drawn_on_a_terminal_alone(encoder: Encoder, capsys: pytest.CaptureFixture[str]) -> None:
    encoder.read(SCRIPTS, progress=True)
    assert capsys.readouterr() == ("", "")
