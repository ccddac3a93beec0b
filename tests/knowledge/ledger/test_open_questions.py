from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from knowledge.database.store import Store
from knowledge.ledger.open_questions import QUESTIONS_A_CHAT, Askers, Vector
from tests.databases import on_sqlite

TODAY = date(2026, 11, 26)
DAY = timedelta(days=1)
MODEL = "a-model-1234"


@pytest.fixture
def askers(store: Store) -> Askers:
    return Askers(store)


def vector(number: int) -> Vector:
    made = np.zeros(384, dtype=np.float32)
    made[number] = 1
    return made


def test_a_question_waits_as_the_vector_it_was(askers: Askers) -> None:
    made = np.random.default_rng(0).normal(size=384).astype(np.float32)
    assert askers.keep(5, made, TODAY, MODEL) == "kept"
    (one,) = askers.waiting(TODAY, MODEL)
    assert (one.id, one.chat) == (1, 5)
    assert one.vector.dtype == np.float32
    np.testing.assert_array_equal(one.vector, made)


def test_a_chat_has_three_questions_at_most_and_each_once(askers: Askers) -> None:
    assert [askers.keep(5, vector(number), TODAY, MODEL) for number in range(4)] == ["kept"] * QUESTIONS_A_CHAT + [
        "many"
    ]
    assert askers.keep(5, vector(0), TODAY, MODEL) == "kept"
    assert len(askers.waiting(TODAY, MODEL)) == QUESTIONS_A_CHAT
    assert askers.keep(6, vector(0), TODAY, MODEL) == "kept"
    assert askers.keep(5, vector(9), TODAY + 31 * DAY, MODEL) == "kept"


def test_an_answered_question_is_told_once(store: Store, askers: Askers) -> None:
    for number in range(3):
        askers.keep(5 + number, vector(number), TODAY, MODEL)
    askers.found({1: "parcel-smish", 3: "job-tasks"})
    assert [one.id for one in askers.waiting(TODAY, MODEL)] == [2]
    assert askers.to_tell() == ((1, 5, "parcel-smish"), (3, 7, "job-tasks"))
    with store.reading() as db:
        assert db.execute("SELECT length(vector) FROM askers WHERE id = 1").fetchone() == (0,)
    askers.done(1)
    assert askers.to_tell() == ((3, 7, "job-tasks"),)


def test_a_question_is_open_only_to_the_model_that_read_it(askers: Askers) -> None:
    askers.keep(5, vector(0), TODAY, MODEL)
    askers.keep(6, vector(0), TODAY, "another")
    assert [one.chat for one in askers.waiting(TODAY, MODEL)] == [5]


def test_questions_that_another_model_read_are_let_go_and_each_chat_is_told_once(store: Store, askers: Askers) -> None:
    for number in range(3):
        askers.keep(5, vector(number), TODAY, "another")
    askers.keep(6, vector(0), TODAY, MODEL)
    with store.transaction() as db:  # of a version that kept no model's name
        db.execute("INSERT INTO askers (chat, vector, day) VALUES (7, ?, ?)", (b"0", TODAY.isoformat()))
    for _ in range(2):
        askers.let_go(TODAY, MODEL)
        assert askers.waiting(TODAY, "another") == ()
        assert [(chat, pattern) for _, chat, pattern in askers.to_tell()] == [(5, None), (7, None)]
    assert [one.chat for one in askers.waiting(TODAY, MODEL)] == [6]
    assert [askers.keep(5, vector(number), TODAY, MODEL) for number in range(3)] == ["kept"] * 3
    askers.done(askers.to_tell()[0][0])
    assert [chat for _, chat, _ in askers.to_tell()] == [7]


def test_questions_expire_after_30_days(askers: Askers) -> None:
    askers.keep(5, vector(0), TODAY, MODEL)
    askers.keep(6, vector(1), TODAY + DAY, MODEL)
    assert askers.expire(TODAY + 30 * DAY) == 0
    assert [one.chat for one in askers.waiting(TODAY + 31 * DAY, MODEL)] == [6]
    assert askers.expire(TODAY + 31 * DAY) == 1
    assert len(askers.waiting(TODAY, MODEL)) == 1


def test_a_chat_is_forgotten_and_others_are_not(store: Store, askers: Askers) -> None:
    for chat in (5, 5, 6):
        askers.keep(chat, vector(chat), TODAY, MODEL)
    askers.keep(5, vector(0), TODAY, MODEL)
    assert store.erase([askers.deletion(5)]) == [2]
    assert [one.chat for one in askers.waiting(TODAY, MODEL)] == [6]


@on_sqlite
def test_nothing_of_a_forgotten_question_is_left_in_the_file(store: Store, askers: Askers, tmp_path: Path) -> None:
    made = np.random.default_rng(1).normal(size=384).astype(np.float32)
    askers.keep(5, made, TODAY, MODEL)
    store.erase([askers.deletion(5)])
    raw = b"".join(file.read_bytes() for file in tmp_path.glob("a.db*"))
    assert made.tobytes()[:32] not in raw
