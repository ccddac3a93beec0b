"""What people tell us is not remembered by value: no cache of ours is keyed by anything that came from a person."""

import ast
import functools
import gc
import weakref
from collections.abc import Callable

import pytest

from bot.checking.case import KEPT
from bot.checking.checker import Checker
from bot.checking.conversation import Gathering, Read
from bot.checking.dialogue import Talk
from bot.checking.situation import Situation
from knowledge.documents.official import read_bodies
from knowledge.impostors.contacts import OfficialContacts
from knowledge.masking.text import mask_private
from knowledge.text.folding import fold
from tests.test_floors import FILES, place, tree_of

CURATED = {
    "bot/console/pages/plan.py:_layout_of": "the vectors of a build",
    "bot/words/curating/faults.py:_sentences": "codes of languages",
    "index/builds/cluster.py:_loaded": "the name of a model",
    "index/judging/calibration.py:deceives": "texts of the golden set",
    "knowledge/documents/casebook.py:reading_of": "texts of the casebook, and of proposals to it, which are masked",
    "knowledge/documents/questions.py:read_questions": "the folder of the documents",
    "knowledge/documents/toml.py:_adapter": "types of our own",
    "knowledge/database/postgres_sql.py:translated": "statements of our own, without their values",
    "knowledge/identifiers/context_words.py:_lexicon": "names of lists",
    "knowledge/identifiers/context_words.py:dotted": "names of lists",
    "knowledge/identifiers/lookalike_hosts.py:listed": "names of lists",
    "knowledge/text/varieties/chinese.py:_converter": "names of OpenCC's configurations",
}
"""Cached functions that take something, and what they take."""
LISTS_BY_LANGUAGE = "knowledge/masking/"
"""Its cached functions take a language's code and the name of a list."""
MARKS = ("98123498", "kalypso-marker", "marker.kalypso")
TEXT = (
    "They rang from 9812 3498 and +44 7700 998123498, wrote from marker.kalypso@kalypso-marker.net, sent "
    "https://paypa1.kalypso-marker.top/x?id=98123498 and www.kalypso-markеr.com, all from DBS in Singapore."
)


def cached_functions() -> dict[str, int]:
    """Return each cached function of ours, and how many things it takes."""
    found = {}
    for file in FILES:
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names = {ast.unparse(decorator).partition("(")[0] for decorator in node.decorator_list}
                if names & {"cache", "lru_cache", "functools.cache", "functools.lru_cache"}:
                    found[f"{place(file)}:{node.name}"] = (
                        len(node.args.args) + len(node.args.kwonlyargs) + bool(node.args.vararg)
                    )
    return found


def test_only_functions_of_curated_things_are_cached() -> None:
    taking = {name for name, taken in cached_functions().items() if taken}
    assert {name for name in taking if not name.startswith(LISTS_BY_LANGUAGE)} - CURATED.keys() == set()
    assert CURATED.keys() <= taking


def held(cached: object) -> bool:
    """Say whether what a cache keeps, its keys and values and what they are made of, has a mark in it."""
    level = [one for one in gc.get_referents(cached) if isinstance(one, dict)]
    for _ in range(4):
        level = [inner for one in level for inner in gc.get_referents(one) if not isinstance(inner, type)]
        if any(isinstance(one, str) and any(mark in one for mark in MARKS) for one in level):
            return True
    return False


@pytest.mark.parametrize("country", ["SG", None])
def test_no_cache_holds_the_numbers_and_hosts_of_a_text_that_was_checked(checker: Checker, country: str | None) -> None:
    assert OfficialContacts(read_bodies()).read(TEXT, country).found
    assert "98123498" not in mask_private(TEXT)
    fold(TEXT)
    talk = Talk(checker)
    case = talk.hear(Situation(TEXT, country=country), None).case
    assert talk.hear(Situation(f"now from {MARKS[1]}", country=country), case).case != case
    assert talk.added(case, f"{MARKS[1]} wants money", "en", country).judged
    assert talk.naming.country(TEXT)
    kind = type(functools.cache(lambda: None))
    caches = [one for one in gc.get_objects() if type(one) is kind]  # to ask others for their class may import or warn
    ours = [one for one in caches if one.__module__.startswith(("bot.", "index.", "knowledge."))]
    assert ours
    assert [one.__qualname__ for one in ours if held(one)] == []


def set_aside(gathering: Gathering) -> None:
    gathering.close(7)


def half_an_hour_later(gathering: Gathering) -> None:
    gathering.drop_old(KEPT + 10)


def nothing_is_left_of_it(gathering: Gathering) -> None:
    gathering.cases.keep(7, None, now=9.0)
    gathering.drop_old(KEPT)


@pytest.mark.parametrize("end", [set_aside, half_an_hour_later, nothing_is_left_of_it])
def test_nothing_of_a_case_is_left_in_memory_once_it_is_over(
    checker: Checker, end: Callable[[Gathering], None]
) -> None:
    gathering = Gathering()
    first = gathering.opened(7, 1, now=0.0)
    first.put(1, Read(TEXT))
    case = Talk(checker).hear(Situation(TEXT), None).case
    assert case is not None
    gathering.cases.keep(7, case, now=0.0)
    second = gathering.opened(7, 2, now=9.0)  # which knows the case that it belongs to
    assert second.before is case
    left = weakref.ref(case), weakref.ref(case.assessment), weakref.ref(first), weakref.ref(second)
    del case, first, second
    end(gathering)
    gc.collect()
    assert [one() for one in left] == [None] * 4
