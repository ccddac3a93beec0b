"""Files of rows, one JSON object a line: situations to check, and situations whose truth is known."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.judging.evaluation import GROUP_OF

_BATCH_ROW = 'one object a line like {"id": "1", "text": "…"}, or with "turns": ["…", "…"] in place of the text'
_KNOWN_ROW = 'one object a line like {"id": "1", "text": "…", "kind": "scam", "patterns": ["fake-police"]}'
_BY_LABEL = {"harmless": "everyday", "scam": "scam"} | dict.fromkeys(("spam", "ad", "ad-loan", "illegal"), "unknown")
"""The kind of each label of real texts; what is unwelcome may be a scam or not."""
_BY_FLAG = {True: "scam", False: "everyday", None: "unknown"}


class BadRow(Exception):
    """A row that cannot be read; the message names the file, the line, the fault and what was expected."""


@dataclass(frozen=True)
class KnownRow:
    """A text of known truth; ``kind``, ``patterns`` and ``emergency`` as in the golden set."""

    id: str
    group: str
    """What it is reported under: the row's ``group``, else its ``set`` and label, else its language and source."""
    kind: str
    patterns: tuple[str, ...]
    emergency: bool | None
    text: str


def read_batch(file: Path) -> list[tuple[Any, tuple[str, ...], str]]:
    """Read rows to check: an id, the turns of one conversation, and the country that a row names, else nothing.

    A row has one ``text``, or ``turns``, which are answered as they follow each other; all rows are read before the
    first is checked.

    Raises:
        BadRow: naming the first faulty line.
    """
    return [
        (row["id"], tuple(row["turns"]) if "turns" in row else (row["text"],), str(row.get("country") or ""))
        for _, row in _objects(file, _BATCH_ROW, turns=True)
    ]


def read_known(file: Path) -> list[KnownRow]:
    """Read rows of known truth, told by ``kind``, else ``is_scam`` (true, false, or null), else ``label``.

    Raises:
        BadRow: naming the first faulty line.
    """
    return [_known(row, place) for place, row in _objects(file, _KNOWN_ROW)]


def _objects(file: Path, expected: str, *, turns: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each line's place and object; every one has an id and a text, or turns where those are taken."""
    for number, line in enumerate(file.read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as fault:
            raise BadRow(f"{file}:{number}: not JSON ({fault}), expected {expected}") from fault
        if (
            not isinstance(row, dict)
            or "id" not in row
            or not (_says(row) if turns else isinstance(row.get("text"), str))
        ):
            raise BadRow(f"{file}:{number}: no id, or no text that is a string, expected {expected}")
        yield f"{file}:{number}", row


def _says(row: dict[str, Any]) -> bool:
    """Whether a row has a text, or the turns of a conversation."""
    turns = row.get("turns", [row.get("text")])
    return isinstance(turns, list) and bool(turns) and all(isinstance(turn, str) for turn in turns)


def _known(row: dict[str, Any], place: str) -> KnownRow:
    kind = _kind(row, place)
    patterns, emergency = row.get("patterns", []), row.get("emergency")
    if not isinstance(patterns, list) or not isinstance(emergency, bool | None):
        raise BadRow(f"{place}: patterns or emergency, expected a list of pattern ids, and true or false")
    return KnownRow(str(row["id"]), _group(row), kind, tuple(map(str, patterns)), emergency, row["text"])


def _kind(row: dict[str, Any], place: str) -> str:
    if "label" in row and "kind" not in row and "is_scam" not in row:
        label = row["label"]
        if not isinstance(label, str) or label not in _BY_LABEL:
            raise BadRow(f"{place}: label {label!r}, expected one of {', '.join(_BY_LABEL)}")
        return _BY_LABEL[label]
    flag = row.get("is_scam")
    kind = row["kind"] if "kind" in row else _BY_FLAG.get(flag) if flag is None or isinstance(flag, bool) else flag
    if kind not in (*GROUP_OF, "unknown"):
        wrong = f"kind {kind!r}, expected one of {', '.join(GROUP_OF)}, or is_scam as true, false or null"
        raise BadRow(f"{place}: {wrong}")
    return str(kind)


def _group(row: dict[str, Any]) -> str:
    if named := row.get("group"):
        return str(named)
    if row.get("set"):
        return " ".join(str(row[key]) for key in ("set", "label") if row.get(key))
    language = str(row.get("language") or row.get("lang") or "")
    source = str(row.get("source", "")).partition("@")[0].partition(":")[0].rpartition("/")[2]
    return " ".join(filter(None, (language, source))) or "all"
