"""The heads over the adapted model: how far it has gone, what is gone, how dangerous it is, what sentences show, and
which pieces of a text are said to AskFirst alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.model.encoder import STAGES, Heard, Vectors
from knowledge.documents.stages import Loss
from knowledge.documents.talk import Whose

Name = TypeVar("Name", bound=str)

STAGE_LAYER = 9
"""The layer that all heads read. The last ones draw all accounts of one scam together, whatever has
become of the money: read from there, the head tells less (see docs/judgement.md)."""


@dataclass(frozen=True)
class FindingsNetwork:
    """A small network over what several queries find in a text, for what hangs on more than one of them together: that
    somebody was told to pay, or has paid; who gave what to whom."""

    queries: Vectors
    """(q, d)."""
    values: Vectors
    """(q, d, r): what of the tokens that a query looks at is read."""
    inner: Vectors
    """(q r, h)."""
    inner_bias: Vectors
    """(h,)."""
    outer: Vectors
    """(h, things)."""

    def logits(self, tokens: Vectors) -> Vectors:
        """Return for a text's token vectors (t, d) what it adds to each thing's log-odds, (things,)."""
        attention = tokens @ self.queries.T
        attention = np.exp(attention - attention.max(axis=0))
        found = (attention / attention.sum(axis=0)).T @ tokens
        read = np.einsum("qd,qdr->qr", found, self.values).ravel()
        added: Vectors = np.maximum(read @ self.inner + self.inner_bias, 0) @ self.outer
        return added


@dataclass(frozen=True)
class StageHead:
    """Tells things of a text from its token vectors, each by itself; trained over the adapter (see training.py).

    For each of them, as of STAGES, a few queries choose tokens to look at (softmax over the text), and what they find
    is added up; networks may add to it.
    """

    queries: Vectors
    """(things, q, d), in the order of STAGES."""
    values: Vectors
    """(things, q, d)."""
    bias: Vectors
    """(things,)."""
    networks: tuple[FindingsNetwork, ...] = ()

    def __call__(self, tokens: Vectors) -> Vectors:
        """Return for a text's token vectors (t, d) of STAGE_LAYER, special ones among them, probabilities (things,).

        All may be low where the text tells none of them.
        """
        told: Vectors = (1 / (1 + np.exp(-self.logits(tokens)))).astype(np.float32)
        return told

    def logits(self, tokens: Vectors) -> Vectors:
        """Return the same as log-odds."""
        found = _found(tokens, self.queries, self.values, self.bias)
        for network in self.networks:
            found += network.logits(tokens)
        return found


def _found(tokens: Vectors, queries: Vectors, values: Vectors, bias: Vectors) -> Vectors:
    """Return what each thing's queries find in tokens (t, d), added up: logits (things,)."""
    things, each, dimension = queries.shape
    attention = tokens @ queries.reshape(-1, dimension).T
    attention = np.exp(attention - attention.max(axis=0))
    found = attention / attention.sum(axis=0) * (tokens @ values.reshape(-1, dimension).T)
    logits: Vectors = found.sum(axis=0).reshape(things, each).sum(axis=1) + bias
    return logits


def stage_head(adapter: Path | None) -> StageHead | None:
    """Return the head that was trained with an adapter, or None where there is none."""
    tensors = _tensors(adapter)
    if "stage.queries" not in tensors:
        return None
    head = _with_networks(tensors, "stage")
    return head if len(head.bias) == len(STAGES) else None


def _with_networks(tensors: Mapping[str, Vectors], name: str) -> StageHead:
    """Return the queries that are kept under a name, and the networks that add to them."""
    networks: list[FindingsNetwork] = []
    while f"{name}.{len(networks)}.queries" in tensors:
        parts = ("queries", "values", "inner", "inner_bias", "outer")
        kept = (_unpacked(tensors, f"{name}.{len(networks)}.{part}") for part in parts)
        networks.append(FindingsNetwork(*kept))
    return replace(_queries(tensors, name), networks=tuple(networks))


def _queries(tensors: Mapping[str, Vectors], name: str) -> StageHead:
    return StageHead(
        tensors[f"{name}.queries"].astype(np.float32),
        tensors[f"{name}.values"].astype(np.float32),
        tensors[f"{name}.bias"].astype(np.float32),
    )


@dataclass(frozen=True)
class DangerHead:
    """Tells from a text's token vectors whether it is dangerous rather than harmless; trained over the adapter.

    Two that err differently are added up: queries as in StageHead, and landmarks amid the known texts' means of those
    tokens, which vote for classes as the landmarks of a build do over the last layer (see index/training/danger.py).
    """

    queries: StageHead
    """Of one thing."""
    middle: Vectors
    """The mean (d,) of all known texts' means."""
    landmarks: Vectors
    """(m, d), rows of unit length."""
    dangerous: Vectors
    """What each landmark adds to each dangerous class, (m, classes)."""
    harmless: Vectors
    """The same of the harmless classes, (m, classes)."""
    sharpness: float
    """At cosine c a landmark weighs exp(sharpness (c - 1))."""
    scale: float
    """How much the margin between the best dangerous and the best harmless class counts, in log-odds."""

    def __call__(self, tokens: Vectors) -> float:
        """Return for a text's token vectors (t, d) of STAGE_LAYER, special ones among them, the probability."""
        centred = _unit(tokens.mean(axis=0, keepdims=True) - self.middle)
        weights = np.exp(self.sharpness * (centred @ self.landmarks.T - 1))
        margin = float((weights @ self.dangerous).max() - (weights @ self.harmless).max())
        return float(1 / (1 + np.exp(-(self.queries.logits(tokens)[0] + self.scale * margin))))


def danger_head(adapter: Path | None) -> DangerHead | None:
    """Return the head that was trained with an adapter, or None where there is none."""
    tensors = _tensors(adapter)
    if "danger.landmarks" not in tensors:
        return None
    learned = ("middle", "landmarks", "dangerous", "harmless")
    parts = {name: tensors[f"danger.{name}"].astype(np.float32) for name in learned}
    sharpness, scale = map(float, tensors["danger.sharpness_and_scale"])
    return DangerHead(_queries(tensors, "danger"), **parts, sharpness=sharpness, scale=scale)


@dataclass(frozen=True)
class EvidenceHead:
    """Turns what a sentence and what a flag are read as into senses whose product tells; see Parts.

    Each side has its own matrix, since a sentence tells of one thing that happened and a flag states what may; a small
    network adds to both. All read token vectors of length one. It is trained over the adapter on sentences that were
    marked one by one (see index/training/evidence.py).
    """

    sentence: Vectors
    """(d, e)."""
    flag: Vectors
    """(d, e)."""
    inner: Vectors
    """(d, h)."""
    inner_bias: Vectors
    """(h,)."""
    outer: Vectors
    """(h, e)."""
    scale: float
    bias: float
    """Minus what the product must reach, scaled, to be shown."""

    def of_sentences(self, read: Vectors) -> Vectors:
        """Return the senses (n, e + 1) of sentences' mean token vectors (n, d)."""
        return _with(self.scale * self._sense(read, self.sentence), 1.0)

    def of_flags(self, read: Vectors) -> Vectors:
        """Return the senses (n, e + 1) of flags' mean token vectors (n, d)."""
        return _with(self._sense(read, self.flag), self.bias)

    def _sense(self, read: Vectors, side: Vectors) -> Vectors:
        read = _unit(read)
        return _unit(read @ side + np.maximum(read @ self.inner + self.inner_bias, 0) @ self.outer)


def _unpacked(tensors: Mapping[str, Vectors], name: str) -> Vectors:
    """Return what an adapter keeps under a name; whole numbers of eight bits are scaled by their column."""
    kept: Vectors = tensors[name].astype(np.float32) * tensors.get(f"{name}.scale", np.ones(1, np.float32))
    return kept


def _with(rows: Vectors, last: float) -> Vectors:
    return np.hstack([rows, np.full((len(rows), 1), last)]).astype(np.float32)


def _unit(rows: Vectors) -> Vectors:
    scaled: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return scaled


def evidence_head(adapter: Path | None) -> EvidenceHead | None:
    """Return the head that was trained with an adapter, or None where there is none."""
    tensors = _tensors(adapter)
    if "evidence.sentence" not in tensors:
        return None
    scale, bias = map(float, tensors["evidence.scale_and_bias"])
    learned = ("sentence", "flag", "inner", "inner_bias", "outer")
    parts = {name: _unpacked(tensors, f"evidence.{name}") for name in learned}
    return EvidenceHead(**parts, scale=scale, bias=bias)


@dataclass(frozen=True)
class TalkHead:
    """Tells what somebody means with a message, and which of the known questions it asks; trained over the adapter.

    What is meant is told from the tokens of STAGE_LAYER, by queries as in StageHead; which question, by a small network
    over the text's vector and the mean of those tokens (see index/training/talking.py).
    """

    names: tuple[str, ...]
    """What can be meant: MEANINGS of the examples, ``question`` and ``situation``."""
    asks: tuple[str, ...]
    """The ids of the questions."""
    queries: Vectors
    """(m, q, d)."""
    values: Vectors
    bias: Vectors
    """(m,)."""
    inner: Vectors
    """(2 d, h)."""
    inner_bias: Vectors
    outer: Vectors
    """(h, questions)."""
    outer_bias: Vectors
    despair: StageHead
    """Tells despair from all else, as StageHead tells a stage; one thing."""

    def __call__(self, vector: Vectors, tokens: Vectors) -> Heard:
        """Return what is meant by a text of the vector (d,) and of the token vectors (t, d) of STAGE_LAYER."""
        meant = _softmax(_found(tokens, self.queries, self.values, self.bias))
        both = np.concatenate([vector, _unit(tokens.mean(axis=0)[None])[0]])
        hidden = both * np.float32(len(both) ** 0.5) @ self.inner + self.inner_bias
        asked = _softmax(np.maximum(hidden, 0) @ self.outer + self.outer_bias)
        return Heard(
            dict(zip(self.names, map(float, meant), strict=True)),
            dict(zip(self.asks, map(float, asked), strict=True)),
            float(self.despair(tokens)[0]),
        )


@dataclass(frozen=True)
class ChoiceHead(Generic[Name]):
    """Tells which one of several things a text tells; trained over the adapter (see index/training/choosing.py).

    Queries as in StageHead, of which one thing is true.
    """

    names: tuple[Name, ...]
    """What can be told."""
    queries: StageHead
    """In the order of the names."""

    def __call__(self, tokens: Vectors) -> dict[Name, float]:
        """Return for a text's token vectors (t, d) of STAGE_LAYER, special ones among them, each one's share."""
        return dict(zip(self.names, map(float, _softmax(self.queries.logits(tokens))), strict=True))


def loss_head(adapter: Path | None) -> ChoiceHead[Loss] | None:
    """Return the head that tells which of LOSSES is gone, or is going, or None where none was trained."""
    return _choice(_tensors(adapter), "loss")


def concerned_head(adapter: Path | None) -> ChoiceHead[Whose] | None:
    """Return the head that tells which of CONCERNED it happens to, or None where none was trained."""
    return _choice(_tensors(adapter), "concerned")


def _choice(tensors: Mapping[str, Vectors], name: str) -> ChoiceHead[Any] | None:
    if f"{name}.names" not in tensors:
        return None
    return ChoiceHead(tuple(json.loads(tensors[f"{name}.names"].tobytes())), _queries(tensors, name))


@dataclass(frozen=True)
class AsideHead:
    """Tells which pieces of a text are said to AskFirst alone, around the matter; trained over the adapter.

    A small network reads a piece in the light of the whole text: the mean of its tokens at STAGE_LAYER, scaled.
    """

    middle: Vectors
    """(d,)."""
    scale: Vectors
    """(d,)."""
    inner: Vectors
    """(d, h)."""
    inner_bias: Vectors
    """(h,)."""
    outer: Vectors
    """(h,)."""
    outer_bias: float
    """With what a piece must reach to be taken for an aside."""

    def __call__(self, read: Vectors) -> NDArray[np.bool_]:
        """Say of each piece of the mean token vectors (n, d) whether it is one."""
        return self.log_odds(read) > 0

    def log_odds(self, read: Vectors) -> Vectors:
        """Return how surely each is one, (n,)."""
        hidden = np.maximum((read - self.middle) * self.scale @ self.inner + self.inner_bias, 0)
        surely: Vectors = hidden @ self.outer + np.float32(self.outer_bias)
        return surely


def aside_head(adapter: Path | None) -> AsideHead | None:
    """Return the head that was trained with an adapter, or None where there is none."""
    tensors = _tensors(adapter)
    if "aside.inner" not in tensors:
        return None
    names = ("middle", "scale", "inner", "inner_bias", "outer")
    parts = {name: tensors[f"aside.{name}"].astype(np.float32) for name in names}
    return AsideHead(**parts, outer_bias=float(tensors["aside.outer_bias"][0]))


def _softmax(logits: Vectors) -> Vectors:
    shares = np.exp(logits - logits.max())
    whole: Vectors = shares / shares.sum()
    return whole


def talk_head(adapter: Path | None) -> TalkHead | None:
    """Return the head that was trained with an adapter, or None where there is none."""
    tensors = _tensors(adapter)
    if "talk.queries" not in tensors:
        return None
    names, asks = (json.loads(tensors[f"talk.{name}"].tobytes()) for name in ("names", "asks"))
    learned = ("queries", "values", "bias", "inner", "inner_bias", "outer", "outer_bias")
    parts = {name: _unpacked(tensors, f"talk.{name}") for name in learned}
    return TalkHead(tuple(names), tuple(asks), despair=_with_networks(tensors, "despair"), **parts)


def _tensors(adapter: Path | None) -> dict[str, Vectors]:
    from safetensors.numpy import load_file

    return load_file(adapter) if adapter else {}
