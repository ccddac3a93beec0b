"""Many patterns and cases at once: read from files with every bad row named, and written out as they are."""

import csv
import io
import json
import re
import shutil
import tempfile
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from knowledge.documents.pattern import Case
from knowledge.proposals.forbidden import hidden_characters
from knowledge.proposals.proposal import Draft
from knowledge.text.toml_files import read_toml

_FORMATS = {
    ".csv": "a first line of pattern,language,text and perhaps emergency",
    ".jsonl": 'one object a line like {"pattern": "parcel-smish", "language": "en", "text": "…"}',
    ".toml": "[[cases]] tables with pattern, language and text",
}
_NEEDED, _MAY = ("pattern", "language", "text"), ("emergency",)
_MOST_BYTES = 20_000_000
_case = TypeAdapter(Case)


class BadRows(Exception):
    """Rows that cannot be taken; ``lines`` names each with its file, line, place, fault and what was expected."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class CaseRow:
    """A case read from a file, and where it stands, as FILE:LINE."""

    place: str
    draft: Draft


def read_rows(file: Path, patterns: Container[str]) -> list[CaseRow]:
    """Read the cases of a .csv, .jsonl or .toml file, each with its place.

    Raises:
        BadRows: naming every bad row; a case of none of ``patterns``, or the same as one before it, is one too.
    """
    read = {".csv": _csv_rows, ".jsonl": _jsonl_rows, ".toml": _toml_rows}.get(file.suffix.lower())
    if read is None:
        raise BadRows([f"{file}: {file.suffix or 'no ending'}, expected {', '.join(_FORMATS)}"])
    rows: list[CaseRow] = []
    bad: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    for place, raw in read(file, read_text(file)):
        case, faults = _checked(raw, patterns)
        if case and isinstance(raw, dict):
            name = raw["pattern"]
            if (first := seen.setdefault((name, case.text), place)) != place:
                faults.append(f"text: the same as {first}, expected another person's words")
            rows.append(CaseRow(place, Draft("case", name, case=case)))
        bad += [f"{place}: {fault}" for fault in faults]
    if not rows and not bad:
        bad.append(f"{file}: no cases, expected {_FORMATS[file.suffix.lower()]}")
    if bad:
        raise BadRows(bad)
    return rows


def read_text(file: Path) -> str:
    """Read a file to import.

    Raises:
        BadRows: it cannot be read, is too large, or is not UTF-8.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise BadRows([f"{file}: {file.stat().st_size:,} bytes, expected at most {_MOST_BYTES:,}"])
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadRows([f"{file}: not UTF-8 ({fault.reason} at byte {fault.start}), expected UTF-8 text"]) from fault
    except OSError as fault:
        raise BadRows([f"{file}: {fault.strerror or fault}, expected a file to read"]) from fault


def is_pattern(file: Path) -> bool:
    """Say whether a file is a pattern's document rather than rows of cases; a broken one counts by its first lines."""
    if file.suffix.lower() != ".toml":
        return False
    return re.search(r"(?m)^\s*(id|kind|family|sources)\s*=", read_text(file).partition("[[cases]]")[0]) is not None


def line_of(document: str, place: str) -> int | None:
    """Return the line of a pattern's document that a fault's place, like ``en.title`` or ``cases.3.text``, stands on.

    None where it cannot be told.
    """
    if told := re.match(r"line (\d+)", place):
        return int(told[1])
    table, _, rest = place.partition(".")
    lines = document.split("\n")
    heads = [at for at, line in enumerate(lines) if re.match(rf"\[?\[\s*(guidance\.)?{re.escape(table)}\s*\]", line)]
    if not heads or place == "id":  # the pattern's, not Indonesian's
        return _key_line(lines, table, 0, len(lines))
    number, _, key = rest.partition(".")
    start = heads[int(number)] if number.isdigit() and int(number) < len(heads) else heads[0]
    end = next((at for at in range(start + 1, len(lines)) if lines[at].startswith("[")), len(lines))
    return _key_line(lines, key if number.isdigit() else number, start + 1, end) or start + 1


def _key_line(lines: list[str], key: str, start: int, end: int) -> int | None:
    """Return the line, counted from 1, that sets a key, within places counted from 0; the end is not among them."""
    return next((at + 1 for at in range(start, end) if key and re.match(rf"\s*{re.escape(key)}\s*=", lines[at])), None)


def write_patterns(documents: Mapping[str, str], folder: Path, golden: Mapping[str, str] | None = None) -> None:
    """Write each pattern's document as ``ID.toml`` into a folder, new or empty; all of them or none.

    Situations of the examination, by language, go into a folder ``golden`` in it.

    Raises:
        FileExistsError: the folder holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder}: not empty, expected a new folder or an empty one")
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, text in documents.items():
            (scratch / f"{name}.toml").write_text(text, "utf-8", newline="")
        for language, text in (golden or {}).items():
            (scratch / "golden").mkdir(exist_ok=True)
            (scratch / "golden" / f"{language}.toml").write_text(text, "utf-8", newline="")
        scratch.chmod(0o755)
        scratch.replace(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


Rows = Iterator[tuple[str, dict[str, Any] | str]]
"""Each row's place, and its values or what keeps them from being read."""


def _csv_rows(file: Path, text: str) -> Rows:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    head: list[str] | None = None
    line = 1
    try:
        for row in rows:
            place, line = f"{file}:{line}", rows.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if head is None:
                head = [cell.strip() for cell in row]
                _require_head(head, place)
            elif len(row) != len(head):
                yield place, f"{len(row)} cells, expected {len(head)}: {', '.join(head)}"
            else:
                cells = dict(zip(head, row, strict=True))
                yield place, {name: cell if name == "text" else cell.strip() for name, cell in cells.items() if cell}
    except csv.Error as fault:
        raise BadRows([f"{file}:{line}: row: not CSV ({fault}), expected {_FORMATS['.csv']}"]) from fault


def _require_head(head: list[str], place: str) -> None:
    wrong = [name for name in _NEEDED if name not in head] + [name for name in head if name not in _NEEDED + _MAY]
    if wrong or len(set(head)) != len(head):
        raise BadRows([f"{place}: header: {', '.join(head)[:80]!r}, expected {_FORMATS['.csv']}"])


def _jsonl_rows(file: Path, text: str) -> Rows:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as fault:
                yield f"{file}:{number}", f"not JSON ({fault}), expected {_FORMATS['.jsonl']}"
                continue
            yield f"{file}:{number}", row if isinstance(row, dict) else f"no object, expected {_FORMATS['.jsonl']}"


def _toml_rows(file: Path, text: str) -> Rows:
    try:
        raw = read_toml(text)
    except ValueError as fault:
        told = re.search(r"line (\d+)", str(fault))
        line = int(told[1]) if told else text.rstrip().count("\n") + 1
        raise BadRows([f"{file}:{line}: document: not TOML ({fault}), expected TOML"]) from fault
    cases = raw.pop("cases", [])
    if raw or not isinstance(cases, list):
        raise BadRows([f"{file}:1: {next(iter(raw), 'cases')}: expected {_FORMATS['.toml']}, and nothing else"])
    heads = [text.count("\n", 0, head.start()) + 1 for head in re.finditer(r"(?m)^[ \t]*\[\[\s*cases\s*\]\]", text)]
    for number, row in enumerate(cases):
        place = f"{file}:{heads[number]}" if len(heads) == len(cases) else f"{file}: cases.{number}"
        yield place, row if isinstance(row, dict) else f"no table, expected {_FORMATS['.toml']}"


def _checked(raw: dict[str, Any] | str, patterns: Container[str]) -> tuple[Case | None, list[str]]:
    """Return a row's case, where it can be read, and what is wrong with the row."""
    if isinstance(raw, str):
        return None, [f"row: {raw}"]
    name, faults = raw.get("pattern"), []
    if not isinstance(name, str) or name not in patterns:
        faults.append(f"pattern: {str(name)[:60]!r}, expected a known pattern's id")
    try:
        case = _case.validate_python({key: value for key, value in raw.items() if key != "pattern"})
    except ValidationError as invalid:
        return None, faults + [_in_words(error) for error in invalid.errors(include_url=False)]
    if hidden := hidden_characters(case.text, "\n\r\t"):
        faults.append(f"text: holds the invisible character {hidden}, expected plain text")
    if not case.text.strip():
        faults.append("text: empty, expected what somebody would say")
    return (case if not faults else None), faults


def _in_words(error: Any) -> str:
    place = ".".join(map(str, error["loc"])) or "row"
    expected = {
        "missing": "missing, expected a value",
        "unexpected_keyword_argument": f"unknown, expected only {', '.join(_NEEDED + _MAY)}",
        "string_too_long": f"{len(str(error['input'])):,} characters, expected at most 1,500",
        "string_too_short": f"{str(error['input'])!r}, expected at least 2 characters",
        "bool_parsing": f"{str(error['input'])[:40]!r}, expected true or false",
        "bool_type": f"{str(error['input'])[:40]!r}, expected true or false",
        "string_type": f"{str(error['input'])[:40]!r}, expected text",
        "string_pattern_mismatch": f"{str(error['input'])[:40]!r}, expected a code like en or zh-Hant",
    }
    return f"{place}: {expected.get(error['type'], error['msg'])}"
