import re
import string
import tomllib
import unicodedata
from pathlib import Path
from typing import get_args

import pytest

from bot.telegram.sending import COMMANDS, GROUP_COMMANDS, MODERATOR_COMMANDS, OWNER_COMMANDS
from bot.words.choices import OPTIONS
from bot.words.guidance_parts import ASKINGS, SAYINGS
from bot.words.phone import columns, plain
from bot.words.texts import LOCALES, MODERATORS, Texts
from knowledge.documents.reporting import Role
from knowledge.identifiers.finding import IdentifierKind
from knowledge.impostors.findings import CODES
from knowledge.text.languages import INTERFACE
from tests.bot_api import html_problem
from tests.paths import ROOT

CODE = ROOT / "bot"
FINDINGS = {f"finding_{code.replace('-', '_')}" for code in CODES}


def words_of(language: str, folder: Path = LOCALES) -> dict[str, str]:
    return tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def tags(words: str) -> list[str]:
    return sorted(re.findall(r"</?[a-z-]+>", words))


def typed(words: str) -> set[str]:
    """What is typed as it stands in every language: commands, and the names of settings."""
    return set(re.findall(r"(?<![<\w])/[a-z]+(?: add| remove)?|ASKFIRST_[A-Z]+", words))


def width(words: str) -> int:
    """How many columns words take: none for a mark on a letter, two for a wide one."""
    own = (char for char in words if unicodedata.category(char) not in ("Mn", "Me", "Cf"))
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in own)


@pytest.mark.parametrize("language", INTERFACE)
def test_a_language_has_every_key_with_the_same_places(language: str) -> None:
    english, other = words_of("en"), words_of(language)
    assert set(other) == set(english)
    assert {key for key in english if places(other[key]) != places(english[key])} == set()


@pytest.mark.parametrize("language", INTERFACE)
def test_all_words_are_telegram_html(language: str) -> None:
    problems = {key: html_problem(words) for key, words in words_of(language).items()}
    assert {key: problem for key, problem in problems.items() if problem} == {}


def test_every_key_is_used_somewhere() -> None:
    code = "".join(file.read_text("utf-8") for file in CODE.rglob("*.py"))
    used = set(re.findall(r"""["']([a-z_]+)["']""", code))
    commands = {f"command_{name}" for name in (*COMMANDS, *GROUP_COMMANDS)}
    kinds = {f"kind_{kind}" for kind in get_args(IdentifierKind)}
    findings = FINDINGS | {"finding_foreign_number"}  # said of a code when nobody is claimed
    taps = {f"button_{name}" for name in (*SAYINGS, *ASKINGS)} | {f"ask_{asked}" for asked in OPTIONS}
    taps |= {f"{word}_{option}" for options in OPTIONS.values() for option in options for word in ("option", "told")}
    roles = {f"contact_{role}" for role in get_args(Role)}
    assert set(words_of("en")) - used - commands - kinds - findings - taps - roles == set()


@pytest.mark.parametrize("language", INTERFACE)
def test_nothing_is_ticked_off_that_people_read(language: str) -> None:
    assert {key for key, words in words_of(language).items() if re.search("[✓✔✅☑]", words)} == set()


def test_every_finding_has_words() -> None:
    assert FINDINGS - set(words_of("en")) == set()


@pytest.mark.parametrize("language", INTERFACE)
def test_yes_and_no_stand_beside_each_other_on_a_phone(language: str) -> None:
    words = words_of(language)
    assert max(width(words["button_gone_yes"]), width(words["button_gone_no"])) <= 18


@pytest.mark.parametrize("language", INTERFACE)
def test_the_buttons_of_a_question_stand_beside_each_other_on_a_phone(language: str) -> None:
    words = words_of(language)
    for row in (SAYINGS, ASKINGS):
        labels = [words[f"button_{name}"] for name in row]
        assert sum(map(width, labels)) <= 36
        assert len(set(labels)) == len(row)


@pytest.mark.parametrize("language", INTERFACE)
def test_what_fits_every_case_that_happens_this_minute_is_short(language: str) -> None:
    words = words_of(language)
    assert words["stop_now"].startswith("🛑 <b>")
    assert [key for key in ("stop_now", "stop_say", "stop_all") if "\n" in words[key]] == []
    assert max(columns(plain(words[key])) for key in ("stop_now", "stop_say")) <= 120


@pytest.mark.parametrize("language", INTERFACE)
def test_what_is_shown_over_a_button_is_as_short_as_telegram_wants_it(language: str) -> None:
    shown = words_of(language)["busy"].format(seconds=180)
    assert len(shown) <= 200
    assert "<" not in shown


def test_there_is_a_file_for_each_interface_language_and_no_other() -> None:
    assert {file.stem for file in LOCALES.glob("*.toml")} == set(INTERFACE)


def test_values_are_escaped_and_words_are_not(texts: dict[str, Texts]) -> None:
    assert texts["en"].of("item", text="<b>&") == "• &lt;b&gt;&amp;"
    assert "<b>" in texts["en"].of("do_now")


@pytest.mark.parametrize("language", INTERFACE)
def test_the_words_for_moderators_are_the_english_ones_in_another_language(language: str) -> None:
    english, own = words_of("en", MODERATORS), words_of(language, MODERATORS)
    assert list(own) == list(english)
    for same in (places, tags, typed):
        assert {key for key in english if same(own[key]) != same(english[key])} == set()
    problems = {key: html_problem(words) for key, words in own.items()}
    assert {key: problem for key, problem in problems.items() if problem} == {}


@pytest.mark.parametrize("language", INTERFACE)
def test_moderators_buttons_and_menus_are_short(language: str) -> None:
    own = words_of(language, MODERATORS)
    buttons = {key: words for key, words in own.items() if key.startswith("button_")}
    assert {key for key, words in buttons.items() if width(words) > 32} == set()
    assert {key for key, words in buttons.items() if re.search(r"[<>{}\n]", words)} == set()
    assert {key for key, words in own.items() if key.startswith("command_") and len(words) > 60} == set()


@pytest.mark.parametrize("language", INTERFACE)
def test_the_button_that_moderators_are_pointed_to_is_named_as_it_reads(language: str) -> None:
    own = words_of(language, MODERATORS)
    assert own["button_add_case"].removeprefix("➕ ") in own["welcome"]


def test_every_key_of_the_words_for_moderators_is_used_somewhere() -> None:
    code = "".join(file.read_text("utf-8") for file in CODE.rglob("*.py"))
    used = set(re.findall(r"""["']([a-z_]+)["']""", code))
    commands = {f"command_{name}" for name in (*MODERATOR_COMMANDS, *OWNER_COMMANDS)}
    kinds = {f"kind_{kind}" for kind in get_args(IdentifierKind)}
    assert set(words_of("en", MODERATORS)) - used == commands | kinds


@pytest.mark.parametrize("language", INTERFACE)
def test_moderators_and_people_call_kinds_of_contacts_the_same(language: str) -> None:
    own, people = words_of(language, MODERATORS), words_of(language)
    for kind in get_args(IdentifierKind):
        assert own[f"kind_{kind}"] == people[f"kind_{kind}"]


def test_moderators_of_every_interface_language_have_words(moderator_texts: dict[str, Texts]) -> None:
    assert set(moderator_texts) == set(INTERFACE)
    assert {file.stem for file in MODERATORS.glob("*.toml")} == set(INTERFACE)
