"""What a proposal would do to the answers, found in memory before anybody may approve it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.build import Build
from index.calibration import read_golden_set
from index.casebook import Casebook
from index.effect import Effect
from index.encoding import Encoder
from index.evaluation import GROUP_OF
from index.judgement import GROUPS, Judgement, Look, Thresholds, centred
from index.learning import learn
from index.near import NEAR_CASES, place
from index.vectors import VectorTable
from knowledge.folding import fold
from knowledge.golden import Concern, GoldenSituation
from knowledge.languages import detect
from knowledge.pattern import Kind

_CALM = 0.05
"""Below this danger a text reads surely harmless: one of 606 dangerous golden situations does."""
_AT_ONCE = 1000  # texts looked at, so that their cosines to every known text stay few

_Text = tuple[str, str]
"""A folded text and its language."""


def trial(
    build: Build,
    encoder: Encoder,
    casebook_before: Casebook,
    casebook_after: Casebook,
    changed: Collection[str],
    official: Sequence[str],
) -> Effect:
    """Say what the answers become when one casebook takes another's place; ``changed`` are the proposal's patterns.

    Only the votes are fitted anew; the build's calibration and thresholds judge before and after. Fitted anew as well,
    they alone moved two dangerous golden situations over the line to ``no_match`` in 3 of 7 honest additions of ten
    cases, and would have held two honest patterns of four. Held fixed, no concern changed in 21 honest additions.
    """
    signals = not encoder.tells_given
    harmless = {**_harmless(casebook_before, official), **_harmless(casebook_after, official)}
    texts = [*casebook_before.texts(signals=signals), *casebook_after.texts(signals=signals), *(t for t, _ in harmless)]
    vectors, _ = build.vectors.extended(list(dict.fromkeys(texts)), encoder)
    same = build.manifest.casebook == casebook_before.digest()
    votes = build.judgement if same else _votes(build, casebook_before, vectors, signals=signals)
    before = _Answers(casebook_before, vectors, votes, build.manifest.thresholds)
    votes = _votes(build, casebook_after, vectors, signals=signals)
    after = _Answers(casebook_after, vectors, votes, build.manifest.thresholds)
    accused = after.likely(list(harmless))
    accused -= before.likely(list(accused))
    new = _NewCases(casebook_before, casebook_after, changed)
    return Effect(
        **_compared(before.golden(), after.golden(), changed),
        accused=tuple(name for text, name in harmless.items() if text in accused),
        near=tuple(new.near(vectors)),
        added=len(new.dangerous),
        calm=tuple(new.calm(before)),
        added_harmless=len(new.legitimate),
        alarming=tuple(new.alarming(before)),
    )


def _votes(build: Build, casebook: Casebook, vectors: VectorTable, *, signals: bool) -> Judgement:
    """Fit the votes of a casebook, and take over the build's calibration."""
    return replace(learn(casebook, vectors, signals=signals), calibration=build.judgement.calibration)


@dataclass(frozen=True)
class _Answer:
    """What is said of a golden situation."""

    situation: GoldenSituation
    first: str
    """The nearest pattern of its own side; empty where the casebook has none of it."""
    concern: Concern


@dataclass(frozen=True)
class _Answers:
    """What a judgement says of texts; ``vectors`` has all of theirs."""

    casebook: Casebook
    vectors: VectorTable
    judgement: Judgement
    thresholds: Thresholds

    def golden(self) -> dict[str, _Answer]:
        """Return what is said of each golden situation, by id."""
        readings = read_golden_set(self.casebook, self.vectors, self.judgement)
        concerns = self._concerns(self.judgement.calibration(readings.table))
        golden = zip(self.casebook.golden, readings.ranked, concerns, strict=True)
        return {one.id: _Answer(one, ranked[0] if ranked else "", concern) for one, ranked, concern in golden}

    def likely(self, texts: Sequence[_Text]) -> set[_Text]:
        """Return those of some texts that are called ``likely``."""
        return {
            text for text, concern in zip(texts, self._concerns(self.groups(texts)), strict=True) if concern == "likely"
        }

    def groups(self, texts: Sequence[_Text]) -> NDArray[np.float32]:
        """Return the probabilities (n, 3) of GROUPS for texts, each looked at as a whole."""
        looks = (self.judgement.groups(look) for look in self._looks(texts))
        return np.concatenate([np.empty((0, len(GROUPS)), dtype=np.float32), *looks])

    def alarming(self, texts: Sequence[_Text]) -> list[bool]:
        """Say of texts whether they are ``likely`` and nearer to a known danger than to anything known as harmless."""
        alarms: list[bool] = []
        for look in self._looks(texts):
            danger, harmless = look.nearest[:, 0], look.nearest[:, 2]
            concerns = self._concerns(self.judgement.groups(look))
            alarms += [c == "likely" and bool(d > h) for c, d, h in zip(concerns, danger, harmless, strict=True)]
        return alarms

    def _looks(self, texts: Sequence[_Text]) -> Iterator[Look]:
        for start in range(0, len(texts), _AT_ONCE):
            some = texts[start : start + _AT_ONCE]
            rows = self.vectors.of([text for text, _ in some])
            yield self.judgement.look(centred(rows, [language for _, language in some], self.judgement.means))

    def _concerns(self, groups: NDArray[np.float32]) -> list[Concern]:
        return [self.thresholds.concern(float(danger), float(little)) for danger, _, little in groups]


def _compared(
    before: Mapping[str, _Answer], after: Mapping[str, _Answer], changed: Collection[str]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, new in after.items():
        if name in before and before[name].situation == new.situation:
            for effect in _effects(before[name], new, changed):
                found.setdefault(effect, []).append(name)
    return {effect: tuple(ids) for effect, ids in found.items()}


def _effects(old: _Answer, new: _Answer, changed: Collection[str]) -> Iterator[str]:
    """Yield the fields of Effect that a golden situation belongs in."""
    right = new.situation.patterns
    if right and (old.first in right) != (new.first in right):
        yield "fixes" if new.first in right else "breaks"
    if right and new.first not in right and new.first in changed and new.first != old.first:
        yield "pulled"
    if old.concern == new.concern:
        return
    if new.situation.dangerous:
        if "no_match" in (old.concern, new.concern):
            yield "missed" if new.concern == "no_match" else "found"
    elif GROUP_OF[new.situation.kind] == "harmless":
        if new.concern == "likely":
            yield "now_likely"
        elif new.concern == "possible" and old.concern != "likely":
            yield "now_possible"


class _NewCases:
    """The cases of the changed patterns that the casebook of before does not have, among all of the one after."""

    def __init__(self, before: Casebook, after: Casebook, changed: Collection[str]) -> None:
        self._cases = [(p, number, case) for p in after.patterns.values() for number, case in enumerate(p.cases)]
        self._texts = [fold(case.text) for *_, case in self._cases]
        known = Counter((pattern.id, fold(case.text)) for pattern in before.patterns.values() for case in pattern.cases)
        self._rows: list[int] = []
        for row, ((pattern, *_), text) in enumerate(zip(self._cases, self._texts, strict=True)):
            known[pattern.id, text] -= 1
            if pattern.id in changed and known[pattern.id, text] < 0:
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

    def calm(self, before: _Answers) -> list[str]:
        """Return the places of the dangerous ones that read surely harmless before."""
        danger = before.groups([self._text(row) for row in self.dangerous])[:, 0]
        return [self._place(row) for row, share in zip(self.dangerous, danger, strict=True) if share < _CALM]

    def alarming(self, before: _Answers) -> list[str]:
        """Return the places of the look-alikes' ones that read like a known danger before."""
        alarms = before.alarming([self._text(row) for row in self.legitimate])
        return [self._place(row) for row, alarm in zip(self.legitimate, alarms, strict=True) if alarm]

    def _text(self, row: int) -> _Text:
        case = self._cases[row][2]
        return self._texts[row], detect(case.text) or case.language

    def _place(self, row: int) -> str:
        pattern, number, _ = self._cases[row]
        return place(pattern.id, number)


def nearest_patterns(
    build: Build, encoder: Encoder, text: str, language: str, most: int = 3
) -> list[tuple[str, float]]:
    """Return the patterns with the nearest cases to a text, best first, with the cosine (language means removed)."""
    vector = build.judgement.centre(encoder.encode([fold(text)]), language)[0]
    best = np.maximum.reduceat(build.cases.cosines(vector), build.first_cases)
    names = list(build.patterns)
    return [(names[row], float(best[row])) for row in np.argsort(-best)[:most]]


def near_case(build: Build, encoder: Encoder, text: str) -> tuple[str, int, float] | None:
    """Return the case with nearly a text's words: its pattern, number and cosine; None where there is none."""
    cosines = build.raw_cases @ encoder.encode([fold(text)])[0]
    nearest = int(cosines.argmax())
    if cosines[nearest] < NEAR_CASES:
        return None
    row = int(np.searchsorted(build.first_cases, nearest, side="right")) - 1
    return list(build.patterns)[row], nearest - int(build.first_cases[row]), float(cosines[nearest])


def _harmless(casebook: Casebook, official: Sequence[str]) -> dict[_Text, str]:
    """Return the names of texts that nobody may call a known scam, by the folded text and its language."""
    return {(fold(text), detect(text) or language): name for name, text, language in _safe_texts(casebook, official)}


def _safe_texts(casebook: Casebook, official: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for pattern in casebook.patterns.values():
        if pattern.kind == Kind.LEGITIMATE:
            for number, case in enumerate(pattern.cases):
                yield place(pattern.id, number), case.text, case.language
    numbers: dict[str, int] = {}
    for language, background in casebook.background:
        number = numbers[language] = numbers.get(language, -1) + 1
        if background.kind == "everyday":
            yield f"background/{language}.toml texts[{number}]", background.text, language
    for line in official:
        yield f"official line {line[:60]!r}", line, "en"
