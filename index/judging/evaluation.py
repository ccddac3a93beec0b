"""What a judgement makes of situations whose truth is known: figures, tables, and whether one is worse than another."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.documents.golden import Concern, Form
from knowledge.documents.stages import Stage

CONCERNS: tuple[Concern, ...] = ("likely", "possible", "unclear", "no_match")
GROUP_OF = {
    "scam": "danger",
    "accomplice": "danger",
    "look-alike": "harmless",
    "everyday": "harmless",
    "too-little": "too-little",
}
"""What each kind of situation is to the person: one of the judgement's groups."""

BINS = 10
CHANCE = 0.01
"""Below this chance of luck a build counts as worse than another; eight measures are looked at each night."""


@dataclass(frozen=True)
class Judged:
    """A situation whose truth is known, and what a judgement made of it."""

    id: str
    group: str
    """What it is reported under: its language, or what a file of rows names."""
    kind: str
    """``scam``, ``accomplice``, ``look-alike``, ``everyday``, ``too-little``, or ``unknown``."""
    patterns: tuple[str, ...]
    """The acceptable patterns; empty where none is expected or known."""
    emergency: bool | None
    """Whether something is gone; None where that is not known."""
    must_not: tuple[Concern, ...]
    """The concerns that would do harm; empty where that is not known."""
    text: str
    ranked: tuple[str, ...]
    """The nearest patterns of its own side (dangerous or legitimate), best first."""
    concern: Concern
    gone: bool
    danger: float
    """The probability of danger it was given, 0 to 1."""
    form: Form = "account"
    """What it is, as in the golden set."""
    stage: Stage = "unsaid"
    """How far it was found to have gone."""
    staged: Stage | None = None
    """How far it has gone; None where that is not known."""

    @property
    def truth(self) -> str:
        """What it really is: ``danger``, ``harmless``, ``too-little`` or ``unknown``."""
        return GROUP_OF.get(self.kind, "unknown")

    @property
    def harmful(self) -> bool:
        """Whether the answer is one that would do harm."""
        return self.concern in self.must_not

    @property
    def first(self) -> bool:
        """Whether an acceptable pattern came first."""
        return bool(self.ranked) and self.ranked[0] in self.patterns

    @property
    def among_three(self) -> bool:
        """Whether an acceptable pattern is among the first three."""
        return bool(set(self.ranked[:3]) & set(self.patterns))


@dataclass(frozen=True)
class Figures:
    """Shares (0 to 1) of a set of judged situations; 0 where there is none of the kind."""

    situations: int
    first: float
    """The expected pattern first, of the situations that have one."""
    among_three: float
    danger_missed: float
    """Dangerous situations called ``no_match`` or ``unclear``."""
    danger_no_match: float
    harmless_likely: float
    """Look-alikes and everyday texts called ``likely``."""
    harmless_possible: float
    unclear_right: float
    """Texts with too little to judge called ``unclear``."""
    emergency_precision: float
    emergency_recall: float
    harmful: float = 0.0
    """Answers that would do harm, of the situations that say which would."""


def figures(judged: Sequence[Judged]) -> Figures:
    """Return the shares of judged situations."""
    expecting = [one for one in judged if one.patterns]
    of = {truth: [one.concern for one in judged if one.truth == truth] for truth in set(GROUP_OF.values())}
    told = [one for one in judged if one.emergency is not None]
    return Figures(
        situations=len(judged),
        first=share(one.first for one in expecting),
        among_three=share(one.among_three for one in expecting),
        danger_missed=share(concern in ("no_match", "unclear") for concern in of["danger"]),
        danger_no_match=share(concern == "no_match" for concern in of["danger"]),
        harmless_likely=share(concern == "likely" for concern in of["harmless"]),
        harmless_possible=share(concern == "possible" for concern in of["harmless"]),
        unclear_right=share(concern == "unclear" for concern in of["too-little"]),
        emergency_precision=share(bool(one.emergency) for one in told if one.gone),
        emergency_recall=share(one.gone for one in told if one.emergency),
        harmful=share(one.harmful for one in judged if one.must_not),
    )


def share(hits: Iterable[bool]) -> float:
    """Return the share of hits, 0 to 1; 0 of none."""
    counted = list(hits)
    return round(sum(counted) / len(counted), 4) if counted else 0.0


@dataclass(frozen=True)
class Bin:
    """Situations that were given about the same probability of danger."""

    count: int
    predicted: float
    """The mean probability of danger they were given."""
    dangerous: float
    """The share of them that is dangerous."""


def reliability(judged: Sequence[Judged]) -> list[Bin]:
    """Sort situations of known truth into ten bins of equal width by the probability of danger; empty ones left out."""
    known = [one for one in judged if one.truth != "unknown"]
    bins: list[Bin] = []
    for number in range(BINS):
        inside = [one for one in known if min(int(one.danger * BINS), BINS - 1) == number]
        if inside:
            mean = float(np.mean([one.danger for one in inside]))
            bins.append(Bin(len(inside), mean, share(one.truth == "danger" for one in inside)))
    return bins


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error, 0 to 1: how far the bins are off on average (Naeini et al. 2015)."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.predicted - one.dangerous) for one in bins) / total if total else 0.0


def brier(judged: Sequence[Judged]) -> float:
    """Return the mean squared error of the probabilities of danger, 0 to 1 (Brier 1950)."""
    known = [one for one in judged if one.truth != "unknown"]
    return float(np.mean([(one.danger - (one.truth == "danger")) ** 2 for one in known])) if known else 0.0


def confusion(judged: Sequence[Judged]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the patterns, and how often each (row) was ranked as each (column) where it was expected, (p, p).

    Where another acceptable pattern came first, that counts as the expected one.
    """
    expecting = [one for one in judged if one.patterns and one.ranked]
    names = tuple(sorted({one.patterns[0] for one in expecting} | {one.ranked[0] for one in expecting}))
    place = {name: row for row, name in enumerate(names)}
    table = np.zeros((len(names), len(names)), dtype=np.int64)
    for one in expecting:
        expected = one.ranked[0] if one.first else one.patterns[0]
        table[place[expected], place[one.ranked[0]]] += 1
    return names, table


@dataclass(frozen=True)
class Worsening:
    """A measure in which one build is worse than another beyond noise."""

    measure: str
    lost: tuple[str, ...]
    """Ids of situations that only the older build has right."""
    won: int
    """How many only the newer one has right."""
    chance: float
    """How likely such a loss, or a greater one, is by luck alone where both are equally good."""


_MEASURES: dict[str, tuple[Callable[[Judged], bool], Callable[[Judged], bool]]] = {
    "expected pattern first": (lambda one: bool(one.patterns), lambda one: one.first),
    "expected pattern among three": (lambda one: bool(one.patterns), lambda one: one.among_three),
    "dangerous not taken for harmless": (lambda one: one.truth == "danger", lambda one: one.concern != "no_match"),
    "harmless not called likely": (lambda one: one.truth == "harmless", lambda one: one.concern != "likely"),
    "harmless not suspected": (
        lambda one: one.truth == "harmless",
        lambda one: one.concern not in ("likely", "possible"),
    ),
    "too little called unclear": (lambda one: one.truth == "too-little", lambda one: one.concern == "unclear"),
    "no harmful answer": (lambda one: bool(one.must_not), lambda one: not one.harmful),
    "emergency told apart": (lambda one: one.emergency is not None, lambda one: one.gone == one.emergency),
}
"""For each measure, which situations count, and which of them are right."""


def worsenings(before: Sequence[Judged], after: Sequence[Judged]) -> list[Worsening]:
    """Return in what the second judgement is worse than the first, beyond noise, on the situations both have judged.

    A one-sided sign test: of the situations that exactly one of the two has right, too many are the first one's.
    """
    earlier = {(one.id, one.text): one for one in before}
    both = [(earlier[one.id, one.text], one) for one in after if (one.id, one.text) in earlier]
    found = []
    for measure, (counts, right) in _MEASURES.items():
        pairs = [(right(old), right(new), new.id) for old, new in both if counts(new)]
        lost = tuple(name for was, now, name in pairs if was and not now)
        won = sum(now and not was for was, now, _ in pairs)
        chance = _chance(len(lost), won)
        if chance < CHANCE:
            found.append(Worsening(measure, lost, won, chance))
    return found


def _chance(lost: int, won: int) -> float:
    """Return the probability of at least ``lost`` heads in ``lost + won`` fair throws."""
    total = lost + won
    return sum(math.comb(total, heads) for heads in range(lost, total + 1)) / float(2**total)


def as_row(judged: Judged) -> dict[str, Any]:
    """Return a judged situation as an object that JSON can hold."""
    return {**judged.__dict__, **{name: list(judged.__dict__[name]) for name in _LISTS}}


def from_row(row: dict[str, Any]) -> Judged:
    """Return what ``as_row`` made an object of."""
    return Judged(**{**row, **{name: tuple(row[name]) for name in _LISTS}})


_LISTS = ("patterns", "must_not", "ranked")
