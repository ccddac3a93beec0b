"""The one way from a text's vectors to a judgement: of what people send, of the golden set, of trials and at night.

``look`` asks the votes, which may be done for many texts at once; ``decide`` turns what they say of one text into a
verdict. A verdict takes in all that is known of the text: its whole, the passages of a long one, what the encoder tells
of the stage, and whether a contact in it is made to deceive.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from index.judging.decision import PLAINLY_NOW, Calibration, Thresholds
from index.judging.judgement import EVERYDAY, Judgement, features
from index.model.encoder import STAGES, TOLD, Vectors
from index.model.vector_table import VectorTable
from knowledge.documents.golden import Concern
from knowledge.documents.stages import Stage
from knowledge.text.reading import Reading

_LEAST = 1e-3  # the probability of danger that is told from no smaller one, as half precision keeps it
_DOUBTFUL = 0.25
"""Of the danger from which a text is possible, what a red flag in it needs: alone, one is as often seen by chance."""
_AT_ONCE = 1000  # texts looked at, so that their cosines to every known text stay few
_GRAVITY: dict[Concern, int] = {"no_match": 0, "unclear": 1, "possible": 2, "likely": 3}


Scores = NDArray[np.float32]
"""How well each class is met, (classes,)."""


def _no() -> bool:
    return False


def _nothing(_: Scores) -> bool:
    return False


_NONE: Vectors = np.empty((0, 0), dtype=np.float32)


@dataclass(frozen=True)
class Told:
    """A text as it is judged; of one that is kept as a vector alone, no more is known."""

    whole: Vectors
    """The centred vector of the whole text, (1, d)."""
    passages: Vectors = field(default_factory=_NONE.copy)
    """Centred vectors of every few sentences on end of a long text, each read alone, (n, d); none of a short one."""
    heard: Vectors = field(default_factory=lambda: np.full(len(TOLD), math.nan, np.float32))
    """How surely it tells each of TOLD, by what the encoder says: 0 to 1, or NaN, (4,)."""
    deceives: Callable[[], bool] = _no
    """Whether a contact in it is made to deceive; asked only where that matters, since it may take a while."""
    shows: Callable[[Scores], bool] = _nothing
    """Whether a sentence of it shows a red flag of the dangerous pattern met best; known of what people send alone."""

    @property
    def stages(self) -> Vectors:
        """How surely it tells each of STAGES, (3,)."""
        return self.heard[: len(STAGES)]

    @property
    def alarm(self) -> float:
        """The log-odds that it is dangerous rather than harmless; NaN where the encoder says nothing of it."""
        told = float(self.heard[-1])
        danger = min(max(told, _LEAST), 1 - _LEAST)
        return math.nan if math.isnan(told) else math.log(danger / (1 - danger))


@dataclass(frozen=True)
class Looked:
    """What the votes make of a text and its passages."""

    scores: NDArray[np.float32]
    """How well each class is met by the whole and by each passage, (1 + n, classes)."""
    table: NDArray[np.float32]
    """What the calibration looks at, (1 + n, f); the alarm of the whole is that of its passages."""
    nearest: NDArray[np.float32]
    """For each of GROUPS the cosine of the whole to its nearest known text, and the mean of its nearest five, (6,)."""
    stages: Vectors
    """How surely it tells each of STAGES, about 0 to 1, (3,)."""
    closest: NDArray[np.float32]
    """The cosine of the whole to each class's nearest known text, NaN where that is far, (classes,)."""


@dataclass(frozen=True)
class Verdict:
    """What is made of a text."""

    concern: Concern
    danger: float
    """The probability of danger behind the concern, 0 to 1."""
    harmless: float
    """The probability that it is harmless, 0 to 1."""
    scores: NDArray[np.float32]
    """How well each class is met, (classes,), by the whole or by the passage that the concern comes from."""
    stage: Stage
    """How far it has gone."""
    ask: bool
    """Whether something may be gone, though not surely: the person had better be asked."""
    closest: NDArray[np.float32]
    """The cosine to each class's nearest known text, NaN where that is far, (classes,)."""
    by_contact: bool = False
    """Only a contact made to deceive gives reason for concern; the words match no pattern."""
    surely_gone: float = 0.0
    """How surely something is gone, 0 to 1."""

    @property
    def gone(self) -> bool:
        """Whether it is an emergency: something is gone, or is going this minute."""
        return self.stage in ("now", "after")


def told_of(
    readings: Sequence[Reading],
    languages: Sequence[str],
    vectors: VectorTable,
    judgement: Judgement,
    deceives: Sequence[Callable[[], bool]] | None = None,
) -> list[Told]:
    """Return texts whose vectors, and those of their passages, are all in a table, as they are judged.

    Raises:
        KeyError: a vector is not in the table.
    """
    heard = vectors.told([reading.whole for reading in readings])
    asked = deceives or [_no] * len(readings)
    centre = judgement.centre
    return [
        Told(
            centre(vectors.of([reading.whole]), language),
            centre(vectors.of(reading.passages), language),
            told,
            deceiving,
        )
        for reading, language, told, deceiving in zip(readings, languages, heard, asked, strict=True)
    ]


def look(texts: Sequence[Told], judgement: Judgement) -> list[Looked]:
    """Ask the votes about texts."""
    looked: list[Looked] = []
    for start in range(0, len(texts), _AT_ONCE):
        looked += _look(texts[start : start + _AT_ONCE], judgement)
    return looked


def _look(texts: Sequence[Told], judgement: Judgement) -> Iterator[Looked]:
    rows = np.concatenate([part for text in texts for part in (text.whole, text.passages) if len(part)])
    seen = judgement.look(rows)
    alarms = [text.alarm for text in texts for _ in range(1 + len(text.passages))]
    table = np.column_stack([features(seen, judgement.classes, judgement.sides), np.array(alarms, np.float32)])
    ends = np.cumsum([1 + len(text.passages) for text in texts])
    firsts = ends - [1 + len(text.passages) for text in texts]
    stages = judgement.stages(rows[firsts], np.stack([text.stages for text in texts]))
    for first, end, told in zip(firsts, ends, stages, strict=True):
        yield Looked(seen.scores[first:end], table[first:end], seen.nearest[first], told, seen.closest[first])


def decide(
    looked: Looked,
    calibration: Calibration,
    thresholds: Thresholds,
    deceives: Callable[[], bool] = _no,
    shows: Callable[[Scores], bool] = _nothing,
) -> Verdict:
    """Judge a text as a whole, and a long one by the passage that stands out as well: the graver judgement counts.

    Where danger is doubtful, a sentence that shows a red flag makes it possible: "must transfer to a safe account" is
    no look-alike of the police, however near to their own words the rest stands; and so does what plainly happens this
    minute. A contact that is made to deceive makes it one step graver: the words around it may well be calm.
    """
    groups = calibration(looked.table)
    danger, harmless, too_little = map(float, groups[0])
    concern, place = thresholds.concern(danger, too_little, long=len(groups) > 1), 0
    if len(groups) > 1:
        passage = 1 + int(groups[1:, 0].argmax())
        of_passage = thresholds.of_passages(float(groups[passage, 0]), len(groups) - 1)
        if _GRAVITY[of_passage] > _GRAVITY[concern]:
            concern, place = of_passage, passage
            danger, harmless = float(groups[passage, 0]), float(groups[passage, 1])
    doubtful, now = danger >= _DOUBTFUL * thresholds.possible, float(looked.stages[1])
    if concern in ("no_match", "unclear") and doubtful and (now >= PLAINLY_NOW or shows(looked.scores[place])):
        concern = "possible"
    stage, ask = thresholds.stage(looked.stages, harmless, concern)
    verdict = Verdict(
        concern,
        danger,
        harmless,
        looked.scores[place],
        stage,
        ask,
        looked.closest,
        surely_gone=float(looked.stages[2]),
    )
    if concern == "likely" or not deceives():
        return verdict
    suspected = concern == "possible"
    return replace(verdict, concern="likely" if suspected else "possible", by_contact=not suspected)


def judge(texts: Sequence[Told], judgement: Judgement, thresholds: Thresholds) -> list[Verdict]:
    """Return the verdicts on texts, in order."""
    looks = look(texts, judgement)
    return [
        decide(looked, judgement.calibration, thresholds, text.deceives, text.shows)
        for text, looked in zip(texts, looks, strict=True)
    ]


def ranked(scores: NDArray[np.float32], judgement: Judgement, *, dangerous: bool) -> list[str]:
    """Return the patterns of one side by how well each is met, best first, from scores of every class (classes,)."""
    names = np.array(judgement.classes)
    side = judgement.sides > 0 if dangerous else (judgement.sides < 0) & (names != EVERYDAY)
    return [str(name) for name in names[side][np.argsort(-scores[side], kind="stable")]]
