"""Lines in scripts that the main reader lacks, through the ``tesseract`` program where it is installed."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from io import BytesIO

from PIL import Image, ImageOps, ImageStat

LANGUAGES = ("rus", "ukr", "ara", "fas", "hin", "mar", "ben", "tha", "vie", "kor", "ell", "heb")
_SECONDS = 8
_LINE, _GAP, _WIDEST = 44, 36, 2400
_LEAST_CONFIDENCE = 45.0
_WORD_LEVEL = "5"


@cache
def installed() -> str:
    """Return the installed languages of ours as tesseract's ``-l`` takes them, empty where there are none."""
    if shutil.which("tesseract") is None:
        return ""
    listed = _run(["--list-langs"], b"").split()
    languages = [language for language in LANGUAGES if language in listed]
    return "+".join([*languages, "eng"] if languages and "eng" in listed else languages)


def read_lines(lines: Sequence[Image.Image]) -> list[str]:
    """Read pictures of one line each; a line that cannot be read is empty.

    They are put below each other on one sheet, which goes through the program's standard input: nothing is on disk.
    """
    if not lines or not installed():
        return [""] * len(lines)
    sheet = BytesIO()
    _sheet(lines).save(sheet, "PNG", compress_level=1)
    table = _run(["stdin", "stdout", "-l", installed(), "--psm", "6", "-c", "tessedit_create_tsv=1"], sheet.getvalue())
    words: list[list[str]] = [[] for _ in lines]
    for row in table.splitlines():
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == _WORD_LEVEL and float(cells[10]) >= _LEAST_CONFIDENCE:
            number = int((int(cells[7]) + int(cells[9]) / 2) // (_LINE + _GAP))
            words[min(number, len(lines) - 1)].append(cells[11])
    return [" ".join(line) for line in words]


def _sheet(lines: Sequence[Image.Image]) -> Image.Image:
    """Return dark lines on white, each in the middle of its own strip of the same height."""
    sheet = Image.new("L", (_WIDEST + _GAP, len(lines) * (_LINE + _GAP)), 255)
    for number, line in enumerate(lines):
        grey = ImageOps.autocontrast(line.convert("L"), cutoff=1)
        if ImageStat.Stat(grey).median[0] < 128:
            grey = ImageOps.invert(grey)
        width = min(_WIDEST, max(1, round(grey.width * _LINE / grey.height)))
        sheet.paste(grey.resize((width, _LINE)), (_GAP // 2, number * (_LINE + _GAP) + _GAP // 2))
    return sheet


def _run(arguments: Sequence[str], given: bytes) -> str:
    """Run the program; what fails or takes too long gives no text."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            ["tesseract", *arguments], input=given, capture_output=True, timeout=_SECONDS, env=environment, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
