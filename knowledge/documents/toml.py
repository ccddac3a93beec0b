"""TOML documents to frozen types, with every fault of a document named at once."""

import json
import re
import tomllib
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from knowledge.documents.pattern import Pattern
from knowledge.text.languages import original

T = TypeVar("T")
KNOWLEDGE = Path(__file__).parent.parent
_PARTS = {"id", "kind", "family", "sources", "guidance", "cases"}
_DEEPEST = 40
"""Levels of tables and lists; a pattern's document has four."""
_DOTTED = re.compile(rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{_DEEPEST}}}""")
"""A key of as many parts or more; reading one of n parts takes memory that grows with n², the machine's at 50,000."""
_DELETE = "\x7f"  # the one character that JSON strings may hold and TOML strings may not


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a document: where it is, what is wrong, and what was expected."""

    place: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.place}: {self.wrong}"


class InvalidDocument(Exception):
    """A document that cannot be used; ``faults`` names all that is wrong with it."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.name = name
        self.faults = faults
        super().__init__("\n".join(f"{name}: {fault}" for fault in faults))


def parse_pattern(text: str, name: str) -> Pattern:
    """Read a pattern's document; ``name`` is its file name or another word for its place.

    A language's guidance is a table like ``[guidance.en]``. A bare ``[en]``, as in older documents, is read too.

    Raises:
        InvalidDocument: with one fault a place, all of them.
    """
    raw = _toml(text, name)
    bare = {key: raw.pop(key) for key in raw.keys() - _PARTS}
    if isinstance(guidance := raw.setdefault("guidance", {}), dict):
        if twice := bare.keys() & guidance.keys():
            wrong = "also given as a bare table, expected each language once"
            raise InvalidDocument(name, [Fault(language, wrong) for language in sorted(twice)])
        raw["guidance"] = guidance | bare
    pattern = _validated(raw, Pattern, name)
    faults = list(_inconsistencies(pattern))
    if name.endswith(".toml") and pattern.id != Path(name).stem:
        faults.append(Fault("id", f"{pattern.id!r}, expected the file's name, {Path(name).stem!r}"))
    if faults:
        raise InvalidDocument(name, faults)
    return pattern


def _inconsistencies(pattern: Pattern) -> list[Fault]:
    faults = [] if "en" in pattern.guidance else [Fault("en", "missing, expected guidance in English")]
    for language, words in pattern.guidance.items():
        if bool(words.law and words.already_in) != (pattern.kind == "accomplice"):
            wrong = "law and already_in belong to accomplice patterns, and every one needs both"
            faults.append(Fault(language, wrong))
        source = original(language)
        flags, expected = len(words.red_flags), len(pattern.guidance.get(source, words).red_flags)
        if flags != expected:
            wrong = f"{flags} red flags, expected the {expected} of {source}, in the same order"
            faults.append(Fault(f"{language}.red_flags", wrong))
    seen: dict[str, int] = {}
    for number, case in enumerate(pattern.cases):
        if (first := seen.setdefault(case.text, number)) != number:
            faults.append(Fault(f"cases.{number}.text", f"the same text as cases.{first}"))
    return faults


def read_pattern(file: Path) -> Pattern:
    """Read a pattern's file; see parse_pattern."""
    return parse_pattern(_text(file), file.name)


def read_patterns(folder: Path = KNOWLEDGE / "patterns") -> dict[str, Pattern]:
    """Read every pattern of a folder, by id, in alphabetical order.

    Raises:
        InvalidDocument: naming every fault of every document.
    """
    patterns: dict[str, Pattern] = {}
    faults: list[Fault] = []
    for file in sorted(folder.glob("*.toml")):
        try:
            patterns[file.stem] = read_pattern(file)
        except InvalidDocument as invalid:
            faults += [Fault(f"{file.name}: {fault.place}", fault.wrong) for fault in invalid.faults]
    if faults:
        raise InvalidDocument(str(folder), faults)
    if not patterns:
        raise InvalidDocument(str(folder), [Fault("*.toml", "no pattern documents, expected at least one")])
    return patterns


def read_document(file: Path, shape: type[T]) -> T:
    """Read a TOML file into a frozen type.

    Raises:
        InvalidDocument: with every fault.
    """
    return _validated(_toml(_text(file), file.name), shape, file.name)


def append_case(document: str, language: str, text: str, *, emergency: bool = False) -> str:
    """Return a pattern's document with one more case at its end."""
    flag = "emergency = true\n" if emergency else ""
    return f"{document.rstrip()}\n\n[[cases]]\nlanguage = {quote(language)}\ntext = {quote(text)}\n{flag}"


def quote(text: str) -> str:
    """Write any text without lone surrogates as a TOML basic string."""
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, "\\u007f")


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


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidDocument(file.name, [Fault("file", f"cannot be read as UTF-8 text ({fault})")]) from fault


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return read_toml(text)
    except ValueError as fault:
        place = re.search(r"line \d+, column \d+", str(fault))
        wrong = re.sub(r" \(at .*\)$", "", str(fault))
        raise InvalidDocument(name, [Fault(place[0] if place else "document", f"not TOML: {wrong}")]) from fault


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _validated(raw: dict[str, Any], shape: type[T], name: str) -> T:
    adapter: TypeAdapter[T] = _adapter(cast(Hashable, shape))
    try:
        valid = adapter.validate_python(raw)
    except ValidationError as invalid:
        faults = []
        for error in invalid.errors(include_url=False):
            place = ".".join(str(part) for part in error["loc"] if part != "guidance") or "document"
            given = "" if error["type"] == "missing" else f", found {str(error['input'])[:60]!r}"
            faults.append(Fault(place, error["msg"] + given))
        raise InvalidDocument(name, faults) from invalid
    return valid
