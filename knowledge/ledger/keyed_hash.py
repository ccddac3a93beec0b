"""Hashes that tell nothing to whoever lacks the key, the same for one thing wherever it is kept, and the key."""

import hmac
import os
import tempfile
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

_KEY_BYTES = 32


class BadKey(Exception):
    """A key that cannot be used; the message names the file, what is wrong and what was expected."""


def read_key(folder: Path) -> bytes:
    """Return the 32 bytes of the file ``key`` in the database's folder, made on the first call, by one process only.

    Raises:
        BadKey: the file cannot be read or made, is damaged, or others than its owner may read it.
    """
    file = folder / "key"
    try:
        if not file.exists():
            _make_key(file)
        key, mode = file.read_bytes(), file.stat().st_mode & 0o777
    except OSError as fault:
        raise BadKey(f"{file}: cannot be read or made ({fault.strerror}), expected a file of 32 bytes") from fault
    if len(key) != _KEY_BYTES or not any(key):
        found = f"{len(key)} bytes" if len(key) != _KEY_BYTES else "nothing but zeros"
        raise BadKey(f"{file}: damaged, found {found}, expected 32 random bytes; put it back from a backup")
    if mode & 0o077:
        raise BadKey(f"{file}: mode {mode:03o} lets others read it, expected 600; run chmod 600 on it")
    return key


def _make_key(file: Path) -> None:
    """Write the whole key beside its place and link it there, which fails where another process was faster."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix="key.", dir=file.parent)  # mode 600
    made = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(token_bytes(_KEY_BYTES))
            out.flush()
            os.fsync(out.fileno())
        file.hardlink_to(made)
    except FileExistsError:
        return
    finally:
        made.unlink()


def keyed(key: bytes, what: str, value: str) -> str:
    """Return 43 characters of URL-safe base64 for a value of some sort, such as the sort ``person`` and their id."""
    message = f"{what}\0{value}".encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(hmac.digest(key, message, sha256)).rstrip(b"=").decode()
