"""Words that scammers write another way so that filters do not see them: 亻弋 for 代, 威信号 for 微信号, zfb, l0an.

The tables are data (``disguises.toml``). What is undone is only compared; people are shown what they wrote.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.text.letters import any_of
from knowledge.text.toml_files import read_toml_file

TABLES = Path(__file__).with_name("disguises.toml")
_CJK = r"\u3400-\u9fff"
_HAS_CJK = re.compile(rf"[{_CJK}]")
_EMOJI = r"[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0e\ufe0f\u20e3\u200d]+"
_EMOJI_IN_WORD = re.compile(rf"(?<=[a-z\u00df-\u024f])(?:{_EMOJI})(?=[a-z\u00df-\u024f])")
_SIGNS = "[013457@$]"
_TOKEN = re.compile(rf"(?<![^\s(\"“'])(?:[A-Za-z]|{_SIGNS}(?=[a-z]{{3}}))[a-z@$0-9]*[a-z](?!\.\w|[^\s,;:!?.)\"”'])")
_LEET = re.compile(rf"(?<=[A-Za-z]){_SIGNS}{{1,2}}(?=[a-z])|^{_SIGNS}(?=[a-z]{{3}})")
_ADDRESS = re.compile(r"\d{3}|^@|@.*@")


def undisguise(text: str) -> str:
    """Return the text with such words written plainly; what is no disguise stays as it is."""
    text = _EMOJI_IN_WORD.sub("", text)
    if _HAS_CJK.search(text):
        for replace in _chinese():
            text = replace(text)
    return _TOKEN.sub(_without_leet, text)


def _without_leet(found: re.Match[str]) -> str:
    """Write digits and signs inside a word as the letters they stand for; addresses and handles stay."""
    word = found[0]
    if _ADDRESS.search(word):
        return word
    return _LEET.sub(lambda signs: "".join(_leet()[sign] for sign in signs[0]), word)


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return read_toml_file(TABLES)


@cache
def _leet() -> Mapping[str, str]:
    leet: dict[str, str] = _tables()["leet"]
    return leet


@cache
def _chinese() -> list[Callable[[str], str]]:
    """Return the steps that undo Chinese disguises, in their order."""
    tables = _tables()
    plain, initials, guarded = tables["split"] | tables["homophones"], tables["initials"], tables["guarded"]
    anywhere = re.compile(any_of(plain))
    letters = any_of(initials)
    beside = re.compile(
        rf"(?<=[{_CJK}])(?:{letters})(?![a-z0-9])|(?<![a-z0-9])(?:{letters})(?=[{_CJK}])", re.IGNORECASE
    )
    doubtful = re.compile("|".join(_not_beside(word, rule) for word, rule in guarded.items()))
    return [
        lambda text: anywhere.sub(lambda found: str(plain[found[0]]), text),
        lambda text: beside.sub(lambda found: str(initials[found[0].lower()]), text),
        lambda text: doubtful.sub(lambda found: str(guarded[found[0]]["to"]), text),
    ]


def _not_beside(word: str, rule: Mapping[str, str]) -> str:
    letters = "A-Za-z0-9"
    not_after = re.escape(rule["not_after"]) + (letters if word[0].isascii() else "")
    not_before = re.escape(rule["not_before"]) + (letters if word[-1].isascii() else "")
    before = f"(?<![{not_after}])" if not_after else ""
    after = f"(?![{not_before}])" if not_before else ""
    return f"{before}{re.escape(word)}{after}"
