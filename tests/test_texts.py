import re
import string
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from bot.handlers import COMMANDS, MODERATOR_COMMANDS, OWNER_COMMANDS
from bot.texts import LOCALES, Texts
from knowledge.findings import CODES
from knowledge.identifiers import IdentifierKind
from knowledge.languages import INTERFACE
from tests.bot_api import html_problem

CODE = Path(__file__).parent.parent / "bot"
FINDINGS = {f"finding_{code.replace('-', '_')}" for code in CODES}


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("language", INTERFACE)
def test_a_language_has_every_key_with_the_same_places(texts: dict[str, Texts], language: str) -> None:
    english, other = texts["en"]._words, texts[language]._words
    assert set(other) == set(english)
    assert {key for key in english if places(other[key]) != places(english[key])} == set()


@pytest.mark.parametrize("language", INTERFACE)
def test_all_words_are_telegram_html(texts: dict[str, Texts], language: str) -> None:
    problems = {key: html_problem(words) for key, words in texts[language]._words.items()}
    assert {key: problem for key, problem in problems.items() if problem} == {}


def test_every_key_is_used_somewhere(texts: dict[str, Texts]) -> None:
    code = "".join(file.read_text("utf-8") for file in CODE.glob("*.py"))
    used = set(re.findall(r"""["']([a-z_]+)["']""", code))
    commands = {f"command_{name}" for name in COMMANDS}
    kinds = {f"kind_{kind}" for kind in get_args(IdentifierKind)}
    findings = FINDINGS | {"finding_foreign_number"}  # said of a code when nobody is claimed
    assert set(texts["en"]._words) - used - commands - kinds - findings == set()


def test_every_finding_has_words(texts: dict[str, Texts]) -> None:
    assert FINDINGS - set(texts["en"]._words) == set()


def test_there_is_a_file_for_each_interface_language_and_no_other() -> None:
    assert {file.stem for file in LOCALES.glob("*.toml")} == set(INTERFACE)


def test_values_are_escaped_and_words_are_not(texts: dict[str, Texts]) -> None:
    assert texts["en"].of("item", text="<b>&") == "• &lt;b&gt;&amp;"
    assert "<b>" in texts["en"].of("do_now")


@pytest.mark.parametrize("language", [file.stem for file in (LOCALES / "moderators").glob("*.toml")])
def test_the_words_for_moderators_have_every_key_with_the_same_places(
    moderator_texts: dict[str, Texts], language: str
) -> None:
    own = tomllib.loads((LOCALES / "moderators" / f"{language}.toml").read_text("utf-8"))
    english = moderator_texts["en"]._words
    assert set(own) == set(english)
    assert {key for key in english if places(own[key]) != places(english[key])} == set()
    problems = {key: html_problem(words) for key, words in own.items()}
    assert {key: problem for key, problem in problems.items() if problem} == {}


def test_every_key_of_the_words_for_moderators_is_used_somewhere(moderator_texts: dict[str, Texts]) -> None:
    code = "".join(file.read_text("utf-8") for file in CODE.glob("*.py"))
    used = set(re.findall(r"""["']([a-z_]+)["']""", code))
    commands = {f"command_{name}" for name in (*MODERATOR_COMMANDS, *OWNER_COMMANDS)}
    assert set(moderator_texts["en"]._words) - used == commands


def test_moderators_of_every_interface_language_have_words(moderator_texts: dict[str, Texts]) -> None:
    assert set(moderator_texts) == set(INTERFACE)
