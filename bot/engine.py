"""Everything that answers, opened once: the encoder, the build that serves, and the checker over both."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import ThreadpoolController

from bot.checking import Checker
from bot.contacts import OfficialContacts
from bot.settings import Settings
from index.build import Build, NoBuild, current_or_none
from index.casebook import read_casebook
from index.encoder import load_encoder, model_name
from index.encoding import Encoder
from index.near import too_near
from index.rebuilding import rebuild, unchanged
from index.serving import Serving
from index.vectors import VectorTable
from knowledge.languages import detect
from knowledge.official import read_bodies
from knowledge.pattern import Pattern


@dataclass(frozen=True)
class Engine:
    """What answers, and how it is told what went wrong while it was opened."""

    encoder: Encoder
    serving: Serving
    checker: Checker
    contacts: OfficialContacts

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
        encoder = load_encoder(settings.model, settings.models)
        serving = opening.result()
    if isinstance(serving, NoBuild):
        for line in str(serving).splitlines()[:-1]:
            say(line)
        say("Making the first build from the knowledge documents …")
        rebuild(settings.builds, encoder, read_casebook())
        serving = Serving(settings.builds, encoder.name)
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
        return Serving(settings.builds, model_name(settings.model))
    except NoBuild as none:
        return none


def rebuilt(settings: Settings, *, gate: bool = True) -> tuple[Build, bool]:
    """Make and publish a build of the knowledge documents; return it, and whether anything had changed.

    Raises:
        Worse: it judges the golden set worse than the published build; without the gate it is published even so.
        BrokenModel: the model cannot be had.
        InvalidDocument: the knowledge documents are faulty; the build before serves on.
    """
    casebook = read_casebook()
    if same := unchanged(settings.builds, model_name(settings.model), casebook):
        return same, False
    return rebuild(settings.builds, load_encoder(settings.model, settings.models), casebook, gate=gate), True


def near_texts(settings: Settings, knowledge: Path | None) -> list[str]:
    """Return a line for each two texts of a knowledge folder (the shipped one where left out) that are too near.

    Raises:
        BrokenModel: the model cannot be had.
        InvalidDocument: the knowledge documents are faulty.
    """
    casebook = read_casebook(knowledge) if knowledge else read_casebook()
    encoder = load_encoder(settings.model, settings.models)
    current = current_or_none(settings.builds, encoder.name)
    return too_near(casebook, encoder, current.vectors if current else VectorTable.empty())
