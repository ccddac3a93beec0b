"""What handlers are given to work with."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telegram.ext import CallbackContext, ExtBot

from bot import replies, review_queue
from bot.busy import Pace, Typing
from bot.checking import Assessment, Checker
from bot.contacts import OfficialContacts
from bot.curation import Curation
from bot.drafts import Drafts
from bot.gathering import Gathering
from bot.pictures import Pictures
from bot.texts import Texts
from bot.trials import Trials
from index.build import Build
from knowledge.askers import Askers
from knowledge.contact_reports import ContactReports, Known
from knowledge.counters import Counters
from knowledge.feedback import WrongNotes
from knowledge.identifiers import Identifier
from knowledge.pattern import Pattern
from knowledge.proposals import Proposals
from knowledge.reporting import Country
from knowledge.roles import Roles
from knowledge.store import Store


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
        """Return what waits for moderators, see review_queue.py."""
        return review_queue.queue(self.proposals, self.reports, self.notes, datetime.now(UTC).date())

    def waiting(self) -> int:
        """Return how much waits for moderators."""
        return len(self.queue())

    def count(self, assessment: Assessment, country: str | None) -> None:
        """Count an answer, without anything of who asked or what."""
        pattern = replies.named_pattern(assessment)
        name = pattern.id if pattern else None
        self.counters.add(datetime.now(UTC).date(), assessment.language, assessment.concern, name, country)


Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], Services]
