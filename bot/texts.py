"""The words of every reply, by language, from ``locales/*.toml``; the one place where values are escaped."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from markupsafe import Markup

from knowledge.languages import INTERFACE

LOCALES = Path(__file__).parent / "locales"


class Texts:
    """The words of one language: ``texts.of("likely", title=…)``."""

    def __init__(self, language: str, words: Mapping[str, str]) -> None:
        self.language = language
        self._words = words

    def of(self, key: str, **values: object) -> Markup:
        """Return the words of a key, as Telegram HTML, with the values put in; a plain value is escaped.

        Raises:
            KeyError: the language has no such key, or a named place has no value.
        """
        return Markup(self._words[key]).format(**values)

    def plain(self, key: str) -> str:
        """Return words without HTML or named places, for buttons and menus."""
        return self._words[key]

    def day(self, day: date) -> str:
        """Write a date so that it is read the same everywhere."""
        return day.isoformat()


def read_texts(folder: Path = LOCALES) -> dict[str, Texts]:
    """Read the words of every interface language, by code, in the order they are offered."""
    return {code: Texts(code, tomllib.loads((folder / f"{code}.toml").read_text("utf-8"))) for code in INTERFACE}


def read_moderator_texts(folder: Path = LOCALES / "moderators") -> dict[str, Texts]:
    """Read the words for moderators, by every interface language; what a language lacks is in English."""
    english = tomllib.loads((folder / "en.toml").read_text("utf-8"))
    files = {code: folder / f"{code}.toml" for code in INTERFACE}
    own = {code: tomllib.loads(file.read_text("utf-8")) if file.exists() else {} for code, file in files.items()}
    return {code: Texts(code, {**english, **words}) for code, words in own.items()}
