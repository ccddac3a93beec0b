"""Probabilities and thresholds for a judgement, fitted on the golden set.

No golden text has a vote. The calibration and the thresholds are fitted on the golden set, so every figure that depends
on them is cross-validated: those of a fold are fitted on the other folds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from index.judging.decision import GROUPS, Calibration, Thresholds, fit_calibration
from index.judging.evaluation import GROUP_OF, Judged
from index.judging.judge import Looked, Told, Verdict, decide, look, ranked, told_of
from index.judging.judgement import Judgement
from index.model.vector_table import VectorTable
from knowledge.documents.casebook import Casebook, reading_of
from knowledge.documents.golden import GoldenSituation
from knowledge.documents.toml import Fault, InvalidDocument
from knowledge.impostors.contacts import shipped_contacts
from knowledge.text.languages import detect

FOLDS = 5
_LIKELY = np.linspace(0.50, 0.98, 25)
_POSSIBLE = np.geomspace(0.04, 0.60, 29)
_UNCLEAR = np.linspace(0.10, 0.90, 17)
_GONE = np.linspace(0.05, 0.95, 37)

_NEARLY = 0.01  # of levels from which it is asked that are as good as this, the lowest: to ask costs a tap
_SELDOM_GONE = 0.15  # of texts in which nothing is gone are told that it is
_SELDOM_NOW = 0.06  # the same, for what happens this minute
_SELDOM_HARMLESS = 0.01
_HALF, _LEAST_NOW = 0.5, 0.3
_AROUND = 2  # thresholds on either side of one

# What an answer costs, by what the situation is: a scam taken for nothing costs most, a harmless text called a known
# scam next, and a cautious question costs little.
_COSTS = {
    "danger": {"likely": 0.0, "possible": 2.0, "unclear": 10.0, "no_match": 60.0},
    "harmless": {"likely": 18.0, "possible": 3.5, "unclear": 2.0, "no_match": 0.0},
    "too-little": {"likely": 20.0, "possible": 3.0, "unclear": 0.0, "no_match": 3.0},
}


@dataclass(frozen=True)
class GoldenLooks:
    """What the votes make of the golden situations, and what each of them really is: one row each."""

    told: list[Told]
    looks: list[Looked]
    table: NDArray[np.float32]
    """What the calibration looks at of each whole text, (n, f)."""
    stages: NDArray[np.float32]
    """How surely each tells each of STAGES, (n, 3)."""
    groups: NDArray[np.str_]
    """What each situation is: one of GROUPS."""
    emergencies: NDArray[np.bool_]
    everyday: NDArray[np.bool_]


def calibrate(
    casebook: Casebook, vectors: VectorTable, judgement: Judgement
) -> tuple[Judgement, Thresholds, list[Judged]]:
    """Fit the calibration and the thresholds on the golden set; judge it with those of folds it was not fitted on.

    Raises:
        InvalidDocument: the golden set has no situation of one of the groups.
    """
    looks = look_at_golden(casebook, vectors, judgement)
    if missing := set(GROUPS) - set(looks.groups):
        wrong = f"no situation is {' or '.join(sorted(missing))}, expected some of each to fit the thresholds on"
        raise InvalidDocument("golden", [Fault("kind", wrong)])
    total = len(casebook.golden)
    judged: list[Judged | None] = [None] * total
    for number in range(FOLDS):
        held_out = np.arange(total) % FOLDS == number
        fitted = _fit(looks, _rest(looks.groups, held_out))
        for row in np.flatnonzero(held_out):
            verdict = decide(looks.looks[row], *fitted, looks.told[row].deceives)
            judged[row] = judged_of(casebook.golden[row], verdict, judgement)
    calibration, thresholds = _fit(looks, np.ones(total, dtype=bool))
    done = [one for one in judged if one]
    return replace(judgement, calibration=calibration), thresholds, done


def judged_of(situation: GoldenSituation, verdict: Verdict, judgement: Judgement) -> Judged:
    """Return a golden situation with what was found of it."""
    return Judged(
        id=situation.id,
        group=situation.language,
        kind=situation.kind,
        patterns=situation.patterns,
        emergency=situation.emergency,
        must_not=situation.must_not,
        text=situation.text,
        ranked=tuple(ranked(verdict.scores, judgement, dangerous=situation.dangerous)[:3]),
        concern=verdict.concern,
        gone=verdict.gone,
        danger=round(verdict.danger, 4),
        form=situation.form,
        stage=verdict.stage,
        staged=situation.stage,
    )


def _fit(looks: GoldenLooks, rows: NDArray[np.bool_]) -> tuple[Calibration, Thresholds]:
    """Fit a calibration on some of the situations, and thresholds on its probabilities of them out of fold."""
    table, groups = looks.table[rows], looks.groups[rows]
    shares = np.empty((len(table), len(GROUPS)), dtype=np.float32)
    for number in range(FOLDS):
        held_out = np.arange(len(table)) // FOLDS % FOLDS == number
        known = _rest(groups, held_out)
        shares[held_out] = fit_calibration(table[known], groups[known])(table[held_out])
    thresholds = fit_thresholds(shares, groups, looks.stages[rows], looks.emergencies[rows])
    return fit_calibration(table, groups), _with_calm(thresholds, shares[looks.everyday[rows], 0])


def _with_calm(thresholds: Thresholds, danger: NDArray[np.float32]) -> Thresholds:
    """Add how the log-odds of danger of everyday texts are distributed."""
    kept = np.clip(danger if len(danger) else [0.5], 1e-3, 1 - 1e-3)
    odds = np.log(kept / (1 - kept))
    return replace(thresholds, calm=float(odds.mean()), unrest=float(max(odds.std(), 1.0)))


def _rest(groups: NDArray[np.str_], held_out: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the rows to fit on: those not held out, or all where a group has no other (a very small golden set)."""
    return ~held_out if set(groups[~held_out]) == set(groups) else np.ones(len(groups), dtype=bool)


def look_at_golden(casebook: Casebook, vectors: VectorTable, judgement: Judgement) -> GoldenLooks:
    """Ask the votes about every golden situation, as about what a person sends."""
    golden = casebook.golden
    languages = [detect(situation.text) or situation.language for situation in golden]
    told = told_of(
        [reading_of(situation.text) for situation in golden],
        languages,
        vectors,
        judgement,
        [partial(deceives, situation.text) for situation in golden],
    )
    looks = look(told, judgement)
    return GoldenLooks(
        told=told,
        looks=looks,
        table=np.stack([looked.table[0] for looked in looks]),
        stages=np.stack([looked.stages for looked in looks]),
        groups=np.array([GROUP_OF[situation.kind] for situation in golden]),
        emergencies=np.array([situation.emergency for situation in golden]),
        everyday=np.array([situation.kind == "everyday" for situation in golden]),
    )


@lru_cache(10_000)
def deceives(text: str) -> bool:
    """Say whether a contact in a text of the casebook is made to deceive; never asked of what people sent."""
    return shipped_contacts().read(text, None).deceive


def fit_thresholds(
    shares: NDArray[np.float32], groups: NDArray[np.str_], stages: NDArray[np.float32], emergencies: NDArray[np.bool_]
) -> Thresholds:
    """Choose the thresholds that cost least, for probabilities (n, 3) of GROUPS and what each situation really is.

    Many thresholds cost nearly the same, and which of them costs least hangs on a text or two: for ``likely`` and
    ``possible`` the one is taken that is cheap with those around it.
    """
    danger, too_little = shares[:, 0], shares[:, 2]
    cost = {name: np.array([_COSTS[str(group)][name] for group in groups]) for name in _COSTS["danger"]}
    some = danger[:, None] >= _POSSIBLE
    quiet = np.where(some, cost["possible"][:, None], cost["no_match"][:, None])
    totals: dict[tuple[float, float, float], float] = {}
    for likely, unclear in product(_LIKELY, _UNCLEAR):
        sure = danger >= likely
        little = ~sure & (too_little >= np.maximum(unclear, danger))
        said = cost["likely"][sure].sum() + cost["unclear"][little].sum()
        for possible, rest in zip(_POSSIBLE, quiet[~sure & ~little].sum(axis=0), strict=True):
            if possible < likely:
                totals[likely, unclear, possible] = said + rest
    cheapest = [min(cost for choice, cost in totals.items() if choice[0] == likely) for likely in _LIKELY]
    likely = _cheap_around(_LIKELY.tolist(), cheapest)
    unclear = min((choice for choice in totals if choice[0] == likely), key=lambda choice: totals[choice])[1]
    tried = [possible for possible in _POSSIBLE if possible < likely]
    possible = _cheap_around(tried, [totals[likely, unclear, possible] for possible in tried])
    doubtful = shares[:, 1] <= 0.5
    return Thresholds(
        float(likely), float(unclear), float(possible),
        **_stage_levels(stages, groups == "harmless", doubtful, emergencies),
    )  # fmt: skip


def _cheap_around(thresholds: Sequence[float], costs: Sequence[float]) -> float:
    """Return the threshold whose cost is least together with that of _AROUND others on either side."""
    around = np.convolve(np.pad(costs, _AROUND, "edge"), np.ones(2 * _AROUND + 1), "valid")
    return float(thresholds[int(around.argmin())])


def _stage_levels(
    stages: NDArray[np.float32], harmless: NDArray[np.bool_], doubtful: NDArray[np.bool_], gone: NDArray[np.bool_]
) -> dict[str, float]:
    """Choose how surely each of STAGES must be told: sure where few are told so wrongly, lower to ask."""
    _, now, after = stages.T
    untouched = doubtful & ~gone
    good = {float(level): _f2(after[doubtful] >= level, gone[doubtful]) for level in _GONE}
    enough = max(good.values()) - _NEARLY
    maybe = min(level for level, own in good.items() if own >= enough)
    sure = max(maybe, _all_but(_SELDOM_GONE, after[untouched]))
    return {
        "after": sure,
        "after_if_harmless": max(sure, _all_but(_SELDOM_HARMLESS, after[harmless])),
        "maybe_after": maybe,
        "now": max(_LEAST_NOW, _all_but(_SELDOM_NOW, now[untouched])),
        "before": _HALF,
    }


def _all_but(share: float, told: NDArray[np.float32]) -> float:
    """Return the level that no more than a share of some texts reach; 1 where there is none."""
    return float(np.quantile(told, 1 - share)) if len(told) else 1.0


def _f2(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    """Return the F-measure that counts recall twice as much (van Rijsbergen 1979).

    An emergency that is missed can cost savings, one that is said too early costs a screen of reading.
    """
    both = float((found & true).sum())
    return 5 * both / max(float(found.sum() + 4 * true.sum()), 1.0)
