"""Texts of any length to unit vectors, by a model that reads windows of limited length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.model.encoder import STAGES, TOLD, Encoded, Heard, Parts, Vectors, counted
from index.model.heads import AsideHead, ChoiceHead, DangerHead, EvidenceHead, StageHead, TalkHead
from knowledge.documents.stages import Loss
from knowledge.documents.talk import Whose
from knowledge.text.asides import matter
from knowledge.text.sentences import Span

_BATCH_TOKENS, _LEAST, _MOST = 768, 2, 64  # larger batches are slower on two cores
_ALIKE = 0.6  # of the longest window of a pass, in tokens: what is shorter waits less than it is padded
_NEAR_ENOUGH = 0.85  # the cosine from which a sentence shows a flag, by a model that was not taught to tell
_WINDOW = 256  # tokens; attention costs more than it brings in longer ones
_AT_ONCE = 512  # texts whose tokens are kept at the same time


@dataclass(frozen=True)
class Pass:
    """What one forward pass makes of windows of text."""

    vectors: Vectors
    """(n, d)."""
    tokens: list[Vectors]
    """Each window's token vectors (t, d), special tokens among them; empty where the model gives none."""
    told: list[Vectors]
    """The same of the layer that tells the stage; empty where the model gives none."""


@dataclass(frozen=True)
class _Window:
    """What is made of one window of a text."""

    vector: Vectors
    """(d,)."""
    tokens: Vectors
    """Its token vectors (t, d), the prompt's and special ones among them."""
    deeper: Vectors
    """The same of the layer that tells the stage."""
    heard: Vectors
    """How surely it tells each of TOLD, (4,)."""
    ends: NDArray[np.int64]
    """Where each token ends, in characters of the window; 0 and less of the prompt's and of special ones."""


@dataclass(frozen=True)
class _Read:
    """What is made of a text and of its parts, and where in it the matter is told."""

    encoded: Encoded
    parts: Parts
    matter: Span


class WindowModel(Protocol):
    """A model that reads windows of text, each after the prompt."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    @property
    def prompt(self) -> str:
        """What goes before every window."""

    @property
    def most_tokens(self) -> int:
        """The number of tokens a window may have, prompt and special ones among them."""

    @property
    def has_tokens(self) -> bool:
        """Whether it gives token vectors."""

    def offsets(self, text: str) -> list[Span]:
        """Return the span of each token in a text, without the prompt; a special token's is empty."""

    def run(self, windows: Sequence[str]) -> Pass:
        """Read windows."""


class SentenceEncoder:
    """An Encoder over a model of windows.

    A part's vector is the mean of its own tokens' vectors; with a model that gives none, parts are encoded alone.

    A text in which asides to AskFirst stand around the matter (see AsideHead) is read a second time without them, and
    is what that makes of it; what is meant with it, and what parts outside the matter state, come of the first time.

    A text longer than the model's window is encoded in windows whose vectors are averaged, each weighted by its
    tokens. Any string is accepted: lone surrogates are replaced, and an empty text has the vector of the bare prompt.
    """

    def __init__(
        self,
        model: WindowModel,
        name: str,
        head: StageHead | None = None,
        evidence: EvidenceHead | None = None,
        talk: TalkHead | None = None,
        danger: DangerHead | None = None,
        loss: ChoiceHead[Loss] | None = None,
        aside: AsideHead | None = None,
        concerned: ChoiceHead[Whose] | None = None,
    ) -> None:
        self._model = model
        self._talk = talk
        self._danger = danger
        self._loss = loss
        self._aside = aside
        self._concerned = concerned
        self._head = head
        self._evidence = evidence
        self._name = name
        self._room = min(model.most_tokens, _WINDOW) - len(model.offsets(model.prompt)) - 1

    @property
    def name(self) -> str:
        """The model's name and version; see Encoder."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of a vector; see Encoder."""
        return self._model.dimension

    @property
    def tells_stages(self) -> bool:
        """Whether it was taught to tell how far it has gone; see Encoder."""
        return self._head is not None

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Encode texts one by one; see Encoder."""
        return self.read(texts, progress=progress).vectors

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        """Encode texts one by one, and tell of each how far it has gone; see Encoder."""
        if self._aside and self._model.has_tokens:
            return self._read_matters(texts, progress)
        windows = [list(self._windows(_clean(text))) for text in texts]
        flat = self._read([window for of_text in windows for window, _ in of_text], progress)
        whole = np.empty((len(texts), self.dimension), dtype=np.float32)
        told = np.empty((len(texts), len(TOLD)), dtype=np.float32)
        row = 0
        for number, of_text in enumerate(windows):
            rows = slice(row, row + len(of_text))
            whole[number] = np.average(flat.vectors[rows], axis=0, weights=[tokens for _, tokens in of_text])
            told[number] = _told_of(flat.told[rows])
            row += len(of_text)
        return Encoded(unit(whole), told)

    def _read_matters(self, texts: Sequence[str], progress: bool) -> Encoded:
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        whole = np.empty((len(texts), self.dimension), dtype=np.float32)
        told = np.empty((len(texts), len(TOLD)), dtype=np.float32)
        with counted(len(texts), "Encoding", "text", shown=progress) as further:
            for first in range(0, len(order), _AT_ONCE):
                rows = order[first : first + _AT_ONCE]
                for row, (one, _) in zip(rows, self.read_all_parts([(texts[row], ()) for row in rows]), strict=True):
                    whole[row], told[row] = one.vectors[0], one.told[0]
                further(len(rows))
        return Encoded(whole, told)

    def _read(self, windows: list[str], progress: bool) -> Encoded:
        vectors = np.empty((len(windows), self.dimension), dtype=np.float32)
        told = np.empty((len(windows), len(TOLD)), dtype=np.float32)
        for rows, read in self._passes_over(windows, progress):
            vectors[rows], told[rows] = read.vectors, self._told(read)
        return Encoded(vectors, told)

    def _passes_over(self, windows: Sequence[str], progress: bool) -> Iterator[tuple[list[int], Pass]]:
        """Yield the rows of each pass over windows and what it makes of them, the longest first."""
        sizes = [len(self._model.offsets(window)) for window in windows] if len(windows) > 1 else [1]
        with counted(len(windows), "Encoding", "text", shown=progress) as further:
            for rows in _passes(sizes[: len(windows)]):
                yield rows, self._model.run([windows[row] for row in rows])
                further(len(rows))

    def _told(self, read: Pass) -> Vectors:
        """Return how surely each window of a pass tells each of TOLD, (n, 4); NaN without a head that tells it."""
        told = np.full((len(read.vectors), len(TOLD)), np.nan, dtype=np.float32)
        if self._head:
            told[:, : len(STAGES)] = [self._head(tokens) for tokens in read.told]
        if self._danger:
            told[:, -1] = [self._danger(tokens) for tokens in read.told]
        return told

    def flag_senses(self, flags: Sequence[str]) -> Vectors:
        """Return what red flags state; see Encoder."""
        if not self._evidence:
            return _with(self.encode(flags), -_NEAR_ENOUGH)
        return self._evidence.of_flags(np.concatenate([self.read_senses(flag, [(0, len(flag))]) for flag in flags]))

    def read_senses(self, text: str, spans: Sequence[Span]) -> Vectors:
        """Return what the evidence head reads of parts of a text: the means (n, d) of their tokens at its layer."""
        return self.read_all_senses([(text, spans)])[0]

    def read_all_senses(self, texts: Sequence[tuple[str, Sequence[Span]]]) -> list[Vectors]:
        """Return the same of many texts, those of like length in one forward pass."""
        windows = [[window for window, _ in self._windows(_clean(text))] for text, _ in texts]
        read = iter(self._read_windows([window for of_text in windows for window in of_text]))
        return [
            _parts_of(of_text, [next(read) for _ in of_text], spans)[1]
            for of_text, (_, spans) in zip(windows, texts, strict=True)
        ]

    def read_tokens(self, texts: Sequence[str], *, progress: bool = False) -> tuple[Vectors, list[Vectors]]:
        """Return what the heads read of the first window of each text: vectors (n, d), and token vectors (t, d)."""
        windows = [next(window for window, _ in self._windows(_clean(text))) for text in texts]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        tokens = [vectors[:0]] * len(texts)
        for rows, read in self._passes_over(windows, progress):
            vectors[rows] = read.vectors
            for row, told in zip(rows, read.told or read.tokens, strict=True):
                tokens[row] = told
        return vectors, tokens

    def read_parts(self, text: str, spans: Sequence[Span]) -> tuple[Encoded, Parts]:
        """Read a text and its parts in one forward pass: a part is the mean of its own tokens; see Encoder."""
        return self.read_all_parts([(text, spans)])[0]

    def read_all_parts(self, texts: Sequence[tuple[str, Sequence[Span]]]) -> list[tuple[Encoded, Parts]]:
        """Read texts and their parts, those of like length in one forward pass; see Encoder."""
        cleaned = [(_clean(text), spans) for text, spans in texts]
        if not self._model.has_tokens:
            return [self._read_apart(text, spans) for text, spans in cleaned]
        read = self._read_all(cleaned)
        around = [row for row, one in enumerate(read) if one.matter != (0, len(cleaned[row][0]))]
        again = self._read_all([_cut(*cleaned[row], read[row].matter) for row in around])
        for row, alone in zip(around, again, strict=True):
            read[row] = _merged(read[row], alone, cleaned[row][1])
        return [(one.encoded, one.parts) for one in read]

    def _read_all(self, texts: Sequence[tuple[str, Sequence[Span]]]) -> list[_Read]:
        windows = [[window for window, _ in self._windows(text)] for text, _ in texts]
        read = iter(self._read_windows([window for of_text in windows for window in of_text]))
        own = [[next(read) for _ in of_text] for of_text in windows]
        return [self._joined(*one) for one in zip(windows, own, (spans for _, spans in texts), strict=True)]

    def _read_apart(self, text: str, spans: Sequence[Span]) -> tuple[Encoded, Parts]:
        parts = self.encode([text[start:end] for start, end in spans])
        return self.read([text]), Parts(parts, _with(parts, 1))

    def _read_windows(self, windows: Sequence[str]) -> list[_Window]:
        prompt = self._model.prompt
        offsets = [np.array(self._model.offsets(prompt + window), dtype=np.int64) - len(prompt) for window in windows]
        found: dict[int, _Window] = {}
        for rows in _passes([len(of_window) for of_window in offsets]):
            read = self._model.run([windows[row] for row in rows])
            each = (rows, read.vectors, read.tokens, read.told or read.tokens, self._told(read))
            for row, vector, tokens, deeper, heard in zip(*each, strict=True):
                found[row] = _Window(vector, tokens, deeper, heard, offsets[row][:, 1])
        return [found[row] for row in range(len(windows))]

    def _joined(self, windows: Sequence[str], read: Sequence[_Window], spans: Sequence[Span]) -> _Read:
        """Return what is made of a text whose windows were read, and of its parts."""
        parts, meant = _parts_of(windows, read, spans)
        whole = unit(_whole(read)[None])
        vectors = unit(parts)
        senses = self._evidence.of_sentences(meant) if self._evidence else _with(vectors, 1)
        heard = self._heard(whole[0], [window.deeper for window in read])
        told = _told_of(np.stack([window.heard for window in read]))[None]
        return _Read(Encoded(whole, told), Parts(vectors, senses, heard), self._matter(windows, read, spans))

    def _matter(self, windows: Sequence[str], read: Sequence[_Window], spans: Sequence[Span]) -> Span:
        """Return where a text tells something, between asides."""
        text = "".join(windows)
        if not self._aside:
            return 0, len(text)
        aside = self._aside
        return matter(text, spans or [(0, len(text))], lambda parts: aside(_parts_of(windows, read, parts)[1]).tolist())

    def _heard(self, vector: Vectors, windows: Sequence[Vectors]) -> Heard:
        """Return what is meant by a text of the vector (d,) and of its windows' token vectors (t, d), and what is gone.

        Its beginning tells, but despair is heard wherever it is: a long story mostly ends in it.
        """
        heard = Heard()
        if self._talk:
            heard = self._talk(vector, windows[0])
            later = [float(self._talk.despair(tokens)[0]) for tokens in windows[1:]]
            heard = replace(heard, despair=max([heard.despair, *later]))
        if self._concerned:
            heard = replace(heard, another=self._concerned(windows[0])["another"])
        return replace(heard, lost=self._loss(windows[0])) if self._loss else heard

    def _windows(self, text: str) -> Iterator[tuple[str, int]]:
        """Cut a text at token borders into windows that fit the model, with each one's number of tokens."""
        if len(text) <= self._room:  # a token has at least one character
            yield text, max(1, len(text))
            return
        ends = [end for _, end in self._model.offsets(text) if end > 0]
        start = 0
        for first in range(0, len(ends), self._room):
            end = ends[min(first + self._room, len(ends)) - 1]
            yield text[start:end], min(self._room, len(ends) - first)
            start = end
        if not ends:
            yield text[: self._room], 1


def _cut(text: str, spans: Sequence[Span], within: Span) -> tuple[str, list[Span]]:
    """Return what stands within a part of a text, and the spans there; one outside it is empty."""
    first, last = within
    cut = [(max(start, first) - first, min(end, last) - first) for start, end in spans]
    return text[first:last], [(start, end) if start < end else (0, 0) for start, end in cut]


def _merged(first: _Read, alone: _Read, spans: Sequence[Span]) -> _Read:
    """Return what was read of the matter alone; what is meant, and parts outside it, are as read at first."""
    inside = np.array([start < first.matter[1] and end > first.matter[0] for start, end in spans], bool)[:, None]
    vectors = np.where(inside, alone.parts.vectors, first.parts.vectors)
    senses = np.where(inside, alone.parts.senses, first.parts.senses)
    heard = replace(first.parts.heard, lost=alone.parts.heard.lost)
    return replace(alone, parts=Parts(vectors, senses, heard))


def _passes(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Yield the rows that are read in one pass, the longest first; ``sizes`` are in tokens."""
    order = sorted(range(len(sizes)), key=lambda row: -sizes[row])
    start = 0
    while start < len(order):
        longest = max(1, sizes[order[start]])
        count = max(_LEAST, min(_MOST, _BATCH_TOKENS // longest))
        alike = [row for row in order[start : start + count] if sizes[row] >= _ALIKE * longest]
        yield alike
        start += len(alike)


def _told_of(windows: Vectors) -> Vectors:
    """Return what is told of a text by its windows (n, 4): one may tell a stage, all tell whether it is dangerous."""
    stages = len(STAGES)
    return np.concatenate([windows[:, :stages].max(axis=0), windows[:, stages:].mean(axis=0)])


def _whole(read: Sequence[_Window]) -> Vectors:
    """Return the sum (d,) of a text's windows, each weighted by its tokens."""
    whole: Vectors = np.sum([window.vector * np.float32(len(window.ends)) for window in read], axis=0)
    return whole


def _parts_of(windows: Sequence[str], read: Sequence[_Window], spans: Sequence[Span]) -> tuple[Vectors, Vectors]:
    """Return the means of the parts' tokens, (n, d) each: of the last layer, and of the one that tells the stage."""
    starts = np.cumsum([0, *map(len, windows[:-1])])
    own = [window.ends > 0 for window in read]  # neither the prompt nor a special token
    ends = np.concatenate([one.ends[mask] + start for one, mask, start in zip(read, own, starts, strict=True)])
    layers = [[window.tokens for window in read], [window.deeper for window in read]]
    whole = _whole(read)
    parts, meant = (
        _pool(np.concatenate([rows[mask] for rows, mask in zip(layer, own, strict=True)]), ends, spans, whole)
        for layer in layers
    )
    return parts, meant


def _with(rows: Vectors, last: float) -> Vectors:
    return np.pad(rows, ((0, 0), (0, 1)), constant_values=last)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def unit(rows: Vectors) -> Vectors:
    """Scale rows (n, d) to unit length; a row of zeros stays."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(norms, 1e-12)).astype(np.float32)
    return scaled


def _pool(tokens: Vectors, ends: NDArray[np.int64], spans: Sequence[Span], fallback: Vectors) -> Vectors:
    """Average the tokens whose last character lies in each span; a span without tokens takes ``fallback``."""
    pooled = np.tile(fallback, (len(spans), 1))
    for row, (start, end) in enumerate(spans):
        inside = tokens[(ends > start) & (ends <= end)]
        if len(inside):
            pooled[row] = inside.mean(axis=0)
    return pooled
