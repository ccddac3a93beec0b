"""The other reader, where it is installed; a program of its name stands in for it."""

import os
import sys
from pathlib import Path

import pytest

from bot.pictures import tesseract
from tests.picture_makers import page

PAGE = page(["Call +65 9123 4567"], width=430, size=20)


def test_tesseract_gets_the_lines_on_its_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "tesseract"
    program.write_text(_TESSERACT.format(python=sys.executable), "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    tesseract.installed.cache_clear()
    try:
        assert tesseract.installed() == "rus+eng"
        assert tesseract.read_lines([PAGE, PAGE]) == ["Привет мир", "второй"]
    finally:
        tesseract.installed.cache_clear()


def test_without_tesseract_lines_stay_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    tesseract.installed.cache_clear()
    try:
        assert tesseract.installed() == ""
        assert tesseract.read_lines([PAGE]) == [""]
    finally:
        tesseract.installed.cache_clear()


_TESSERACT = """#!{python}
import sys
if sys.argv[1:] == ["--list-langs"]:
    print("List of available languages (3):\\neng\\nosd\\nrus")
else:
    assert sys.argv[1:5] == ["stdin", "stdout", "-l", "rus+eng"], sys.argv
    assert sys.stdin.buffer.read(4) == b"\\x89PNG"
    print("level\\tpage_num\\tblock_num\\tpar_num\\tline_num\\tword_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext")
    for top, confidence, word in ((20, 91.5, "Привет"), (22, 90, "мир"), (21, 12, "?"), (100, 80, "второй")):
        print(5, 1, 1, 1, 1, 1, 0, top, 50, 40, confidence, word, sep="\\t")
"""
