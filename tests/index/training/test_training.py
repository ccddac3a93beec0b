"""The training of the adapter, on a model small enough to train in a test."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.model.heads import STAGE_LAYER
from index.model.packed_weights import ADAPTER, packed_model
from index.model.stock_tokenizer import make_tokenizer
from index.training.adapter import KEPT, LEFT_OUT, SCALE, UPPER, Upper
from index.training.lessons import lessons
from index.training.stage import train_stage
from index.training.training import train
from knowledge.documents.casebook import Casebook
from knowledge.documents.stages import StagedAccount
from knowledge.documents.talk import Said
from knowledge.documents.utterances import Message
from tests.fakes import WordReader

pytestmark = pytest.mark.model


def test_an_adapter_has_two_thin_matrices_for_each_matrix_of_the_upper_layers(
    casebook: Casebook, tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import load_file
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    pieces = make_tokenizer(packed_model().pieces)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=pieces, pad_token="<pad>")  # type: ignore[no-untyped-call]
    torch.manual_seed(1)
    shape: dict[str, Any] = {
        "vocab_size": 250037,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": STAGE_LAYER + 1,
        "num_attention_heads": 2,
    }
    bert = BertModel(BertConfig(**shape), add_pooling_layer=False)
    taught = list(lessons(casebook))
    train(bert, tokenizer, casebook, taught, tmp_path / "adapter.safetensors", steps=3, patterns=3)
    train_stage(taught, WordReader(), tmp_path / "adapter.safetensors", steps=3, network_steps=3)
    tensors = load_file(tmp_path / "adapter.safetensors")
    matrices = {name: tensor for name, tensor in tensors.items() if not name.startswith("stage.")}
    assert {"stage.bias", "stage.queries", "stage.values", "stage.1.outer"} < tensors.keys() - matrices.keys()
    layers = {int(name.split(".layer.")[1].split(".")[0]) for name in matrices}
    first = STAGE_LAYER + 1 - UPPER
    assert layers == set(range(first, first + UPPER - LEFT_OUT))
    assert len(matrices) == len(layers) * 6 * 2
    assert all(float(matrices[name].abs().sum()) > 0 for name in matrices)
    assert not any(".layer.0." in name for name in matrices)


def test_what_is_kept_of_an_adapter_is_taken_up_as_it_was_learned(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file
    from transformers import BertConfig, BertModel

    shape: dict[str, Any] = {"vocab_size": 8, "hidden_size": 8, "intermediate_size": 8, "num_attention_heads": 2}
    bert = BertModel(BertConfig(**shape, num_hidden_layers=UPPER), add_pooling_layer=False)
    upper = Upper(bert, None, [])
    for number, adapter in enumerate(upper.adapters.values(), 1):
        torch.nn.init.constant_(adapter.up, number)
    upper.save(tmp_path / "adapter.safetensors")
    first = load_file(tmp_path / "adapter.safetensors")["encoder.layer.0.attention.self.query.up"]
    assert float(first[0, 0]) == SCALE * KEPT
    again = Upper(BertModel(BertConfig(**shape, num_hidden_layers=UPPER), add_pooling_layer=False), None, [])
    again.start_from(tmp_path / "adapter.safetensors")
    kept = [float(adapter.up.detach()[0, 0]) for adapter in again.adapters.values()]
    assert kept == [*range(1, 6 * (UPPER - LEFT_OUT) + 1), *[0] * 6 * LEFT_OUT]


def test_golden_situations_are_never_learnt_from(casebook: Casebook) -> None:
    taught = {lesson.text for lesson in lessons(casebook)}
    assert taught
    assert not taught & {situation.text for situation in casebook.golden}


def test_messages_teach_their_pattern_and_accounts_how_far_it_has_gone(casebook: Casebook) -> None:
    messages = [
        Message("zh-Hant", "parcel-smish", "您的包裹未送達", "您的包裹未送達"),
        Message("en", "everyday", "See you at six", "See you at six"),
        Message("en", "retired-pattern", "anything", "anything"),
        Message("en", "parcel-smish", "paid the fee", "paid the fee", told=True, emergency=True),
    ]
    stages = [
        ("en", StagedAccount("code", "before", "he wants the code")),
        ("en", StagedAccount("code", "now", "he is on the phone for the code")),
        ("en", StagedAccount("code", "after", "he has the code")),
    ]
    said = [Said("en", "not a cent", "gone-no"), Said("en", "all of it", "gone-yes"), Said("en", "ta", "thanks")]
    new = list(lessons(replace(casebook, messages=messages), stages, said))[len(list(lessons(casebook))) :]
    assert [(lesson.language, lesson.label, lesson.given, lesson.stage) for lesson in new] == [
        ("zh", "parcel-smish", None, "unsaid"),
        ("en", "everyday", None, "unsaid"),
        ("en", "parcel-smish", True, None),
        ("en", None, False, "before"),
        ("en", None, None, "now"),
        ("en", None, True, "after"),
        ("en", None, False, "before"),
        ("en", None, True, "after"),
    ]


def test_the_adapter_that_ships_is_under_six_megabytes() -> None:
    assert ADAPTER.stat().st_size < 6e6
