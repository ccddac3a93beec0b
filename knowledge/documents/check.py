"""Validating all knowledge documents at once, and saying what they cover."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sized
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from rapidfuzz import fuzz, process

from knowledge.documents.claims import read_claim_words
from knowledge.documents.crisis import read_crisis_lines
from knowledge.documents.exercises.practice import read_practice, unknown_names
from knowledge.documents.golden import read_background, read_golden, read_signals
from knowledge.documents.marks import read_marks
from knowledge.documents.official import read_bodies
from knowledge.documents.pattern import Pattern
from knowledge.documents.questions import read_questions
from knowledge.documents.reporting import Country, read_countries
from knowledge.documents.stages import read_first_hours, read_stages
from knowledge.documents.talk import read_asides, read_concerned, read_said
from knowledge.documents.toml import KNOWLEDGE, InvalidDocument, read_patterns
from knowledge.documents.utterances import read_fields, read_notices, read_utterances
from knowledge.text.folding import fold

ALIKE = 72
"""From this per cent of equal letters (rapidfuzz's ratio, an edit distance) two masked texts are copies."""
_SHORTEST = 24  # letters; questions shorter than that are alike by nature
_NUMBER = re.compile(r"\d[\d.,:/ ]*")
_NAME = re.compile(r"(?<=[^\W\d_][ ,])[A-ZÀ-ÞА-Я][^\W\d_]+")


def without_names_and_numbers(text: str) -> str:
    """Return a text, folded, with its numbers and the names inside its sentences made equal."""
    return _NAME.sub("N", _NUMBER.sub("0", fold(text)))


def copies(patterns: Mapping[str, Pattern]) -> list[str]:
    """Return a line for each two cases of one pattern that are copies of each other."""
    lines = []
    for pattern in patterns.values():
        texts = [without_names_and_numbers(case.text) for case in pattern.cases]
        alike = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=ALIKE)
        for first, row in enumerate(alike):
            for second in range(first + 1, len(texts)):
                if row[second] and min(len(texts[first]), len(texts[second])) >= _SHORTEST:
                    place = f"patterns/{pattern.id}.toml: cases[{first}] and cases[{second}]"
                    lines.append(f"{place}: {row[second]:.0f} % alike, expected two people's own words")
    return lines


T = TypeVar("T")
STALE_AFTER = timedelta(days=180)
EN_CASES, ZH_CASES, OTHER_CASES = 5, 5, 10
"""Cases of a pattern that make it likely to be found whoever tells it."""


_COUNTED: tuple[tuple[str, Callable[[Path], Sized], str], ...] = (
    ("background", read_background, "background texts"),
    ("signals", read_signals, "signals"),
    ("utterances", read_utterances, "patterns with utterances"),
    ("notices", read_notices, "ordinary messages"),
    ("fields", read_fields, "languages of fields"),
    ("stages", read_stages, "accounts told at a stage"),
    ("first_hour", read_first_hours, "kinds of loss with what to do first"),
    ("evidence", read_marks, "patterns whose evidence is marked"),
    ("official", read_bodies, "official bodies"),
    ("claims", read_claim_words, "languages of claims"),
    ("questions", read_questions, "general questions"),
    ("intents", read_said, "examples of what is said in a conversation"),
    ("asides", read_asides, "languages of words around the matter"),
    ("concerned", read_concerned, "languages of lines that tell whom it happens to"),
    ("practice", read_practice, "languages to practise in"),
    ("crisis", read_crisis_lines, "countries with crisis lines, the international directory among them"),
)
"""Folders that are read and counted, each with its reader; a folder that somebody checks need not have them all."""


@dataclass(frozen=True)
class Checks:
    """What a check of the documents found."""

    lines: list[str]
    """What there is, a line each."""
    faults: list[str]
    """What is wrong, a line each, with the document and the place in it."""


def check_documents(folder: Path | None = None, today: date | None = None) -> Checks:
    """Read every document of a knowledge folder (the shipped one where left out) and name every fault."""
    root, now = folder or KNOWLEDGE, today or date.today()
    lines: list[str] = []
    faults: list[str] = []
    patterns = _try(lambda: read_patterns(root / "patterns"), faults) or {}
    golden = _try(lambda: read_golden(root / "golden"), faults) or []
    countries = _try(lambda: read_countries(root / "reporting"), faults) or {}
    counts = [f"{len(golden)} golden situations"]
    for name, read, what in _COUNTED:
        found = _try(partial(read, root / name), faults) if (root / name).is_dir() or folder is None else None
        counts += [f"{len(found)} {what}"] if found is not None else []
    for situation in golden if patterns else []:
        unknown = [name for name in situation.patterns if name not in patterns]
        faults += [f"golden {situation.id}: {name!r}, expected a pattern's id" for name in unknown]
    practice = _try(lambda: read_practice(root / "practice"), []) if patterns else None
    faults += unknown_names(practice or {}, patterns)
    faults += copies(patterns)
    lines += _coverage(patterns)
    lines += [f"{name}: {few}" for name, pattern in patterns.items() for few in _too_few(pattern)]
    lines.append(", ".join(counts))
    lines.append(f"{len(countries)} countries to report in, the international fallback among them")
    lines += [
        f"{name}: last checked {day}, over 180 days ago"
        for name, day in _dated(patterns, countries)
        if now - day > STALE_AFTER
    ]
    return Checks(lines, faults)


def _try(read: Callable[[], T], faults: list[str]) -> T | None:
    try:
        return read()
    except InvalidDocument as invalid:
        faults += str(invalid).splitlines()
        return None


def _too_few(pattern: Pattern) -> Iterator[str]:
    """Yield what a pattern's cases lack to be found in every language."""
    counts = Counter(case.language.partition("-")[0] for case in pattern.cases)
    others = counts.total() - counts["en"] - counts["zh"]
    if counts["en"] < EN_CASES or counts["zh"] < ZH_CASES or others < OTHER_CASES:
        yield (
            f"{counts['en']} English, {counts['zh']} Chinese, {others} other cases, "
            f"better {EN_CASES}, {ZH_CASES} and {OTHER_CASES}"
        )
    if not any(case.language == "zh-Hant" for case in pattern.cases):
        yield "no case in Traditional Chinese"


def _coverage(patterns: Mapping[str, Pattern]) -> list[str]:
    kinds = Counter(str(pattern.kind) for pattern in patterns.values())
    cases = Counter(case.language for pattern in patterns.values() for case in pattern.cases)
    guidance = Counter(language for pattern in patterns.values() for language in pattern.guidance)
    return [
        f"{len(patterns)} patterns: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())),
        f"{cases.total()} cases: " + ", ".join(f"{code} {count}" for code, count in sorted(cases.items())),
        "guidance: " + ", ".join(f"{code} {count}" for code, count in sorted(guidance.items())),
    ]


def _dated(patterns: Mapping[str, Pattern], countries: Mapping[str, Country]) -> Iterator[tuple[str, date]]:
    for pattern in patterns.values():
        yield f"patterns/{pattern.id}.toml", min(source.checked for source in pattern.sources)
    for code, country in countries.items():
        yield f"reporting/{code.lower()}.toml", country.checked
