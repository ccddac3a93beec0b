"""The thresholds, fitted on what answers cost."""

import numpy as np

from index.judging.calibration import fit_thresholds


def test_a_threshold_that_is_cheap_by_a_few_texts_alone_is_not_taken() -> None:
    """At about 0.06 alone all eleven harmless texts at 0.2 cost less than the one scam that is missed above it."""
    told = {"danger": [0.06] + [0.7] * 30, "harmless": [0.055] * 12 + [0.2] * 11 + [0.01] * 30}
    danger = np.array([share for shares in told.values() for share in shares], np.float32)
    groups = np.array([name for name, shares in told.items() for _ in shares])
    shares = np.stack([danger, 1 - danger, 0 * danger], axis=1)
    stages = np.zeros((len(danger), 3), np.float32)
    thresholds = fit_thresholds(shares, groups, stages, np.zeros(len(danger), dtype=bool))
    assert 0.2 < thresholds.possible < thresholds.likely <= 0.7
