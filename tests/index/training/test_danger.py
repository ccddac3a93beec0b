"""The training of the head that tells what is dangerous, on hashed words."""

from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from index.judging.learning import Example
from index.model.heads import danger_head
from index.training.danger import train_danger
from tests.fakes import WordReader

DANGEROUS, HARMLESS = "ransom lottery warrant escrow", "timetable receipt recipe homework"
AROUND = ("a letter about the", "they wrote of some", "my mother has a", "on monday there was a", "what is this")


def examples(words: str, label: str) -> list[Example]:
    return [(f"{around} {word}", "en", label) for word in words.split() for around in AROUND]


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("danger") / "adapter.safetensors"
    save_file({}, file)
    voting = [*examples(DANGEROUS, "romance"), *examples("receipt recipe", "everyday"), *examples("hm", "too-little")]
    ordinary = [text for text, *_ in examples("timetable homework", "")]
    train_danger(voting, ordinary, {"everyday"}, WordReader(), file, steps=60)
    return file


@pytest.mark.parametrize(("words", "dangerous"), [(DANGEROUS, True), (HARMLESS, False)])
def test_what_is_dangerous_is_told_by_its_words_in_texts_that_no_training_saw(
    adapter: Path, words: str, dangerous: bool
) -> None:
    head = danger_head(adapter)
    assert head is not None
    unseen = [f"at noon somebody from next door came with the {word} for us" for word in words.split()]
    assert [head(tokens) > 0.5 for tokens in WordReader().read_tokens(unseen)[1]] == [dangerous] * 4


def test_the_landmarks_tell_what_the_queries_leave_open(adapter: Path, tmp_path: Path) -> None:
    tensors = load_file(adapter)
    for name in ("queries", "values", "bias"):
        tensors[f"danger.{name}"] *= 0
    save_file(tensors, tmp_path / "adapter.safetensors")
    head = danger_head(tmp_path / "adapter.safetensors")
    assert head is not None
    _, (ransom, receipt) = WordReader().read_tokens(["a letter about the ransom", "a letter about the receipt"])
    assert head(ransom) > 0.5 > head(receipt)


def test_an_adapter_without_the_head_has_none(tmp_path: Path) -> None:
    save_file({}, tmp_path / "adapter.safetensors")
    assert danger_head(tmp_path / "adapter.safetensors") is None
    assert danger_head(None) is None
