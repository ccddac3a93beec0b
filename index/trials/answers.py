"""What a judgement says of many texts at once: of golden situations, of cases, and of texts that are harmless."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.judging.calibration import read_golden_set
from index.judging.judgement import GROUPS, Judgement, Look, Thresholds, centred
from index.model.vector_table import VectorTable
from knowledge.documents.casebook import Casebook
from knowledge.documents.golden import Concern, GoldenSituation

_AT_ONCE = 1000  # texts looked at, so that their cosines to every known text stay few

Text = tuple[str, str]
"""A folded text and its language."""


@dataclass(frozen=True)
class Answer:
    """What is said of a golden situation."""

    situation: GoldenSituation
    first: str
    """The nearest pattern of its own side; empty where the casebook has none of it."""
    concern: Concern


@dataclass(frozen=True)
class Answers:
    """What a judgement says of texts; ``vectors`` has all of theirs."""

    casebook: Casebook
    vectors: VectorTable
    judgement: Judgement
    thresholds: Thresholds

    def golden(self) -> dict[str, Answer]:
        """Return what is said of each golden situation, by id."""
        readings = read_golden_set(self.casebook, self.vectors, self.judgement)
        concerns = self._concerns(self.judgement.calibration(readings.table))
        golden = zip(self.casebook.golden, readings.ranked, concerns, strict=True)
        return {one.id: Answer(one, ranked[0] if ranked else "", concern) for one, ranked, concern in golden}

    def likely(self, texts: Sequence[Text]) -> set[Text]:
        """Return those of some texts that are called ``likely``."""
        return {
            text for text, concern in zip(texts, self._concerns(self.groups(texts)), strict=True) if concern == "likely"
        }

    def groups(self, texts: Sequence[Text]) -> NDArray[np.float32]:
        """Return the probabilities (n, 3) of GROUPS for texts, each looked at as a whole."""
        looks = (self.judgement.groups(look) for look in self._looks(texts))
        return np.concatenate([np.empty((0, len(GROUPS)), dtype=np.float32), *looks])

    def danger(self, texts: Sequence[Text]) -> NDArray[np.float32]:
        """Return the probability of danger of texts, (n,)."""
        return self.groups(texts)[:, 0]

    def alarm(self, texts: Sequence[Text]) -> NDArray[np.float32]:
        """Return the same, 0 for those that are nearer to something known as harmless than to any danger, (n,)."""
        alarms = [np.empty(0, dtype=np.float32)]
        for look in self._looks(texts):
            nearer = look.nearest[:, 0] > look.nearest[:, 2]
            alarms.append(np.where(nearer, self.judgement.groups(look)[:, 0], 0).astype(np.float32))
        return np.concatenate(alarms)

    def _looks(self, texts: Sequence[Text]) -> Iterator[Look]:
        for start in range(0, len(texts), _AT_ONCE):
            some = texts[start : start + _AT_ONCE]
            rows = self.vectors.of([text for text, _ in some])
            yield self.judgement.look(centred(rows, [language for _, language in some], self.judgement.means))

    def _concerns(self, groups: NDArray[np.float32]) -> list[Concern]:
        return [self.thresholds.concern(float(danger), float(little)) for danger, _, little in groups]
