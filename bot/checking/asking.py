"""Which of the known questions a message asks: by its meaning, as the encoder hears it, and by how others word them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from knowledge.documents.questions import Question, read_questions
from knowledge.text.languages import fallbacks
from knowledge.text.varieties.chinese import to_simplified
from knowledge.text.wordings import Wordings

_LIKENESS = 8.0
"""How much a likeness of wording of 1 adds to the logarithm of what the encoder says."""
_UNHEARD, _LEAST = 0.1, 1e-4
"""What counts as heard of a question that the encoder was not taught, and the least of any other."""


@dataclass(frozen=True)
class Asked:
    """Which question is asked, if any is."""

    shares: Mapping[str, float] = field(default_factory=dict)
    """How surely it is each question, by id; 1 together."""
    worded: float = 0.0
    """How like somebody's wording of the surest one it is: 0 to 1, the same."""

    @property
    def best(self) -> tuple[str, ...]:
        """The three surest questions, the surest first."""
        return tuple(sorted(self.shares, key=lambda name: -self.shares[name])[:3])


@dataclass(frozen=True)
class Asking:
    """Tells the known questions apart; what they are is read at the first message."""

    read: Callable[[], Mapping[str, Question]] = read_questions
    _wordings: dict[str, Wordings] = field(default_factory=dict)

    def asked(self, text: str, language: str, heard: Mapping[str, float]) -> Asked:
        """Return which question a text in a language asks, given how surely the encoder hears each."""
        if language == "zh-Hant":
            text, language = to_simplified(text), "zh"
        alike = self._in(language).nearest(text)
        odds = {
            name: math.log(max(heard.get(name, _UNHEARD), _LEAST)) + _LIKENESS * alike.get(name, 0.0)
            for name in self._questions
        }
        best = max(odds, key=lambda name: odds[name])
        powers = {name: math.exp(one - odds[best]) for name, one in odds.items()}
        whole = sum(powers.values())
        return Asked({name: power / whole for name, power in powers.items()}, alike.get(best, 0.0))

    def answers(self, name: str) -> bool:
        """Say whether a known question has an answer of its own, rather than something to be done for it."""
        return bool(self._questions[name].answer)

    @cached_property
    def _questions(self) -> Mapping[str, Question]:
        return self.read()

    def _in(self, language: str) -> Wordings:
        """Return the wordings of a language; they are made at its first message, which two threads may do at once."""
        if language not in self._wordings:
            self._wordings[language] = Wordings(
                (name, way)
                for name, question in self._questions.items()
                for way in next(question.asked[code] for code in fallbacks(language) if code in question.asked)
            )
        return self._wordings[language]
