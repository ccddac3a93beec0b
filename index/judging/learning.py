"""What a rebuild learns from the casebook: the votes for patterns, and those that tell an emergency."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.judging.judgement import (
    EVERYDAY,
    TOO_LITTLE,
    UNCALIBRATED,
    Judgement,
    Votes,
    centred,
    every_processor,
    fit_votes,
    language_means,
    missed,
)
from index.judging.known_texts import KnownTexts
from index.model.encoder import Vectors
from index.model.vector_table import VectorTable
from knowledge.documents.casebook import VOTING, Casebook, comparable, voting_texts
from knowledge.documents.pattern import Kind

Example = tuple[str, str, str]
"""A comparable text, its language, and its label: a pattern's id, ``everyday`` or ``too-little``."""

GivenExample = tuple[str, str, bool]
"""A comparable text, its language, and whether it says that something was already paid or given."""

SHARPNESS, RIDGE = 2.5, 0.1  # of the votes for patterns; docs/judgement.md has the values tried
GIVEN_SHARPNESS, GIVEN_RIDGE = 5.0, 1.0


def examples(casebook: Casebook) -> Iterator[Example]:
    """Yield every text that teaches what a pattern reads like: cases, guidance, messages, and what is no pattern."""
    for pattern in casebook.patterns.values():
        for case in pattern.cases:
            yield comparable(case.text), case.language, pattern.id
        for language in VOTING:
            if language in pattern.guidance:
                for text in voting_texts(pattern.guidance[language]):
                    yield text, language, pattern.id
    for language, background in casebook.background:
        yield comparable(background.text), language, background.kind
    for message in casebook.voting_messages:
        yield comparable(message.text), message.language, message.label


def given_examples(casebook: Casebook) -> tuple[list[GivenExample], list[GivenExample]]:
    """Return the texts that teach whether something was already paid or given: sentences apart, and whole stories."""
    told = [(comparable(sentence.text), language, sentence.given) for language, sentence in casebook.signals]
    cases = [case for pattern in casebook.patterns.values() for case in pattern.cases]
    lived = [(comparable(case.text), case.language, case.emergency) for case in cases]
    return told, lived + [(comparable(text.text), language, False) for language, text in casebook.background]


def learn(casebook: Casebook, vectors: VectorTable, *, signals: bool, like: Judgement | None = None) -> Judgement:
    """Fit the judgement of a casebook whose texts' vectors are all in the table; its calibration is still to come.

    Without ``signals`` the stage is left to the encoder. The landmarks of a judgement that it is ``like`` are kept, so
    that what differs between the two is the casebook alone.
    """
    texts, languages, labels = zip(*examples(casebook), strict=True)
    judgement = learned(vectors.of(texts), languages, labels, harmless_labels(casebook), like)
    return replace(judgement, given=_given_votes(casebook, vectors, judgement.means)) if signals else judgement


def learned(
    vectors: Vectors,
    languages: Sequence[str],
    labels: Sequence[str],
    harmless: Collection[str],
    like: Judgement | None = None,
) -> Judgement:
    """Fit the judgement of texts, whatever they are: of their vectors (n, d), languages, and labels; see ``learn``.

    ``harmless`` are the labels that are no danger. Time and memory grow with n alone.
    """
    means = language_means(vectors, languages)
    classes, places = np.unique(labels, return_inverse=True)
    names = tuple(str(name) for name in classes)
    wanted = np.eye(len(names), dtype=np.float32)[places]
    rows = centred(vectors, languages, means)
    votes = fit_votes(rows, wanted, SHARPNESS, RIDGE, like.votes if like else None)
    sides = _sides(harmless, names)
    groups = np.array([2 if name == TOO_LITTLE else int(side < 0) for name, side in zip(names, sides, strict=True)])
    residuals = missed(votes, rows, wanted)
    with every_processor():
        index = like.known.index if like else None
        known = KnownTexts.of(rows, places.astype(np.int64), groups.astype(np.int8), residuals, index)
    return Judgement(names, sides, means, votes, known, None, UNCALIBRATED)


def _given_votes(casebook: Casebook, vectors: VectorTable, means: Mapping[str, Vectors]) -> Votes:
    """Fit votes on all such texts: sentences apart teach many ways of saying it, stories what surrounds it."""
    told, lived = given_examples(casebook)
    texts, languages, given = zip(*told, *lived, strict=True)
    rows = centred(vectors.of(texts), languages, means)
    return fit_votes(rows, np.array(given, dtype=np.float32)[:, None], GIVEN_SHARPNESS, GIVEN_RIDGE)


def harmless_labels(casebook: Casebook) -> set[str]:
    """Return the labels of examples that are no danger."""
    return {name for name, pattern in casebook.patterns.items() if pattern.kind == Kind.LEGITIMATE} | {EVERYDAY}


def _sides(harmless: Collection[str], classes: Sequence[str]) -> NDArray[np.float32]:
    side = {name: -1.0 if name in harmless else 1.0 for name in classes} | {TOO_LITTLE: 0.0}
    return np.array([side[name] for name in classes], dtype=np.float32)
