"""Messages answered as a program asks: each conversation for itself, and nothing of it left afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.answering.shapes import as_json
from bot.checking.case import Case, Turn
from bot.checking.conversation import Read
from bot.checking.engine import Engine
from bot.checking.situation import Situation
from bot.words import choices
from bot.words.conversing import Spoken, turn_reply
from bot.words.phone import plain
from bot.words.reply import Reply


@dataclass(frozen=True)
class Answering:
    """Answers messages in a terminal or as JSON, each conversation for itself."""

    engine: Engine
    spoken: Spoken
    language: str | None
    """The language that was chosen; else each message is answered in its own, or in the one below."""
    fallback: str
    country: str | None

    def turn(self, text: str, case: Case | None) -> Turn:
        """Return what a message is, given the case before it."""
        return self.engine.talk.hear(Situation(text, self.fallback, self.country), case)

    def reply(self, turn: Turn, read: Read | None = None) -> Reply:
        """Render the reply to a turn."""
        code = choices.reply_language(self.language, turn.shown.language if turn.shown else "", self.fallback)
        return turn_reply(turn, self.spoken.every[code], self.spoken, self.engine.patterns(), self.country, read)

    def after(self, turn: Turn) -> "Answering":
        """Return what answers from a turn on, in which a country or a language may have been named."""
        if turn.says == "country":
            return replace(self, country=turn.named or self.country)
        if self.country is None and turn.place:
            return replace(self, country=turn.place)
        return replace(self, language=turn.named) if turn.says == "language" else self

    def told(self, turns: Sequence[str], name: Any) -> dict[str, Any]:
        """Return a conversation's last turn as the object that ``check --json`` prints."""
        case: Case | None = None
        answering = self
        for text in turns:
            turn = answering.turn(text, case)
            case, answering = turn.case, answering.after(turn)
        return as_json(turn, name, plain(answering.reply(turn).html))
