"""The training of the head that tells whom it happens to, on hashed words."""

from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from index.model.heads import concerned_head
from index.training.concerned import train_concerned
from knowledge.documents.talk import CONCERNED, Concerned
from tests.fakes import WordReader

AROUND = ("paid the man", "on monday they said", "a code for the parcel", "he went quiet", "what now")
LINES = {
    "en": Concerned(
        own=tuple(f"{who} {around}" for around in AROUND for who in ("i", "my boss wrote me and i")),
        another=tuple(f"{who} {around}" for around in AROUND for who in ("grandma", "the neighbour")),
    )
}


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter's file with the head in it."""
    file = tmp_path_factory.mktemp("adapter") / "adapter.safetensors"
    save_file({}, file)
    train_concerned(LINES, WordReader(), file, steps=150)
    return file


@pytest.mark.parametrize(
    ("text", "another"),
    [("grandma sent it at noon", True), ("at noon the neighbour opened it", True), ("at noon i opened it", False)],
)
def test_whom_it_happens_to_is_told_by_the_words_that_tell_it(adapter: Path, text: str, *, another: bool) -> None:
    head = concerned_head(adapter)
    assert head is not None
    _, (tokens,) = WordReader().read_tokens([text])
    assert (head(tokens)["another"] > 0.5) == another


def test_the_head_is_added_to_the_adapters_file_with_the_names_of_what_it_tells(adapter: Path) -> None:
    names = ("queries", "values", "bias", "names")
    assert load_file(adapter).keys() == {f"concerned.{name}" for name in names}
    head = concerned_head(adapter)
    assert head is not None
    assert head.names == CONCERNED


def test_an_adapter_without_the_head_has_none(tmp_path: Path) -> None:
    save_file({}, tmp_path / "adapter.safetensors")
    assert concerned_head(tmp_path / "adapter.safetensors") is None
    assert concerned_head(None) is None
