"""The training of the head that tells what is gone, on hashed words."""

from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from index.model.heads import loss_head
from index.training.loss import train_loss
from knowledge.documents.stages import LOSSES, StagedAccount
from tests.fakes import WordReader

TELLING = {
    "money": "transferred wired", "cash": "envelope gold", "voucher": "scratched steam", "code": "digits otp",
    "card": "visa expiry", "document": "passport licence", "access": "anydesk cursor", "picture": "nude webcam",
    "account": "lent sim", "work": "carried recruited",
}  # fmt: skip
AROUND = ("to the man", "on monday they said", "my mother", "for the parcel", "he went quiet")


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter's file with the head in it."""
    staged = [
        ("en", StagedAccount(loss, stage, f"{around} {word}"))  # type: ignore[arg-type]
        for loss, words in TELLING.items()
        for word in words.split()
        for around in AROUND
        for stage in ("now", "after")
    ]
    calm = [("en", StagedAccount("harmless", "after", around)) for around in AROUND]
    before = [("en", StagedAccount("money", "before", f"{around} anydesk")) for around in AROUND]
    file = tmp_path_factory.mktemp("adapter") / "adapter.safetensors"
    save_file({}, file)
    train_loss([*staged, *calm, *before], WordReader(), file, steps=120)
    return file


def test_what_is_gone_is_told_by_the_words_that_tell_it_in_texts_of_any_length(adapter: Path) -> None:
    head = loss_head(adapter)
    assert head is not None
    for loss, words in TELLING.items():
        unseen = [f"at noon {word} and somebody from the house next door" for word in words.split()]
        told = [head(tokens) for tokens in WordReader().read_tokens(unseen)[1]]
        assert [max(shares, key=lambda name: shares[name]) for shares in told] == [loss, loss]
        assert [sum(shares.values()) for shares in told] == pytest.approx([1, 1])


def test_the_head_is_added_to_the_adapters_file_with_the_names_of_what_it_tells(adapter: Path) -> None:
    assert load_file(adapter).keys() == {"loss.queries", "loss.values", "loss.bias", "loss.names"}
    head = loss_head(adapter)
    assert head is not None
    assert head.names == LOSSES


def test_an_adapter_without_the_head_has_none(tmp_path: Path) -> None:
    save_file({}, tmp_path / "adapter.safetensors")
    assert loss_head(tmp_path / "adapter.safetensors") is None
    assert loss_head(None) is None
