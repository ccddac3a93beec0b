"""Crisis lines by country, and who has private pictures removed."""

from pathlib import Path

import pytest

from knowledge.documents.crisis import CrisisLines, read_crisis_lines, read_removal
from knowledge.documents.reporting import read_countries
from knowledge.documents.toml import KNOWLEDGE, InvalidDocument
from knowledge.text.languages import INTERFACE

LINE = """
[[lines]]
value = "1767"
for_whom = "anyone"
name = { en = "Samaritans of Singapore" }
confidence = "high"
source = { title = "A page of theirs", url = "https://lines.example" }
"""


@pytest.fixture(scope="module")
def shipped() -> dict[str, CrisisLines]:
    return read_crisis_lines()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "international.toml").write_text(f"checked = 2026-11-27\n{LINE}", "utf-8")
    (tmp_path / "sg.toml").write_text(f'code = "SG"\nchecked = 2026-11-27\n{LINE}', "utf-8")
    return tmp_path


def test_a_document_reads_as_the_lines_of_its_country(folder: Path) -> None:
    lines = read_crisis_lines(folder)
    assert set(lines) == {"INTERNATIONAL", "SG"}
    (line,) = lines["SG"].of("anyone")
    assert (line.value, line.name["en"], line.source.title) == ("1767", "Samaritans of Singapore", "A page of theirs")
    assert lines["SG"].of("minors") == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            'confidence = "high"',
            'confidence = "low"',
            "sg.toml: lines.0.confidence: Input should be 'high' or 'medium'",
        ),
        ("{ en = ", "{ zh = ", "sg.toml: en: missing, every name is needed in English"),
        ("checked = 2026-11-27", "", "sg.toml: checked: Field required"),
        (
            'source = { title = "A page of theirs", url = "https://lines.example" }',
            "",
            "lines.0.source: Field required",
        ),
        ('for_whom = "anyone"', 'for_whom = "dogs"', "lines.0.for_whom: Input should be 'anyone' or 'minors'"),
        ('value = "1767"', 'value = "1767"\nhours = "Mon 9:00–17:00"', "lines.0.hours: String should match pattern"),
        ('value = "1767"', 'value = ""', "lines.0.value: String should have at least 2 characters"),
    ],
)
def test_what_may_not_be_shown_is_refused(folder: Path, old: str, new: str, fault: str) -> None:
    file = folder / "sg.toml"
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidDocument) as caught:
        read_crisis_lines(folder)
    assert fault in str(caught.value)


def test_without_the_international_directory_there_are_no_lines_at_all(folder: Path) -> None:
    (folder / "international.toml").unlink()
    with pytest.raises(InvalidDocument, match=r"international\.toml: missing"):
        read_crisis_lines(folder)


def test_every_country_to_report_in_has_a_document_of_its_own_name(shipped: dict[str, CrisisLines]) -> None:
    assert set(read_countries()) - set(shipped) == set()
    names = {file.stem.upper() for file in (KNOWLEDGE / "crisis").glob("*.toml")}
    assert names == set(shipped)


def test_nearly_every_country_has_a_line_for_anyone_and_that_comes_first(shipped: dict[str, CrisisLines]) -> None:
    without = {code for code, lines in shipped.items() if not lines.of("anyone")}
    assert without == {"TR"}  # none was found with a source; the directory is shown there
    assert [
        code for code, lines in shipped.items() if code not in without and lines.lines[0].for_whom != "anyone"
    ] == []


def test_no_line_stands_there_twice(shipped: dict[str, CrisisLines]) -> None:
    values = {code: [line.value for line in lines.lines] for code, lines in shipped.items()}
    assert {code: each for code, each in values.items() if len(set(each)) != len(each)} == {}


def test_who_has_pictures_removed_is_known_for_the_young_and_for_anyone_and_told_in_every_language() -> None:
    removal = read_removal()
    assert removal.of("minors")
    assert removal.of("anyone")
    assert [line.value for line in removal.lines if line.what is None or set(line.what) != set(INTERFACE)] == []
    assert {line.country for line in removal.lines} - set(read_countries()) == set()
