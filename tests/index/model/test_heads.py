"""The heads that tell whether a sentence shows a red flag, and what is meant with a message."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from index.model.encoder import Heard, Vectors
from index.model.heads import (
    AsideHead,
    ChoiceHead,
    DangerHead,
    EvidenceHead,
    StageHead,
    TalkHead,
    aside_head,
    evidence_head,
    talk_head,
)
from index.model.sentence_encoder import Pass, SentenceEncoder
from knowledge.documents.stages import Loss
from knowledge.documents.talk import Whose
from knowledge.text.sentences import Span

EYE = np.eye(3, dtype=np.float32)
HEAD = EvidenceHead(EYE, EYE, EYE, np.zeros(3, np.float32), 0 * EYE, scale=10.0, bias=-6.0)
"""Its network adds nothing."""


def test_a_sentence_shows_a_flag_where_their_product_is_above_nothing() -> None:
    sentences = HEAD.of_sentences(np.array([[2, 0, 0], [0, 0, 5]], dtype=np.float32))
    flags = HEAD.of_flags(np.array([[1, 0, 0], [0.9, 0.8, 0]], dtype=np.float32))
    assert sentences @ flags.T == pytest.approx(np.array([[4, 10 * 0.9 / 1.2042 - 6], [-6, -6]]), abs=1e-3)


def test_a_network_adds_to_what_a_sentence_is_read_as() -> None:
    turning = replace(HEAD, inner_bias=np.full(3, -0.5, np.float32), outer=4 * np.roll(EYE, 1, axis=1))
    (sense,) = turning.of_sentences(np.array([[3, 0, 0]], dtype=np.float32))
    assert sense == pytest.approx([10 / 5**0.5, 20 / 5**0.5, 0, 1], abs=1e-3)


def test_what_is_read_as_nothing_shows_nothing() -> None:
    assert (HEAD.of_sentences(np.zeros((1, 3), np.float32)) @ HEAD.of_flags(np.ones((2, 3), np.float32)).T < 0).all()


def test_an_adapter_without_the_head_has_none(tmp_path: Path) -> None:
    save_file({"other": np.zeros(1, np.float32)}, tmp_path / "adapter.safetensors")
    assert evidence_head(tmp_path / "adapter.safetensors") is None
    assert evidence_head(None) is None


def axes(*numbers: int) -> Vectors:
    return np.eye(4, dtype=np.float32)[list(numbers)]


LOOKS = np.zeros((2, 1, 4), np.float32)
"""Queries that look at all tokens alike."""
LOOKS_AT_THE_FIRST = np.array([[[50, 0, 0, 0]], [[0, 0, 0, 0]]], np.float32)
FINDS = np.array([[[6, 0, 0, 0]], [[0, 6, 0, 0]]], np.float32)
INNER, OUTER = np.vstack([np.eye(4), np.eye(4)]).astype(np.float32), np.eye(4, 2, dtype=np.float32)
DESPAIR = StageHead(
    np.zeros((1, 1, 4), np.float32), np.array([[[0, 0, 0, 20]]], np.float32), np.array([-10], np.float32)
)
TALK = TalkHead(
    ("thanks", "question"), ("money", "jail"), LOOKS, FINDS, np.zeros(2, np.float32),
    INNER, np.zeros(4, np.float32), OUTER, np.zeros(2, np.float32), DESPAIR,
)  # fmt: skip
"""Axis 0 means thanks and asks for money, axis 1 means a question and asks for jail, axis 3 is despair."""


@pytest.mark.parametrize(("axis", "meant"), [(0, "thanks"), (1, "question")])
def test_what_is_meant_is_told_by_the_tokens_and_the_shares_are_one_together(axis: int, meant: str) -> None:
    heard = TALK(axes(2)[0], axes(axis, axis, 2))
    assert max(heard.meant, key=lambda name: heard.meant[name]) == meant
    assert heard.meant[meant] > 0.9
    assert sum(heard.meant.values()) == pytest.approx(1)
    assert sum(heard.asked.values()) == pytest.approx(1)


def test_one_telling_word_among_many_is_found() -> None:
    long = axes(*[2] * 60, 0)
    assert TALK(axes(2)[0], long).meant["thanks"] < 0.6
    assert replace(TALK, queries=LOOKS_AT_THE_FIRST)(axes(2)[0], long).meant["thanks"] > 0.9


@pytest.mark.parametrize(("vector", "tokens", "asked"), [(0, 2, "money"), (1, 2, "jail"), (2, 0, "money")])
def test_which_question_it_is_is_told_by_the_text_and_by_its_tokens(vector: int, tokens: int, asked: str) -> None:
    heard = TALK(axes(vector)[0], axes(tokens))
    assert heard.asked[asked] > 0.8


def test_despair_is_told_by_itself_whatever_else_is_meant() -> None:
    assert TALK(axes(0)[0], axes(0, 3, 3)).despair > 0.9
    assert TALK(axes(0)[0], axes(0, 3, 3)).meant["thanks"] > 0.8
    assert TALK(axes(0)[0], axes(0, 0, 0)).despair < 0.1


def test_what_was_learned_is_read_from_the_adapters_file(tmp_path: Path) -> None:
    learned = ("queries", "values", "bias", "inner", "inner_bias", "outer", "outer_bias")
    tensors = {f"talk.{name}": getattr(TALK, name).astype(np.float16) for name in learned}
    tensors |= {f"despair.{name}": getattr(DESPAIR, name) for name in ("queries", "values", "bias")}
    words = {"names": TALK.names, "asks": TALK.asks}
    tensors |= {f"talk.{name}": np.frombuffer(json.dumps(each).encode(), np.uint8) for name, each in words.items()}
    save_file(tensors, tmp_path / "adapter.safetensors")
    head = talk_head(tmp_path / "adapter.safetensors")
    assert head is not None
    assert head(axes(1)[0], axes(0, 3)) == TALK(axes(1)[0], axes(0, 3))


def test_an_adapter_without_the_heads_of_a_conversation_has_none(tmp_path: Path) -> None:
    save_file({"other": np.zeros(1, np.float32)}, tmp_path / "adapter.safetensors")
    assert talk_head(tmp_path / "adapter.safetensors") is None
    assert talk_head(None) is None


class Letters:
    """A model for which each letter of a to d is a token, of an axis of its own; the lower layer has them reversed."""

    dimension, prompt, most_tokens = 4, "", 12

    def __init__(self, *, has_tokens: bool = True) -> None:
        self.has_tokens = has_tokens

    def offsets(self, text: str) -> list[Span]:
        return [(place, place + 1) for place in range(len(text))]

    def run(self, windows: Sequence[str]) -> Pass:
        tokens = [axes(*("abcd".index(letter) for letter in window)) for window in windows]
        vectors = np.stack([each.mean(axis=0) for each in tokens])
        return (
            Pass(vectors, tokens, [each[:, ::-1].copy() for each in tokens])
            if self.has_tokens
            else Pass(vectors, [], [])
        )


def test_what_is_meant_is_heard_while_a_text_is_read_from_its_beginning_and_the_layer_of_the_stage() -> None:
    encoder = SentenceEncoder(Letters(), "letters", talk=TALK)
    for text in ("dd", "d" * 11 + "c" * 40):  # a window has eleven letters
        assert encoder.read_parts(text, [(0, 2)])[1].heard.meant["thanks"] > 0.9
    assert encoder.read_parts("cc", [(0, 2)])[1].heard.meant["question"] > 0.9


@pytest.mark.parametrize(
    "encoder",
    [SentenceEncoder(Letters(), "letters"), SentenceEncoder(Letters(has_tokens=False), "letters", talk=TALK)],
    ids=["not taught", "without tokens"],
)
def test_a_model_that_was_not_taught_hears_nothing(encoder: SentenceEncoder) -> None:
    assert encoder.read_parts("abcd", [(0, 4)])[1].heard == Heard()


LOSS = ChoiceHead[Loss](("code", "cash"), StageHead(LOOKS, FINDS, np.zeros(2, np.float32)))
"""Axis 0, which the lower layer has for a d, is a code that is gone; axis 1, of a c, is cash."""


@pytest.mark.parametrize("talk", [None, TALK], ids=["alone", "beside what is meant"])
@pytest.mark.parametrize(("text", "lost"), [("dd", "code"), ("cc", "cash")])
def test_what_is_gone_is_told_from_the_layer_of_the_stage_with_shares_that_are_one_together(
    talk: TalkHead | None, text: str, lost: Loss
) -> None:
    heard = SentenceEncoder(Letters(), "letters", talk=talk, loss=LOSS).read_parts(text, [(0, 2)])[1].heard
    assert heard.lost[lost] > 0.9
    assert sum(heard.lost.values()) == pytest.approx(1)
    assert bool(heard.meant) == bool(talk)
    assert SentenceEncoder(Letters(), "letters", talk=talk).read_parts(text, [(0, 2)])[1].heard.lost == {}


CONCERNED = ChoiceHead[Whose](("another", "own"), StageHead(LOOKS, FINDS, np.zeros(2, np.float32)))
"""Axis 0, which the lower layer has for a d, is somebody else's trouble."""


@pytest.mark.parametrize(
    ("text", "another"), [("dd", True), ("cc", False), ("d" * 11 + "c" * 11, True), ("c" * 11 + "d" * 11, False)]
)
def test_whom_it_happens_to_is_heard_where_the_text_begins(text: str, *, another: bool) -> None:
    heard = SentenceEncoder(Letters(), "letters", concerned=CONCERNED).read_parts(text, [(0, 2)])[1].heard
    assert (heard.another > 0.9) == another
    assert SentenceEncoder(Letters(), "letters").read_parts(text, [(0, 2)])[1].heard.another == 0


STAGE = StageHead(np.zeros((3, 1, 4), np.float32), np.diag([9, 0, 0, 0])[None, :1].repeat(3, 0), np.full(3, -4.5))
NOTHING = StageHead(np.zeros((1, 1, 4), np.float32), np.zeros((1, 1, 4), np.float32), np.zeros(1, np.float32))
DANGER = DangerHead(NOTHING, np.zeros(4, np.float32), axes(0, 1), np.array([[1], [0]]), np.array([[0], [1]]), 8.0, 5.0)
"""Axis 0, which the lower layer has for a d, tells a stage and is dangerous; axis 1, of a c, is harmless."""


def test_one_window_tells_a_stage_and_all_of_them_whether_it_is_dangerous() -> None:
    encoder = SentenceEncoder(Letters(), "letters", STAGE, danger=DANGER)
    of_d, of_c, of_both = encoder.read(["d" * 11, "c" * 11, "d" * 11 + "c" * 11]).told
    assert of_d == pytest.approx([1 / (1 + np.exp(-4.5))] * 3 + [1 / (1 + np.exp(-5 * (1 - np.exp(-8))))])
    assert of_both[:3] == pytest.approx(of_d[:3])
    assert of_both[3] == pytest.approx((of_d[3] + of_c[3]) / 2)
    assert encoder.read_parts("d" * 11 + "c" * 11, [])[0].told[0] == pytest.approx(of_both)


def test_a_head_that_is_missing_tells_nothing() -> None:
    (told,) = SentenceEncoder(Letters(), "letters", STAGE).read(["abcd"]).told
    assert list(np.isnan(told)) == [False, False, False, True]
    (told,) = SentenceEncoder(Letters(), "letters", danger=DANGER).read(["abcd"]).told
    assert list(np.isnan(told)) == [True, True, True, False]


def test_the_heads_are_taught_what_they_will_read() -> None:
    encoder = SentenceEncoder(Letters(), "letters", talk=TALK)
    vectors, (tokens,) = encoder.read_tokens(["dda"])
    whole, parts = encoder.read_parts("dda", [(0, 3)])
    assert vectors[0] / np.linalg.norm(vectors[0]) == pytest.approx(whole.vectors[0])
    assert TALK(whole.vectors[0], tokens) == parts.heard


def test_texts_of_several_lengths_are_taught_as_each_alone() -> None:
    encoder = SentenceEncoder(Letters(), "letters", talk=TALK)
    texts = ["dda", "abcd" * 2, "c", "ddaa", "b" * 9]
    vectors, tokens = encoder.read_tokens(texts)
    for text, vector, own in zip(texts, vectors, tokens, strict=True):
        alone, (only,) = encoder.read_tokens([text])
        assert vector == pytest.approx(alone[0])
        np.testing.assert_allclose(own, only, atol=1e-6)


def test_texts_are_read_in_company_as_each_alone() -> None:
    encoder = SentenceEncoder(Letters(), "letters", talk=TALK)
    texts = [("abcd", [(0, 2), (2, 4)]), ("d" * 30 + "a", [(0, 5), (29, 31)]), ("c", []), ("ddaa", [(1, 3)])]
    for (text, spans), (whole, parts) in zip(texts, encoder.read_all_parts(texts), strict=True):
        alone, own = encoder.read_parts(text, spans)
        np.testing.assert_allclose(whole.vectors, alone.vectors, atol=1e-6)
        np.testing.assert_allclose(parts.vectors, own.vectors, atol=1e-6)
        assert parts.heard.meant == pytest.approx(own.heard.meant)
    assert encoder.read_all_parts([]) == []


ASIDE = AsideHead(
    np.zeros(4, np.float32), np.ones(4, np.float32), np.eye(4, dtype=np.float32), np.zeros(4, np.float32),
    np.array([0, 0, 9, 0], np.float32), outer_bias=-6.0,
)  # fmt: skip
"""A piece is an aside where two thirds of it are a c, and the lower layer has b."""


class Typed(Letters):
    """The same with a longer window, in which all but the letters a to d is read as the fifth, which is none."""

    most_tokens = 200

    def run(self, windows: Sequence[str]) -> Pass:
        return super().run(["".join(letter if letter in "abcd" else "a" for letter in window) for window in windows])


ASKS, TELLS = "bbbbbbbbbbbb?", "dddddddddddddddddddd."
ASKING = SentenceEncoder(Typed(), "letters", STAGE, talk=TALK, danger=DANGER, aside=ASIDE)


@pytest.mark.parametrize("text", [f"{ASKS} {TELLS}", f"{TELLS} {ASKS}", f"{ASKS} {TELLS} {ASKS}"])
def test_a_text_is_read_like_what_stands_between_the_asides(text: str) -> None:
    (framed, alone), plain = ASKING.read([text, TELLS]).vectors, SentenceEncoder(Typed(), "letters").encode([text])
    assert framed == pytest.approx(alone, abs=0.05)
    assert plain[0] @ alone < 0.95
    told, only = ASKING.read([text, TELLS]).told
    assert told == pytest.approx(only, abs=0.05)
    assert ASKING.read_parts(text, [(0, len(text))])[0].vectors[0] == pytest.approx(framed)


def test_each_part_states_what_it_says_where_it_stands() -> None:
    text = f"{ASKS} {TELLS}"
    spans = [(0, len(ASKS)), (len(ASKS) + 1, len(text))]
    _, parts = ASKING.read_parts(text, spans)
    alone = [ASKING.read_parts(part, [(0, len(part))])[1].vectors[0] for part in (ASKS, TELLS)]
    assert parts.vectors == pytest.approx(np.stack(alone), abs=1e-5)


def test_despair_in_an_aside_is_heard() -> None:
    despairing = replace(ASIDE, outer=np.array([0, 0, 0, 9], np.float32))  # an a, which the lower layer has as d
    encoder = SentenceEncoder(Typed(), "letters", talk=TALK, aside=replace(despairing, outer_bias=-6.0))
    asks = "aaaaaaaaaaaa."  # the lower layer has them as despair
    around = encoder.read_parts(f"{asks} {TELLS} {asks}", [(0, 13), (14, 35), (36, 49)])
    alone = encoder.read_parts(TELLS, [(0, len(TELLS))])
    assert around[0].vectors[0] == pytest.approx(alone[0].vectors[0])  # they are left out
    assert around[1].heard.despair > 0.5 > alone[1].heard.despair


def test_despair_is_heard_in_each_window_of_a_long_text() -> None:
    encoder = SentenceEncoder(Letters(), "letters", talk=TALK)
    heard = [encoder.read_parts(text, [])[1].heard for text in ("d" * 11 + "a" * 11, "d" * 22)]
    assert heard[0].despair > 0.5 > heard[1].despair
    assert heard[0].meant == pytest.approx(heard[1].meant)


def test_what_tells_asides_is_read_from_the_adapters_file(tmp_path: Path) -> None:
    names = ("middle", "scale", "inner", "inner_bias", "outer")
    tensors = {f"aside.{name}": getattr(ASIDE, name) for name in names}
    save_file({**tensors, "aside.outer_bias": np.array([-6], np.float32)}, tmp_path / "adapter.safetensors")
    head = aside_head(tmp_path / "adapter.safetensors")
    assert head is not None
    assert head(axes(0, 1, 2, 3)).tolist() == ASIDE(axes(0, 1, 2, 3)).tolist() == [False, False, True, False]
    save_file({"other": np.zeros(1, np.float32)}, tmp_path / "other.safetensors")
    assert aside_head(tmp_path / "other.safetensors") is None
    assert aside_head(None) is None
