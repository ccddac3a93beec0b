import re
import string
import tomllib
from collections.abc import Iterable, Iterator
from typing import get_args, get_type_hints

from bot.console.pages.builds import FIGURES
from bot.console.words import CONSOLE, LANGUAGES, as_page, console_words, language_for, named
from index.judging.evaluation import CONCERNS
from knowledge.documents.golden import Form, GoldenSituation
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.stages import Stage
from knowledge.ledger.contact_reports import REPORTABLE
from knowledge.proposals.proposal import Draft
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
    used |= set(codes())
    assert asked - set(words_of("en")) - {"kind_", "figure_", "run_"} == set()
    assert set(words_of("en")) - used == set()


def codes() -> Iterator[str]:
    """Yield the key of each code that has a name."""
    pattern, situation = get_type_hints(Pattern), get_type_hints(GoldenSituation)
    known: dict[str, Iterable[str]] = {"concern": CONCERNS, "stage": get_args(Stage), "form": get_args(Form)}
    known |= {"kind": {*Kind, *get_args(situation["kind"])}, "family": get_args(pattern["family"])}
    known |= {"sort": {*get_args(get_type_hints(Draft)["kind"]), *REPORTABLE, "card"}}
    yield from (f"{what}_{code.replace('-', '_')}" for what, names in known.items() for code in names)


def test_every_code_has_a_name_in_every_language() -> None:
    for language in LANGUAGES:
        assert set(codes()) - set(words_of(language)) == set()
        words = console_words()[language]
        assert named(words, "kind", "too-little") == {"en": "too little", "zh": "信息太少"}[language]
        assert named(words, "family", "(retired)") == "(retired)"


def test_replies_to_people_lose_links_and_attributes_in_a_page() -> None:
    shown = as_page('<b>Bank</b> <a href="https://bank.example">site</a> <u>x</u>&lt;i&gt; <b onclick="x">y</b>')
    assert shown == "<b>Bank</b> site <u>x</u>&lt;i&gt; <b>y</b>"


def test_a_browsers_first_known_language_counts_until_one_is_chosen() -> None:
    assert language_for("", "fr, zh-CN;q=0.8, en") == "zh"
    assert language_for("en", "zh") == "en"
    assert language_for("xx", "") == "en"
