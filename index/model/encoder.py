"""What the house needs of a model: texts to unit vectors, how far each says it has gone, and how far reading is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from knowledge.documents.stages import Loss
from knowledge.text.sentences import Span

Vectors = NDArray[np.float32]

STAGES = ("before", "now", "after")
"""Nothing is gone, and the text says so; it happens this minute; something is gone."""
TOLD = (*STAGES, "danger")
"""What heads tell of a whole text: how far it has gone, and that it is dangerous rather than harmless."""


@dataclass(frozen=True)
class Encoded:
    """What an encoder makes of texts."""

    vectors: Vectors
    """(n, d), float32, rows of unit length."""
    told: NDArray[np.float32]
    """(n, 4): how surely each text tells each of TOLD, 0 to 1; NaN by a model not taught to tell."""


@dataclass(frozen=True)
class Heard:
    """What somebody means with a message; empty by a model that was not taught to tell."""

    meant: Mapping[str, float] = field(default_factory=dict)
    """How surely it is each kind of message: ``thanks``, ``question``, ``situation`` …; together 1."""
    asked: Mapping[str, float] = field(default_factory=dict)
    """If it is a question, how surely it is each of the known ones, by id; together 1."""
    despair: float = 0.0
    """How surely somebody speaks who does not want to live any more, 0 to 1; told by itself, whatever else is meant."""
    lost: Mapping[Loss, float] = field(default_factory=dict)
    """If something is gone or going, how surely it is each of LOSSES; together 1."""
    another: float = 0.0
    """How surely it happens to somebody else than the writer, 0 to 1."""


@dataclass(frozen=True)
class Parts:
    """What an encoder makes of parts of a text, each in the light of the whole."""

    vectors: Vectors
    """(n, d), rows of unit length."""
    senses: Vectors
    """(n, e): what each states. Its product with a red flag's sense is above 0 where it shows that flag."""
    heard: Heard = field(default_factory=Heard)
    """What is meant with the whole text."""


class Encoder(Protocol):
    """What the rest of the house needs of a model."""

    @property
    def name(self) -> str:
        """The model's name and version; vectors of another name are never compared with these."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    @property
    def tells_stages(self) -> bool:
        """Whether it was taught to tell how far it has gone."""

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Encode texts one by one: (len(texts), dimension), float32, rows of unit length."""

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        """Encode texts one by one, and tell of each how far it has gone."""

    def read_parts(self, text: str, spans: Sequence[Span]) -> tuple[Encoded, Parts]:
        """Read a text and encode some of its parts, each part in the light of the whole.

        Returns what is made of the whole text, one row, and what is made of the parts.
        """

    def read_all_parts(self, texts: Sequence[tuple[str, Sequence[Span]]]) -> list[tuple[Encoded, Parts]]:
        """Do as ``read_parts`` for several texts at once, each with its spans; a text is read as it is alone."""

    def flag_senses(self, flags: Sequence[str]) -> Vectors:
        """Return what red flags state, (len(flags), e); see Parts."""


Watch = Callable[[int, int], None]
"""Called with how many are read, and of how many."""


def _nobody(_: int, __: int) -> None:
    """Tell nobody."""


_WATCH: ContextVar[Watch] = ContextVar("watch", default=_nobody)


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Have all that is counted in the block told."""
    token = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(token)


@contextmanager
def counted(total: int, what: str, unit: str, *, shown: bool) -> Iterator[Callable[[int], None]]:
    """Count what is read in the block; yields what is called with how many more are.

    Only where it is ``shown`` is there a bar, and somebody told: what is read amid other things is counted by those.
    """
    watch, done = _WATCH.get() if shown else _nobody, 0
    with tqdm(total=total, desc=what, unit=unit, disable=None if shown else True) as bar:  # None: where no terminal is

        def further(count: int) -> None:
            nonlocal done
            done += count
            bar.update(count)
            watch(done, total)

        yield further
