import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from bench.kills import faults, run_kills, work
from bench.night_kills import Nights, lost, not_made_up, run_night_kills
from bot.moderation.night import Night
from knowledge.database.store import Store


@pytest.mark.slow
def test_whatever_was_said_to_be_kept_survives_20_kills(tmp_path: Path) -> None:
    killed = run_kills(tmp_path / "a.db", 20, random.Random(5))
    assert killed.faults == ()
    assert killed.said > 0
    assert killed.kept >= killed.said


@pytest.mark.slow
def test_nothing_is_lost_and_the_next_night_makes_up_after_20_kills_amid_the_nightly_run(tmp_path: Path) -> None:
    killed = run_night_kills(tmp_path, 20, random.Random(5))
    assert killed.faults == []
    assert killed.steps.total() == 20
    assert len(killed.steps) > 2


@pytest.fixture
def worked(tmp_path: Path) -> Iterator[tuple[sqlite3.Connection, list[str]]]:
    store = Store(tmp_path / "a.db")
    said = list(islice(work(store), 30))
    store.close()
    with closing(sqlite3.connect(tmp_path / "a.db")) as db:
        yield db, said


def test_a_lost_act_and_one_without_audit_would_be_noticed(worked: tuple[sqlite3.Connection, list[str]]) -> None:
    db, said = worked
    assert list(faults(db, said)) == []
    db.execute("DELETE FROM proposals WHERE id = 1")
    db.execute("INSERT INTO moderators VALUES (5, '', 1)")
    assert list(faults(db, [*said, "approve 99"])) == [
        "approve 99: said to be kept, and not in the audit",
        "proposals: not as the audit says",
        "moderators: not as the audit says",
    ]


def test_what_a_kill_destroys_and_what_is_not_made_up_for_would_be_noticed(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.run()
    text, before = nights.approve(), nights.standing()
    nights.run()
    assert list(lost(nights, before)) == []
    (tmp_path / "builds" / ".making-half").mkdir()
    (build,) = (tmp_path / "builds" / name for name in nights.standing().builds - before.builds)
    idle = Night(build=build.name)
    assert list(not_made_up(nights, idle, (text, "some other case"))) == [
        "the next run has not published",
        "some other case: approved, and not in the build",
        "half-written and still there: .making-half",
    ]
    (build / "golden.json").write_text("[]")
    with closing(sqlite3.connect(tmp_path / "askfirst.db")) as db, db:
        db.execute("UPDATE proposals SET reason = 'lost'")
    assert list(lost(nights, before)) == [
        f"{build / 'golden.json'}: missing or damaged; run `askfirst rebuild`",
        "what was approved is not what it was",
    ]
