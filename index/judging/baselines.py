"""What a user would build instead, on the same casebook and the same situations, to be compared with the judgement.

Each baseline answers with a fit of every situation to every class (the patterns, everyday talk, too little to judge),
which is ranked like the judgement's own. All of them may look at every example that votes: cases and background texts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.judging.evaluation import Judged, share
from index.judging.extra import require
from index.model.encoder import Encoder, Vectors
from knowledge.documents.casebook import Casebook, comparable
from knowledge.documents.golden import GoldenSituation
from knowledge.documents.pattern import Kind

Fits = NDArray[np.float64]
"""How well each situation (row) fits each class (column), in the baseline's own unit; higher is better."""
ALARMS = 0.02
"""The share of harmless texts that may be called dangerous where the dangerous ones found are counted."""
_WRITTEN_WITHOUT_BLANKS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+|[^\W_]+")


@dataclass(frozen=True)
class Baseline:
    """A baseline's answers to the golden set."""

    name: str
    ranked: tuple[tuple[str, ...], ...]
    """Each situation's three nearest patterns of its own side, best first."""
    danger: NDArray[np.float64]
    """How dangerous it finds each situation, in its own unit."""

    def first(self, golden: Sequence[GoldenSituation]) -> float:
        """Return the share of situations whose expected pattern came first."""
        return share(ranks[0] in one.patterns for ranks, one in self._expecting(golden))

    def among_three(self, golden: Sequence[GoldenSituation]) -> float:
        """Return the share of situations whose expected pattern is among the first three."""
        return share(bool(set(ranks) & set(one.patterns)) for ranks, one in self._expecting(golden))

    def only(self, golden: Sequence[GoldenSituation], language: str) -> "tuple[Baseline, list[GoldenSituation]]":
        """Return the answers to the situations of one language, and those situations."""
        rows = [row for row, one in enumerate(golden) if one.language.partition("-")[0] == language]
        return Baseline(self.name, tuple(self.ranked[r] for r in rows), self.danger[rows]), [golden[r] for r in rows]

    def _expecting(self, golden: Sequence[GoldenSituation]) -> list[tuple[tuple[str, ...], GoldenSituation]]:
        return [(ranks, one) for ranks, one in zip(self.ranked, golden, strict=True) if one.patterns]


def caught(danger: NDArray[np.float64], dangerous: NDArray[np.bool_], harmless: NDArray[np.bool_]) -> float:
    """Return the share of dangerous situations above the line that only ``ALARMS`` of the harmless ones pass."""
    line = np.quantile(danger[harmless], 1 - ALARMS)
    return share(bool(over) for over in danger[dangerous] > line)


def own(judged: Sequence[Judged]) -> Baseline:
    """Return the judgement's own answers in the same form."""
    return Baseline("AskFirst", tuple(one.ranked for one in judged), np.array([one.danger for one in judged]))


def baselines(casebook: Casebook, stock: Encoder, ours: Vectors, ours_golden: Vectors) -> list[Baseline]:
    """Answer the golden set with each baseline.

    ``stock`` is the model as it came; ``ours`` (m, d) and ``ours_golden`` (n, d) are our encoder's vectors of the
    examples, in the order of ``examples``, and of the golden situations.
    """
    texts, labels = examples(casebook)
    situations = [comparable(one.text) for one in casebook.golden]
    known, asked = stock.encode(texts, progress=True), stock.encode(situations, progress=True)
    classes = sorted(set(labels))
    columns = np.array([classes.index(label) for label in labels])
    fits = {
        "nearest neighbour": _best_of_each(_cosines(known, asked), columns, len(classes)),
        "BM25": _best_of_each(_bm25(texts, situations), columns, len(classes)),
        "logistic regression": _logistic(known, columns, asked),
        "the same, our vectors": _logistic(ours, columns, ours_golden),
    }
    return [_answers(name, fit, classes, casebook) for name, fit in fits.items()]


def examples(casebook: Casebook) -> tuple[list[str], list[str]]:
    """Return every case and background text, folded, and its class."""
    cases = [(comparable(case.text), pattern.id) for pattern in casebook.patterns.values() for case in pattern.cases]
    background = [(comparable(text.text), text.kind) for _, text in casebook.background]
    texts, labels = zip(*cases, *background, strict=True)
    return list(texts), list(labels)


def _cosines(known: Vectors, asked: Vectors) -> Fits:
    return (asked @ known.T).astype(np.float64)


def _bm25(known: Sequence[str], asked: Sequence[str]) -> Fits:
    require("bm25s")
    import bm25s

    index = bm25s.BM25()
    index.index([_words(text) for text in known], show_progress=False)
    return np.stack([index.get_scores(_words(text)) for text in asked]).astype(np.float64)


def _words(text: str) -> list[str]:
    """Cut a text into words, and scripts that are written without blanks into pairs of letters."""
    words: list[str] = []
    for run in _WRITTEN_WITHOUT_BLANKS.findall(text.lower()):
        pairs = "\u0e00" <= run[0] <= "\u9fff" and len(run) > 1
        words += [run[at : at + 2] for at in range(len(run) - 1)] if pairs else [run]
    return words or [""]


def _best_of_each(similarities: Fits, columns: NDArray[np.int64], classes: int) -> Fits:
    """Return from similarities to every example (n, m) the best of each class (n, classes)."""
    return np.stack([similarities[:, columns == column].max(axis=1) for column in range(classes)], axis=1)


def _logistic(known: Vectors, columns: NDArray[np.int64], asked: Vectors) -> Fits:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, max_iter=500).fit(known, columns)
    fits: Fits = model.predict_log_proba(asked)
    return fits


def _answers(name: str, fits: Fits, classes: Sequence[str], casebook: Casebook) -> Baseline:
    kinds = {pattern.id: pattern.kind for pattern in casebook.patterns.values()}
    dangerous = np.array([kinds.get(label, Kind.LEGITIMATE) != Kind.LEGITIMATE for label in classes])
    legitimate = np.array([kinds.get(label) == Kind.LEGITIMATE for label in classes])
    ranked = []
    for situation, fit in zip(casebook.golden, fits, strict=True):
        side = np.flatnonzero(dangerous if situation.dangerous else legitimate)
        ranked.append(tuple(classes[column] for column in side[np.argsort(-fit[side])][:3]))
    danger = fits[:, dangerous].max(axis=1) - fits[:, ~dangerous].max(axis=1)
    return Baseline(name, tuple(ranked), danger)
