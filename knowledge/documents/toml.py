"""TOML documents to frozen types, with every fault of a document named at once."""

import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from knowledge.documents.pattern import Pattern
from knowledge.text.languages import original
from knowledge.text.toml_files import UnreadableFile, parse_toml, read_text_file, read_toml_file

S = TypeVar("S")
T = TypeVar("T")
KNOWLEDGE = Path(__file__).parent.parent
_PARTS = {"id", "kind", "family", "sources", "guidance", "cases"}
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
    raw = _reading(lambda: parse_toml(text, name))
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
    return parse_pattern(_reading(lambda: read_text_file(file)), file.name)


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
    return _validated(_reading(lambda: read_toml_file(file)), shape, file.name)


def append_case(document: str, language: str, text: str, *, emergency: bool = False) -> str:
    """Return a pattern's document with one more case at its end."""
    flag = "emergency = true\n" if emergency else ""
    return f"{document.rstrip()}\n\n[[cases]]\nlanguage = {quote(language)}\ntext = {quote(text)}\n{flag}"


def quote(text: str) -> str:
    """Write any text without lone surrogates as a TOML basic string."""
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, "\\u007f")


def _reading(read: Callable[[], S]) -> S:
    try:
        return read()
    except UnreadableFile as fault:
        raise InvalidDocument(fault.name, [Fault(fault.place, fault.wrong)]) from fault


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _validated(raw: dict[str, Any], shape: type[T], name: str) -> T:
    adapter: TypeAdapter[T] = _adapter(cast(Hashable, shape))
    try:
        valid = adapter.validate_python(raw)
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
        places = [error["loc"] for error in errors]
        told = [error for error in errors if not (error["type"] == "too_short" and _within(error["loc"], places))]
        raise InvalidDocument(name, [_fault(error) for error in told]) from invalid
    return valid


def _within(place: tuple[int | str, ...], places: Iterable[tuple[int | str, ...]]) -> bool:
    """Say whether there is one of some places within another: items that are wrong are not counted, and then miss."""
    return any(len(one) > len(place) and one[: len(place)] == place for one in places)


def _fault(error: Any) -> Fault:
    place = ".".join(str(part) for part in error["loc"] if part != "guidance") or "document"
    if error["type"] == "unexpected_keyword_argument":
        return Fault(place, "not a key that this table may have, expected it spelled as in the other documents")
    given = "" if error["type"] == "missing" else f", found {str(error['input'])[:60]!r}"
    return Fault(place, error["msg"] + given)
