"""A build: a sealed folder made from the casebook, and what is loaded from it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from index.judging.decision import Thresholds
from index.judging.evaluation import Figures, Judged, from_row
from index.judging.judgement import FILES as LEARNED
from index.judging.judgement import Judgement
from index.model.encoder import Vectors
from index.model.packed_weights import sha256
from index.model.vector_table import VectorTable
from knowledge.documents.casebook import comparable
from knowledge.documents.pattern import Kind, Pattern
from knowledge.text.languages import INTERFACE, original

FORMAT = 14
REMEDY = "; run `askfirst rebuild`"
FILES = ("patterns.json", "vectors.npz", "flags.npz", *LEARNED, "golden.json")


Rest = Callable[[], None]
"""Called between the parts of some work, so that other threads may go first."""


class BuildMismatch(Exception):
    """A build was damaged, or made by another model or format; the message names the file and the remedy."""


@dataclass(frozen=True)
class Manifest:
    """What a build says of itself."""

    format: int
    made: str
    """UTC, ISO 8601."""
    model: str
    dimension: int
    counts: Mapping[str, int]
    casebook: str
    """The casebook's digest."""
    thresholds: Thresholds
    figures: Figures
    digests: Mapping[str, str]
    """SHA-256 of every other file of the folder."""


@dataclass(frozen=True)
class Flags:
    """The red flags of all patterns in one language: what each states, (n, e), and each pattern's rows."""

    senses: Vectors
    rows: Mapping[str, list[int]]


@dataclass(frozen=True)
class Build:
    """A loaded build: the patterns, the vectors of their texts, and what was learned from them."""

    name: str
    manifest: Manifest
    patterns: Mapping[str, Pattern]
    vectors: VectorTable
    senses: VectorTable
    """What the red flags state, in place of vectors; see FlagEncoder."""
    judgement: Judgement
    golden: tuple[Judged, ...]
    """The golden set as this build judged it when it was made, cross-validated."""

    @cached_property
    def dangerous(self) -> tuple[str, ...]:
        """The ids of scams and accomplice traps."""
        return tuple(name for name, pattern in self.patterns.items() if pattern.kind != Kind.LEGITIMATE)

    @cached_property
    def legitimate(self) -> tuple[str, ...]:
        """The ids of legitimate look-alikes."""
        return tuple(name for name, pattern in self.patterns.items() if pattern.kind == Kind.LEGITIMATE)

    @cached_property
    def raw_cases(self) -> Vectors:
        """The vectors (m, d) of all cases as encoded, in the order of the patterns; a copy is told by these."""
        return self.vectors.of([comparable(case.text) for pattern in self.patterns.values() for case in pattern.cases])

    @cached_property
    def first_cases(self) -> NDArray[np.int64]:
        """Each pattern's first row in ``raw_cases``, in the order of ``patterns``."""
        counts = [len(pattern.cases) for pattern in self.patterns.values()]
        return np.cumsum([0, *counts[:-1]])

    def flags(self, language: str) -> "Flags":
        """Return every pattern's red flags to compare a text in a language with, as first worded.

        Translations list them in the order of their original, so that they can be shown in any of those.
        """
        compared = original(language)
        if compared not in self._flags:
            rows: dict[str, list[int]] = {}
            blocks: list[Vectors] = []
            for name, pattern in self.patterns.items():
                code = compared if compared in pattern.guidance else "en"
                words = [comparable(flag) for flag in pattern.guidance[code].red_flags]
                start = sum(map(len, blocks))
                rows[name] = list(range(start, start + len(words)))
                blocks.append(self.senses.of(words))
            self._flags[compared] = Flags(np.concatenate(blocks), rows)
        return self._flags[compared]

    def warm(self, rest: Rest = lambda: None) -> None:
        """Work out what the first answers would otherwise wait for; ``rest`` is called between the parts."""
        for language in INTERFACE:
            if original(language) not in self._flags:
                self.flags(language)
                rest()
        self.dangerous, self.legitimate, self.raw_cases  # noqa: B018

    @cached_property
    def _flags(self) -> "dict[str, Flags]":
        return {}


def load(folder: Path, model: str, rest: Rest = lambda: None) -> Build:
    """Load a build and check all of it; ``rest`` is called between the parts.

    Raises:
        BuildMismatch: a file is missing or differs from the manifest, or another model made the vectors.
    """
    manifest = read_manifest(folder)
    check_files(folder, manifest, model, rest)
    try:
        patterns = _patterns().validate_json((folder / "patterns.json").read_bytes())
        rest()
        vectors, senses = (VectorTable.load(folder / file) for file in ("vectors.npz", "flags.npz"))
        judgement = Judgement.load(folder)
        rest()
        return Build(
            name=folder.name,
            manifest=manifest,
            patterns=patterns,
            vectors=vectors,
            senses=senses,
            judgement=judgement,
            golden=tuple(map(from_row, json.loads((folder / "golden.json").read_text("utf-8")))),
        )
    except (ValueError, KeyError, OSError) as fault:
        raise BuildMismatch(f"{folder}: cannot be read ({fault}){REMEDY}") from fault


def check_files(folder: Path, manifest: Manifest, model: str, rest: Rest = lambda: None) -> None:
    """Compare a build with its manifest.

    Raises:
        BuildMismatch: it is of another model, or a file is missing or not what it was.
    """
    if manifest.model != model:
        raise BuildMismatch(f"{folder}: made with model {manifest.model}, but {model} is set{REMEDY}")
    for file, digest in manifest.digests.items():
        if not (folder / file).is_file() or sha256(folder / file) != digest:
            raise BuildMismatch(f"{folder / file}: missing or damaged{REMEDY}")
        rest()


def write_patterns(file: Path, patterns: Mapping[str, Pattern]) -> None:
    """Write parsed patterns where ``load`` reads them: 8 times faster than parsing their TOML documents again."""
    file.write_bytes(_patterns().dump_json(dict(patterns)))


def _patterns() -> TypeAdapter[dict[str, Pattern]]:
    return TypeAdapter(dict[str, Pattern])


def is_outdated(folder: Path) -> bool:
    """Return whether an earlier version of AskFirst made a build, which cannot be read though it is not damaged."""
    try:
        made = json.loads((folder / "manifest.json").read_text("utf-8"))
        return bool(0 < made["format"] < FORMAT)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def read_manifest(folder: Path) -> Manifest:
    """Read what a build says of itself.

    Raises:
        BuildMismatch: it cannot be read, or is of another format.
    """
    try:
        raw: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
        raw["thresholds"] = Thresholds(**raw["thresholds"])
        raw["figures"] = Figures(**raw["figures"])
        manifest = Manifest(**raw)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise BuildMismatch(f"{folder}/manifest.json: cannot be read ({fault}){REMEDY}") from fault
    if manifest.format != FORMAT:
        wrong = f"format {manifest.format}, expected {FORMAT}{REMEDY}"
        raise BuildMismatch(f"{folder}/manifest.json: {wrong}")
    return manifest
