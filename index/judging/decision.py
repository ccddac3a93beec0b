"""From a text's scores to a concern: calibrated probabilities, and the thresholds between the four words."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from knowledge.documents.golden import Concern
from knowledge.documents.stages import Stage

GROUPS = ("danger", "harmless", "too-little")
_HEARD = 0.25
"""How much of the alarm counts; docs/judgement.md has the values tried."""
_SPEAKS_FOR = np.array([0.5, -0.5, 0.0], np.float32)  # of GROUPS
_SELDOM: dict[Concern, float] = {"likely": 0.02, "possible": 0.05}
"""How often a long harmless text may be called what."""
PLAINLY_NOW = 0.8
"""How surely it must tell that it happens this minute, to count in what is probably harmless; set, not fitted."""
_LIKELY_IF_LONG = 0.96
"""The least danger for which a text of several passages is called ``likely``: long everyday talk comes near to it."""


@dataclass(frozen=True)
class Thresholds:
    """Where one concern ends and the next begins; fitted at a rebuild, kept in its manifest."""

    likely: float
    """At least this probability of danger."""
    unclear: float
    """At least this probability of too little having been said, where that is likelier than danger."""
    possible: float
    """At least this probability of danger, where enough was said."""
    after: float
    """How surely a text must tell that something is gone."""
    after_if_harmless: float
    """The same for a text that is more likely harmless than not: a code typed into the bank's own app is given too."""
    maybe_after: float
    """How surely it must tell so for the person to be asked."""
    now: float
    """How surely it must tell that it happens this minute."""
    before: float
    """How surely it must tell that nothing is gone."""

    calm: float = 0.0
    """The mean log-odds of danger of everyday texts."""
    unrest: float = 1.0
    """Their standard deviation."""

    def of_passages(self, danger: float, count: int) -> Concern:
        """Return the concern for the most dangerous of so many passages of a long text.

        Among many harmless passages one looks dangerous by chance, so its log-odds must stand out more, the more
        there are: as seldom as a harmless text is to be called that, their log-odds taken as normally distributed
        (Bonferroni). It must be as dangerous as a short text, too, that is called so.
        """
        odds = math.log(max(danger, 1e-9) / max(1 - danger, 1e-9))
        for concern, seldom in _SELDOM.items():
            bar = self.calm + self.unrest * NormalDist().inv_cdf(1 - seldom / count)
            enough = self._likely(long=True) if concern == "likely" else self.possible
            if odds >= bar and danger >= enough:
                return concern
        return "no_match"

    def stage(self, told: NDArray[np.float32], harmless: float, concern: Concern) -> tuple[Stage, bool]:
        """Return how far it has gone, by how surely each of STAGES is told, (3,), and whether to ask.

        ``harmless`` is the probability that the text is; of one that probably is, more must be told, and what happens
        this minute counts only where it is warned about all the same.
        """
        before, now, after = map(float, told)
        calm = harmless > 0.5
        warned = concern in ("possible", "likely")
        if after >= (self.after_if_harmless if calm else self.after):
            return "after", False
        if (now >= self.now and not calm) or (warned and now >= PLAINLY_NOW):
            return "now", False
        ask = after >= (self.after if calm else self.maybe_after)
        return ("before", ask) if before >= self.before and not ask else ("unsaid", ask)

    def concern(self, danger: float, too_little: float, *, long: bool = False) -> Concern:
        """Return the concern for the probability of danger, and of too little having been said."""
        if danger >= self._likely(long=long):
            return "likely"
        if too_little >= max(self.unclear, danger):
            return "unclear"
        return "possible" if danger >= self.possible else "no_match"

    def _likely(self, *, long: bool) -> float:
        return max(self.likely, _LIKELY_IF_LONG) if long else self.likely


@dataclass(frozen=True)
class Calibration:
    """From the scores of a text to probabilities that it is dangerous, harmless, or says too little: a small softmax.

    Its features are few (how well too little is met, the best harmless class beside the best dangerous one, how near
    the nearest texts are), so that it can be fitted on the golden set without learning any pattern from it. The last is
    the alarm: the log-odds by a head that read the text's tokens. Its part is set and not fitted: the golden set is
    written as what taught the head is, and would trust it too much.
    """

    centre: NDArray[np.float32]
    scale: NDArray[np.float32]
    weights: NDArray[np.float32]
    """(features, 3), in the order of GROUPS."""
    bias: NDArray[np.float32]
    neutral: NDArray[np.float32]
    """The alarm, (1,), that speaks neither for danger nor against it."""

    def __call__(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return for features (n, f + 1) the probabilities (n, 3) of GROUPS; an alarm that is NaN says nothing."""
        logits = (features[:, :-1] - self.centre) / self.scale @ self.weights + self.bias
        logits = logits + _HEARD * np.nan_to_num(features[:, -1:] - self.neutral) * _SPEAKS_FOR
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
        return shares


def fit_calibration(table: NDArray[np.float32], groups: NDArray[np.str_]) -> Calibration:
    """Fit the calibration on features (n, f + 1), the alarm last, and the group of each row."""
    from sklearn.linear_model import LogisticRegression

    table, alarms = table[:, :-1], table[:, -1:]
    centre, scale = table.mean(axis=0), table.std(axis=0) + 1e-6
    model = LogisticRegression(C=10.0, max_iter=1000).fit((table - centre) / scale, groups)
    order = [list(model.classes_).index(name) for name in GROUPS]
    weights, bias = model.coef_[order].T, model.intercept_[order]
    return Calibration(*(part.astype(np.float32) for part in (centre, scale, weights, bias, _between(alarms, groups))))


def _between(alarms: NDArray[np.float32], groups: NDArray[np.str_]) -> NDArray[np.float32]:
    """Return the alarm, (1,), half way between the means of dangerous and of harmless rows; 0 where none is known."""
    own = [alarms[(groups == name) & ~np.isnan(alarms[:, 0])] for name in GROUPS[:2]]
    return np.mean([rows.mean(axis=0) for rows in own], axis=0) if all(map(len, own)) else np.zeros(1, np.float32)
