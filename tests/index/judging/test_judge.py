from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.checking.checker import Checker
from bot.checking.situation import Situation
from index.builds.build import Build
from index.judging.calibration import look_at_golden
from index.judging.judge import Told, decide, judge, look, told_of
from index.judging.judgement import LANDMARKS, Votes, fit_votes, unit
from index.model.vector_table import VectorTable
from knowledge.documents.casebook import Casebook, reading_of
from knowledge.text.languages import detect
from tests.fakes import HashingEncoder


def told(build: Build, text: str) -> Told:
    reading = reading_of(text)
    vectors, _ = VectorTable.empty().extended([reading.whole, *reading.passages], HashingEncoder())
    return told_of([reading], ["en"], vectors, build.judgement)[0]


def _says(shown: bool, _: NDArray[np.float32]) -> bool:
    return shown


def test_what_people_send_and_the_golden_set_are_judged_alike(
    checker: Checker, small_build: Build, casebook: Casebook
) -> None:
    looks = look_at_golden(casebook, small_build.vectors, small_build.judgement)
    for situation, looked, asked in zip(casebook.golden, looks.looks, looks.told, strict=True):
        found = checker.check(Situation(situation.text, detect(situation.text) or situation.language))
        shown = any(match.evidence for match in found.matches)
        thresholds, calibration = small_build.manifest.thresholds, small_build.judgement.calibration
        verdict = decide(looked, calibration, thresholds, asked.deceives, partial(_says, shown))
        assert (verdict.concern, verdict.gone) == (found.concern, found.emergency)
        assert round(verdict.danger, 3) == pytest.approx(found.danger, abs=2e-3)


def test_many_texts_are_judged_as_each_alone(small_build: Build) -> None:
    texts = [
        told(small_build, text)
        for text in ("they hold my parcel for a fee", "dinner at seven", "Nice day. " + "We had cake number {}. " * 3)
    ]
    thresholds = small_build.manifest.thresholds
    together = judge(texts, small_build.judgement, thresholds)
    alone = [judge([text], small_build.judgement, thresholds)[0] for text in texts]
    assert [one.concern for one in together] == [one.concern for one in alone]
    np.testing.assert_allclose([one.danger for one in together], [one.danger for one in alone], rtol=1e-4)


def test_a_dangerous_passage_of_a_long_calm_text_counts(small_build: Build) -> None:
    calm = " ".join(f"We had cake and tea on day {number} with grandma." for number in range(20))
    scam = "A text says my parcel is held. I must pay a small fee by a link. They hold my parcel for a fee."
    (found,) = look([told(small_build, f"{calm} {scam}")], small_build.judgement)
    calibration = small_build.judgement.calibration
    dangers = calibration(found.table)[:, 0]
    assert dangers[1:].max() > dangers[0]
    thresholds = replace(small_build.manifest.thresholds, calm=-5.0, unrest=1.0, possible=0.1, likely=0.5)
    assert decide(found, calibration, thresholds).concern in ("likely", "possible")


@pytest.mark.parametrize(
    ("text", "concern", "by_contact"),
    [("dinner at seven tonight with grandma and cake", "possible", True)],
)
def test_a_contact_made_to_deceive_alone_is_said_to_be_the_reason(
    small_build: Build, text: str, concern: str, by_contact: bool
) -> None:
    asked = replace(told(small_build, text), deceives=lambda: True)
    (verdict,) = judge([asked], small_build.judgement, small_build.manifest.thresholds)
    assert (verdict.concern, verdict.by_contact) == (concern, by_contact)


def test_a_contact_is_not_looked_for_where_nothing_can_become_graver(small_build: Build) -> None:
    def never() -> bool:
        raise AssertionError("asked in vain")

    asked = replace(
        told(small_build, "a text message says my parcel is held and i must pay a fee by a link"), deceives=never
    )
    (verdict,) = judge([asked], small_build.judgement, small_build.manifest.thresholds)
    assert (verdict.concern, verdict.by_contact) == ("likely", False)


@pytest.mark.parametrize(("bar", "concern"), [(2, "possible"), (8, "no_match")])
def test_where_danger_is_doubtful_a_sentence_that_shows_a_red_flag_makes_it_possible(
    small_build: Build, bar: int, concern: str
) -> None:
    calm = told(small_build, "my bank sent me a code while i was logging in")
    asked: list[int] = []

    def shows(scores: NDArray[np.float32]) -> bool:
        asked.append(len(scores))
        return True

    (plain,) = judge([calm], small_build.judgement, small_build.manifest.thresholds)
    thresholds = replace(small_build.manifest.thresholds, possible=bar * plain.danger)
    (shown,) = judge([replace(calm, shows=shows)], small_build.judgement, thresholds)
    assert (plain.concern, shown.concern, shown.danger) == ("no_match", concern, plain.danger)
    assert asked == [len(small_build.judgement.classes)] * (concern == "possible")


def test_no_flag_is_looked_for_where_it_would_change_nothing(small_build: Build) -> None:
    sure = replace(told(small_build, "they hold my parcel for a fee by a link"), shows=lambda _: pytest.fail("asked"))
    (verdict,) = judge([sure], small_build.judgement, small_build.manifest.thresholds)
    assert verdict.concern in ("likely", "possible")


def test_landmarks_are_kept_where_a_judgement_is_like_another() -> None:
    def drawn(count: int, seed: int) -> NDArray[np.float32]:
        rows = np.random.default_rng(seed).standard_normal((count, 8)).astype(np.float32)
        return unit(rows)

    wanted = np.eye(2, dtype=np.float32)[np.arange(30) % 2]
    before = Votes(drawn(LANDMARKS, 1), np.zeros((LANDMARKS, 2), np.float32), 2.5)
    kept = fit_votes(drawn(30, 2), wanted, 2.5, 0.1, before)
    assert kept.vectors is before.vectors
    few = Votes(drawn(30, 3), np.zeros((30, 2), np.float32), 2.5)  # all texts of a small casebook, and no landmarks
    assert len(fit_votes(drawn(40, 2), np.ones((40, 2), np.float32), 2.5, 0.1, few).vectors) == 40


def test_an_alarm_raises_the_danger_of_a_text_and_of_its_passages(small_build: Build) -> None:
    text = told(small_build, " ".join(f"We had cake number {number} with grandma." for number in range(20)))
    calibration = small_build.judgement.calibration
    quiet, loud = (
        look([replace(text, heard=np.array([np.nan] * 3 + [danger]))], small_build.judgement)[0]
        for danger in (0.01, 0.99)
    )
    assert len(quiet.table) > 2
    assert (calibration(quiet.table)[:, 0] < calibration(loud.table)[:, 0]).all()


def test_an_alarm_is_the_log_odds_of_what_is_heard_and_never_endless() -> None:
    nothing = Told(np.zeros((1, 2), np.float32))
    heard = [replace(nothing, heard=np.array([np.nan] * 3 + [danger], np.float32)) for danger in (0.0, 0.5, 0.9, 1.0)]
    assert [text.alarm for text in heard] == pytest.approx([-6.907, 0, 2.197, 6.907], abs=1e-3)
    assert np.isnan(nothing.alarm)
