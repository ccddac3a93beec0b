from pathlib import Path

import pytest

from bot.words.texts import read_texts
from knowledge.text.toml_files import UnreadableFile, read_toml_file
from tests.test_floors import FILES, imports, place


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"a = 1\nb = ?", "words.toml: line 2, column 5: not TOML: Invalid value, expected TOML"),
        (b"a = \xff", "words.toml: file: cannot be read as UTF-8 text"),
        (b"a = " + b"[" * 5000, "words.toml: document: not TOML: nested too deep, expected TOML"),
    ],
)
def test_a_broken_file_is_named_with_the_place_and_the_fault(tmp_path: Path, written: bytes, told: str) -> None:
    file = tmp_path / "words.toml"
    file.write_bytes(written)
    with pytest.raises(UnreadableFile) as caught:
        read_toml_file(file)
    assert told in str(caught.value)


def test_a_missing_file_is_named_too(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"en\.toml: file: cannot be read"):
        read_texts(tmp_path)


def test_every_toml_file_is_read_by_one_function() -> None:
    assert [place(file) for file in FILES if "tomllib" in imports(file)] == ["knowledge/text/toml_files.py"]
