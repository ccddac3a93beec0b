"""Who may ask over HTTP: a file of names, and of each one's key only a digest."""

import os
import secrets
import tempfile
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.settings import BadSetting
from knowledge.documents.toml import quote
from knowledge.text.toml_files import read_toml

PER_MINUTE = 60
"""Requests a minute where nothing else is said."""
MOST_PER_MINUTE = 6_000
_FILE = "api_keys.toml"
_EXPECTED = "[[keys]] tables with name, digest, since and per_minute, as `askfirst api --add-key NAME` writes them"


@dataclass(frozen=True)
class Key:
    """Somebody who may ask."""

    name: str
    digest: str
    """SHA-256 of the key, in hexadecimal digits."""
    since: date
    per_minute: int


_keys = TypeAdapter(list[Key])


class Keys:
    """The keys in a data folder, read anew whenever the file has changed."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE
        self._seen: tuple[int, int] | None = None
        self._by_digest: dict[str, Key] = {}

    def of(self, key: str) -> Key | None:
        """Return whose key it is; None where it is nobody's.

        Raises:
            BadSetting: the file cannot be read.
        """
        self._read()
        return self._by_digest.get(_digest(key))

    def all(self) -> tuple[Key, ...]:
        """Return everybody who may ask, by name.

        Raises:
            BadSetting: the file cannot be read.
        """
        self._read()
        return tuple(sorted(self._by_digest.values(), key=lambda key: key.name))

    def add(self, name: str, per_minute: int, today: date) -> str:
        """Return a new key for somebody; it is shown this once, and only its digest is kept.

        Raises:
            BadSetting: the name is taken or none, the number is out of bounds, or the file cannot be read.
        """
        if not name.strip() or len(name) > 60 or not name.isprintable():
            raise BadSetting("--add-key: no name, expected up to 60 characters that say whose key it is")
        if not 1 <= per_minute <= MOST_PER_MINUTE:
            raise BadSetting(f"--per-minute {per_minute}: expected 1 to {MOST_PER_MINUTE:,}")
        if any(key.name == name for key in self.all()):
            raise BadSetting(f"--add-key {name}: has a key already, expected another name, or --remove-key before")
        made = f"askfirst_{secrets.token_urlsafe(32)}"
        self._write([*self.all(), Key(name, _digest(made), today, per_minute)])
        return made

    def remove(self, name: str) -> None:
        """Take somebody's key away; their next request is refused.

        Raises:
            BadSetting: nobody has that name, or the file cannot be read.
        """
        left = [key for key in self.all() if key.name != name]
        if len(left) == len(self.all()):
            raise BadSetting(f"--remove-key {name}: nobody's, expected a name that --list-keys shows")
        self._write(left)

    def _read(self) -> None:
        try:
            stat = self._file.stat()
            seen = (stat.st_mtime_ns, stat.st_ino)
            if seen == self._seen:
                return
            rows = read_toml(self._file.read_text("utf-8")).get("keys", [])
            keys = _keys.validate_python(rows)
        except FileNotFoundError:
            self._seen, self._by_digest = None, {}
            return
        except (OSError, ValueError, ValidationError) as fault:
            raise BadSetting(f"{self._file}: cannot be read ({type(fault).__name__}), expected {_EXPECTED}") from fault
        self._seen, self._by_digest = seen, {key.digest: key for key in keys}

    def _write(self, keys: list[Key]) -> None:
        """Put a new file in the old one's place, which only its owner may read."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{_FILE}-", dir=self._file.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            for key in keys:
                out.write(f"[[keys]]\nname = {quote(key.name)}\ndigest = {quote(key.digest)}\n")
                out.write(f"since = {key.since}\nper_minute = {key.per_minute}\n\n")
        Path(name).replace(self._file)


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
