"""What a judgement says of many texts at once: of golden situations, of cases, and of texts that are harmless."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from index.judging.calibration import deceives, judged_of, look_at_golden
from index.judging.decision import Thresholds
from index.judging.evaluation import Judged
from index.judging.judge import Told, Verdict, decide, judge, look, told_of
from index.judging.judgement import Judgement
from index.model.vector_table import VectorTable
from knowledge.documents.casebook import Casebook, reading_of

Text = tuple[str, str]
"""A text of the casebook, and its language."""


@dataclass(frozen=True)
class Answers:
    """What a judgement says of texts; ``vectors`` has all of theirs."""

    casebook: Casebook
    vectors: VectorTable
    judgement: Judgement
    thresholds: Thresholds

    def golden(self) -> dict[str, Judged]:
        """Return what is said of each golden situation, by id."""
        looks = look_at_golden(self.casebook, self.vectors, self.judgement)
        judged = {}
        for situation, looked, told in zip(self.casebook.golden, looks.looks, looks.told, strict=True):
            verdict = decide(looked, self.judgement.calibration, self.thresholds, told.deceives)
            judged[situation.id] = judged_of(situation, verdict, self.judgement)
        return judged

    def likely(self, texts: Sequence[Text]) -> set[Text]:
        """Return those of some texts that are called ``likely``.

        A contact makes a text one step graver, so only those that their words make possible are looked at for one.
        """
        concerns = {text: one.concern for text, one in zip(texts, self._verdicts(texts), strict=True)}
        possible = [text for text, concern in concerns.items() if concern == "possible"]
        asked = [
            replace(told, deceives=partial(deceives, text))
            for (text, _), told in zip(possible, self._told(possible), strict=True)
        ]
        verdicts = judge(asked, self.judgement, self.thresholds)
        concerns |= {text: one.concern for text, one in zip(possible, verdicts, strict=True)}
        return {text for text, concern in concerns.items() if concern == "likely"}

    def danger(self, texts: Sequence[Text]) -> NDArray[np.float32]:
        """Return the probability of danger of texts by their words, (n,)."""
        return np.array([one.danger for one in self._verdicts(texts)], dtype=np.float32)

    def alarm(self, texts: Sequence[Text]) -> NDArray[np.float32]:
        """Return the same, 0 for those that are nearer to something known as harmless than to any danger, (n,)."""
        looks = look(self._told(texts), self.judgement)
        nearer = np.array([looked.nearest[0] > looked.nearest[2] for looked in looks], dtype=bool)
        return np.where(nearer, self.danger(texts), 0).astype(np.float32)

    def _verdicts(self, texts: Sequence[Text]) -> list[Verdict]:
        return judge(self._told(texts), self.judgement, self.thresholds)

    def _told(self, texts: Sequence[Text]) -> list[Told]:
        readings, languages = [reading_of(text) for text, _ in texts], [language for _, language in texts]
        return told_of(readings, languages, self.vectors, self.judgement)
