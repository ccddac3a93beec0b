"""How good a judgement is: golden situations to figures, and the thresholds that serve them best.

The head never sees a golden text. The thresholds do, so every figure that depends on them is cross-validated: the
thresholds of a fold are fitted on the other folds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from index.casebook import Casebook
from index.encoder import Vectors
from index.judgement import TOO_LITTLE, Judgement, Thresholds, centred
from index.vectors import VectorTable
from knowledge.folding import fold
from knowledge.golden import GoldenSituation
from knowledge.pattern import Kind

FOLDS = 5
_LIKELY = np.linspace(0.40, 0.98, 30)
_POSSIBLE = np.linspace(0.10, 0.80, 29)
_UNCLEAR = np.linspace(0.10, 0.90, 17)
_GONE = np.linspace(0.05, 0.95, 37)

# What an answer costs, by what the situation is: a scam taken for nothing costs most, a harmless text called a known
# scam next, and a cautious question costs little.
_COSTS = {
    "danger": {"likely": 0.0, "possible": 1.0, "unclear": 6.0, "no_match": 10.0},
    "harmless": {"likely": 9.0, "possible": 1.5, "unclear": 0.7, "no_match": 0.0},
    "too-little": {"likely": 9.0, "possible": 3.0, "unclear": 0.0, "no_match": 3.0},
}
_GROUPS = {"scam": "danger", "accomplice": "danger", "look-alike": "harmless", "everyday": "harmless"}


@dataclass(frozen=True)
class Figures:
    """Shares (0 to 1) on the golden set; those that depend on thresholds are cross-validated."""

    situations: int
    first: float
    """The expected pattern first, of the situations that have one."""
    among_three: float
    raw_first: float
    """The same for the nearest case by raw cosine, which is what a tutorial builds."""
    danger_missed: float
    """Dangerous situations called ``no_match`` or ``unclear``."""
    danger_no_match: float
    harmless_likely: float
    """Look-alikes and everyday texts called ``likely``."""
    harmless_possible: float
    unclear_right: float
    """Texts with too little to judge called ``unclear``."""
    emergency_precision: float
    emergency_recall: float


@dataclass(frozen=True)
class Readings:
    """What the judgement makes of the golden situations: one row each."""

    ranked: list[list[str]]
    """Patterns of the situation's own side (dangerous or legitimate), best first."""
    danger: NDArray[np.float32]
    too_little: NDArray[np.float32]
    gone: NDArray[np.float32]


def evaluate_golden(casebook: Casebook, vectors: VectorTable, judgement: Judgement) -> tuple[Thresholds, Figures]:
    """Fit the thresholds on the golden set, and measure."""
    golden = casebook.golden
    readings = read_golden_set(casebook, vectors, judgement)
    groups = [_GROUPS.get(situation.kind, situation.kind) for situation in golden]
    emergencies = np.array([situation.emergency for situation in golden])
    concerns = np.empty(len(golden), dtype="U8")
    gone = np.zeros(len(golden), dtype=bool)
    for fold_number in range(FOLDS):
        held_out = np.arange(len(golden)) % FOLDS == fold_number
        thresholds = fit_thresholds(readings, groups, emergencies, ~held_out)
        gone[held_out] = readings.gone[held_out] >= thresholds.gone
        for row in np.flatnonzero(held_out):
            concerns[row] = thresholds.concern(readings.danger[row], readings.too_little[row])
    figures = _figures(golden, readings, groups, concerns, gone, raw_first(casebook, vectors))
    return fit_thresholds(readings, groups, emergencies, np.ones(len(golden), dtype=bool)), figures


def read_golden_set(casebook: Casebook, vectors: VectorTable, judgement: Judgement) -> Readings:
    """Apply a judgement to every golden situation."""
    sides = _sides(casebook)
    texts = [fold(situation.text) for situation in casebook.golden]
    languages = [situation.language for situation in casebook.golden]
    rows = centred(vectors.of(texts), languages, judgement.means)
    shares = judgement.probabilities(rows)
    column = {name: number for number, name in enumerate(judgement.classes)}
    ranked = []
    for situation, share in zip(casebook.golden, shares, strict=True):
        side = sides["danger" if situation.dangerous else "legitimate"]
        ranked.append(sorted(side, key=lambda name: -share[column[name]]))
    danger = shares[:, [column[name] for name in sides["danger"]]].sum(axis=1)
    return Readings(ranked, danger, shares[:, column[TOO_LITTLE]], judgement.already_gone(rows))


def fit_thresholds(
    readings: Readings, groups: Sequence[str], emergencies: NDArray[np.bool_], rows: NDArray[np.bool_]
) -> Thresholds:
    """Choose the thresholds that cost least on some of the golden situations (a mask over them)."""
    danger, too_little = readings.danger[rows], readings.too_little[rows]
    costs = [_COSTS[group] for group, used in zip(groups, rows, strict=True) if used]
    table = {name: np.array([cost[name] for cost in costs]) for name in _COSTS["danger"]}

    def cost(likely: float, unclear: float, possible: float) -> float:
        sure, little, some = danger >= likely, too_little >= unclear, danger >= possible
        quiet = np.where(some, table["possible"], table["no_match"])
        return float(np.where(sure, table["likely"], np.where(little, table["unclear"], quiet)).sum())

    choices = [choice for choice in product(_LIKELY, _UNCLEAR, _POSSIBLE) if choice[2] < choice[0]]
    likely, unclear, possible = min(choices, key=lambda choice: cost(*choice))
    gone = max(_GONE, key=lambda level: _f1(readings.gone[rows] >= level, emergencies[rows]))
    return Thresholds(float(likely), float(unclear), float(possible), float(gone))


def raw_first(casebook: Casebook, vectors: VectorTable) -> float:
    """Return how often the nearest case by raw cosine is of an expected pattern."""
    owners = [pattern.id for pattern in casebook.patterns.values() for _ in pattern.cases]
    cases: Vectors = vectors.of([fold(case.text) for pattern in casebook.patterns.values() for case in pattern.cases])
    expecting = [situation for situation in casebook.golden if situation.patterns]
    nearest = (vectors.of([fold(situation.text) for situation in expecting]) @ cases.T).argmax(axis=1)
    right = [owners[row] in situation.patterns for row, situation in zip(nearest, expecting, strict=True)]
    return _share(right)


def _sides(casebook: Casebook) -> dict[str, list[str]]:
    legitimate = [name for name, pattern in casebook.patterns.items() if pattern.kind == Kind.LEGITIMATE]
    return {"legitimate": legitimate, "danger": [name for name in casebook.patterns if name not in legitimate]}


def _figures(
    golden: Sequence[GoldenSituation],
    readings: Readings,
    groups: Sequence[str],
    concerns: NDArray[np.str_],
    gone: NDArray[np.bool_],
    raw: float,
) -> Figures:
    expecting = [(s.patterns, ranked) for s, ranked in zip(golden, readings.ranked, strict=True) if s.patterns]
    of = {group: concerns[np.array(groups) == group] for group in _COSTS}
    emergencies = np.array([situation.emergency for situation in golden])
    return Figures(
        situations=len(golden),
        first=_share([ranked[0] in patterns for patterns, ranked in expecting]),
        among_three=_share([bool(set(ranked[:3]) & set(patterns)) for patterns, ranked in expecting]),
        raw_first=raw,
        danger_missed=_share(np.isin(of["danger"], ["no_match", "unclear"])),
        danger_no_match=_share(of["danger"] == "no_match"),
        harmless_likely=_share(of["harmless"] == "likely"),
        harmless_possible=_share(of["harmless"] == "possible"),
        unclear_right=_share(of["too-little"] == "unclear"),
        emergency_precision=_share(emergencies[gone]),
        emergency_recall=_share(gone[emergencies]),
    )


def _share(hits: Sequence[bool] | NDArray[np.bool_]) -> float:
    return round(float(np.mean(hits)), 4) if len(hits) else 0.0


def _f1(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    both = float((found & true).sum())
    return 2 * both / max(float(found.sum() + true.sum()), 1.0)
