"""The operator's own Ed25519 key, and the keys of others that the operator trusts, each in a file."""

import os
import re
import tempfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from knowledge.documents.toml import quote
from knowledge.text.toml_files import read_toml

OWN_FILE, TRUSTED_FILE = "exchange_key.toml", "trusted_keys.toml"
_CURVE, _RFC = "Ed25519", "rfc8032"
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST_NAME = 80


class BadExchange(Exception):
    """A key or a bundle that cannot be used; the message is one line: the place, the fault and what was expected."""


@dataclass(frozen=True)
class OwnKey:
    """The operator's own key, and the name they sign with."""

    name: str
    seed: bytes
    """32 bytes that nobody else may have."""

    @property
    def public(self) -> str:
        """What others trust: 43 characters of URL-safe base64."""
        return _written(_private(self.seed).public_key().export_key(format="raw"))

    def sign(self, message: bytes) -> str:
        """Return the signature of a message, 86 characters of URL-safe base64."""
        return _written(eddsa.new(_private(self.seed), _RFC).sign(message))


def verified(public: str, signature: str, message: bytes) -> bool:
    """Say whether a message was signed by whoever has the private half of a key."""
    try:
        key = eddsa.import_public_key(_read(public))
        eddsa.new(key, _RFC).verify(message, _read(signature))
    except ValueError:
        return False
    return True


def fingerprint(public: str) -> str:
    """Return sixteen digits in fours, to be compared over the telephone."""
    digits = sha256(public.encode()).hexdigest()[:16]
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def own_key(folder: Path) -> OwnKey:
    """Return the operator's key.

    Raises:
        BadExchange: there is none, it is damaged, or others than its owner may read it.
    """
    file = folder / OWN_FILE
    if not file.exists():
        raise BadExchange(f"{file}: not there, expected a key of your own; `askfirst keys make NAME` makes one")
    raw = _table(file)
    if file.stat().st_mode & 0o077:
        raise BadExchange(f"{file}: others may read it, expected mode 600; run chmod 600 on it")
    try:
        key = OwnKey(_name(raw["name"]), _read(raw["seed"]))
        key.public  # noqa: B018 - made, to see that it can be
    except (KeyError, TypeError, ValueError) as fault:
        raise BadExchange(f"{file}: damaged, expected a name and a seed of 32 bytes; put it back") from fault
    return key


def make_own_key(folder: Path, name: str) -> OwnKey:
    """Make the operator's key, once.

    Raises:
        BadExchange: there is one already, or the name is none.
    """
    file, key = folder / OWN_FILE, _drawn(_name(name))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadExchange(f"{file}: there already, expected none; others trust the key in it") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(f"name = {quote(key.name)}\nseed = {quote(_written(key.seed))}\n")
        out.flush()
        os.fsync(out.fileno())
    return key


def _drawn(name: str) -> OwnKey:
    """Draw a key that does not start like an option, so that it can be given to a command as it is."""
    while (key := OwnKey(name, ECC.generate(curve=_CURVE).seed)).public.startswith("-"):
        pass
    return key


def trusted_keys(folder: Path) -> Mapping[str, str]:
    """Return the names of those who are trusted, by key.

    Raises:
        BadExchange: the file cannot be read.
    """
    file = folder / TRUSTED_FILE
    if not file.exists():
        return {}
    try:
        return {_key(key): _name(name) for name, key in _table(file).items()}
    except (BadExchange, TypeError) as fault:
        raise BadExchange(f'{file}: {fault}, expected lines like "Example Bank" = "KEY"') from fault


def trust(folder: Path, name: str, key: str) -> None:
    """Trust what a key signs from now on.

    Raises:
        BadExchange: it is no key, or the key or the name is there already.
    """
    trusted = dict(trusted_keys(folder))
    if name in trusted.values() or key in trusted:
        raise BadExchange(
            f"{name}: the name or the key is there already, expected `askfirst keys distrust NAME` before"
        )
    _write_trusted(folder, {**trusted, _key(key): _name(name)})


def distrust(folder: Path, name: str) -> None:
    """Trust somebody no more.

    Raises:
        BadExchange: nobody of that name is trusted.
    """
    trusted = trusted_keys(folder)
    left = {key: other for key, other in trusted.items() if other != name}
    if len(left) == len(trusted):
        raise BadExchange(f"{name}: not trusted, expected a name that `askfirst keys` shows")
    _write_trusted(folder, left)


def _write_trusted(folder: Path, trusted: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, made = tempfile.mkstemp(prefix=f".{TRUSTED_FILE}-", dir=folder)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.writelines(f"{quote(name)} = {quote(key)}\n" for key, name in trusted.items())
    Path(made).replace(folder / TRUSTED_FILE)


def _table(file: Path) -> dict[str, Any]:
    try:
        return read_toml(file.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise BadExchange(f"{file}: cannot be read ({type(fault).__name__}), expected TOML") from fault


def _name(name: str) -> str:
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadExchange(f"name: expected 1 to {_LONGEST_NAME} characters that say who it is")
    return name.strip()


def _key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise BadExchange("key: expected the 43 characters that `askfirst keys` shows at the other end")
    return key


def _private(seed: bytes) -> ECC.EccKey:
    return ECC.construct(curve=_CURVE, seed=seed)


def _written(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _read(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
