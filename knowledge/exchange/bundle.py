"""A casebook in one signed file: whose it is, under which licence, of which day, and each document with its digest.

The file is JSON. What is signed (Ed25519) is all of it but the documents' texts, for which their SHA-256 digests stand,
with the keys in alphabetical order and no blanks: one thing has one signed form.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from knowledge.documents.pattern import PatternId
from knowledge.exchange.keys import BadExchange, OwnKey, verified

FORMAT = "askfirst-bundle-1"
Licence = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]{1,39}$")]
_STRICT = ConfigDict(extra="forbid")
_EXPECTED = "a bundle that `askfirst export` wrote"


@dataclass(frozen=True)
class Packed:
    """A document as it stands in the file."""

    __pydantic_config__ = _STRICT
    pattern: PatternId
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    text: Annotated[str, Field(max_length=400_000)]


@dataclass(frozen=True)
class Bundle:
    """A casebook that somebody has signed."""

    __pydantic_config__ = _STRICT
    format: Literal["askfirst-bundle-1"]
    origin: Annotated[str, Field(min_length=1, max_length=80)]
    """What whoever signed calls themselves."""
    licence: Licence
    """An SPDX identifier, like CC-BY-4.0."""
    day: date
    key: str
    documents: Annotated[tuple[Packed, ...], Field(min_length=1, max_length=2_000)]
    signature: str

    def signed(self) -> bytes:
        """Return what the signature is of."""
        return _signed(
            self.origin, self.licence, self.day, self.key, {one.pattern: one.digest for one in self.documents}
        )

    @property
    def digest(self) -> str:
        """The SHA-256 of what is signed, by which a bundle is told from others."""
        return sha256(self.signed()).hexdigest()


_bundle = TypeAdapter(Bundle)
_licence: TypeAdapter[str] = TypeAdapter(Licence)


def packed(documents: Mapping[str, str], own: OwnKey, licence: str, day: date) -> str:
    """Return documents, by pattern, as the text of a signed file.

    Raises:
        BadExchange: the licence is not written like one.
    """
    try:
        _licence.validate_python(licence)
    except ValidationError:
        raise BadExchange(f"licence {licence!r}: expected an SPDX identifier, like CC-BY-4.0") from None
    digests = {name: _digest(text) for name, text in documents.items()}
    content: dict[str, Any] = {
        "format": FORMAT,
        "origin": own.name,
        "licence": licence,
        "day": day.isoformat(),
        "key": own.public,
        "signature": own.sign(_signed(own.name, licence, day, own.public, digests)),
        "documents": [
            {"pattern": name, "digest": digests[name], "text": text} for name, text in sorted(documents.items())
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def unpacked(text: str, trusted: Mapping[str, str], today: date) -> Bundle:
    """Read a bundle, once it is sure who signed it and that nothing was changed since.

    Args:
        text: the file's.
        trusted: the names of those who are trusted, by key.
        today: the day, UTC.

    Raises:
        BadExchange: naming the first fault.
    """
    bundle = _parsed(text)
    if bundle.key not in trusted:
        wrong = f"not trusted here (it calls itself {bundle.origin!r}), expected one that `askfirst keys` shows"
        raise BadExchange(f"key {bundle.key}: {wrong}")
    if not verified(bundle.key, bundle.signature, bundle.signed()):
        raise BadExchange(f"signature: not that of {trusted[bundle.key]}, expected a bundle that nobody has changed")
    seen: set[str] = set()
    for one in bundle.documents:
        if one.digest != _digest(one.text):
            raise BadExchange(f"documents: {one.pattern}: changed after it was signed, expected the text of its digest")
        if one.pattern in seen:
            raise BadExchange(f"documents: {one.pattern}: stands twice, expected it once")
        seen.add(one.pattern)
    if bundle.day > today + timedelta(days=1):  # it is tomorrow somewhere
        raise BadExchange(f"day: {bundle.day}, expected one up to {today}")
    return bundle


def _parsed(text: str) -> Bundle:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise BadExchange(f"bundle: not JSON, expected {_EXPECTED}") from None
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise BadExchange(f"format: not {FORMAT}, expected {_EXPECTED}")
    if not raw.get("signature"):
        raise BadExchange("signature: missing, expected a bundle that its maker has signed")
    try:
        return _bundle.validate_python(raw)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "bundle"
        raise BadExchange(f"{place}: {first['msg'].lower()}, expected {_EXPECTED}") from None


def _signed(origin: str, licence: str, day: date, key: str, digests: Mapping[str, str]) -> bytes:
    content = {
        "format": FORMAT,
        "origin": origin,
        "licence": licence,
        "day": day.isoformat(),
        "key": key,
        "documents": digests,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()
