"""Texts to unit vectors, by any sentence-transformers model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

Vectors = NDArray[np.float32]
Span = tuple[int, int]
"""Start and end (exclusive) of a part of a text, in characters."""

GIVEN_LAYER = 9
"""The layer whose token vectors tell that something was given. The last ones draw all accounts of one scam together,
whatever has become of the money: read from there, the head tells less (see docs/judgement.md)."""
_BATCH_TOKENS, _LEAST, _MOST = 768, 2, 64  # larger batches are slower on two cores
_SMALL_BATCH = 4  # of windows whose token vectors are kept
_WINDOW = 256  # tokens; attention costs more than it brings in longer ones


@dataclass(frozen=True)
class Encoded:
    """What an encoder makes of texts."""

    vectors: Vectors
    """(n, d), float32, rows of unit length."""
    given: NDArray[np.float32]
    """(n,): how surely each text says that something was paid or given, 0 to 1; NaN by a model not taught to tell."""


@dataclass(frozen=True)
class _Pass:
    """What one forward pass makes of windows of text."""

    vectors: Vectors
    """(n, d)."""
    tokens: list[Vectors]
    """Each window's token vectors (t, d), special tokens among them; empty where the model gives none."""
    told: list[Vectors]
    """The same of GIVEN_LAYER; empty where the model gives none."""


@dataclass(frozen=True)
class GivenHead:
    """Tells from a text's token vectors whether something was given; trained over the adapter (see training.py).

    A few queries each choose tokens to look at (softmax over the text), and what they find is added up.
    """

    queries: Vectors
    """(q, d)."""
    values: Vectors
    """(q, d)."""
    bias: float

    def __call__(self, tokens: Vectors) -> float:
        """Return for a text's token vectors (t, d) of GIVEN_LAYER, special ones among them, the probability 0 to 1."""
        attention = tokens @ self.queries.T
        attention = np.exp(attention - attention.max(axis=0))
        found = (attention / attention.sum(axis=0) * (tokens @ self.values.T)).sum() + self.bias
        return float(1 / (1 + np.exp(-found)))


class Encoder(Protocol):
    """What the rest of the house needs of a model."""

    @property
    def name(self) -> str:
        """The model's name and version; vectors of another name are never compared with these."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    @property
    def tells_given(self) -> bool:
        """Whether it was taught to tell that something was given."""

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Encode texts one by one: (len(texts), dimension), float32, rows of unit length."""

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        """Encode texts one by one, and tell of each whether something was given."""

    def read_parts(self, text: str, spans: Sequence[Span]) -> tuple[Encoded, Vectors]:
        """Read a text and encode some of its parts, each part in the light of the whole.

        Returns what is made of the whole text, one row, and the parts' vectors (len(spans), dimension), unit length.
        """


class SentenceEncoder:
    """An Encoder over any sentence-transformers model.

    A part's vector is the mean of its own tokens' vectors; with a model that gives none, parts are encoded alone.

    A text longer than the model's window is encoded in windows whose vectors are averaged, each weighted by its
    tokens. Any string is accepted: lone surrogates are replaced, and an empty text has the vector of the bare prompt.
    """

    def __init__(self, model: Any, name: str, head: GivenHead | None = None) -> None:
        """Take a SentenceTransformer, whose methods have more shapes of answer than types can follow."""
        self._model = model
        self._head = head
        self._name = name
        self._dimension = int(model.get_embedding_dimension() or 0)
        self._tokenizer: Any = model.tokenizer
        self._prompt = str(model.prompts.get(model.default_prompt_name or "") or "")
        features: Any = self._model.encode(["a"], output_value=None)
        self._has_tokens = "token_embeddings" in features[0]
        limit = int(min(model.max_seq_length or _WINDOW, _WINDOW))
        self._room = limit - len(self._offsets(self._prompt)) - 1

    @property
    def name(self) -> str:
        """The model's name and version; see Encoder."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of a vector; see Encoder."""
        return self._dimension

    @property
    def tells_given(self) -> bool:
        """Whether it was taught to tell that something was given; see Encoder."""
        return self._head is not None

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Encode texts one by one; see Encoder."""
        return self.read(texts, progress=progress).vectors

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        """Encode texts one by one, and tell of each whether something was given; see Encoder."""
        windows = [list(self._windows(_clean(text))) for text in texts]
        flat = self._read([window for of_text in windows for window, _ in of_text], progress)
        whole = np.empty((len(texts), self.dimension), dtype=np.float32)
        given = np.empty(len(texts), dtype=np.float32)
        row = 0
        for number, of_text in enumerate(windows):
            rows = slice(row, row + len(of_text))
            whole[number] = np.average(flat.vectors[rows], axis=0, weights=[tokens for _, tokens in of_text])
            given[number] = flat.given[rows].max()
            row += len(of_text)
        return Encoded(_unit(whole), given)

    def _read(self, windows: list[str], progress: bool) -> Encoded:
        """Read windows, the longest first, so that a bar's estimate only gets better."""
        sizes = [len(self._offsets(window)) for window in windows] if len(windows) > 1 else [1]
        order = sorted(range(len(windows)), key=lambda row: -sizes[row])
        vectors = np.empty((len(windows), self.dimension), dtype=np.float32)
        given = np.empty(len(windows), dtype=np.float32)
        bar = tqdm(total=len(windows), desc="Encoding", unit="text", disable=not progress)
        start = 0
        while start < len(order):
            count = max(_LEAST, min(_MOST, _BATCH_TOKENS // max(1, sizes[order[start]])))
            rows = order[start : start + count]
            read = self._pass([windows[row] for row in rows])
            vectors[rows], given[rows] = read.vectors, self._told(read)
            start += count
            bar.update(len(rows))
        bar.close()
        return Encoded(vectors, given)

    def _pass(self, windows: list[str]) -> _Pass:
        import torch

        features = self._model.preprocess(windows, prompt=self._prompt)
        with torch.no_grad():
            answer = self._model(features)
        lengths = features["attention_mask"].sum(dim=1).tolist() if self._has_tokens else []

        def cut(embeddings: Any) -> list[Vectors]:
            return [embeddings.numpy()[place, :length] for place, length in enumerate(lengths)]

        return _Pass(
            answer["sentence_embedding"].numpy(),
            cut(answer["token_embeddings"]) if lengths else [],
            cut(answer["all_layer_embeddings"][GIVEN_LAYER]) if self._head else [],
        )

    def _told(self, read: _Pass) -> list[float]:
        """Return how surely each window of a pass says that something was given; NaN without a head."""
        head = self._head
        return [head(tokens) for tokens in read.told] if head else [np.nan] * len(read.vectors)

    def read_parts(self, text: str, spans: Sequence[Span]) -> tuple[Encoded, Vectors]:
        """Read a text and its parts in one forward pass: a part is the mean of its own tokens; see Encoder."""
        text = _clean(text)
        windows = [window for window, _ in self._windows(text)]
        if not self._has_tokens:
            return self.read([text]), self.encode([text[start:end] for start, end in spans])
        tokens: list[Vectors] = []
        ends: list[NDArray[np.int64]] = []
        given: list[float] = []
        whole = np.zeros(self.dimension, dtype=np.float32)
        start = 0
        for first in range(0, len(windows), _SMALL_BATCH):
            batch = windows[first : first + _SMALL_BATCH]
            read = self._pass(batch)
            given += self._told(read)
            for window, vector, embeddings in zip(batch, read.vectors, read.tokens, strict=True):
                offsets = np.array(self._offsets(self._prompt + window), dtype=np.int64) - len(self._prompt)
                whole += vector * len(offsets)
                own = offsets[:, 1] > 0  # neither the prompt nor a special token
                tokens.append(embeddings[own])
                ends.append(offsets[own, 1] + start)
                start += len(window)
        parts = _pool(np.concatenate(tokens), np.concatenate(ends), spans, fallback=whole)
        return Encoded(_unit(whole[None]), np.array([max(given)], dtype=np.float32)), _unit(parts)

    def _offsets(self, text: str) -> list[Span]:
        """Return the span of each token in the text; a special token's is empty."""
        offsets: list[Span]
        if callable(self._tokenizer):
            offsets = self._tokenizer(text, return_offsets_mapping=True, verbose=False)["offset_mapping"]
        else:  # a bare tokenizers.Tokenizer, as models of static word vectors have
            offsets = self._tokenizer.encode(text).offsets
        return offsets

    def _windows(self, text: str) -> Iterator[tuple[str, int]]:
        """Cut a text at token borders into windows that fit the model, with each one's number of tokens."""
        if len(text) <= self._room:  # a token has at least one character
            yield text, max(1, len(text))
            return
        ends = [end for _, end in self._offsets(text) if end > 0]
        start = 0
        for first in range(0, len(ends), self._room):
            end = ends[min(first + self._room, len(ends)) - 1]
            yield text[start:end], min(self._room, len(ends) - first)
            start = end
        if not ends:
            yield text[: self._room], 1


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _unit(rows: Vectors) -> Vectors:
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
