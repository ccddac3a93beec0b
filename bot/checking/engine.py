"""Everything that answers, opened once: the encoder, the build that serves, and the checker over both."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from threadpoolctl import ThreadpoolController

from bot.checking.asking import Asking
from bot.checking.checker import Checker
from bot.checking.dialogue import Talk
from bot.checking.naming import Naming
from bot.settings import Settings
from index.builds.near_copies import Near, near_copies
from index.builds.rebuilding import rebuild
from index.builds.serving import Serving
from index.builds.shelf import NoBuild, current_or_none
from index.model.encoder import Encoder
from index.model.loading import load_encoder, model_name
from index.model.shipped_vectors import shipped_vectors
from index.model.vector_table import VectorTable
from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.official import read_bodies
from knowledge.documents.pattern import Pattern
from knowledge.impostors.contacts import OfficialContacts
from knowledge.proposals.working_casebook import working_casebook
from knowledge.text.languages import detect


@dataclass(frozen=True)
class Engine:
    """What answers, and how it is told what went wrong while it was opened."""

    encoder: Encoder
    serving: Serving
    checker: Checker
    contacts: OfficialContacts
    naming: Naming = field(default_factory=Naming)
    asking: Asking = field(default_factory=Asking)

    @property
    def talk(self) -> Talk:
        """What understands a conversation."""
        return Talk(self.checker, self.naming, self.asking)

    def patterns(self) -> Mapping[str, Pattern]:
        """Return the patterns of the build that serves."""
        return self.serving.build().patterns


def open_engine(settings: Settings, say: Callable[[str], None]) -> Engine:
    """Load the model and the build that serves; make the first build where none can serve.

    ``say`` is called with a line for each build that was refused.

    Raises:
        BrokenModel: the model cannot be had.
        InvalidDocument: there is no build, and the knowledge documents are faulty.
    """
    with ThreadPoolExecutor(max_workers=1) as aside:  # reading files, while the model's libraries are imported
        opening = aside.submit(_opened, settings)
        encoder = load_encoder(settings.model, settings.models, settings.precision)
        serving = opening.result()
    if isinstance(serving, NoBuild):
        for line in str(serving).splitlines()[:-1]:
            say(line)
        say("Making the first build from the knowledge documents …")
        rebuild(settings.builds, encoder, _casebook(settings), share=settings.share)
        serving = Serving(settings.builds, encoder.name, shared=settings.shelf)
    for line in serving.refused:
        say(line)
    # NumPy's threads spin after each small product and get in the way of the encoder's: 2 times the time of a check.
    ThreadpoolController().limit(limits=1, user_api="blas")
    contacts = OfficialContacts(read_bodies())
    return Engine(encoder, serving, Checker(encoder, serving.build, contacts), contacts)


def _opened(settings: Settings) -> Serving | NoBuild:
    """Return the build that serves, or why there is none; the language identifier is read on the way."""
    detect("the words of a first situation")
    try:
        return Serving(settings.builds, model_name(settings.model), shared=settings.shelf)
    except NoBuild as none:
        return none


def _casebook(settings: Settings) -> Casebook:
    """Return the shipped casebook, with what moderators approved where there is a database."""
    if isinstance(settings.database, Path) and not settings.database.exists():
        return read_casebook()
    with closing(Store(settings.database)) as store:
        return working_casebook(store, datetime.now(UTC).date(), alone=settings.alone).casebook


def near_texts(settings: Settings, knowledge: Path | None) -> list[Near]:
    """Return each two texts of a knowledge folder (the shipped one where left out) that are near each other.

    Raises:
        BrokenModel: the model cannot be had.
        InvalidDocument: the knowledge documents are faulty.
    """
    casebook = read_casebook(knowledge) if knowledge else read_casebook()
    encoder = load_encoder(settings.model, settings.models)
    current = current_or_none(settings.builds, encoder.name)
    known = (current.vectors if current else VectorTable.empty()).joined(shipped_vectors(encoder.name).vectors)
    return near_copies(casebook, encoder, known)
