"""Several messages that are one account: an album, a forward with a comment, a story typed line by line."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from bot.checking.case import KEPT as CASE_KEPT
from bot.checking.case import Case
from bot.checking.situation import Origin
from bot.pictures.text import PictureText, Reason

BELONGS = 8.0
"""Seconds after a message within which the next one of the chat still belongs to it."""
_SETTLES = 0.4
"""Seconds to wait for more before answering; an album and a forward with a comment come within it."""
KEPT = 600.0
"""Seconds after its latest message for which an account stays in memory, for the buttons under its answer."""
LONGEST = 8_000
"""Characters of an account, two of Telegram's longest messages: what is longer keeps everybody else waiting."""
_MOST_MESSAGES = 50
_MOST_CHATS = 10_000


@dataclass(frozen=True)
class Read:
    """What was read of one message, or of several that are one account."""

    text: str = ""
    """The words, those it quotes, those on its pictures, and what codes on them contain."""
    origin: Origin | None = None
    """Where it was forwarded from."""
    pictures: tuple[PictureText, ...] = ()
    unreadable: tuple[Reason, ...] = ()
    """Why pictures gave no text."""
    messages: int = 1
    names_only: bool = False
    """Whether its words are nothing but the name on a contact card, which tells nobody's language."""
    digests: tuple[str, ...] = ()
    """The SHA-256 of each picture, as it arrived."""


@dataclass
class Account:
    """The messages of a chat that are judged together, and the answer that was given to them."""

    parts: dict[int, Read] = field(default_factory=dict)
    """What was read of each message, by its id; an edited message takes its own place."""
    latest: float = 0.0
    turn: int = 0
    """Grows with every message; an answer to an earlier turn is stale."""
    answer: int | None = None
    """The id of the answer that the next one replaces."""
    before: Case | None = None
    """The case that what is to be judged belongs to: that of the chat when the account began, or since an answer."""
    heard: Case | None = None
    """The case that its latest answer left, which may have asked something."""
    _since: int = 0
    """The first message that is not in the case ``before`` yet."""
    _unanswered: int = 0
    """The first message that came after its latest answer."""
    _began_with: Case | None = None
    judging: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while it is judged: of a flood from one chat only the newest turn is, once the one before is done."""
    _begun: dict[int, int] = field(default_factory=dict)
    _reading: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self, message: int) -> None:
        """Begin a new turn with a message whose text is still to be put in."""
        if message not in self.parts:
            self.put(message, Read())
        if message < self._since:  # an edited one of those that are in the case: all of it is judged again
            self.before, self.heard, self._since = self._began_with, None, 0
        self.turn += 1
        self._begun[message] = self.turn
        self._change()

    def wants(self, message: int, turn: int) -> bool:
        """Say whether what a turn reads of a message still counts: it is in the account, and not edited since."""
        return message in self.parts and self._begun.get(message) == turn

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let answers wait until the block ends, in which a message is read."""
        self._reading += 1
        try:
            yield
        finally:
            self._reading -= 1
            self._change()

    async def all_read(self, turn: int) -> bool:
        """Wait until no message is being read any more; return False as soon as a newer one makes the turn stale."""
        while self.turn == turn and self._reading:
            await self._changed.wait()
        return self.turn == turn

    def _change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def end(self) -> None:
        """Let the next message of the chat begin another account; what was tapped since belongs to the case."""
        self.latest -= BELONGS

    def drop(self) -> None:
        """Let go of all of it: no answer is wanted any more."""
        self.turn += 1
        self.parts.clear()
        self._change()

    def put(self, message: int, read: Read) -> None:
        """Put in what was read of a message; the oldest ones give way where the account gets too long."""
        self.parts[message] = replace(read, text=read.text[:LONGEST])
        while len(self.parts) > _MOST_MESSAGES or sum(len(part.text) for part in self.parts.values()) > LONGEST:
            del self.parts[min(self.parts)]

    def was_answered(self, case: Case | None, *, apart: bool) -> None:
        """Take in what an answer to all messages so far has left; one that was ``apart`` is in the case from now on."""
        self.heard, self._unanswered = case, max(self.parts, default=0) + 1
        if apart:
            self.before, self._since = case, self._unanswered

    def whole(self) -> Read:
        """Return the messages as one, in the order they were written."""
        return self._read(0)

    def told(self) -> Read:
        """Return what is to be judged: the messages that are not in the case ``before``."""
        return self._read(self._since)

    def newest(self) -> Read:
        """Return what came after the latest answer: it may be a word in reply to what that asked."""
        return self._read(self._unanswered)

    def _read(self, since: int) -> Read:
        parts = [self.parts[number] for number in sorted(self.parts) if number >= since]
        return Read(
            text="\n".join(part.text for part in parts if part.text),
            origin=next((part.origin for part in reversed(parts) if part.origin), None),
            pictures=tuple(picture for part in parts for picture in part.pictures),
            unreadable=tuple(reason for part in parts for reason in part.unreadable),
            messages=len(parts),
            names_only=all(part.names_only for part in parts),
            digests=tuple(digest for part in parts for digest in part.digests),
        )


async def settled() -> None:
    """Wait for more messages of an account before it is answered."""
    await asyncio.sleep(_SETTLES)


class Cases:
    """The case that each chat is talking about, in memory only."""

    def __init__(self) -> None:
        self._cases: dict[int, tuple[Case, float]] = {}

    def of(self, chat: int, now: float) -> Case | None:
        """Return a chat's case; None where it has none, or said nothing of it for half an hour."""
        case, latest = self._cases.get(chat, (None, now))
        return case if now - latest <= CASE_KEPT else None

    def keep(self, chat: int, case: Case | None, now: float) -> None:
        """Keep a chat's case as it is from now on."""
        self.drop(chat)
        if case is not None:
            self._cases[chat] = (case, now)
        while len(self._cases) > _MOST_CHATS:
            del self._cases[next(iter(self._cases))]

    def drop(self, chat: int) -> None:
        """Let go of a chat's case."""
        self._cases.pop(chat, None)

    def drop_old(self, now: float) -> None:
        """Let go of the cases that nobody has talked about for half an hour."""
        for chat in [chat for chat in self._cases if self.of(chat, now) is None]:
            self.drop(chat)


class Gathering:
    """The open account of each chat, in memory only; ``settled`` waits until an account is likely to be whole."""

    def __init__(self, settled: Callable[[], Awaitable[None]] = settled) -> None:
        self.settled = settled
        self.cases = Cases()
        self._accounts: dict[int, Account] = {}

    def opened(self, chat: int, message: int, now: float) -> Account:
        """Return the account a message belongs to, as its newest turn; its text is still to be put in.

        ``now`` is in seconds of any steady clock.
        """
        account = self._accounts.get(chat)
        if account is None or now - account.latest > BELONGS:
            before = self.cases.of(chat, now)
            account = Account(before=before, _began_with=before)
        account.begin(message)
        account.latest = now
        self._accounts.pop(chat, None)
        self._accounts[chat] = account
        while len(self._accounts) > _MOST_CHATS:
            del self._accounts[next(iter(self._accounts))]
        return account

    def drop_old(self, now: float) -> None:
        """Let go of the accounts that nothing was added to for KEPT seconds."""
        for chat in [chat for chat, account in self._accounts.items() if now - account.latest > KEPT]:
            del self._accounts[chat]
        self.cases.drop_old(now)

    def close(self, chat: int) -> None:
        """Let the next message of a chat begin a new account, and leave what was not answered yet unanswered."""
        if account := self._accounts.pop(chat, None):
            account.drop()
        self.cases.drop(chat)

    def latest(self, chat: int) -> Account | None:
        """Return a chat's latest account, while it is in memory."""
        return self._accounts.get(chat)

    def answered(self, chat: int, answer: int) -> Account | None:
        """Return the account that a message is the answer to, where it is still the chat's latest."""
        account = self._accounts.get(chat)
        return account if account and account.answer == answer else None
