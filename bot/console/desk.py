"""What the pages work with, put together in one place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from bot.checking.engine import Engine
from bot.console.lately import Lately, Recent
from bot.console.reading import PictureDesk
from bot.console.words import console_words
from bot.console.works import Works
from bot.moderation import parts
from bot.moderation.background import Runs, Trials
from bot.moderation.proposing import Proposing, official_lines
from bot.pictures.reader import PictureReader
from bot.reports.rising import Rise, rising
from bot.settings import Settings
from bot.words.texts import MODERATORS, Texts, read_texts
from index.gaps.gaps import Gaps, find_gaps
from index.model.cached_encoder import CachedEncoder
from knowledge.database.connection import Address
from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.pattern import Pattern
from knowledge.documents.reporting import Country, read_countries
from knowledge.ledger.answer_counts import Counters
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.desk.sign_ins import SignIns
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.roles import Roles
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.masking.text import mask_private
from knowledge.proposals.queue import Proposals
from knowledge.proposals.waiting import choices


@dataclass(frozen=True)
class Words:
    """What is said, by language."""

    console: Mapping[str, Texts] = field(default_factory=console_words)
    moderators: Mapping[str, Texts] = field(default_factory=lambda: read_texts(MODERATORS))
    people: Mapping[str, Texts] = field(default_factory=read_texts)
    countries: Mapping[str, Country] = field(default_factory=read_countries)


@dataclass(frozen=True)
class Desk:
    """What pages need; every part may be used from any thread."""

    settings: Settings
    engine: Engine
    words: Words
    store: Store
    reports: ContactReports
    notes: WrongNotes
    counters: Counters
    roles: Roles
    proposals: Proposals
    sign_ins: SignIns
    proposing: Proposing
    trials: Trials
    rebuilds: Runs
    lately: Lately
    choices: Recent[Mapping[str, Sequence[str]]]
    """What the queue can be filtered by."""
    pictures: PictureDesk | None
    """None where the libraries that read pictures are not installed."""
    works: Works[Any]
    """What takes seconds: builds as they would be, by what is in them, and examinations of drafts."""
    gaps: Recent[Gaps]
    """What several people asked and no pattern fits."""
    rising: Recent[tuple[Sequence[Rise], Sequence[Rise]]]
    """The patterns and the contacts that rise beyond their own past."""
    clock: Callable[[], datetime]

    @property
    def now(self) -> datetime:
        """The time in UTC."""
        return self.clock()

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.clock().date()

    def make_ready(self) -> None:
        """Have at hand what the first page of a kind would otherwise wait for, some seconds."""
        mask_private("at hand")
        self.proposing.documents(self.today)
        self.proposing.nearest("at hand")
        self.gaps.of(self.now)
        self.rising.of(self.now)

    def patterns(self) -> Mapping[str, Pattern]:
        """Return the patterns of the build that serves."""
        return self.engine.patterns()

    def expected(self) -> parts.Expected:
        """Return the acceptable patterns of each golden situation of the build that serves."""
        return {one.id: one.patterns for one in self.engine.serving.build().golden}


def utc_now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


@contextmanager
def open_desk(
    settings: Settings,
    engine: Engine,
    *,
    words: Words | None = None,
    casebook: Callable[[], Casebook] = read_casebook,
    official: Callable[[], Sequence[str]] = official_lines,
    trials: Trials | None = None,
    rebuilds: Runs | None = None,
    pictures: PictureReader | None = None,
    opened: Callable[[Address], Store] = Store,
    clock: Callable[[], datetime] = utc_now,
) -> Iterator[Desk]:
    """Open the database, and put everything together over it.

    Raises:
        BadKey: the key beside the database cannot be used.
        sqlite3.Error: the database cannot be used.
    """
    works: Works[Any] = Works()
    with closing(opened(settings.database)) as store, works:
        key = read_key(settings.data)
        roles, proposals = Roles(store, settings.owners), Proposals(store, alone=settings.alone)
        serving, encoder = engine.serving, CachedEncoder(engine.encoder)
        yield Desk(
            settings=settings,
            engine=engine,
            words=words or Words(),
            store=store,
            reports=ContactReports(store, key),
            notes=WrongNotes(store, key),
            counters=Counters(store),
            roles=roles,
            proposals=proposals,
            sign_ins=SignIns(store),
            proposing=Proposing(engine.serving.build, engine.encoder, proposals, roles, cache(casebook), official()),
            trials=trials or Trials(),
            rebuilds=rebuilds or Runs("rebuild"),
            lately=Lately(),
            choices=Recent(lambda: choices(store, clock().date())),
            pictures=PictureDesk(pictures) if pictures else None,
            works=works,
            rising=Recent(lambda: rising(store, clock().date())),
            gaps=Recent(lambda: find_gaps(store, key, serving.build(), encoder, clock().date())),
            clock=clock,
        )
