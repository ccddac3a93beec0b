"""What the build that serves becomes with other documents, found in memory: its calibration and thresholds are kept."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from index.builds.build import Build
from index.judging.judgement import Judgement
from index.judging.learning import learn
from index.model.encoder import Encoder
from index.model.vector_table import FlagEncoder, VectorTable
from knowledge.documents.casebook import Casebook

StepName = Literal["encode", "learn", "examine"]
STEPS: tuple[StepName, ...] = ("encode", "learn", "examine")
Step = Callable[[StepName], None]
"""Called at the beginning of each step; what it raises breaks the work off."""


def unwatched(_: StepName) -> None:
    """Tell nobody how far the work is."""


def fitted(build: Build, casebook: Casebook, vectors: VectorTable, *, signals: bool) -> Judgement:
    """Fit the votes of a casebook with the build's landmarks, and take over the build's calibration."""
    if build.manifest.casebook == casebook.digest():
        return build.judgement
    votes = learn(casebook, vectors, signals=signals, like=build.judgement)
    return replace(votes, calibration=build.judgement.calibration)


def proposed_build(build: Build, encoder: Encoder, casebook: Casebook, step: Step = unwatched) -> Build:
    """Return the build as it would be of another casebook; nothing is written, and what it has judged is not there."""
    signals = not encoder.tells_stages
    step("encode")
    vectors, _ = build.vectors.extended(casebook.texts(signals=signals), encoder)
    senses, _ = build.senses.extended(casebook.flags(), FlagEncoder(encoder))
    step("learn")
    judgement = fitted(build, casebook, vectors, signals=signals)
    return replace(build, patterns=casebook.patterns, vectors=vectors, senses=senses, judgement=judgement, golden=())
