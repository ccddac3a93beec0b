"""A round of practice: ten short situations, one answer each; in memory only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from knowledge.documents.exercises.practice import AGES, Age, Exercise

LENGTH = 10
_MOST_CHATS = 10_000


@dataclass(frozen=True)
class Round:
    """The situations of a round, and how many were answered, and rightly."""

    number: int
    """Tells the buttons of this round from those of another."""
    situations: tuple[Exercise, ...]
    language: str
    answered: int = 0
    right: int = 0

    @property
    def over(self) -> bool:
        """Whether every situation was answered."""
        return self.answered == len(self.situations)

    @property
    def current(self) -> Exercise:
        """The situation that waits for an answer."""
        return self.situations[self.answered]

    def guess(self, *, scam: bool) -> "Round":
        """Return the round after an answer to the current situation."""
        right = self.right + (scam == self.current.scam)
        return replace(self, answered=self.answered + 1, right=right)


@dataclass
class Practice:
    """Deals rounds, and keeps each chat's own, and what its last one had, until it is pushed out by others'."""

    every: Mapping[str, tuple[Exercise, ...]]
    """The situations of each language."""
    random: Random = field(default_factory=Random)
    _rounds: dict[int, Round] = field(default_factory=dict)

    def deal(self, chat: int, language: str, age: Age, country: str | None) -> Round:
        """Begin a round of a chat, half of it scams: for an age, in a language or else in English, for a country.

        What the round before it had comes only where there is nothing else.
        """
        spoken = language if language in self.every else "en"
        before = self._rounds.pop(chat, None)
        ages = AGES if age == "everyone" else (age, "everyone")
        fit = [one for one in self.every[spoken] if one.age in ages and one.country in (None, country)]
        self.random.shuffle(fit)
        fit.sort(key=lambda one: (before is not None and one in before.situations, one.age != age))
        dealt = [*_some(fit, scam=True), *_some(fit, scam=False)]
        self.random.shuffle(dealt)
        return self._keep(chat, Round(self.random.randrange(1_000_000), tuple(dealt), spoken))

    def of(self, chat: int) -> Round | None:
        """Return the round of a chat; None where it has none."""
        return self._rounds.get(chat)

    def guess(self, chat: int, *, scam: bool) -> Round:
        """Take an answer to the situation that waits for one; there must be one.

        Raises:
            KeyError: the chat has no round.
        """
        return self._keep(chat, self._rounds[chat].guess(scam=scam))

    def drop(self, chat: int) -> None:
        """Let go of the round of a chat."""
        self._rounds.pop(chat, None)

    def _keep(self, chat: int, dealt: Round) -> Round:
        self._rounds.pop(chat, None)
        self._rounds[chat] = dealt
        while len(self._rounds) > _MOST_CHATS:
            del self._rounds[next(iter(self._rounds))]
        return dealt


def _some(situations: Sequence[Exercise], *, scam: bool) -> list[Exercise]:
    """Return half a round of the first that are a scam, or are not."""
    return [one for one in situations if one.scam == scam][: LENGTH // 2]
