"""Imports go down, and each library has one home."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {"knowledge": 1, "index": 2, "bot": 3}
BOT_FLOORS = [
    {"settings", "texts", "busy", "layout", "reply", "drafting", "proposal_words", "trials", "review_queue", "served"},
    {"picture_text", "curation", "night"},
    {"decoding", "tesseract", "drafts"},
    {"sides"},
    {"picture_worker"},
    {"pictures", "contacts"},
    {"checking", "contact_replies"},
    {"contact_reporting", "after_replies", "night_replies", "moderation_replies"},
    {"gathering", "review_replies"},
    {"engine", "reading", "replies", "terminal", "rows", "tables", "page", "stats"},
    {"choices", "teaching_replies", "operating_replies"},
    {"services", "chat", "evaluating"},
    {"updates"},
    {"sending", "menus"},
    {"handlers", "contact_handlers"},
    {"check_command", "moderation", "nightly"},
    {"desk", "teaching", "afterwards"},
    {"commands", "importing", "authoring", "settling", "operating"},
    {"overview", "reviewing", "deciding"},
    {"curating"},
    {"application"},
    {"running"},
    {"cli"},
    {"__main__"},
]
HOMES = {
    "telegram": {
        f"bot/{name}.py"
        for name in (
            *("reading", "services", "updates", "sending", "menus", "handlers", "contact_handlers"),
            *("afterwards", "nightly", "application", "running"),
            *("moderation", "teaching", "authoring", "settling", "deciding", "operating"),
        )
    },
    "sentence_transformers": {"index/encoder.py"},
    "faiss": {"index/case_index.py"},
    "sqlite_utils": {"knowledge/store.py"},
    "opencc": {"knowledge/script.py"},
    "py3langid": {"knowledge/languages.py"},
    "openvino": {"index/encoder.py"},
    "rapidocr": {"bot/picture_worker.py"},
    "zxingcpp": {"bot/picture_worker.py"},
    "pillow_heif": {"bot/decoding.py"},
    "PIL": {"bot/decoding.py", "bot/picture_worker.py", "bot/tesseract.py"},
    "cv2": {"bot/decoding.py", "bot/picture_worker.py"},
    "phonenumbers": {"knowledge/numbering.py", "knowledge/phones.py"},
    "linkify_it": {"knowledge/links.py"},
    "stdnum": {"knowledge/wallets.py"},
    "matplotlib": {"bot/page.py", "bot/stats.py"},
}
FILES = [file for package in FLOORS for file in sorted((ROOT / package).glob("*.py"))]


def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_module_imports_only_from_its_own_floor_or_below(file: Path) -> None:
    above = {name for name in imports(file) if FLOORS.get(name.partition(".")[0], 0) > FLOORS[file.parent.name]}
    assert above == set()


@pytest.mark.parametrize("file", [file for file in FILES if file.parent.name == "bot"], ids=lambda file: file.name)
def test_inside_the_bot_too_imports_only_go_down(file: Path) -> None:
    floor = {name: number for number, names in enumerate(BOT_FLOORS) for name in names}
    if file.stem == "__init__":
        return
    own = floor[file.stem]
    used = {name.split(".")[1] for name in imports(file) if name.startswith("bot.")}
    assert {name for name in used if floor[name] > own} == set()


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library: str) -> None:
    users = {
        f"{file.parent.name}/{file.name}"
        for file in FILES
        if any(name.partition(".")[0] == library for name in imports(file))
    }
    assert users <= HOMES[library]


def test_no_function_is_longer_than_40_lines() -> None:
    long = []
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                doc = ast.get_docstring(node, clean=False)
                size = (node.end_lineno or 0) - node.lineno + 1 - (doc.count("\n") + 1 if doc else 0)
                if size > 40:
                    long.append(f"{file.name}:{node.name} has {size} lines")
    assert long == []
