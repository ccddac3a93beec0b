"""What to do first by what is gone: the documents, and those that ship."""

from pathlib import Path

import pytest

from knowledge.documents.crisis import read_removal
from knowledge.documents.stages import LOSSES, read_first_hours
from knowledge.documents.toml import InvalidDocument
from knowledge.text.languages import INTERFACE

CARD = """
loss = "card"
checked = 2026-11-24
covers = [2]
sources = [{ title = "A page of theirs", url = "https://lines.example" }]

[told]
en = "A card is gone."

[steps]
en = ["Block it."]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "card.toml").write_text(CARD, "utf-8")
    return tmp_path / "card.toml"


def test_a_document_reads_as_what_to_do_where_one_thing_is_gone(file: Path) -> None:
    (card,) = read_first_hours(file.parent).values()
    assert (card.loss, card.told["en"], card.steps["en"], card.covers, card.calls) == (
        "card", "A card is gone.", ("Block it.",), (2,), True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('loss = "card"', 'loss = "cash"', "card.toml: loss: cash, expected the file's name"),
        ('loss = "card"', 'loss = "dog"', "card.toml: loss: Input should be"),
        ('en = "A card', 'de = "A card', "card.toml: en: missing, everything is needed in English"),
        ('en = ["Block', 'de = ["Block', "card.toml: en: missing, everything is needed in English"),
        ('[{ title = "A page of theirs", url = "https://lines.example" }]', "[]", "card.toml: sources: "),
        ("covers = [2]", "covers = [9]", "card.toml: covers.0: "),
    ],
)
def test_a_faulty_document_is_refused_with_what_was_expected(file: Path, old: str, new: str, fault: str) -> None:
    assert old in CARD
    file.write_text(CARD.replace(old, new), "utf-8")
    with pytest.raises(InvalidDocument) as caught:
        read_first_hours(file.parent)
    assert fault in str(caught.value)


def test_all_that_can_be_gone_is_named_in_every_language_and_its_steps_with_it() -> None:
    known = read_first_hours()
    assert set(LOSSES) - set(known) == {"work"}  # who took part is told other things
    assert [loss for loss, one in known.items() if not one.steps] == ["money"]
    assert [loss for loss, one in known.items() if set(one.told) != set(INTERFACE)] == []
    assert [loss for loss, one in known.items() if one.steps and set(one.steps) != set(INTERFACE)] == []
    assert [loss for loss, one in known.items() if len({len(steps) for steps in one.steps.values()}) > 1] == []


def test_the_services_that_have_pictures_removed_are_those_that_were_checked() -> None:
    for steps in read_first_hours()["picture"].steps.values():
        for host in ("stopncii.org", "takeitdown.ncmec.org"):
            assert host in steps[1].lower()
            assert f"https://{host}" in [line.value for line in read_removal().lines]
