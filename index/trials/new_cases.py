"""The cases that a proposal adds: which are nearly others, and which read like the other side."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from index.builds.near_copies import NEAR_CASES, place
from index.model.vector_table import VectorTable
from index.trials.answers import Answers, Text
from knowledge.documents.casebook import Casebook, comparable
from knowledge.documents.pattern import Case, Kind, Pattern
from knowledge.text.languages import detect

_CALM = 0.05
"""Below this danger a dangerous case reads surely harmless: so do 75 % of everyday texts, one of 606 dangerous golden
situations, and, told from the rest of the casebook, 0.9 % of the cases of its dangers."""
_ALARM = 0.9
"""From this danger a case of a known look-alike reads like a danger: so do 81 % of the cases of dangers, and 1.8 % of
those of look-alikes. Of look-alikes that are not known yet 16 % do, so they have until ``likely``."""
_FEW = 0.1
"""This share of a new pattern's cases may read like the other side where the others are known. At any, 14 of 60 honest
patterns of 15 cases would be held; at more than this 3 are."""


def _side(pattern: Pattern) -> tuple[str, bool]:
    """Return a pattern's id, and whether it is harmless: one that changes sides teaches all of its cases anew."""
    return pattern.id, pattern.kind == Kind.LEGITIMATE


class NewCases:
    """The cases of the changed patterns that the casebook of before does not have, among all of the one after."""

    def __init__(self, before: Casebook, after: Casebook, changed: Collection[str]) -> None:
        self._after = after
        self._known = {_side(pattern) for pattern in before.patterns.values()}
        self._cases = [(p, number, case) for p in after.patterns.values() for number, case in enumerate(p.cases)]
        self._texts = [comparable(case.text) for *_, case in self._cases]
        known = Counter((*_side(p), comparable(case.text)) for p in before.patterns.values() for case in p.cases)
        self._rows: list[int] = []
        for row, ((pattern, *_), text) in enumerate(zip(self._cases, self._texts, strict=True)):
            known[*_side(pattern), text] -= 1
            if pattern.id in changed and known[*_side(pattern), text] < 0:
                self._rows.append(row)
        self.dangerous = [row for row in self._rows if self._cases[row][0].kind != Kind.LEGITIMATE]
        self.legitimate = [row for row in self._rows if self._cases[row][0].kind == Kind.LEGITIMATE]

    def near(self, vectors: VectorTable) -> Iterator[tuple[str, str, float]]:
        """Yield for each that is nearly another case its pattern, the nearest one's place, and the cosine."""
        table = vectors.of(self._texts)
        for row in self._rows:
            cosines = table @ table[row]
            cosines[row] = -1
            nearest = int(cosines.argmax())
            if cosines[nearest] >= NEAR_CASES:
                yield self._cases[row][0].id, self._place(nearest), round(float(cosines[nearest]), 3)

    def odd(self, answers: Answers) -> list[int]:
        """Return those that read like the other side: dangerous ones surely harmless, look-alikes like a danger."""
        danger = answers.danger([self._text(row) for row in self.dangerous])
        alarm = answers.alarm([self._text(row) for row in self.legitimate])
        calm = [row for row, share in zip(self.dangerous, danger, strict=True) if share < _CALM]
        likely = answers.thresholds.likely
        levels = [min(_ALARM, likely) if self._is_known(row) else likely for row in self.legitimate]
        return calm + [row for row, share, level in zip(self.legitimate, alarm, levels, strict=True) if share >= level]

    def without(self, rows: Collection[int]) -> Casebook:
        """Return the casebook of after without some of them."""
        left: dict[str, list[Case]] = {name: [] for name in self._after.patterns}
        for row, (pattern, _, case) in enumerate(self._cases):
            if row not in rows:
                left[pattern.id].append(case)
        patterns = {name: replace(p, cases=tuple(left[name])) for name, p in self._after.patterns.items()}
        return replace(self._after, patterns=patterns)

    def too_many(self, rows: Collection[int]) -> list[int]:
        """Return some of them, but for those of new patterns that have few such ones among all that are new."""
        among, of = (Counter(self._cases[row][0].id for row in some) for some in (rows, self._rows))
        return [row for row in rows if self._is_known(row) or among[p := self._cases[row][0].id] > _FEW * of[p]]

    def places(self, rows: Iterable[int], among: Collection[int]) -> tuple[str, ...]:
        """Return the places of those of some that are among others."""
        return tuple(self._place(row) for row in rows if row in among)

    def _is_known(self, row: int) -> bool:
        return _side(self._cases[row][0]) in self._known

    def _text(self, row: int) -> Text:
        case = self._cases[row][2]
        return case.text, detect(case.text) or case.language

    def _place(self, row: int) -> str:
        pattern, number, _ = self._cases[row]
        return place(pattern.id, number)
