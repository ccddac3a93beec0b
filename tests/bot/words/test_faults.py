import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from bot.words.curating.faults import fault_in
from bot.words.texts import LOCALES
from knowledge.proposals.impact import Impact, holds
from knowledge.text.toml_files import UnreadableFile, parse_toml
from tests.paths import ROOT

CHECKS: tuple[str, ...] = ("knowledge/proposals/*.py", "knowledge/documents/toml.py", "knowledge/masking/text.py")
CHECKS += ("knowledge/text/toml_files.py", "bot/moderation/proposing.py", "bot/moderation/importing.py")
NOT_READ = ("kind case and no", "kind golden and no", "a new folder or an", "no pattern documents", "is the last 7 one")
"""Faults that no moderator meets: those of programs, and those of the terminal; and one that is two in truth."""
ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")


def written(file: Path) -> Iterator[str]:
    """Yield what a module says was expected, with a number for each value."""
    tree = ast.parse(file.read_text("utf-8"))
    whole = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    within = {part for node in whole for part in node.values if isinstance(part, ast.Constant)}
    for node in whole:
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    plain = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in within)
    yield from (node.value for node in plain if isinstance(node.value, str))


@cache
def met() -> frozenset[str]:
    """Return every fault that a moderator may meet."""
    faults = {one for glob in CHECKS for file in ROOT.glob(glob) for one in written(file)}
    faults = {one for one in faults if ", expected" in one and "\n" not in one and not one.endswith(".")}
    return frozenset(one for one in faults if not any(left in one for left in NOT_READ))


def test_every_fault_that_a_moderator_meets_is_said_in_chinese() -> None:
    assert len(met()) > 40
    assert {one: said for one in met() if ENGLISH.search(said := fault_in("zh", one)) or said == one} == {}


@pytest.mark.parametrize(
    "document", ["a", "a = b", "a = [1", 'a = "x', "a = 1 2", "[a", "[[a]", "a = {b = 1", "a=1\na=2"]
)
def test_what_is_no_toml_is_said_in_chinese(document: str) -> None:
    with pytest.raises(UnreadableFile) as unreadable:
        parse_toml(document, "x")
    said = fault_in("zh", unreadable.value.wrong)
    assert said.startswith("不是 TOML：")
    assert not ENGLISH.search(said)


def test_why_something_is_held_is_said_in_chinese() -> None:
    why = holds(Impact(accused=("en-a", "en-b"), now_likely=("en-c",), near=(("parcel-smish", "cases.0", 0.98),)))
    said = fault_in("zh", f"{why} (tried as 8 together)")
    assert said.startswith("会把无害的文字说成已知骗局：en-a, en-b；会把无害的考题说成已知骗局：en-c；和已有的案例")
    assert said.endswith("（8 条一起试算）")
    assert fault_in("zh-Hant", why).startswith("會把無害的文字說成已知騙局：en-a")


@pytest.mark.parametrize(
    ("said", "in_chinese"),
    [
        ("more.csv:2: text: 92 % alike to cases.3, expected another person's own words",
         "more.csv:2: text: 和 cases.3 有 92% 相同；要另一个人自己的话"),
        ("text: 2,000 characters, expected 2 to 1,500", "text: 有 2,000 个字符，要求 2 到 1,500 个"),
        ("kind: Input should be 'a' or 'b', found 'c, expected d'", "kind: 应为 'a' 或 'b'，现在是 'c, expected d'"),
        ("7: no moderator, expected the id of one", "7：不是审核员"),
        ("something new", "something new"),
    ],
)  # fmt: skip
def test_values_and_what_stands_before_a_fault_stay_as_they_are(said: str, in_chinese: str) -> None:
    assert fault_in("zh", said) == in_chinese
    assert fault_in("en", said) == said


def sentences(language: str) -> dict[str, str]:
    return tomllib.loads((LOCALES / "faults" / f"{language}.toml").read_text("utf-8"))


def places(words: str) -> set[str]:
    return {name for _, name, *_ in Formatter().parse(words) if name}


@pytest.mark.parametrize("language", sorted({file.stem for file in LOCALES.glob("*.toml")} - {"en", "zh", "zh-Hant"}))
def test_every_fault_is_said_in_every_interface_language(language: str) -> None:
    own = sentences(language)
    assert list(own) == list(sentences("zh"))
    assert {one: said for one in met() if "expected" in (said := fault_in(language, one)) or said == one} == {}
    assert {english for english, words in own.items() if not places(words) <= places(english) or not words} == set()
    for fault in ("text: 92 % alike to cases.3, expected another person's own words", "kind: Field required"):
        place, said = fault.partition(": ")[::2]
        assert fault_in(language, fault).partition(": ")[0] == place
        assert fault_in(language, said) != said
    why = holds(Impact(accused=("en-a", "en-b"), near=(("parcel-smish", "cases.0", 0.98),)))
    assert not re.search(r"would|harmless|nearly|words of", fault_in(language, why))
    assert "en-a, en-b" in fault_in(language, why)


@pytest.mark.parametrize(
    ("language", "said", "expected"),
    [
        ("de", "line 3, column 5: Field required", "Zeile 3, Spalte 5: das fehlt hier"),
        ("es", "text: 2,000 characters, expected 2 to 1,500", "text: 2,000 caracteres; tienen que ser de 2 a 1,500"),
        ("fr", "case of parcel-smish (proposal 4)", "cas de parcel-smish (proposition 4)"),
        ("ja", "not TOML: Unclosed array (at line 1, column 6), expected TOML",
         "TOML ではありません：角かっこが閉じていません（1 行目 6 文字目）"),
        ("th", "kind: Input should be 'a' or 'b', found 'c, expected d'",
         "kind: ต้องเป็น 'a' หรือ 'b' ตอนนี้เป็น 'c, expected d'"),
        ("ar", "Invalid value; Unclosed array",
         "القيمة مكتوبة خطأ، والنص يوضع بين علامتي اقتباس؛ القوس المربع غير مغلق"),
    ],
)  # fmt: skip
def test_a_fault_is_said_in_the_language_of_whoever_reads_it(language: str, said: str, expected: str) -> None:
    assert fault_in(language, said) == expected
