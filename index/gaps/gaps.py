"""The gaps of the casebook, from counts, open questions and notes on wrong answers; nothing of too few people.

An open question is a vector and nothing else. A note's text is read only where its author agreed that moderators see
it. Languages are told by notes, and of questions by the language that the chat has chosen, where it has one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from index.builds.build import Build
from index.gaps.clusters import FEWEST_PEOPLE, NotUnderstood, clusters, nearest_patterns, people
from index.model.encoder import Encoder
from knowledge.database.store import Store
from knowledge.ledger.answer_counts import Counters
from knowledge.ledger.keyed_hash import keyed
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.wrong_answers import consented_notes
from knowledge.text.reading import read

DAYS = 30
"""Of counts."""
_NEAREST, _EXAMPLES = 3, 3
_MOST = 4_000  # texts that are compared all with all


@dataclass(frozen=True)
class Gap:
    """Something that several people asked and that the casebook does not know, or knows too little of."""

    number: int
    people: int
    texts: int
    languages: dict[str, int]
    """People by language, ``und`` where it is not known; those of fewer than the fewest are together under ``*``."""
    nearest: tuple[tuple[str, float], ...]
    """The ids of the nearest patterns of the build that serves, each with the cosine to its nearest known text."""
    notes: tuple[int, ...]
    """The numbers of the notes in it, which moderators read in the queue."""
    examples: tuple[str, ...]
    """Masked texts of notes, whose authors agreed; shown only where they are of enough different people."""


@dataclass(frozen=True)
class Deaf:
    """How often a language's answers said nothing: ``unclear`` and ``no_match``."""

    language: str
    answers: int
    unclear: int
    no_match: int

    @property
    def share(self) -> float:
        """The share of both together, 0 to 1."""
        return (self.unclear + self.no_match) / self.answers


@dataclass(frozen=True)
class Gaps:
    """All that is missing, as far as it can be told."""

    build: str
    fewest: int
    """People below whom nothing is shown."""
    gaps: tuple[Gap, ...]
    """The one of most people first."""
    alone: int
    """Texts that are in none of them."""
    languages: tuple[Deaf, ...]
    """The language with most such answers first."""

    def as_json(self) -> dict[str, Any]:
        """Return it as an object that JSON can hold."""
        return {**asdict(self), "languages": [{**asdict(one), "share": round(one.share, 4)} for one in self.languages]}


def find_gaps(
    store: Store, key: bytes, build: Build, encoder: Encoder, today: date, fewest: int = FEWEST_PEOPLE
) -> Gaps:
    """Look for gaps; the same data give the same gaps.

    Args:
        store: the database.
        key: that of the database's folder, by which one person is known in both tables.
        build: the one that serves.
        encoder: that of the build's model; it reads the notes' texts.
        today: the day, UTC.
        fewest: people below whom nothing is shown, two or more.
    """
    items = [*_questions(store, key, build, today), *_notes(store, build, encoder)][-_MOST:]
    found = [[items[row] for row in rows] for rows in _clustered(items, fewest)]
    shown = sorted((own for own in found if people(own) >= fewest), key=lambda own: -people(own))
    return Gaps(
        build=build.name,
        fewest=fewest,
        gaps=tuple(_gap(number, own, build, fewest) for number, own in enumerate(shown, 1)),
        alone=len(items) - sum(map(len, shown)),
        languages=_deaf(store, today),
    )


def _clustered(items: Sequence[NotUnderstood], fewest: int) -> list[list[int]]:
    return clusters(np.stack([item.vector for item in items]), fewest) if items else []


def _questions(store: Store, key: bytes, build: Build, today: date) -> list[NotUnderstood]:
    askers = Askers(store)
    languages = askers.languages()
    return [
        NotUnderstood(one.vector, keyed(key, "person", str(one.chat)), languages.get(one.chat, ""))
        for one in askers.waiting(today, build.manifest.model)
        if len(one.vector) == build.manifest.dimension
    ]


def _notes(store: Store, build: Build, encoder: Encoder) -> list[NotUnderstood]:
    notes = consented_notes(store)
    if not notes:
        return []
    vectors = encoder.encode([read(one.masked).whole for one in notes])
    return [
        NotUnderstood(
            build.judgement.centre(vector[None], one.language)[0], one.person, one.language, one.id, one.masked
        )
        for one, vector in zip(notes, vectors, strict=True)
    ]


def _gap(number: int, items: Sequence[NotUnderstood], build: Build, fewest: int) -> Gap:
    written = [item for item in items if item.note]
    texts = list(dict.fromkeys(item.text for item in written)) if people(written) >= fewest else []
    return Gap(
        number=number,
        people=people(items),
        texts=len(items),
        languages=_by_language(items, fewest),
        nearest=nearest_patterns(build, [item.vector for item in items], _NEAREST),
        notes=tuple(item.note for item in written),
        examples=tuple(texts[:_EXAMPLES]),
    )


def _by_language(items: Sequence[NotUnderstood], fewest: int) -> dict[str, int]:
    """Return people by language, most first; few ones are put together."""
    counts = Counter(language for _, language in {(item.person, item.language or "und") for item in items})
    many = {name: count for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])) if count >= fewest}
    few = sum(counts.values()) - sum(many.values())
    return {**many, "*": few} if few else many


def _deaf(store: Store, today: date) -> tuple[Deaf, ...]:
    sums: dict[str, Counter[str]] = {}
    for one in Counters(store).rows(today - timedelta(days=DAYS - 1), today):
        sums.setdefault(one.language, Counter())[one.concern] += one.count
    rows = [Deaf(name, own.total(), own["unclear"], own["no_match"]) for name, own in sums.items()]
    return tuple(sorted(rows, key=lambda one: (-one.unclear - one.no_match, one.language)))
