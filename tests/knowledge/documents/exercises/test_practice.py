"""The situations to practise with: natural, harmless, and apart from all that teaches."""

import re
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from knowledge.documents.casebook import read_casebook
from knowledge.documents.check import ALIKE, check_documents, without_names_and_numbers
from knowledge.documents.exercises.practice import read_practice, unknown_names
from knowledge.documents.toml import KNOWLEDGE, InvalidDocument, read_patterns
from knowledge.text.languages import INTERFACE

ENGLISH = (KNOWLEDGE / "practice" / "en.toml").read_text("utf-8")


def test_every_language_has_situations_of_patterns_that_are_there() -> None:
    practice = read_practice()
    assert set(practice) == set(INTERFACE)
    assert list(unknown_names(practice, read_patterns())) == []


def test_no_situation_is_a_copy_of_what_teaches_or_examines() -> None:
    casebook = read_casebook()
    known = [case.text for pattern in casebook.patterns.values() for case in pattern.cases]
    known += [one.text for one in casebook.golden] + [one.text for _, one in casebook.background]
    masked = [without_names_and_numbers(text) for text in known]
    for language, situations in read_practice().items():
        texts = [without_names_and_numbers(one.text) for one in situations]
        alike = process.cdist(texts, masked, scorer=fuzz.ratio, score_cutoff=ALIKE)
        assert [(language, text) for text, row in zip(texts, alike, strict=True) if row.any()] == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('pattern = "parcel-smish"\n', "", "situations.0: expected either a pattern or a look_alike"),
        ('age = "everyone"', 'age = "babies"', "situations.0.age: Input should be 'young', 'older' or 'everyone'"),
        ("(link)", "https://real.example", "situations.0.text: 'https://', expected no address"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    (tmp_path / "en.toml").write_text(ENGLISH.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidDocument, match=re.escape(fault)):
        read_practice(tmp_path)


def test_too_few_are_named(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text("[[situations]]".join(ENGLISH.split("[[situations]]")[:11]), "utf-8")
    with pytest.raises(InvalidDocument, match="situations: 10, 10 of them scams, expected at least 24"):
        read_practice(tmp_path)


def test_a_check_of_all_documents_names_a_pattern_that_is_not_there(tmp_path: Path) -> None:
    for folder in ("patterns", "golden", "reporting"):
        (tmp_path / folder).symlink_to(KNOWLEDGE / folder)
    (tmp_path / "practice").mkdir()
    wrong = ENGLISH.replace('pattern = "parcel-smish"', 'pattern = "parcel-fee"', 1)
    (tmp_path / "practice" / "en.toml").write_text(wrong, "utf-8")
    (fault,) = check_documents(tmp_path).faults
    assert fault == "practice/en.toml: situations.0: 'parcel-fee', expected a scam's or trap's id"
