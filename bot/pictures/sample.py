"""A picture of our own, to read before anybody sends one: a line of words on white."""

from pathlib import Path

_FILE = Path(__file__).with_name("sample.png")


def sample() -> bytes:
    """Return a PNG file with a line of words."""
    return _FILE.read_bytes()
