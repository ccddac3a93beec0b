"""The words of every reply, by language, from ``locales/*.toml``; the one place where values are escaped."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from markupsafe import Markup

from bot.checking.case import Case
from knowledge.text.languages import INTERFACE
from knowledge.text.toml_files import read_toml_file

LOCALES = Path(__file__).parent / "locales"
MODERATORS = LOCALES / "moderators"
"""The words that moderators alone read."""
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that turn the direction of what follows, steer a terminal, or cannot be sent at all."""


def displayable(text: str) -> str:
    """Return a text of anybody's without characters that would change how ours around it is shown."""
    return _STEERING.sub("", text)


class Texts:
    """The words of one language: ``texts.of("likely", title=…)``."""

    def __init__(self, language: str, words: Mapping[str, str]) -> None:
        self.language = language
        self.towards = ""
        """The country that the reader may well be in, by code, where that is not known."""
        self._words = words

    def pointing(self, case: Case | None) -> "Texts":
        """Return the same words for a reader who may well be in the country that what they have told points to."""
        pointing = Texts(self.language, self._words)
        pointing.towards = case.towards if case else ""
        return pointing

    def of(self, key: str, **values: object) -> Markup:
        """Return the words of a key, as Telegram HTML, with the values put in: escaped and displayable where plain.

        Raises:
            KeyError: the language has no such key, or a named place has no value.
        """
        return Markup(self._words[key]).format(**{name: _shown(value) for name, value in values.items()})

    def plain(self, key: str) -> str:
        """Return words without HTML or named places, for buttons and menus."""
        return self._words[key]

    def has(self, key: str) -> bool:
        """Whether there are words of a key."""
        return key in self._words

    def says(self, label: str) -> bool:
        """Whether these are words of this language, without named places."""
        return label in self._words.values()

    def day(self, day: date) -> str:
        """Write a date so that it is read the same everywhere."""
        return day.isoformat()


def _shown(value: object) -> object:
    return displayable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def read_texts(folder: Path = LOCALES) -> dict[str, Texts]:
    """Read the words of every interface language, by code, in the order they are offered."""
    return {code: Texts(code, read_toml_file(folder / f"{code}.toml")) for code in INTERFACE}
