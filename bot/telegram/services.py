"""What handlers are given to work with."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telegram.ext import CallbackContext, ExtBot

from bot.checking.checker import Checker
from bot.checking.conversation import Gathering
from bot.checking.situation import Assessment
from bot.moderation import queue
from bot.moderation.background import Trials
from bot.moderation.in_hand import Drafts
from bot.moderation.proposing import Curation
from bot.pictures.reader import Pictures
from bot.telegram.patience import Pace, Typing
from bot.words import answers
from bot.words.texts import Texts
from index.builds.build import Build
from knowledge.documents.pattern import Pattern
from knowledge.documents.reporting import Country
from knowledge.identifiers.finding import Identifier
from knowledge.impostors.contacts import OfficialContacts
from knowledge.ledger.answer_counts import Counters
from knowledge.ledger.contact_reports import ContactReports, Known
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.roles import Roles
from knowledge.ledger.store import Store
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.proposals.queue import Proposals


@dataclass(frozen=True)
class Services:
    """What handlers need; it is the application's ``bot_data``."""

    checker: Checker
    patterns: Callable[[], Mapping[str, Pattern]]
    """The patterns of the build that serves."""
    worker: Executor
    """Where checks run one at a time, so that a slow one never blocks other chats."""
    texts: dict[str, Texts]
    countries: dict[str, Country]
    store: Store
    pictures: Pictures
    contacts: OfficialContacts
    reports: ContactReports
    notes: WrongNotes
    askers: Askers
    counters: Counters
    roles: Roles
    backups: Path
    build: Callable[[], Build]
    """The build that serves."""
    builds: Path
    proposals: Proposals
    curation: Curation
    moderator_texts: dict[str, Texts]
    alone: bool = False
    """Whether authors may approve their own proposals."""
    trials: Trials = field(default_factory=Trials)
    drafts: Drafts = field(default_factory=Drafts)
    gathering: Gathering = field(default_factory=Gathering)
    typing: Typing = field(default_factory=Typing)
    pace: Pace = field(default_factory=Pace)

    def told(self, identifier: Identifier) -> Known | None:
        """Return what may be told of the reports on an identifier."""
        return self.reports.known(identifier, datetime.now(UTC).date())

    def queue(self) -> tuple[str, ...]:
        """Return what waits for moderators, see queue.py."""
        return queue.queue(self.proposals, self.reports, self.notes, datetime.now(UTC).date())

    def waiting(self) -> int:
        """Return how much waits for moderators."""
        return len(self.queue())

    def count(self, assessment: Assessment, country: str | None) -> None:
        """Count an answer, without anything of who asked or what."""
        pattern = answers.named_pattern(assessment)
        name = pattern.id if pattern else None
        self.counters.add(datetime.now(UTC).date(), assessment.language, assessment.concern, name, country)


Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], Services]
