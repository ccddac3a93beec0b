"""Several messages that are one case: an album, a forward with a comment, a story typed line by line."""

from dataclasses import dataclass, field

from bot.checking import Origin
from bot.picture_text import PictureText, Reason

BELONGS = 8.0
"""Seconds after a message within which the next one of the chat still belongs to it."""
SETTLES = 0.4
"""Seconds to wait for more before answering; an album and a forward with a comment come within it."""
_MOST_CHATS = 10_000


@dataclass(frozen=True)
class Read:
    """What was read of one message, or of several that are one case."""

    text: str = ""
    """The words, those it quotes, those on its pictures, and what codes on them contain."""
    origin: Origin | None = None
    """Where it was forwarded from."""
    pictures: tuple[PictureText, ...] = ()
    unreadable: tuple[Reason, ...] = ()
    """Why pictures gave no text."""
    messages: int = 1


@dataclass
class Case:
    """The messages of a chat that are judged together, and the answer that was given to them."""

    parts: dict[int, Read] = field(default_factory=dict)
    """What was read of each message, by its id; an edited message takes its own place."""
    latest: float = 0.0
    turn: int = 0
    """Grows with every message; an answer to an earlier turn is stale."""
    answer: int | None = None
    """The id of the answer that the next one replaces."""

    def whole(self) -> Read:
        """Return the messages as one, in the order they were written."""
        parts = [self.parts[number] for number in sorted(self.parts)]
        return Read(
            text="\n".join(part.text for part in parts if part.text),
            origin=next((part.origin for part in reversed(parts) if part.origin), None),
            pictures=tuple(picture for part in parts for picture in part.pictures),
            unreadable=tuple(reason for part in parts for reason in part.unreadable),
            messages=len(parts),
        )


class Gathering:
    """The open case of each chat, in memory only."""

    def __init__(self) -> None:
        self._cases: dict[int, Case] = {}

    def opened(self, chat: int, message: int, now: float) -> Case:
        """Return the case a message belongs to, as its newest turn; its text is still to be put in.

        ``now`` is in seconds of any steady clock.
        """
        case = self._cases.get(chat)
        if case is None or now - case.latest > BELONGS:
            case = Case()
        case.parts.setdefault(message, Read())
        case.latest = now
        case.turn += 1
        self._cases.pop(chat, None)
        self._cases[chat] = case
        while len(self._cases) > _MOST_CHATS:
            del self._cases[next(iter(self._cases))]
        return case

    def close(self, chat: int) -> None:
        """Let the next message of a chat begin a new case."""
        self._cases.pop(chat, None)

    def answered(self, chat: int, answer: int) -> Case | None:
        """Return the case that a message is the answer to, where it is still the chat's latest."""
        case = self._cases.get(chat)
        return case if case and case.answer == answer else None
