"""What a change of the documents does to the answers to the golden situations, before anybody proposes it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Literal

from index.builds.build import Build
from index.builds.near_copies import NEAR_GOLDEN, place
from index.judging.evaluation import Judged
from index.model.encoder import Encoder
from index.trials.answers import Answers
from index.trials.fitting import Step, fitted, unwatched
from index.trials.trial import compared
from knowledge.documents.casebook import Casebook, comparable, reading_of
from knowledge.documents.golden import GoldenSituation
from knowledge.proposals.impact import Impact, holds

Measure = Literal["first", "among_three", "danger_no_match", "harmless_likely", "emergencies", "false_emergencies"]
_MEASURES: dict[Measure, tuple[Callable[[Judged], bool], Callable[[Judged], bool], bool]] = {
    "first": (lambda one: bool(one.patterns), lambda one: one.first, True),
    "among_three": (lambda one: bool(one.patterns), lambda one: one.among_three, True),
    "danger_no_match": (lambda one: one.truth == "danger", lambda one: one.concern == "no_match", False),
    "harmless_likely": (lambda one: one.truth == "harmless", lambda one: one.concern == "likely", False),
    "emergencies": (lambda one: bool(one.emergency), lambda one: one.gone, True),
    "false_emergencies": (lambda one: not one.emergency, lambda one: one.gone, False),
}
"""For each measure which situations count, which of them are hits, and whether more hits are better."""


@dataclass(frozen=True)
class Line:
    """One measure of an examination, in numbers of situations."""

    measure: Measure
    of: int
    before: int
    after: int
    gain: int
    """How many more are right with the change; below zero where it loses some."""


@dataclass(frozen=True)
class Change:
    """A situation of which something else is said: the first pattern, where one is expected, the concern, or a loss."""

    before: Judged
    after: Judged

    @property
    def better(self) -> int:
        """1 where the new answer is the better one, -1 where it is the worse one, 0 where neither is."""
        old, new = _worth(self.before), _worth(self.after)
        return (new > old) - (new < old)


def _worth(one: Judged) -> tuple[bool, bool, bool]:
    return not one.harmful, one.first, one.gone == bool(one.emergency)


@dataclass(frozen=True)
class Examination:
    """The golden situations as they are judged now and with a change, in one order.

    The build's calibration judges both, and it was fitted on these situations: the numbers are a little better than
    the build's figures, which are cross-validated, and only their difference says something.
    """

    before: tuple[Judged, ...]
    after: tuple[Judged, ...]
    held: str
    """Why the change would be held back by these answers alone, in one line; empty where it would not."""

    @property
    def lines(self) -> list[Line]:
        """Each measure now and with the change."""
        lines = []
        for measure, (counts, hit, more) in _MEASURES.items():
            of = [(hit(old), hit(new)) for old, new in zip(self.before, self.after, strict=True) if counts(old)]
            before, after = (sum(side) for side in zip(*of, strict=True)) if of else (0, 0)
            lines.append(Line(measure, len(of), before, after, after - before if more else before - after))
        return lines

    @property
    def changes(self) -> list[Change]:
        """What is answered otherwise, the worse answers first."""
        pairs = zip(self.before, self.after, strict=True)
        return sorted((Change(*pair) for pair in pairs if _said(pair[0]) != _said(pair[1])), key=lambda one: one.better)


def _said(one: Judged) -> tuple[tuple[str, ...], str, bool]:
    return one.ranked[:1] if one.patterns else (), one.concern, one.gone


def examine(
    build: Build,
    encoder: Encoder,
    casebook_before: Casebook,
    casebook_after: Casebook,
    changed: Collection[str],
    step: Step = unwatched,
) -> Examination:
    """Judge the golden situations with one casebook and with another; only the votes are fitted anew, see ``trial``."""
    signals = not encoder.tells_stages
    step("encode")
    texts = [*casebook_before.texts(signals=signals), *casebook_after.texts(signals=signals)]
    vectors, _ = build.vectors.extended(list(dict.fromkeys(texts)), encoder)
    step("learn")
    casebooks = (casebook_before, casebook_after)
    votes = [fitted(build, casebook, vectors, signals=signals) for casebook in casebooks]
    step("examine")
    told = replace(casebook_after, golden=casebook_before.golden)  # one whose pattern is gone is still asked
    before, after = (
        Answers(casebook, vectors, each, build.manifest.thresholds).golden()
        for casebook, each in zip((casebook_before, told), votes, strict=True)
    )
    impact = Impact(near=(), added=0, added_harmless=0, **compared(before, after, casebook_after.patterns, changed))
    return Examination(tuple(before.values()), tuple(after.values()), holds(impact))


def asked(build: Build, encoder: Encoder, casebook: Casebook, situation: GoldenSituation) -> Impact:
    """Say what a build makes of one more situation, and which case of the casebook gives its answer away."""
    alone = replace(casebook, golden=[situation])
    words = comparable(situation.text)
    cases = [
        (pattern.id, number, case)
        for pattern in casebook.patterns.values()
        for number, case in enumerate(pattern.cases)
    ]
    texts = [words, *reading_of(situation.text).passages, *(comparable(case.text) for *_, case in cases)]
    vectors, _ = build.vectors.extended(list(dict.fromkeys(texts)), encoder)
    (judged,) = Answers(alone, vectors, build.judgement, build.manifest.thresholds).golden().values()
    cosines = vectors.of([comparable(case.text) for *_, case in cases]) @ vectors.of([words])[0]
    nearest = int(cosines.argmax())
    pattern, number, _ = cases[nearest]
    label = situation.patterns[0] if situation.patterns else situation.kind
    near = ((label, place(pattern, number), round(float(cosines[nearest]), 3)),)
    right = not judged.harmful and (judged.first or not judged.patterns)
    said = (f"{judged.concern}, {judged.ranked[0] if judged.ranked else '–'}",)
    return Impact(
        near=near if cosines[nearest] >= NEAR_GOLDEN else (),
        answered_right=said if right else (),
        answered_wrong=() if right else said,
    )
