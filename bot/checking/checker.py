"""The judgement: a situation in, an assessment out. Knows nothing of Telegram."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.builds.build import Build
from index.model.encoder import Encoder, Span, Vectors
from knowledge.documents.golden import Concern
from knowledge.documents.pattern import Kind, Pattern
from knowledge.impostors.contacts import ContactReader, Contacts
from knowledge.text.folding import fold
from knowledge.text.languages import detect
from knowledge.text.markup import plain, writable
from knowledge.text.sentences import split

MATCHES = 3
LOOK_ALIKES = 3
QUOTES = 3
PASSAGE = 3
"""Sentences of a passage."""
LONG = 16
"""Sentences from which on a text is also judged by the passage that stands out."""
_STANDS_OUT = 0.96
"""A flag is met by a sentence that is nearer to it than to this share of all patterns' flags."""


@dataclass(frozen=True)
class Origin:
    """Where a forwarded message says it comes from; it can be faked and proves nothing."""

    name: str = ""
    """Empty where the sender hides who they are."""
    handle: str = ""


@dataclass(frozen=True)
class Situation:
    """What a person says has happened."""

    text: str
    language: str = "en"
    """The language of their choice or of their Telegram, for a text too short to tell its own."""
    country: str | None = None
    """A country's code, as in the reporting documents."""
    origin: Origin | None = None
    """Where it was forwarded from."""
    names_only: bool = False
    """Whether the words are nothing but somebody's name, which tells no language."""


@dataclass(frozen=True)
class Evidence:
    """One of the person's own sentences, and the red flag it meets."""

    quote: str
    flag: str
    """The red flag in the text's language."""
    number: int
    """Its place in the guidance's list, which translations keep."""


@dataclass(frozen=True)
class Match:
    """A pattern the situation is like, with the cosine to its nearest case (-1 to 1, language means removed)."""

    pattern: Pattern
    similarity: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """What AskFirst makes of a situation."""

    language: str
    """The language of the text, or the person's own where the text is too short to tell."""
    concern: Concern
    danger: float
    """The probability of danger behind the concern, 0 to 1; for measuring, never for showing to anybody."""
    emergency: bool
    """Something has already been paid, given or let in; decided on its own, whatever the concern."""
    matches: tuple[Match, ...]
    """The nearest dangerous patterns, best first, also below the thresholds."""
    look_alikes: tuple[Match, ...]
    """The nearest legitimate look-alikes, best first."""
    resembles_look_alike: bool
    """The nearest pattern of all is a legitimate look-alike."""
    contacts: Contacts
    """The numbers, links and names in the text, and who the stranger is said to be."""
    milliseconds: float

    @property
    def kind(self) -> Kind | None:
        """The kind of the best match, where there is a concern about one."""
        return self.matches[0].pattern.kind if self.concern in ("likely", "possible") else None

    @property
    def question(self) -> str | None:
        """The one question that would tell, in the text's language, where it is only possible."""
        return self.matches[0].pattern.guidance_in(self.language).question if self.concern == "possible" else None


@dataclass(frozen=True)
class _Read:
    """A situation's text as it is compared: its sentences as written, and their vectors."""

    language: str
    quotes: list[str]
    whole: Vectors
    """Centred vector of the whole text, (1, d)."""
    parts: Vectors
    """Centred vectors of the sentences in the light of the whole, (n, d)."""
    passages: Vectors
    """Centred vectors of every few sentences on end of a long text, each read alone, (n, d); none of a short one."""
    given: NDArray[np.float32]
    """What the encoder says of whether something was given, (1,)."""


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
        read = self._read(situation, build)
        judged = _judged(read, build)
        shares = dict(zip(build.judgement.classes, judged.scores, strict=True))
        given = float(build.judgement.already_gone(read.whole, read.given)[0])
        thresholds = build.manifest.thresholds
        dangerous = sorted(build.dangerous, key=lambda name: -shares[name])[:MATCHES]
        legitimate = sorted(build.legitimate, key=lambda name: -shares[name])[:LOOK_ALIKES]
        flags = _FlagReader(read, build)
        contacts = self._contacts.read(_with_handle(situation), situation.country)
        return Assessment(
            language=read.language,
            concern=_with_contacts(judged.concern, contacts),
            danger=round(judged.danger, 4),
            emergency=thresholds.emergency(given, judged.harmless),
            matches=tuple(
                Match(build.patterns[name], _nearest(read, build, name), flags.evidence(build.patterns[name]))
                for name in dangerous
            ),
            look_alikes=tuple(Match(build.patterns[name], _nearest(read, build, name)) for name in legitimate),
            contacts=contacts,
            resembles_look_alike=max(shares, key=lambda name: shares[name]) in build.legitimate,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
        )

    def vector(self, situation: Situation) -> Vectors:
        """Return the centred vector (d,) of a situation's text, by which it can be judged again later."""
        whole: Vectors = self._read(situation, self._build()).whole[0]
        return whole

    def _read(self, situation: Situation, build: Build) -> _Read:
        text = plain(writable(situation.text))
        language = (None if situation.names_only else detect(text)) or situation.language
        quotes: dict[str, str] = {}  # by folded sentence, so that a sentence said a thousand times is read once
        for start, end in split(text):
            quotes.setdefault(fold(text[start:end]), text[start:end])
        quotes.pop("", None)
        spans: list[Span] = []
        at = 0
        for sentence in quotes:
            spans.append((at, at + len(sentence)))
            at += len(sentence) + 1
        whole, parts = self._encoder.read_parts(" ".join(quotes), spans)
        centre = build.judgement.centre
        passages = self._encoder.encode(_passages(list(quotes)))
        return _Read(
            language=language,
            quotes=list(quotes.values()),
            whole=centre(whole.vectors, language),
            parts=centre(parts, language),
            passages=centre(passages, language),
            given=whole.given,
        )


def _passages(sentences: Sequence[str]) -> list[str]:
    """Return every few sentences on end of a long text, each run overlapping the next; none of a short one."""
    if len(sentences) < LONG:
        return []
    return [" ".join(sentences[first : first + PASSAGE]) for first in range(0, len(sentences) - 1, PASSAGE - 1)]


@dataclass(frozen=True)
class _Judged:
    scores: NDArray[np.float32]
    concern: Concern
    danger: float
    harmless: float


def _judged(read: _Read, build: Build) -> _Judged:
    """Judge a text as a whole, and a long one by the passage that stands out as well: the graver judgement counts."""
    judgement, thresholds = build.judgement, build.manifest.thresholds
    look = judgement.look(np.concatenate([read.whole, read.passages]))
    scores, groups = look.scores, judgement.groups(look)
    danger, harmless, too_little = map(float, groups[0])
    whole = _Judged(scores[0], thresholds.concern(danger, too_little), danger, harmless)
    if len(groups) == 1:
        return whole
    place = 1 + int(groups[1:, 0].argmax())
    concern = thresholds.of_passages(float(groups[place, 0]), len(read.passages))
    passage = _Judged(scores[place], concern, float(groups[place, 0]), float(groups[place, 1]))
    return max(whole, passage, key=lambda judged: _GRAVITY[judged.concern])


_GRAVITY: dict[Concern, int] = {"no_match": 0, "unclear": 1, "possible": 2, "likely": 3}


def _with_handle(situation: Situation) -> str:
    handle = situation.origin.handle if situation.origin else ""
    return f"{situation.text}\n@{handle}" if handle else situation.text


def _with_contacts(concern: Concern, contacts: Contacts) -> Concern:
    """Return the concern, one step graver where a contact is made to deceive: the words around it may well be calm."""
    if not any(contact.alarming for contact in contacts.found):
        return concern
    return "likely" if concern in ("likely", "possible") else "possible"


def _nearest(read: _Read, build: Build, pattern: str) -> float:
    """Return the cosine of a pattern's nearest case."""
    return build.cases.nearest(read.whole[0], build.case_rows[pattern])


class _FlagReader:
    """Finds the sentences that meet a red flag better than they meet nearly all flags of all patterns."""

    def __init__(self, read: _Read, build: Build) -> None:
        self._read = read
        self._flags = build.flags(read.language)
        self._cosines = read.parts @ self._flags.vectors.T
        bars = np.quantile(self._cosines, _STANDS_OUT, axis=1, keepdims=True) if len(self._cosines) else 0
        self._margins = self._cosines - bars

    def evidence(self, pattern: Pattern) -> tuple[Evidence, ...]:
        """Return the sentences that meet one of a pattern's red flags, in the order of the text; none where none does.

        At most one flag a sentence and one sentence a flag.
        """
        own = self._flags.rows[pattern.id]
        margins = self._margins[:, own]
        words = pattern.guidance_in(self._read.language).red_flags
        chosen: dict[int, int] = {}
        for place in np.argsort(-margins, axis=None):
            sentence, flag = divmod(int(place), len(own))
            if margins[sentence, flag] <= 0 or len(chosen) == QUOTES:
                break
            if sentence not in chosen and flag not in chosen.values():
                chosen[sentence] = flag
        quotes = self._read.quotes
        return tuple(Evidence(quotes[sentence], words[flag], flag) for sentence, flag in sorted(chosen.items()))
