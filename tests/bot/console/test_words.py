import re
import string
import tomllib

from bot.console.pages.builds import FIGURES
from bot.console.words import CONSOLE, LANGUAGES, as_page, language_for
from tests.paths import ROOT

HERE = ROOT / "bot" / "console"


def words_of(language: str) -> dict[str, str]:
    return tomllib.loads((CONSOLE / f"{language}.toml").read_text("utf-8"))


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_language_has_the_same_words_with_the_same_places() -> None:
    assert {file.stem for file in CONSOLE.glob("*.toml")} == set(LANGUAGES)
    english = words_of("en")
    for language in LANGUAGES:
        own = words_of(language)
        assert list(own) == list(english)
        assert {key for key in english if places(own[key]) != places(english[key])} == set()


def test_every_word_is_used_and_every_used_one_is_there() -> None:
    templates = "".join(file.read_text("utf-8") for file in (HERE / "templates").glob("*.html"))
    code = "".join(file.read_text("utf-8") for file in HERE.rglob("*.py"))
    asked = set(re.findall(r'\bt\(["\']([a-z_]+)["\']', templates))
    used = set(re.findall(r"""["']([a-z_]+)["']""", templates + code))
    used |= {f"figure_{name}" for name in FIGURES} | {f"kind_{kind}" for kind in "apcsn"}
    used |= {f"run_{name}" for name in ("worse", "faults", "held_back", "came_in")}
    assert asked - set(words_of("en")) - {"kind_", "figure_", "run_"} == set()
    assert set(words_of("en")) - used == set()


def test_replies_to_people_lose_links_and_attributes_in_a_page() -> None:
    shown = as_page('<b>Bank</b> <a href="https://bank.example">site</a> <u>x</u>&lt;i&gt; <b onclick="x">y</b>')
    assert shown == "<b>Bank</b> site <u>x</u>&lt;i&gt; <b>y</b>"


def test_a_browsers_first_known_language_counts_until_one_is_chosen() -> None:
    assert language_for("", "fr, zh-CN;q=0.8, en") == "zh"
    assert language_for("en", "zh") == "en"
    assert language_for("xx", "") == "en"
