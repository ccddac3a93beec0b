"""What checks find wrong, in other languages than the English that they are written and kept in."""

import re
from functools import cache
from string import Formatter

from bot.words.texts import LOCALES
from knowledge.text.toml_files import read_toml_file
from knowledge.text.varieties.chinese import to_traditional

_FOLDER = LOCALES / "faults"
_NUMBERS = ("count", "most", "least", "percent", "number", "made", "lost", "won", "line", "column", "at")
_VALUES = {**dict.fromkeys(_NUMBERS, r"[\d.,]+"), "which": "[^;]+", "id": r"\S+"}
"""What some values look like, so that no sentence takes what stands before or after it for one."""
_SENTENCES = ("why", "form", "copy", "measure", "place")
"""What values are called that are sentences themselves."""
_BETWEEN = {"zh": "；", "ja": "；", "ar": "؛ "}
"""What stands between two sentences where that is no semicolon and a blank."""
_Sentence = tuple[re.Pattern[str], str]


def fault_in(language: str, said: str) -> str:
    """Return what a check said, in a language; as it is where that language, or this sentence of it, is missing.

    What stands before a sentence, as the file and the line do, stays as it is, and values in it are put in its words.
    """
    if language == "zh-Hant":
        return to_traditional(fault_in("zh", said))
    sentences = _sentences(language)
    return _in_words(said, sentences, _BETWEEN.get(language, "; ")) if sentences else said


def _in_words(said: str, sentences: tuple[_Sentence, ...], between: str) -> str:
    starts = [0, *(found.end() for found in re.finditer(": ", said))]
    for form, words in sentences:
        for start in starts:
            if found := form.fullmatch(said, start):
                values = {
                    name: _in_words(value, sentences, between) if name in _SENTENCES else value
                    for name, value in found.groupdict().items()
                }
                before = _in_words(said[:start], sentences, between) if start else ""
                return before + words.format(**values)
    first, separator, rest = said.partition("; ")
    return between.join(_in_words(one, sentences, between) for one in (first, rest)) if separator else said


@cache
def _sentences(language: str) -> tuple[_Sentence, ...]:
    """Return what each sentence looks like with its words in a language, what says most literally first."""
    file = _FOLDER / f"{language}.toml"
    found = read_toml_file(file) if file.exists() else {}
    ordered = sorted(found, key=lambda one: (-_literal(one), one))
    return tuple((_form(one), found[one]) for one in ordered)


def _literal(sentence: str) -> int:
    return sum(len(text) for text, *_ in Formatter().parse(sentence))


def _form(sentence: str) -> re.Pattern[str]:
    parts = [
        re.escape(text) + (f"(?P<{name}>{_VALUES.get(name, '.+?')})" if name else "")
        for text, name, *_ in Formatter().parse(sentence)
    ]
    return re.compile("".join(parts), re.DOTALL)
