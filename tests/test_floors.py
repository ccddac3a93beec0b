"""Imports go down from room to room, and each library has one home."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.paths import ROOT

FLOORS = (
    ("knowledge.text", "knowledge.database"),
    ("knowledge.documents",),
    ("knowledge.identifiers",),
    ("knowledge.impostors", "knowledge.masking", "knowledge.ledger"),
    ("knowledge.proposals",),
    ("knowledge.exchange",),
    ("index.model",),
    ("index.judging",),
    ("index.builds", "index.training"),
    ("index.trials", "index.gaps"),
    ("bot.settings", "bot.pictures", "bot.reports"),
    ("bot.checking",),
    ("bot.words",),
    ("bot.moderation", "bot.answering", "bot.web", "bot.logs"),
    ("bot.api",),
    ("bot.telegram", "bot.terminal", "bot.console"),
    ("bot.cli",),
    ("bot.__main__",),
)
"""The rooms, lowest floor first; a room knows those below it, and none beside it."""
HOMES = {
    "telegram": {"bot/telegram"},
    "sentence_transformers": {"index/model/stock.py"},
    "faiss": {"index/judging/case_index.py", "index/judging/listed_index.py"},
    "sqlite_utils": {"knowledge/database"},
    "psycopg": {"knowledge/database"},
    "fsspec": {"index/builds/remote.py"},
    "opencc": {"knowledge/text/varieties/chinese.py"},
    "py3langid": {"knowledge/text/languages.py"},
    "openvino": {"index/model/silent_openvino.py"},
    "sentencepiece": {"index/model/tokenizer.py"},
    "tokenizers": {"index/model/stock_tokenizer.py"},
    "rapidocr": {"bot/pictures/worker.py"},
    "zxingcpp": {"bot/pictures/worker.py"},
    "pillow_heif": {"bot/pictures/decoding.py"},
    "PIL": {"bot/pictures"},
    "cv2": {"bot/pictures"},
    "phonenumbers": {"knowledge/identifiers/phone"},
    "linkify_it": {"knowledge/identifiers/links.py"},
    "stdnum": {"knowledge/identifiers/wallets.py"},
    "Crypto": {"knowledge/identifiers/wallets.py", "knowledge/exchange/keys.py"},
    "matplotlib": {"bot/reports"},
    "starlette": {"bot/console", "bot/api"},
    "uvicorn": {"bot/console/running.py", "bot/api"},
    "jinja2": {"bot/console/rendering.py"},
    "aiohttp": {"bot/web"},
    "prometheus_client": {"bot/web"},
    "pythonjsonlogger": {"bot/logs.py"},
}
MOST_MODULES, MOST_LINES = 14, 40
FILES = [file for package in ("knowledge", "index", "bot") for file in sorted((ROOT / package).rglob("*.py"))]


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


@cache
def imports(file: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def rooms(module: str) -> set[tuple[int, str]]:
    """Return the floor and the room a module is in; none of what is not ours."""
    return {
        (floor, room)
        for floor, names in enumerate(FLOORS)
        for room in names
        if module == room or module.startswith(f"{room}.")
    }


@pytest.mark.parametrize("file", FILES, ids=place)
def test_a_module_imports_only_from_its_own_room_or_from_lower_floors(file: Path) -> None:
    module = place(file).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    if module in ("knowledge", "index", "bot"):
        assert imports(file) == frozenset()
        return
    ((own_floor, own_room),) = rooms(module)
    used = {(floor, room) for name in imports(file) for floor, room in rooms(name)}
    assert {room for floor, room in used if floor >= own_floor and room != own_room} == set()


def test_no_two_modules_import_each_other_on_any_way() -> None:
    by_name = {place(file).removesuffix(".py").replace("/", "."): file for file in FILES}
    left = {name: {used for used in imports(file) if used in by_name} for name, file in by_name.items()}
    while free := {name for name, used in left.items() if not used & left.keys()}:
        left = {name: used for name, used in left.items() if name not in free}
    assert left == {}


@pytest.mark.parametrize("folder", sorted({file.parent for file in FILES}), ids=place)
def test_a_room_has_no_more_than_about_a_dozen_modules(folder: Path) -> None:
    assert len([file for file in folder.glob("*.py") if file.name != "__init__.py"]) <= MOST_MODULES


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library: str) -> None:
    users = {place(file) for file in FILES if any(name.partition(".")[0] == library for name in imports(file))}
    assert {user for user in users if not any(user.startswith(home) for home in HOMES[library])} == set()


def test_no_function_is_longer_than_40_lines() -> None:
    long = []
    for file in FILES:
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                doc = ast.get_docstring(node, clean=False)
                size = (node.end_lineno or 0) - node.lineno + 1 - (doc.count("\n") + 1 if doc else 0)
                if size > MOST_LINES:
                    long.append(f"{place(file)}:{node.name} has {size} lines")
    assert long == []
