"""The judgement of what people send: a situation in, an assessment out. Knows nothing of Telegram."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.checking.evidence import FlagReader
from bot.checking.situation import Assessment, Match, Situation
from index.builds.build import Build
from index.judging.judge import Scores, Told, judge, ranked
from index.model.encoder import Encoder, Heard, Vectors
from knowledge.impostors.contacts import ContactReader
from knowledge.text.languages import detect
from knowledge.text.markup import writable
from knowledge.text.reading import Reading, read

MATCHES = 3
LOOK_ALIKES = 3
CLOSE = 0.08
"""By less than this the first pattern is no surer than the second; see docs/judgement.md."""


@dataclass(frozen=True)
class _Encoded:
    """A situation's text as it is judged, and what its sentences state in the light of the whole."""

    reading: Reading
    language: str
    told: Told
    senses: Vectors
    """(n, e)."""
    heard: Heard


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
        flags = FlagReader(encoded.reading.sentences, encoded.senses, encoded.language, build)

        def shows(scores: Scores) -> bool:
            return any(
                flags.evidence(build.patterns[name])
                for name in ranked(scores, build.judgement, dangerous=True)[:MATCHES]
            )

        told = replace(encoded.told, deceives=lambda: contacts.deceive, shows=shows)
        (verdict,) = judge([told], build.judgement, build.manifest.thresholds)
        dangerous = ranked(verdict.scores, build.judgement, dangerous=True)[:MATCHES]
        legitimate = ranked(verdict.scores, build.judgement, dangerous=False)[:LOOK_ALIKES]
        evidence = {name: flags.evidence(build.patterns[name]) for name in dangerous}
        return Assessment(
            language=encoded.language,
            concern=verdict.concern,
            danger=round(verdict.danger, 4),
            stage=verdict.stage,
            ask=verdict.ask,
            matches=tuple(
                Match(build.patterns[name], build.judgement.similarity(told.whole[0], name), shown)
                for name, shown in evidence.items()
            ),
            look_alikes=tuple(
                Match(build.patterns[name], build.judgement.similarity(told.whole[0], name)) for name in legitimate
            ),
            close=_close(verdict.scores, dangerous, build.judgement.classes),
            contacts=contacts,
            resembles_look_alike=build.judgement.classes[int(verdict.scores.argmax())] in legitimate,
            by_contact=verdict.by_contact,
            heard=encoded.heard,
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
        told = Told(centre(whole.vectors, language), passages, whole.stages[0])
        return _Encoded(reading, language, told, parts.senses, parts.heard)


def _close(scores: Scores, ranked: Sequence[str], classes: Sequence[str]) -> bool:
    """Say whether the first two of ranked patterns are met nearly alike, by the scores (classes,)."""
    met = [float(scores[classes.index(name)]) for name in ranked[:2]]
    return len(met) == 2 and met[0] - met[1] < CLOSE


def _with_handle(situation: Situation) -> str:
    handle = situation.origin.handle if situation.origin else ""
    return f"{situation.text}\n@{handle}" if handle else situation.text
