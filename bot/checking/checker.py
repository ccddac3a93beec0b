"""The judgement of what people send: a situation in, an assessment out. Knows nothing of Telegram."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.checking.evidence import FlagReader
from bot.checking.situation import Assessment, Match, Situation
from index.builds.build import Build
from index.judging.judge import Told, judge, ranked
from index.model.encoder import Encoder, Vectors
from knowledge.impostors.contacts import ContactReader
from knowledge.text.languages import detect
from knowledge.text.markup import writable
from knowledge.text.reading import Reading, read

MATCHES = 3
LOOK_ALIKES = 3


@dataclass(frozen=True)
class _Encoded:
    """A situation's text as it is judged, and its sentences' centred vectors in the light of the whole, (n, d)."""

    reading: Reading
    language: str
    told: Told
    sentences: Vectors


class Checker:
    """Checks situations against the build that serves; safe to call from several threads."""

    def __init__(self, encoder: Encoder, build: Callable[[], Build], contacts: ContactReader) -> None:
        """Take an encoder, a function that returns the build to answer with, and a reader of contacts."""
        self._encoder = encoder
        self._build = build
        self._contacts = contacts

    def check(self, situation: Situation) -> Assessment:
        """Say what a situation is like. Any text is accepted, of any length."""
        started = time.perf_counter()
        situation = replace(situation, text=writable(situation.text))
        build = self._build()
        encoded = self._encoded(situation, build)
        contacts = self._contacts.read(_with_handle(situation), situation.country)
        told = replace(encoded.told, deceives=lambda: contacts.deceive)
        (verdict,) = judge([told], build.judgement, build.manifest.thresholds)
        flags = FlagReader(encoded.reading.sentences, encoded.sentences, encoded.language, build)
        dangerous = ranked(verdict.scores, build.judgement, dangerous=True)[:MATCHES]
        legitimate = ranked(verdict.scores, build.judgement, dangerous=False)[:LOOK_ALIKES]
        return Assessment(
            language=encoded.language,
            concern=verdict.concern,
            danger=round(verdict.danger, 4),
            emergency=verdict.gone,
            matches=tuple(
                Match(build.patterns[name], _nearest(told, build, name), flags.evidence(build.patterns[name]))
                for name in dangerous
            ),
            look_alikes=tuple(Match(build.patterns[name], _nearest(told, build, name)) for name in legitimate),
            contacts=contacts,
            resembles_look_alike=build.judgement.classes[int(verdict.scores.argmax())] in legitimate,
            by_contact=verdict.by_contact,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
        )

    def vector(self, situation: Situation) -> Vectors:
        """Return the centred vector (d,) of a situation's text, by which it can be judged again later."""
        whole: Vectors = self._encoded(situation, self._build()).told.whole[0]
        return whole

    def _encoded(self, situation: Situation, build: Build) -> _Encoded:
        reading = read(situation.text)
        language = (None if situation.names_only else detect(situation.text)) or situation.language
        whole, parts = self._encoder.read_parts(reading.whole, reading.spans)
        centre = build.judgement.centre
        passages = centre(self._encoder.encode(reading.passages), language)
        told = Told(centre(whole.vectors, language), passages, float(whole.given[0]))
        return _Encoded(reading, language, told, centre(parts, language))


def _with_handle(situation: Situation) -> str:
    handle = situation.origin.handle if situation.origin else ""
    return f"{situation.text}\n@{handle}" if handle else situation.text


def _nearest(told: Told, build: Build, pattern: str) -> float:
    """Return the cosine of a pattern's nearest case."""
    return build.cases.nearest(told.whole[0], build.case_rows[pattern])
