"""What a change does to the examination, and the build as it would be with it."""

from dataclasses import replace

import pytest

from bot.checking.checker import Checker
from bot.checking.situation import Situation
from index.builds.build import Build
from index.trials.examination import Examination, examine
from index.trials.fitting import STEPS, StepName, proposed_build
from index.trials.trial import nearest_cases
from knowledge.documents.casebook import Casebook
from knowledge.documents.toml import append_case
from knowledge.impostors.contacts import OfficialContacts
from tests.fakes import HashingEncoder

DRONE = "a drone dropped a note that wants coins for the box in the garden"


def with_case(casebook: Casebook, pattern: str, text: str) -> Casebook:
    document = append_case(casebook.documents[pattern], "en", text)
    return casebook.revised({**casebook.documents, pattern: document})


def test_a_change_of_nothing_changes_no_answer(small_build: Build, casebook: Casebook) -> None:
    steps: list[StepName] = []
    found = examine(small_build, HashingEncoder(), casebook, casebook, {"parcel-smish"}, steps.append)
    assert tuple(steps) == STEPS
    assert found.changes == []
    assert found.held == ""
    assert all(line.before == line.after and line.gain == 0 for line in found.lines)
    assert {line.measure: line.of for line in found.lines} == {
        "first": sum(bool(one.patterns) for one in casebook.golden),
        "among_three": sum(bool(one.patterns) for one in casebook.golden),
        "danger_no_match": sum(one.dangerous for one in casebook.golden),
        "harmless_likely": sum(one.kind in ("look-alike", "everyday") for one in casebook.golden),
        "emergencies": sum(one.emergency for one in casebook.golden),
        "false_emergencies": sum(not one.emergency for one in casebook.golden),
    }


def test_taking_a_pattern_out_is_seen_in_the_situations_it_answered(small_build: Build, casebook: Casebook) -> None:
    left = {name: text for name, text in casebook.documents.items() if name != "sell-bank-card"}
    found = examine(small_build, HashingEncoder(), casebook, casebook.revised(left), {"sell-bank-card"})
    assert {one.after.id for one in found.changes} >= {"en-card-1", "en-card-2"}
    assert [one.better for one in found.changes] == sorted(one.better for one in found.changes)
    first = next(line for line in found.lines if line.measure == "first")
    assert first.after < first.before
    assert first.gain == first.after - first.before


def test_fewer_of_what_does_harm_are_a_gain(small_build: Build) -> None:
    old = next(one for one in small_build.golden if one.kind == "look-alike")
    before, after = replace(old, concern="likely"), replace(old, concern="no_match")
    found = Examination((before,), (after,), "")
    line = next(one for one in found.lines if one.measure == "harmless_likely")
    assert (line.of, line.before, line.after, line.gain) == (1, 1, 0, 1)
    assert [one.better for one in found.changes] == [1]
    assert [one.better for one in Examination((after,), (before,), "").changes] == [-1]


def test_the_build_as_it_would_be_knows_the_new_case_and_the_one_that_serves_does_not(
    small_build: Build, casebook: Casebook, contacts: OfficialContacts
) -> None:
    encoder = HashingEncoder()
    other = proposed_build(small_build, encoder, with_case(casebook, "parcel-smish", DRONE))
    (name, number, cosine), *_ = nearest_cases(other, encoder, DRONE)
    assert other.patterns[name].cases[number].text == DRONE
    assert cosine == pytest.approx(1, abs=1e-3)
    assert DRONE not in [small_build.patterns[name].cases[number].text for name, number, _ in nearest_cases(
        small_build, encoder, DRONE)]  # fmt: skip
    found = Checker(encoder, lambda: other, contacts).check(Situation(DRONE, "en"))
    assert found.matches[0].pattern.id == "parcel-smish"
    assert other.judgement.calibration is small_build.judgement.calibration
    assert proposed_build(small_build, encoder, casebook).judgement is small_build.judgement
