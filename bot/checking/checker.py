"""The judgement of what people send: a situation in, an assessment out. Knows nothing of Telegram."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from bot.checking.evidence import FlagReader
from bot.checking.said import SHORT
from bot.checking.situation import Assessment, Match, Situation
from bot.checking.together import Together
from index.builds.build import Build
from index.judging.judge import Scores, Told, Verdict, judge, ranked
from index.model.encoder import Encoder, Heard, Vectors
from knowledge.impostors.contacts import ContactReader, Contacts
from knowledge.text.languages import detect
from knowledge.text.markup import writable
from knowledge.text.reading import Reading, read
from knowledge.text.scripts import extent

MATCHES = 3
LOOK_ALIKES = 3
CLOSE = 0.08
"""By less than this the first pattern is no surer than the second; see docs/judgement.md."""


_AT_ONCE = 4_000
"""Characters that are checked at once at most: about a quarter of a second's work, which who comes next waits for."""
_WORKERS = 2  # one reads and judges while the model is busy with what the other one read


@dataclass(frozen=True)
class _Encoded:
    """A situation's text as it is judged, and what its sentences state in the light of the whole."""

    reading: Reading
    language: str
    told: Told
    senses: Vectors
    """(n, e)."""
    heard: Heard


@dataclass(frozen=True)
class _Begun:
    """A situation with all that its judgement takes in."""

    encoded: _Encoded
    told: Told
    flags: FlagReader
    contacts: Contacts


class Checker:
    """Checks situations against the build that serves; safe to call from several threads.

    What several threads ask for at the same time is encoded and judged together, which is faster.
    """

    def __init__(self, encoder: Encoder, build: Callable[[], Build], contacts: ContactReader) -> None:
        """Take an encoder, a function that returns the build to answer with, and a reader of contacts."""
        self._encoder = encoder
        self._build = build
        self._contacts = contacts
        self._together = Together(self.check_all, lambda situation: len(situation.text), _AT_ONCE, _WORKERS)

    def check(self, situation: Situation) -> Assessment:
        """Say what a situation is like. Any text is accepted, of any length."""
        return self._together(situation)

    def check_all(self, situations: Sequence[Situation]) -> list[Assessment]:
        """Say of several situations at once what each is like."""
        started = time.perf_counter()
        build = self._build()
        begun = self._begun([replace(one, text=writable(one.text)) for one in situations], build)
        verdicts = judge([one.told for one in begun], build.judgement, build.manifest.thresholds)
        assessed = [_assessed(one, verdict, build) for one, verdict in zip(begun, verdicts, strict=True)]
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        return [replace(one, milliseconds=milliseconds) for one in assessed]

    def vector(self, situation: Situation) -> Vectors:
        """Return the centred vector (d,) of a situation's text, by which it can be judged again later."""
        (encoded,) = self._encoded([situation], self._build())
        whole: Vectors = encoded.told.whole[0]
        return whole

    def _begun(self, situations: Sequence[Situation], build: Build) -> list[_Begun]:
        begun = []
        for situation, encoded in zip(situations, self._encoded(situations, build), strict=True):
            contacts = self._contacts.read(_with_handle(situation), situation.country)
            flags = FlagReader(encoded.reading.sentences, encoded.senses, encoded.language, build)
            shows, deceives = partial(_shows, flags, build), partial(_deceives, contacts)
            begun.append(_Begun(encoded, replace(encoded.told, deceives=deceives, shows=shows), flags, contacts))
        return begun

    def _encoded(self, situations: Sequence[Situation], build: Build) -> list[_Encoded]:
        readings = [read(situation.text) for situation in situations]
        encoded = self._encoder.read_all_parts([(reading.whole, reading.spans) for reading in readings])
        passages = iter(self._encoder.encode([passage for reading in readings for passage in reading.passages]))
        found = []
        for situation, reading, (whole, parts) in zip(situations, readings, encoded, strict=True):
            language = (None if situation.names_only else detect(situation.text)) or situation.language
            own = np.array([next(passages) for _ in reading.passages], np.float32).reshape(-1, self._encoder.dimension)
            centre = build.judgement.centre
            told = Told(centre(whole.vectors, language), centre(own, language), whole.told[0])
            found.append(_Encoded(reading, language, told, parts.senses, parts.heard))
        return found


def _shows(flags: FlagReader, build: Build, scores: Scores) -> bool:
    names = ranked(scores, build.judgement, dangerous=True)[:MATCHES]
    return any(flags.evidence(build.patterns[name]) for name in names)


def _deceives(contacts: Contacts) -> bool:
    return contacts.deceive


def _assessed(begun: _Begun, verdict: Verdict, build: Build) -> Assessment:
    dangerous = ranked(verdict.scores, build.judgement, dangerous=True)[:MATCHES]
    legitimate = ranked(verdict.scores, build.judgement, dangerous=False)[:LOOK_ALIKES]
    evidence = {name: begun.flags.evidence(build.patterns[name]) for name in dangerous}

    def similarity(name: str) -> float:
        return build.judgement.similarity(begun.told.whole[0], name, verdict.closest)

    return Assessment(
        language=begun.encoded.language,
        concern=verdict.concern,
        danger=round(verdict.danger, 4),
        stage=verdict.stage,
        ask=verdict.ask,
        matches=tuple(Match(build.patterns[name], similarity(name), shown) for name, shown in evidence.items()),
        look_alikes=tuple(Match(build.patterns[name], similarity(name)) for name in legitimate),
        close=_close(verdict.scores, dangerous, build.judgement.classes),
        contacts=begun.contacts,
        resembles_look_alike=build.judgement.classes[int(verdict.scores.argmax())] in legitimate,
        by_contact=verdict.by_contact,
        milliseconds=0.0,
        heard=begun.encoded.heard,
        surely_gone=verdict.surely_gone,
        brief=extent(begun.encoded.reading.whole) < SHORT,
    )


def _close(scores: Scores, ranked: Sequence[str], classes: Sequence[str]) -> bool:
    """Say whether the first two of ranked patterns are met nearly alike, by the scores (classes,)."""
    met = [float(scores[classes.index(name)]) for name in ranked[:2]]
    return len(met) == 2 and met[0] - met[1] < CLOSE


def _with_handle(situation: Situation) -> str:
    handle = situation.origin.handle if situation.origin else ""
    return f"{situation.text}\n@{handle}" if handle else situation.text
