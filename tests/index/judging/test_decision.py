"""How far it has gone, from how surely each stage is told."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from index.judging.decision import Thresholds, fit_calibration

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
    assert THRESHOLDS.stage(told, harmless, "possible") == (stage, ask)


def test_of_what_is_probably_harmless_more_must_be_told_to_ask_and_to_alarm() -> None:
    assert THRESHOLDS.stage(np.array([0, 0, 0.5], np.float32), 0.8, "no_match") == ("unsaid", False)
    assert THRESHOLDS.stage(np.array([0, 0, 0.8], np.float32), 0.8, "no_match") == ("unsaid", True)
    assert THRESHOLDS.stage(np.array([0, 0.9, 0.2], np.float32), 0.8, "no_match") == ("unsaid", False)
    assert THRESHOLDS.stage(np.array([0, 0.7, 0.2], np.float32), 0.8, "possible") == ("unsaid", False)
    assert THRESHOLDS.stage(np.array([0, 0.9, 0.2], np.float32), 0.8, "possible") == ("now", False)
    assert THRESHOLDS.stage(np.array([0, 0, 0.97], np.float32), 0.8, "no_match") == ("after", False)


GROUPS = np.array(["danger", "harmless", "too-little"] * 20)
VOTES = np.stack([GROUPS == "too-little", GROUPS == "harmless"], axis=1) + np.linspace(0, 0.9, 60)[:, None]


def table(alarms: float | NDArray[np.float64]) -> NDArray[np.float32]:
    return np.column_stack([VOTES, np.broadcast_to(alarms, len(VOTES))]).astype(np.float32)


def test_a_long_text_takes_more_to_be_called_a_known_scam_than_a_short_one() -> None:
    lower = replace(THRESHOLDS, likely=0.9, possible=0.1)
    assert [lower.concern(0.93, 0.0, long=long) for long in (False, True)] == ["likely", "possible"]
    assert lower.concern(0.97, 0.0, long=True) == "likely"
    assert [lower.of_passages(danger, 3) for danger in (0.93, 0.97)] == ["possible", "likely"]


def test_an_alarm_speaks_for_danger_where_it_is_above_the_middle_of_both_sides() -> None:
    calibration = fit_calibration(table(np.where(GROUPS == "danger", 3.0, -1.0)), GROUPS)
    quiet, neutral, loud = (calibration(table(alarm)) for alarm in (-1.0, 1.0, 3.0))
    unheard = calibration(table(np.nan))
    np.testing.assert_allclose(neutral, unheard, atol=1e-6)
    assert (quiet[:, 0] < unheard[:, 0]).all()
    assert (unheard[:, 0] < loud[:, 0]).all()
    assert (quiet[:, 1] > unheard[:, 1]).all()
    np.testing.assert_allclose(loud.sum(axis=1), 1, atol=1e-5)


def test_what_the_votes_say_is_weighed_as_if_there_were_no_alarm() -> None:
    fitted = (fit_calibration(table(alarms), GROUPS) for alarms in (np.nan, np.where(GROUPS == "danger", 9.0, -9.0)))
    never, always = (calibration(table(np.nan)) for calibration in fitted)
    np.testing.assert_allclose(never, always, atol=1e-6)
