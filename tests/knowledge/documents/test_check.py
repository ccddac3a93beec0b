import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.documents.check import check_documents
from knowledge.documents.toml import KNOWLEDGE
from tests.paths import DOCUMENTS

TODAY = date(2026, 11, 26)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small documents, with bodies and claims of the shipped ones."""
    made = shutil.copytree(DOCUMENTS, tmp_path / "knowledge")
    for name in ("official/sg.toml", "claims/en.toml"):
        (made / name).parent.mkdir()
        shutil.copy(KNOWLEDGE / name, made / name)
    return made


def test_every_folder_is_counted(folder: Path) -> None:
    checks = check_documents(folder, TODAY)
    assert checks.faults == []
    (counts,) = [line for line in checks.lines if "golden situations" in line]
    assert counts.endswith(" official bodies, 1 languages of claims")


def test_a_folder_that_is_not_there_is_not_checked_but_an_empty_one_is(folder: Path) -> None:
    shutil.rmtree(folder / "official")
    assert check_documents(folder, TODAY).faults == []
    (folder / "official").mkdir()
    assert "official: *.toml: no documents" in check_documents(folder, TODAY).faults[0]


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("official/sg.toml", "checked = ", "checkd = ", "sg.toml: checkd"),
        ("official/sg.toml", 'country = "SG"', 'country = "MY"', "sg.toml: country: 'MY', expected what the file"),
        ("claims/en.toml", 'language = "en"', 'language = "fr"', "en.toml: language: 'fr', expected what the file"),
        ("claims/en.toml", "strong_before", "strong_befor", "en.toml: strong_befor"),
        ("claims/en.toml", 'language = "en"', "language = ", "en.toml: "),
        ("signals/en.toml", " = ", " == ", "en.toml"),
    ],
)
def test_a_fault_is_named_with_its_document_and_place(folder: Path, name: str, old: str, new: str, fault: str) -> None:
    file = folder / name
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    faults = check_documents(folder, TODAY).faults
    assert faults
    assert any(fault in line for line in faults), faults


def test_the_faults_of_all_folders_are_named_at_once(folder: Path) -> None:
    for name in ("official/sg.toml", "claims/en.toml", "patterns/bank-otp.toml"):
        (folder / name).write_text("id = ", "utf-8")
    faults = check_documents(folder, TODAY).faults
    assert [any(name in line for line in faults) for name in ("sg.toml", "en.toml", "bank-otp.toml")] == [True] * 3
