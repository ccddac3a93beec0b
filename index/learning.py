"""What a rebuild learns from the casebook: the head over patterns, and the one that tells an emergency."""

from collections.abc import Iterator

from index.casebook import Casebook, guidance_texts
from index.judgement import Judgement, centred, fit_emergency, fit_head, language_means
from index.vectors import VectorTable
from knowledge.folding import fold

Example = tuple[str, str, str]
"""A folded text, its language, and its label: a pattern's id, ``everyday`` or ``too-little``."""


def examples(casebook: Casebook) -> Iterator[Example]:
    """Yield every text that teaches what a pattern reads like: cases, guidance, and what is no pattern."""
    for pattern in casebook.patterns.values():
        for case in pattern.cases:
            yield fold(case.text), case.language, pattern.id
        for language, guidance in pattern.guidance.items():
            for text in guidance_texts(guidance):
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
    """Fit the judgement of a casebook whose texts' vectors are all in the table."""
    texts, languages, labels = zip(*examples(casebook), strict=True)
    means = language_means(vectors.of(texts), languages)
    classes, head = fit_head(centred(vectors.of(texts), languages, means), labels)
    gone_texts, gone_languages, gone = zip(*gone_examples(casebook), strict=True)
    emergency = fit_emergency(centred(vectors.of(gone_texts), gone_languages, means), gone)
    return Judgement(classes, means, head, emergency)
