"""TOML files read as they are: documents, lists of words, words of replies; a fault names its file and its place."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_DEEPEST = 40
"""Levels of tables and lists; a pattern's document has four."""
_DOTTED = re.compile(rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{_DEEPEST}}}""")
"""A key of as many parts or more; reading one of n parts takes memory that grows with n², the machine's at 50,000."""


class UnreadableFile(Exception):
    """A text that is not UTF-8 or not TOML; ``place`` says where in it, ``wrong`` what is wrong."""

    def __init__(self, name: str, place: str, wrong: str) -> None:
        self.name, self.place, self.wrong = name, place, wrong
        super().__init__(f"{name}: {place}: {wrong}")


def read_toml_file(file: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        UnreadableFile: it cannot be read, or is not TOML.
    """
    return parse_toml(read_text_file(file), file.name)


def read_text_file(file: Path) -> str:
    """Read a text in UTF-8.

    Raises:
        UnreadableFile: it is not there, or is something else.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise UnreadableFile(file.name, "file", f"cannot be read as UTF-8 text ({fault})") from fault


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """Read TOML; ``name`` is its file's name or another word for its place.

    Raises:
        UnreadableFile: it is something else.
    """
    try:
        return read_toml(text)
    except ValueError as fault:
        place = re.search(r"line \d+, column \d+", str(fault))
        wrong = re.sub(r" \(at .*\)$", "", str(fault))
        raise UnreadableFile(name, place[0] if place else "document", f"not TOML: {wrong}, expected TOML") from fault


def read_toml(text: str) -> dict[str, Any]:
    """Read TOML that anybody may have written.

    Raises:
        ValueError: it is not TOML, or is nested deeper than any document is.
    """
    if deep := _DOTTED.search(text):
        line, column = text.count("\n", 0, deep.start()) + 1, deep.start() - text.rfind("\n", 0, deep.start())
        raise ValueError(f"a key of {_DEEPEST} parts or more (at line {line}, column {column})")
    try:
        raw = tomllib.loads(text)
    except RecursionError as fault:
        raise ValueError("nested too deep") from fault
    level: list[Any] = [raw]
    for _ in range(_DEEPEST):
        level = [part for one in level if isinstance(one, dict | list) for part in _parts(one)]
    if level:
        raise ValueError("nested too deep")
    return raw


def _parts(nested: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return nested.values() if isinstance(nested, dict) else nested
