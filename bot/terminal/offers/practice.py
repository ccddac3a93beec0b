"""The round of practice of a conversation in a terminal."""

from dataclasses import dataclass, field

from bot.checking.practice import Practice
from bot.words.exercises.practice import ages_reply, round_reply
from bot.words.reply import Reply
from bot.words.texts import Texts
from knowledge.documents.exercises.practice import AGES, read_practice

_HERE = 0
"""The one who practises in a terminal; no Telegram chat has this number."""


@dataclass(frozen=True)
class Practising:
    """The round of practice of a terminal."""

    practice: Practice = field(default_factory=lambda: Practice(read_practice()))

    def begin(self, given: str, texts: Texts, country: str | None) -> Reply:
        """Begin a round for an age, or ask who practises."""
        age = given.strip().lower()
        if age not in AGES:
            return ages_reply(texts)
        return round_reply(self.practice.deal(_HERE, texts.language, age, country), texts)

    def guess(self, texts: Texts, *, scam: bool) -> Reply:
        """Take an answer to the situation that was asked last."""
        dealt = self.practice.of(_HERE)
        if dealt is None or dealt.over:
            return ages_reply(texts)
        return round_reply(self.practice.guess(_HERE, scam=scam), texts, scam)

    @property
    def over(self) -> bool:
        """Whether nothing waits for an answer."""
        dealt = self.practice.of(_HERE)
        return dealt is None or dealt.over
