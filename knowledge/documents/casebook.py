"""Everything a build is made from, read from the knowledge documents."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from knowledge.documents.golden import (
    BackgroundText,
    GivenSentence,
    GoldenSituation,
    read_background,
    read_golden,
    read_signals,
)
from knowledge.documents.pattern import Guidance, Pattern
from knowledge.documents.toml import KNOWLEDGE, parse_pattern, read_patterns
from knowledge.documents.utterances import Message, read_messages
from knowledge.text.reading import Reading, read

VOTING = ("en", "zh")
"""Languages whose guidance votes beside the cases; translations of the same lines were measured to do harm."""

COMPARED = ("en", "zh")
"""Languages in whose flags evidence is looked for: those that the others were translated from, in the same order."""


_SHORT, _AT_ANY_LENGTH = 160, ("chat", "ask", "post")
"""Characters below which an ordinary message votes, and what votes at any length."""


@lru_cache(30_000)
def reading_of(text: str) -> Reading:
    """Read a text of the casebook, which a trial does five times over; never one that people sent, to keep none."""
    return read(text)


def comparable(text: str) -> str:
    """Return a text of the casebook as it is encoded; see reading_of."""
    return reading_of(text).whole


@dataclass(frozen=True)
class Casebook:
    """The patterns with their documents' texts, and the texts that teach and examine the judgement."""

    documents: dict[str, str]
    """Each pattern's TOML text, by id."""
    patterns: dict[str, Pattern]
    background: list[tuple[str, BackgroundText]]
    signals: list[tuple[str, GivenSentence]]
    golden: list[GoldenSituation]
    messages: list[Message] = field(default_factory=list)
    """What strangers and ordinary senders write, and plain lines in which people tell of it."""

    @property
    def teaching(self) -> Iterator[Message]:
        """The messages of patterns that are there, and the ordinary ones: what the model learns from."""
        return (message for message in self.messages if message.label in self.patterns or message.harmless)

    @property
    def voting_messages(self) -> Iterator[Message]:
        """Those messages that vote: people's own lines, what strangers send like that, and longer ones made of what
        they say; ordinary talk, and other ordinary messages that are short.

        Single sentences of strangers, and long notices, adverts and mails, were measured to do harm; see
        docs/judgement.md.
        """
        return (message for message in self.teaching if _votes(message))

    def revised(self, documents: Mapping[str, str]) -> "Casebook":
        """Return the casebook with other documents, by pattern; only those that differ are parsed.

        Golden situations all of whose patterns are gone are left out: nothing is right for them any more.

        Raises:
            InvalidDocument: naming every fault of the first document that has any.
        """
        ordered = sorted(documents, key=_file_name)  # as read_casebook has them, so that the digest is the same
        patterns = {
            name: self.patterns[name]
            if self.documents.get(name) == documents[name]
            else parse_pattern(documents[name], _file_name(name))
            for name in ordered
        }
        return replace(
            self,
            documents={name: documents[name] for name in ordered},
            patterns=patterns,
            golden=[one for one in self.golden if not one.patterns or any(name in patterns for name in one.patterns)],
        )

    def texts(self, *, signals: bool) -> list[str]:
        """Return every text that a build needs a vector of, as compared, each once; the signals only where wanted."""
        told = [comparable(sentence.text) for _, sentence in self.signals] if signals else []
        return list(dict.fromkeys([*self._texts(), *told]))

    def _texts(self) -> Iterator[str]:
        for pattern in self.patterns.values():
            for case in pattern.cases:
                yield comparable(case.text)
            for language in VOTING:
                if language in pattern.guidance:
                    yield from voting_texts(pattern.guidance[language])
        for _, text in self.background:
            yield comparable(text.text)
        for message in self.voting_messages:
            yield comparable(message.text)
        for situation in self.golden:
            yield comparable(situation.text)
            yield from reading_of(situation.text).passages

    def flags(self) -> list[str]:
        """Return every red flag in the languages that sentences are compared with, as compared, each once."""
        words = [
            comparable(flag)
            for pattern in self.patterns.values()
            for language in COMPARED
            if language in pattern.guidance
            for flag in pattern.guidance[language].red_flags
        ]
        return list(dict.fromkeys(words))

    def digest(self) -> str:
        """Return a digest of all that is in it; two casebooks with one digest make the same build."""
        whole = repr((self.documents, self.background, self.signals, self.golden, self.messages))
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _file_name(pattern: str) -> str:
    return f"{pattern}.toml"


def _votes(message: Message) -> bool:
    if message.harmless:
        return message.form in _AT_ANY_LENGTH or len(message.text) < _SHORT
    return message.told or message.composed or message.whole


def voting_texts(guidance: Guidance) -> list[str]:
    """Return the texts of a pattern's guidance that say what it reads like, as compared."""
    lines = (f"{guidance.title}. {guidance.how}", *guidance.red_flags, guidance.question)
    return [comparable(line) for line in lines]


def read_casebook(knowledge: Path = KNOWLEDGE) -> Casebook:
    """Read all documents of a knowledge folder.

    Raises:
        InvalidDocument: naming every fault of the first kind of document that has any.
    """
    patterns = read_patterns(knowledge / "patterns")
    return Casebook(
        documents={name: (knowledge / "patterns" / f"{name}.toml").read_text("utf-8") for name in patterns},
        patterns=patterns,
        background=read_background(knowledge / "background"),
        signals=read_signals(knowledge / "signals"),
        golden=read_golden(knowledge / "golden"),
        messages=read_messages(knowledge),
    )
