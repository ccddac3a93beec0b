"""What a rebuild learns from the casebook: the votes for patterns, and those that tell an emergency."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.casebook import VOTING, Casebook, voting_texts
from index.judgement import EVERYDAY, TOO_LITTLE, UNCALIBRATED, Judgement, centred, fit_votes, language_means
from index.vectors import VectorTable
from knowledge.folding import fold
from knowledge.pattern import Kind

Example = tuple[str, str, str]
"""A folded text, its language, and its label: a pattern's id, ``everyday`` or ``too-little``."""


def examples(casebook: Casebook) -> Iterator[Example]:
    """Yield every text that teaches what a pattern reads like: cases, guidance, and what is no pattern."""
    for pattern in casebook.patterns.values():
        for case in pattern.cases:
            yield fold(case.text), case.language, pattern.id
        for language in VOTING:
            if language in pattern.guidance:
                for text in voting_texts(pattern.guidance[language]):
                    yield text, language, pattern.id
    for language, background in casebook.background:
        yield fold(background.text), language, background.kind


def gone_examples(casebook: Casebook) -> Iterator[tuple[str, str, bool]]:
    """Yield every text that teaches whether something was already paid or given: signals, cases, everyday talk."""
    for language, sentence in casebook.signals:
        yield fold(sentence.text), language, sentence.given
    for pattern in casebook.patterns.values():
        for case in pattern.cases:
            yield fold(case.text), case.language, case.emergency
    for language, text in casebook.background:
        yield fold(text.text), language, False


def learn(casebook: Casebook, vectors: VectorTable) -> Judgement:
    """Fit the judgement of a casebook whose texts' vectors are all in the table; its calibration is still to come."""
    texts, languages, labels = zip(*examples(casebook), strict=True)
    means = language_means(vectors.of(texts), languages)
    classes = tuple(sorted(set(labels)))
    wanted = np.array([[label == name for name in classes] for label in labels], dtype=np.float32)
    votes = fit_votes(centred(vectors.of(texts), languages, means), wanted)
    gone_texts, gone_languages, gone = zip(*gone_examples(casebook), strict=True)
    given = np.array(gone, dtype=np.float32)[:, None]
    rare = np.where(given[:, 0] > 0, 1 / given.mean(), 1 / (1 - given.mean())).astype(np.float32) / 2
    emergency = fit_votes(centred(vectors.of(gone_texts), gone_languages, means), given, rare)
    return Judgement(classes, _sides(casebook, classes), means, votes, emergency, UNCALIBRATED)


def _sides(casebook: Casebook, classes: Sequence[str]) -> NDArray[np.float32]:
    harmless = {name for name, pattern in casebook.patterns.items() if pattern.kind == Kind.LEGITIMATE} | {EVERYDAY}
    side = {name: -1.0 if name in harmless else 1.0 for name in classes} | {TOO_LITTLE: 0.0}
    return np.array([side[name] for name in classes], dtype=np.float32)
