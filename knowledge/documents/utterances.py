"""What is written by others than the person: utterances of strangers, and ordinary messages, for learning only.

None of them is ever shown. They are defused: where a host, a name, a number or an amount would stand, there is a field
in braces. For learning each field is filled with one of the values that ``fields/`` has for the language.
"""

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from knowledge.documents.pattern import Language, PatternId
from knowledge.documents.toml import KNOWLEDGE, Fault, InvalidDocument, read_document
from knowledge.text.reading import read

_STRICT = ConfigDict(extra="forbid")
FIELDS = (
    *("link", "name", "bank", "shop", "courier", "police", "office", "company", "platform", "app"),
    *("place", "amount", "number", "phone", "code", "date", "time", "handle", "account", "product"),
)
_FIELD = re.compile(r"\{([^{}]*)\}")
_ARMED = re.compile(r"(?:https?:|www\.)(?!/*[\w.-]+\.example\b)|\d{7,}")
"""What may stand nowhere in an utterance: an address or a number that somebody could use."""
_FEWEST, _SAID, _AROUND = 2, (2, 3, 4), (1, 2, 3)
"""Of what strangers say: what a longer message needs at least, and is made of; and ordinary sentences in it."""
Form = Literal["notice", "code", "advert", "mail", "post", "complaint", "warning", "chat", "ask"]


@dataclass(frozen=True)
class Utterance:
    """What a stranger writes or says; of a look-alike, what the real body does."""

    __pydantic_config__ = _STRICT
    language: Language
    text: Annotated[str, Field(min_length=1)]
    whole: bool = False
    """Whether it is sent like that, and is not one sentence of what is said around it."""


@dataclass(frozen=True)
class Line:
    """What a person tells in one plain line."""

    __pydantic_config__ = _STRICT
    language: Language
    text: Annotated[str, Field(min_length=1)]
    emergency: bool = False
    """As of a case."""


@dataclass(frozen=True)
class Utterances:
    """One file of utterances, named after its pattern, and of lines in which people tell of it."""

    __pydantic_config__ = _STRICT
    utterances: tuple[Utterance, ...]
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Notice:
    """An ordinary message that matches no pattern."""

    __pydantic_config__ = _STRICT
    form: Form
    text: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True)
class Notices:
    """One file of ordinary messages, named after its language."""

    __pydantic_config__ = _STRICT
    texts: tuple[Notice, ...]


@dataclass(frozen=True)
class FieldValues:
    """What fields are filled with, by language."""

    values: Mapping[str, Mapping[str, tuple[str, ...]]]

    def __len__(self) -> int:
        return len(self.values)

    def filled(self, text: str, language: str, variant: int = 0) -> str:
        """Return a text with each field filled, the same way each time; another ``variant`` takes other values."""

        def value(field: re.Match[str]) -> str:
            known = self.values.get(language) or self.values[language.partition("-")[0]]
            choices = known[field[1]]
            key = hashlib.sha256(f"{variant} {field[1]} {field.start()} {text}".encode()).digest()
            return choices[int.from_bytes(key[:4], "big") % len(choices)]

        return _FIELD.sub(value, text)


def read_utterances(folder: Path = KNOWLEDGE / "utterances") -> dict[PatternId, Utterances]:
    """Read every pattern's utterances and lines.

    Raises:
        InvalidDocument: a file is faulty, has a field that is not known, or an address or number that is real.
    """
    found: dict[str, Utterances] = {}
    for file in sorted(folder.glob("*.toml")):
        found[file.stem] = read_document(file, Utterances)
        _check(file.name, "utterances", (one.text for one in found[file.stem].utterances))
        _check(file.name, "lines", (one.text for one in found[file.stem].lines))
    return found


def read_notices(folder: Path = KNOWLEDGE / "notices") -> list[tuple[str, Notice]]:
    """Read every ordinary message with its language, which is its file's name; see read_utterances."""
    found: list[tuple[str, Notice]] = []
    for file in sorted(folder.glob("*.toml")):
        texts = read_document(file, Notices).texts
        _check(file.name, "texts", (one.text for one in texts))
        found += [(file.stem, one) for one in texts]
    return found


def read_fields(folder: Path = KNOWLEDGE / "fields") -> FieldValues:
    """Read the values of every field, by language.

    Raises:
        InvalidDocument: a file lacks a field, or has one that is not known.
    """
    values: dict[str, dict[str, tuple[str, ...]]] = {}
    for file in sorted(folder.glob("*.toml")):
        values[file.stem] = read_document(file, dict[str, tuple[str, ...]])
        odd = sorted(set(FIELDS) ^ set(values[file.stem]))
        if odd:
            raise InvalidDocument(
                file.name, [Fault(name, "missing or not known, expected each field once") for name in odd]
            )
    return FieldValues(values)


@dataclass(frozen=True)
class Message:
    """What somebody sends, with its fields filled: an utterance, an ordinary message, or a person's own line."""

    language: str
    label: str
    """A pattern's id, or ``everyday``."""
    text: str
    template: str
    """The same with its fields open."""
    told: bool = False
    """Whether it is a person's own line."""
    emergency: bool = False
    """Of a person's own line, as of a case."""
    composed: bool = False
    """Whether it is a longer one, made of what strangers say."""
    whole: bool = False
    """Of what strangers say, whether it is sent like that."""
    form: Form | None = None
    """Of an ordinary message, what it is."""

    @property
    def harmless(self) -> bool:
        """Whether it is an ordinary message."""
        return self.label == "everyday"


def read_messages(knowledge: Path = KNOWLEDGE) -> list[Message]:
    """Read all utterances, ordinary messages and lines of a knowledge folder, with their fields filled.

    Longer messages that are made of the utterances come last; see composed.

    Raises:
        InvalidDocument: naming every fault of the first document that has any.
    """
    fields = read_fields(knowledge / "fields")
    known = read_utterances(knowledge / "utterances")
    messages = [
        Message(one.language, pattern, fields.filled(one.text, one.language), one.text, whole=one.whole)
        for pattern, several in known.items()
        for one in several.utterances
    ]
    messages += [
        Message(language, "everyday", fields.filled(one.text, language), one.text, form=one.form)
        for language, one in read_notices(knowledge / "notices")
    ]
    for pattern, several in known.items():
        messages += [
            Message(one.language, pattern, one.text, one.text, told=True, emergency=one.emergency)
            for one in several.lines
        ]
    return [*messages, *composed(messages)]


def composed(messages: Sequence[Message]) -> Iterator[Message]:
    """Yield for each pattern and language two longer messages, made of what strangers say in it, always the same.

    People paste letters and whole chats too. None is written down at such length, and none of these is ever shown or
    kept: the second of the two also has some sentences of ordinary messages in it.
    """
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    ordinary: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        language = message.language.partition("-")[0]
        if message.harmless:
            ordinary[language].append(message.text)
        elif not (message.told or message.whole):
            said[message.label, language].append(message.text)
    for (label, language), texts in sorted(said.items()):
        chance = random.Random(f"{label} {language}")
        if len(texts) < _FEWEST:
            continue
        chosen = chance.sample(texts, min(len(texts), chance.choice(_SAID)))
        yield _joined(language, label, chosen, chance)
        around = chance.sample(ordinary[language], min(len(ordinary[language]), 2))
        sentences = [sentence for text in around for sentence in read(text).sentences[:2]]
        chosen = chance.sample(texts, min(len(texts), chance.choice(_SAID)))
        yield _joined(language, label, [*chosen, *sentences[: chance.choice(_AROUND)]], chance)


def _joined(language: str, label: str, parts: list[str], chance: random.Random) -> Message:
    chance.shuffle(parts)
    text = "\n".join(parts)
    return Message(language, label, text, text, composed=True)


def _check(name: str, table: str, texts: Iterable[str]) -> None:
    faults = []
    for number, text in enumerate(texts):
        place = f"{table}[{number}].text"
        odd = [field for field in _FIELD.findall(text) if field not in FIELDS]
        faults += [Fault(place, f"{{{field}}}, expected a field of {', '.join(FIELDS)}") for field in odd]
        if armed := _ARMED.search(text):
            faults.append(Fault(place, f"{armed[0]!r}, expected a field in its place"))
    if faults:
        raise InvalidDocument(name, faults)
