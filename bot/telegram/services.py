"""What handlers are given to work with, and the one place where it is put together."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from telegram.ext import CallbackContext, ExtBot

from bot.checking.conversation import Gathering
from bot.checking.engine import Engine
from bot.checking.practice import Practice
from bot.checking.situation import Assessment
from bot.moderation import queue
from bot.moderation.background import Trials
from bot.moderation.in_hand import Drafts
from bot.moderation.proposing import Proposing, official_lines
from bot.pictures.reader import PictureReader
from bot.pictures.turns import Turns
from bot.settings import Settings
from bot.telegram.intake.unanswered import Unanswered
from bot.telegram.pace import Newest, Pace
from bot.telegram.threads import Threads, open_threads, run
from bot.telegram.typing_sign import TypingSign
from bot.web.health import LastContact
from bot.web.metrics import Metrics
from bot.words import answers
from bot.words.conversing import Spoken
from bot.words.texts import MODERATORS, Texts, read_texts
from index.builds.shelf import Share, keep_here
from knowledge.database.connection import Address
from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.exercises.practice import read_practice
from knowledge.documents.reporting import Country, read_countries
from knowledge.identifiers.finding import Identifier
from knowledge.ledger import erasing
from knowledge.ledger.answer_counts import Counters
from knowledge.ledger.contact_reports import ContactReports, Reputation
from knowledge.ledger.desk.desks import Desks
from knowledge.ledger.inbox import Inbox
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.roles import Roles
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.masking.text import mask_private
from knowledge.proposals.queue import Proposals

P = ParamSpec("P")
T = TypeVar("T")
_MOST_IN_A_GROUP = 15  # answers a minute; Telegram takes twenty


@dataclass(frozen=True)
class Words:
    """What is said, by language, and the countries where something can be reported."""

    people: Mapping[str, Texts]
    moderators: Mapping[str, Texts]
    countries: Mapping[str, Country]

    @cached_property
    def spoken(self) -> Spoken:
        """What replies of a conversation are made from."""
        return Spoken(self.countries, self.people)


def read_words() -> Words:
    """Read the words that ship with the bot."""
    return Words(read_texts(), read_texts(MODERATORS), read_countries())


@dataclass(frozen=True)
class Ledger:
    """What is kept in the database; call it off the loop, see ``Services.ask``."""

    store: Store
    reports: ContactReports
    notes: WrongNotes
    askers: Askers
    counters: Counters
    roles: Roles
    proposals: Proposals
    desks: Desks
    backups: Path

    def told(self, identifier: Identifier) -> Reputation | None:
        """Return what may be told of the reports on an identifier; nothing where the database cannot be read."""
        try:
            return self.reports.known(identifier, _today())
        except sqlite3.Error:
            return None

    def moderates(self, person: int) -> bool:
        """Say whether a person is a moderator; where the database cannot be read, only owners are."""
        try:
            return self.roles.is_moderator(person)
        except sqlite3.Error:
            return self.roles.is_owner(person)

    def queue(self, viewer: int | None = None) -> tuple[str, ...]:
        """Return what waits for moderators, or for one of them; see queue.py."""
        return queue.queue(self.proposals, self.reports, self.notes, _today(), viewer)

    def count(self, assessment: Assessment, country: str | None) -> None:
        """Count an answer in memory, without anything of who asked or what."""
        pattern = answers.named_pattern(assessment)
        name = pattern.id if pattern else None
        self.counters.add(_today(), assessment.language, assessment.concern, name, country)

    def forget(self, chat: int, person: int) -> erasing.Forgotten:
        """Erase all that is kept of a chat and its person.

        Raises:
            BackupFailed: it is still in a backup.
        """
        return erasing.forget(self.store, self.reports, self.notes, self.askers, self.backups, chat, person)


@dataclass(frozen=True)
class Curating:
    """What moderators work with."""

    proposing: Proposing
    builds: Path
    alone: bool
    """Whether authors may approve their own proposals."""
    trials: Trials = field(default_factory=Trials)
    drafts: Drafts = field(default_factory=Drafts)
    share: Share = keep_here
    """Lets other machines have a build that serves again."""


@dataclass(frozen=True)
class Chats:
    """What is going on in the chats, in memory only."""

    pictures: PictureReader
    turns: Turns = field(default_factory=Turns)
    gathering: Gathering = field(default_factory=Gathering)
    typing: TypingSign = field(default_factory=TypingSign)
    pace: Pace = field(default_factory=Pace)
    clock: Callable[[], float] = time.monotonic
    """Gives seconds, by which accounts and cases grow old."""
    group_pace: Pace = field(default_factory=lambda: Pace(_MOST_IN_A_GROUP, within=60.0))
    inline: Newest = field(default_factory=Newest)
    practice: Practice = field(default_factory=lambda: Practice(read_practice()))


@dataclass(frozen=True)
class Services:
    """What handlers need; it is the application's ``bot_data``."""

    engine: Engine
    words: Words
    ledger: Ledger
    curating: Curating
    chats: Chats
    threads: Threads
    unanswered: Unanswered
    metrics: Metrics = field(default_factory=Metrics)
    contact: LastContact = field(default_factory=LastContact)
    mask: Callable[[str], str] = mask_private
    """Takes what is private out of a text, or raises CannotMask."""

    async def ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the ledger, off the loop; the answer waits for nobody who writes."""
        return await run(self.threads.reads, question, *args, **kwargs)

    async def keep(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Write into the ledger, off the loop; that may have to wait for another process."""
        return await run(self.threads.writes, act, *args, **kwargs)

    async def aside(self, errand: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what takes a while, off the loop, so that others are answered meanwhile."""
        return await run(self.threads.errands, errand, *args, **kwargs)


Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], Services]


@contextmanager
def open_services(
    settings: Settings,
    engine: Engine,
    words: Words,
    pictures: PictureReader,
    *,
    casebook: Callable[[], Casebook] = read_casebook,
    official: Callable[[], Sequence[str]] = official_lines,
    opened: Callable[[Address], Store] = Store,
) -> Iterator[Services]:
    """Open the database and the threads, and put everything together over them.

    Args:
        settings: where everything is.
        engine: what answers.
        words: what is said.
        pictures: what reads pictures.
        casebook: reads the shipped one, once.
        official: returns what official bodies say they never do.
        opened: opens the database.

    Raises:
        BadKey: the key beside the database cannot be used.
        sqlite3.Error: the database cannot be used.
    """
    with closing(opened(settings.database)) as store, open_threads() as threads:
        key = read_key(settings.data)
        roles, proposals = Roles(store, settings.owners), Proposals(store, alone=settings.alone)
        ledger = Ledger(
            store=store,
            reports=ContactReports(store, key),
            notes=WrongNotes(store, key),
            askers=Askers(store),
            counters=Counters(store),
            roles=roles,
            proposals=proposals,
            desks=Desks(store),
            backups=settings.backups,
        )
        proposing = Proposing(engine.serving.build, engine.encoder, proposals, roles, cache(casebook), official())
        unanswered = Unanswered(Inbox(store), threads.inbox)
        curating = Curating(proposing, settings.builds, settings.alone, share=settings.share)
        yield Services(engine, words, ledger, curating, Chats(pictures), threads, unanswered)


def _today() -> date:
    return datetime.now(UTC).date()
