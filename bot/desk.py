"""What the curating commands work with, opened from the settings; the model is loaded only where something is tried."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property

from bot.check_command import WrongUsage, engine_of
from bot.curation import Curation, official_lines
from bot.drafting import Drafting
from bot.engine import Engine
from bot.settings import Settings
from index.casebook import Casebook, read_casebook
from knowledge.pattern import Pattern
from knowledge.proposals import Proposals
from knowledge.roles import OPERATOR, Roles
from knowledge.store import Store


@dataclass(frozen=True)
class Desk:
    """Where a command finds the database, the documents, and who works."""

    settings: Settings
    store: Store
    who: int
    """A moderator's Telegram id, or OPERATOR."""
    now: datetime
    proposals: Proposals
    roles: Roles
    casebook: Callable[[], Casebook]
    """The shipped one."""
    engine: Callable[[], Engine]
    """What answers; called only where something is tried, and then once."""
    official: Callable[[], Sequence[str]] = official_lines
    """What official bodies say they never do."""

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.now.date()

    @cached_property
    def drafting(self) -> Drafting:
        """What makes drafts without a model."""
        return Drafting(self.proposals, self.casebook)

    @cached_property
    def curation(self) -> Curation:
        """What tries proposals; opened on first use, which takes seconds."""
        engine = self.engine()
        return Curation(
            engine.serving.build, engine.encoder, self.proposals, self.roles, self.casebook, self.official()
        )

    def patterns(self) -> Mapping[str, Pattern]:
        """Return the patterns of the documents in use."""
        return self.casebook().revised(self.drafting.documents(self.today)).patterns


@contextmanager
def desk_of(options: argparse.Namespace, settings: Settings) -> Iterator[Desk]:
    """Open the desk for the operator, or for the moderator named by ``--as``.

    Raises:
        WrongUsage: the one named is no moderator.
    """
    with closing(Store(settings.database)) as store:
        roles = Roles(store, settings.owners)
        who = getattr(options, "who", None)
        if who is not None and not roles.is_moderator(who):
            raise WrongUsage(f"--as {who}: no moderator, expected the Telegram id of one")
        yield Desk(
            settings,
            store,
            OPERATOR if who is None else who,
            datetime.now(UTC),
            Proposals(store, alone=settings.alone),
            roles,
            cache(read_casebook),
            lambda: engine_of(settings),
        )
