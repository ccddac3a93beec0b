"""Countries and languages as people name them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.checking.placing import Placing, folded, spaced
from knowledge.documents.talk import Names, shipped_names

_ARABIC = re.compile("[\u0600-\u06ff]")
_JOINED = "(?:[وف]?[بلك]?)"
"""And, so, in, to, like: written as one word with the name that follows."""


@dataclass(frozen=True)
class Naming:
    """Finds the country or the language that a text names; the longest name wins."""

    names: Names = field(default_factory=shipped_names)

    def country(self, text: str) -> str:
        """Return the code of the country that a text names; empty where it names none."""
        return _found(text, self._countries)

    def place(self, text: str) -> str:
        """Return the code of the country that a text names, or a city of; empty where it names none."""
        return self.country(text) or _found(text, self._places)

    def own(self, text: str) -> str:
        """Return the code of the country that the writer says to be in themselves; empty where nothing says so."""
        return self._placing.own(text)

    def only_own(self, text: str) -> str:
        """Return the same of a text that says nothing else; empty of any other."""
        return self._placing.only(text)

    def language(self, text: str) -> str:
        """Return the code of the language that a text names; empty where it names none."""
        return _found(text, self._languages)

    def towards(self, text: str, language: str) -> str:
        """Return the code of the country that a text in a language has most signs of; empty where two have as many."""
        words = folded(text)
        counted = {code: len({*signs.findall(words)}) for code, signs in self._signs.get(language, {}).items()}
        first, second = ([*sorted(counted.values(), reverse=True), 0, 0])[:2]
        return next(code for code, count in counted.items() if count == first) if first > second else ""

    @cached_property
    def _signs(self) -> Mapping[str, Mapping[str, re.Pattern[str]]]:
        return {
            language: {code: _any_of(own.signs) for code, own in countries.items()}
            for language, countries in self.names.signs.items()
        }

    @cached_property
    def _countries(self) -> Mapping[str, str]:
        elsewhere = {code: tuple(own.values()) for code, own in self.names.elsewhere.items()}
        return _by_name({**elsewhere, **self.names.countries})

    @cached_property
    def _places(self) -> Mapping[str, str]:
        return _by_name(self.names.places)

    @cached_property
    def _placing(self) -> Placing:
        return Placing({**self._places, **self._countries}, self.names.sayings)

    @cached_property
    def _languages(self) -> Mapping[str, str]:
        return _by_name(self.names.languages)


def _by_name(names: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    found = {folded(name): code for code, several in names.items() for name in several}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _any_of(signs: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of some signs, each as a word of its own where it is written with blanks around it."""
    return re.compile("|".join(_sign(folded(sign)) for sign in sorted(signs, key=len, reverse=True)))


def _sign(sign: str) -> str:
    written = re.escape(sign).replace(r"\#", r"(?=\d)")
    before = r"(?<!\w)" if spaced(sign[0]) else ""
    after = r"(?!\w)" if spaced(sign[-1]) else ""
    joined = _JOINED if _ARABIC.match(sign) else ""
    return f"{before}{joined}{written}{after}"


def _found(text: str, names: Mapping[str, str]) -> str:
    words = folded(text)
    return next((code for name, code in names.items() if name in words and _whole(name, words)), "")


def _whole(name: str, words: str) -> bool:
    """Whether a name stands as a word of its own; in scripts without blanks it may stand anywhere."""
    if not spaced(name):
        return True
    joined = _JOINED if _ARABIC.match(name) else ""
    return re.search(rf"(?<!\w){joined}{re.escape(name)}(?!\w)", words) is not None
