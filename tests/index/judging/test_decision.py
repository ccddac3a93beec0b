"""How far it has gone, from how surely each stage is told."""

import numpy as np
import pytest

from index.judging.decision import Thresholds

THRESHOLDS = Thresholds(
    likely=0.9, unclear=0.5, possible=0.3, after=0.7, after_if_harmless=0.95, maybe_after=0.4, now=0.6, before=0.5
)


@pytest.mark.parametrize(
    ("before", "now", "after", "harmless", "stage", "ask"),
    [
        (0.9, 0.0, 0.1, 0.1, "before", False),
        (0.0, 0.8, 0.1, 0.1, "now", False),
        (0.1, 0.8, 0.8, 0.1, "after", False),
        (0.1, 0.1, 0.5, 0.1, "unsaid", True),
        (0.9, 0.1, 0.5, 0.1, "unsaid", True),
        (0.2, 0.1, 0.1, 0.1, "unsaid", False),
    ],
    ids=["nothing gone", "it happens", "it is gone", "perhaps gone", "said to be nothing, and yet", "not told"],
)
def test_the_stage_is_the_one_that_is_told_surely_enough(
    before: float, now: float, after: float, harmless: float, stage: str, ask: bool
) -> None:
    told = np.array([before, now, after], dtype=np.float32)
    assert THRESHOLDS.stage(told, harmless) == (stage, ask)


def test_of_what_is_probably_harmless_more_must_be_told_to_ask_and_to_alarm() -> None:
    assert THRESHOLDS.stage(np.array([0, 0, 0.5], np.float32), harmless=0.8) == ("unsaid", False)
    assert THRESHOLDS.stage(np.array([0, 0, 0.8], np.float32), harmless=0.8) == ("unsaid", True)
    assert THRESHOLDS.stage(np.array([0, 0.9, 0.2], np.float32), harmless=0.8) == ("unsaid", False)
    assert THRESHOLDS.stage(np.array([0, 0, 0.97], np.float32), harmless=0.8) == ("after", False)
