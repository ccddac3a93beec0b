"""Countries and languages as people name them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from knowledge.documents.talk import Names, read_names

_SPACED = re.compile(r"[a-zA-Z\u00c0-\u024f\u0400-\u04ff\u0600-\u06ff\u0900-\u097f\u1e00-\u1eff]")

_ARABIC = re.compile("[\u0600-\u06ff]")
_JOINED = "(?:[وف]?[بلك]?)"
"""And, so, in, to, like: written as one word with the name that follows."""
_HAMZA = str.maketrans("أإآ", "ااا")


@dataclass(frozen=True)
class Naming:
    """Finds the country or the language that a text names; the longest name wins."""

    names: Names = field(default_factory=read_names)

    def country(self, text: str) -> str:
        """Return the code of the country that a text names; empty where it names none."""
        return _found(text, self._countries)

    def language(self, text: str) -> str:
        """Return the code of the language that a text names; empty where it names none."""
        return _found(text, self._languages)

    @cached_property
    def _countries(self) -> Mapping[str, str]:
        elsewhere = {code: tuple(own.values()) for code, own in self.names.elsewhere.items()}
        return _by_name({**elsewhere, **self.names.countries})

    @cached_property
    def _languages(self) -> Mapping[str, str]:
        return _by_name(self.names.languages)


def _by_name(names: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    found = {_folded(name): code for code, several in names.items() for name in several}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _found(text: str, names: Mapping[str, str]) -> str:
    words = _folded(text)
    return next((code for name, code in names.items() if name in words and _whole(name, words)), "")


def _folded(text: str) -> str:
    return text.casefold().translate(_HAMZA)


def _whole(name: str, words: str) -> bool:
    """Whether a name stands as a word of its own; in scripts without blanks it may stand anywhere."""
    if not _SPACED.search(name):
        return True
    joined = _JOINED if _ARABIC.match(name) else ""
    return re.search(rf"(?<!\w){joined}{re.escape(name)}(?!\w)", words) is not None
