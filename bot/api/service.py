"""What other programs may ask, the same over HTTP and for assistants: checked first, then answered, and not kept."""

from dataclasses import dataclass
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.answering.shapes import patterns_json
from bot.answering.turns import Answering
from bot.checking.engine import Engine
from bot.words.choices import find_language
from bot.words.conversing import Spoken
from knowledge.documents.reporting import find_country

LONGEST = 8_000
"""Characters of a text."""
FALLBACK = "en"


class Refused(Exception):
    """Something asked that cannot be answered; the message says the place, the fault and what was expected.

    It never holds what was sent, so that it may be logged.
    """


@dataclass(frozen=True)
class Asked:
    """A situation to check."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    text: str
    """What happened, in any language."""
    language: str | None = None
    """The language of the reply; that of the text where it is left out."""
    country: str | None = None
    """The person's country, by name or two letters, for the numbers to call."""


@dataclass(frozen=True)
class Service:
    """Answers from the build that serves; every method may be called from any thread."""

    engine: Engine
    spoken: Spoken

    @property
    def build(self) -> str:
        """The name of the build that serves."""
        return self.engine.serving.build().name

    def check(self, raw: Any) -> dict[str, Any]:
        """Answer what ``Asked`` describes, with the object that ``askfirst check --json`` prints.

        Raises:
            Refused: it is not of that shape, too long, or names a language or a country that is not known.
        """
        asked = _asked(raw)
        language = self._language(asked.language)
        country = find_country(asked.country, self.spoken.countries) if asked.country else None
        if asked.country and country is None:
            raise Refused("country: not known, expected a country's name or two letters, like SG")
        return Answering(self.engine, self.spoken, language, language or FALLBACK, country).told([asked.text], None)

    def patterns(self, language: str | None) -> dict[str, Any]:
        """Return the patterns of the build that serves, told in a language.

        Raises:
            Refused: the language is not known.
        """
        build = self.engine.serving.build()
        return patterns_json(build.name, build.patterns, self._language(language) or FALLBACK)

    def _language(self, given: str | None) -> str | None:
        language = find_language(given, self.spoken.every) if given else None
        if given and language is None:
            raise Refused(f"language: not spoken, expected one of {', '.join(self.spoken.every)}")
        return language


_ASKED = TypeAdapter(Asked)
_WRONG = {
    "missing": "missing, expected a string",
    "unexpected_keyword_argument": "not known, expected text, and perhaps language and country",
    "string_type": "no string, expected a string",
    "dataclass_type": 'no object, expected one like {"text": "…"}',
}


def _asked(raw: Any) -> Asked:
    try:
        asked = _ASKED.validate_python(raw)
    except ValidationError as invalid:
        (first, *_) = invalid.errors(include_url=False, include_input=False, include_context=False)
        known = first["type"] in _WRONG and first["type"] != "unexpected_keyword_argument"
        place = ".".join(map(str, first["loc"])) if known and first["loc"] else "a key" if first["loc"] else "body"
        raise Refused(f"{place}: {_WRONG.get(first['type'], 'expected a string')}") from None
    if not asked.text.strip():
        raise Refused("text: empty, expected what happened in words")
    if len(asked.text) > LONGEST:
        raise Refused(f"text: {len(asked.text):,} characters, expected at most {LONGEST:,}")
    return asked
