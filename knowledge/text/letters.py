"""Letters without capitals and accents, whether they are of a script that parts its words, and any of some words."""

import re
import unicodedata
from collections.abc import Iterable

_APOSTROPHES = "’ʼ‘`´"
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ؤ": "و", "ئ": "ى"})
_NOT_LATIN = 0x0500
"""From here on letters with marks are letters of their own: Korean, Japanese and Indian ones stay whole."""


def lowered(text: str) -> str:
    """Return a text without capital letters, and as long as before."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(char.lower()[:1] or char for char in text)


def bare(text: str) -> str:
    """Return a text without capital letters and accents, with one sort of apostrophe, and as long as before."""
    return text.lower().replace("`", "'") if text.isascii() else "".join(map(_bare, text))


def _bare(char: str) -> str:
    if char.isascii():
        return char.lower() if char != "`" else "'"
    if char in _APOSTROPHES:
        return "'"
    if char in "đĐ":
        return "d"
    lower = char.lower()[:1] or char
    base = unicodedata.normalize("NFD", lower)[0]
    return base if base.isalpha() and ord(base) < _NOT_LATIN else lower.translate(_ARABIC)


def sort_of(char: str) -> str:
    """Return ``free`` for letters written without blanks, ``word`` for letters and digits, else an empty string."""
    if char.isascii():
        return "word" if char.isalnum() else ""
    number = ord(char)
    if 0x0E00 <= number <= 0x0E7F or 0x1100 <= number <= 0x11FF or 0x2E80 <= number <= 0xD7FF or number >= 0x20000:
        return "free" if unicodedata.category(char)[0] in "LM" else ""
    return "word" if unicodedata.category(char)[0] in "LMN" else ""


def any_of(words: Iterable[str]) -> str:
    """Return an expression for any of some words, the longest first; their first letters are looked at before all."""
    longest_first = sorted(words, key=len, reverse=True)
    firsts = "".join(sorted({re.escape(word[0]) for word in longest_first}))
    return f"(?=[{firsts}])(?:{'|'.join(map(re.escape, longest_first))})"
