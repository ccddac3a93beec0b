"""The training of the head that tells how far it has gone, on hashed words."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from index.model.heads import stage_head
from index.training.adapter import Queries, mean_of
from index.training.lessons import Lesson
from index.training.stage import TIMES, Findings, learned, pools_of, train_stage
from tests.fakes import WordReader

TOLD = {
    "before": "almost nearly wanted refused",
    "now": "holding calling waiting driving",
    "after": "gone paid lent read",
}
AROUND = ("the bank", "a courier came by", "on monday they said", "my mother and the card", "for the parcel")


def test_each_stage_is_told_by_the_words_that_tell_it_in_texts_of_any_length(tmp_path: Path) -> None:
    taught = [
        Lesson(f"{around} {word}", "en", None, None, stage=stage)  # type: ignore[arg-type]
        for stage, words in TOLD.items()
        for word in words.split()
        for around in AROUND
    ]
    said = [Lesson(around, "en", None, None, stage="unsaid", message=True) for around in AROUND]
    file = tmp_path / "adapter.safetensors"
    save_file({}, file)
    train_stage(
        [*taught, *said, Lesson("a case", "en", "romance", None)], WordReader(), file, steps=150, network_steps=150
    )
    assert {"stage.queries", "stage.values", "stage.bias", "stage.1.outer"} < load_file(file).keys()
    head = stage_head(file)
    assert head is not None
    for place, words in enumerate(TOLD.values()):
        unseen = [f"at noon {word} to somebody from the house next door" for word in words.split()]
        assert [int(np.argmax(head(tokens))) for tokens in WordReader().read_tokens(unseen)[1]] == [place] * 4


def test_queries_and_networks_together_say_the_mean_of_what_each_says(tmp_path: Path) -> None:
    torch.manual_seed(0)
    heads = [Queries(3, 4, 8).eval() for _ in range(TIMES)]
    for head in heads:
        torch.nn.init.normal_(head.values)
    networks = [Findings(3, 8).eval() for _ in range(2)]
    save_file(learned(mean_of(heads), networks), tmp_path / "adapter.safetensors")
    kept = stage_head(tmp_path / "adapter.safetensors")
    assert kept is not None
    tokens, mask = torch.randn(5, 7, 8), torch.ones(5, 7)
    with torch.no_grad():
        mean = torch.stack([one(tokens, mask) for one in (*heads, *networks)]).mean(dim=0)
    for text, said in zip(tokens, mean, strict=True):
        assert kept.logits(text.numpy()) == pytest.approx(said.numpy(), abs=0.02)


def test_what_is_told_in_passing_and_what_is_said_next_are_drawn_apart_from_other_accounts() -> None:
    passing = [Lesson("they want it, i paid", "en", None, True, stage="after", in_passing=True)] * 3
    told = [Lesson("i paid", "en", None, True, stage="after")] * 2
    followed = [Lesson("they want it. not yet", "en", None, False, stage="before", followed=True)]
    assert list(pools_of([*passing, *told, *followed])) == [([0, 1, 2], 20), ([3, 4], 12), ([5], 8)]


def test_two_heads_together_say_the_mean_of_what_each_says() -> None:
    torch.manual_seed(0)
    heads = [Queries(3, count, 4).eval() for count in (2, 5)]
    for head in heads:
        torch.nn.init.normal_(head.values)
        torch.nn.init.normal_(head.bias)
    tokens, mask = torch.randn(6, 7, 4), torch.ones(6, 7)
    with torch.no_grad():
        each = torch.stack([head(tokens, mask) for head in heads])
        assert torch.allclose(mean_of(heads)(tokens, mask), each.mean(dim=0), atol=1e-5)
