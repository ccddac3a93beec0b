"""Gaps: what several people asked in vain is found, the same each time, and nothing of fewer is shown."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.checking.checker import Checker
from bot.checking.situation import Situation
from index.builds.build import Build
from index.gaps.clusters import clusters
from index.gaps.gaps import Gaps, find_gaps
from index.gaps.skeleton import skeleton
from knowledge.database.store import Store
from knowledge.documents.toml import parse_pattern
from knowledge.ledger.answer_counts import Counters
from knowledge.ledger.chat_settings import ChatSettings, keep_settings
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.proposals.drafting import Drafting
from knowledge.proposals.queue import Proposals
from tests.fakes import HashingEncoder

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PIGEON = (
    "a breeder abroad offers me racing pigeons and wants a deposit for the pigeons",
    "the pigeons breeder wants a deposit abroad before he offers racing pigeons",
    "racing pigeons from a breeder abroad he wants the deposit for pigeons first",
    "deposit for racing pigeons to a breeder abroad who offers pigeons",
)
CHOIR = (
    "our choir director said concert tickets must be sold by singers with vouchers",
    "singers of our choir must sell concert vouchers said the director",
    "the director said singers of our choir pay for concert tickets with vouchers",
)
STRAY = ("my neighbour sings at night", "which train goes to the lake tomorrow", "how do i bake bread without yeast")
Find = Callable[..., Gaps]


@pytest.fixture
def ask(store: Store, checker: Checker) -> Callable[[int, str], None]:
    """Have a chat ask to be told later, in vain so far."""

    def asked(chat: int, text: str) -> None:
        assert Askers(store).keep(chat, checker.vector(Situation(text)), TODAY, HashingEncoder.name) == "kept"

    return asked


@pytest.fixture
def find(store: Store, small_build: Build, tmp_path: Path) -> Find:
    def found(**more: int) -> Gaps:
        return find_gaps(store, read_key(tmp_path), small_build, HashingEncoder(), TODAY, **more)

    return found


def test_what_four_people_ask_is_one_gap_and_what_each_asks_alone_is_none(
    ask: Callable[[int, str], None], find: Find, store: Store, small_build: Build
) -> None:
    for chat, text in enumerate((*PIGEON, *STRAY), 1):
        ask(chat, text)
    for chat in (1, 2, 3):
        keep_settings(store, chat, ChatSettings(language="hi"))
    found = find()
    (gap,) = found.gaps
    assert (gap.number, gap.people, gap.texts, found.alone) == (1, 4, 4, 3)
    assert gap.languages == {"hi": 3, "*": 1}
    assert (gap.notes, gap.examples) == ((), ())
    assert {name for name, _ in gap.nearest} <= set(small_build.patterns)
    assert list(gap.nearest) == sorted(gap.nearest, key=lambda one: -one[1])
    assert find() == found
    assert json.loads(json.dumps(found.as_json()))["gaps"][0]["people"] == 4


def test_one_person_who_asks_three_times_is_no_gap(ask: Callable[[int, str], None], find: Find) -> None:
    for text in PIGEON[:3]:
        ask(1, text)
    ask(2, PIGEON[3])
    found = find()
    assert (found.gaps, found.alone) == ((), 4)


def test_one_person_is_the_same_in_questions_and_notes(
    ask: Callable[[int, str], None], find: Find, store: Store, tmp_path: Path
) -> None:
    notes = WrongNotes(store, read_key(tmp_path))
    ask(1, PIGEON[0])
    ask(2, PIGEON[1])
    notes.note("no_match", None, "en", PIGEON[2], 1, NOW)
    notes.note("no_match", None, "en", PIGEON[3], 2, NOW)
    assert find().gaps == ()
    notes.note("unclear", None, "en", f"{PIGEON[3]} again", 3, NOW)
    (gap,) = find().gaps
    assert (gap.people, gap.texts, gap.notes) == (3, 5, (1, 2, 3))


def test_only_texts_that_enough_people_agreed_to_show_are_shown(find: Find, store: Store, tmp_path: Path) -> None:
    notes = WrongNotes(store, read_key(tmp_path))
    for person, text in enumerate(PIGEON[:3], 1):
        notes.note("no_match", None, "en", text, person, NOW)
    notes.note("no_match", None, "en", None, 9, NOW)
    (gap,) = find().gaps
    assert gap.examples == PIGEON[:3]
    assert gap.languages == {"en": 3}
    assert find(fewest=4).gaps == ()


def test_two_gaps_are_told_apart(ask: Callable[[int, str], None], find: Find) -> None:
    for chat, text in enumerate((*PIGEON, *CHOIR, *STRAY), 1):
        ask(chat, text)
    assert [gap.people for gap in find().gaps] == [4, 3]


def test_languages_that_are_told_nothing_most_often_come_first(find: Find, store: Store) -> None:
    counters = Counters(store)
    for language, concern, count in (
        ("en", "likely", 8),
        ("en", "unclear", 2),
        ("hi", "no_match", 3),
        ("hi", "likely", 1),
    ):
        for _ in range(count):
            counters.add(TODAY, language, concern, None, None)
    counters.flush()
    hindi, english = find().languages
    assert (hindi.language, hindi.answers, hindi.no_match, hindi.share) == ("hi", 4, 3, 0.75)
    assert (english.language, english.unclear, english.share) == ("en", 2, 0.2)
    assert (find().gaps, find().alone) == ((), 0)


def test_a_document_to_begin_with_names_what_is_near_and_no_word_of_anybody(
    find: Find, store: Store, tmp_path: Path, small_build: Build, proposals: Proposals
) -> None:
    notes = WrongNotes(store, read_key(tmp_path))
    for person, text in enumerate(PIGEON, 1):
        notes.note("no_match", None, "en", text, person, NOW)
    (gap,) = find().gaps
    template = Drafting(proposals, lambda: None).template(TODAY)  # type: ignore[arg-type, return-value]
    text = skeleton(gap, small_build.patterns, template)
    nearest = small_build.patterns[gap.nearest[0][0]]
    assert text.startswith("# Gap 1: 4 texts of 4 people\n# People by language (* few, und not known): en 4\n")
    assert f"# Near: {nearest.id} ({nearest.guidance['en'].title}), cosine " in text
    assert f'\nkind = "{nearest.kind}"\n' in text
    assert f'\nfamily = "{nearest.family}"\n' in text
    assert "pigeon" not in text
    if nearest.kind != "accomplice":  # which needs lines of law beside those of the template
        assert parse_pattern(text, "my-new-pattern.toml").family == nearest.family


def test_clusters_of_too_few_or_of_none() -> None:
    assert clusters(np.zeros((0, 4), dtype=np.float32), 3) == []
    assert clusters(np.eye(4, dtype=np.float32)[:2], 3) == []
