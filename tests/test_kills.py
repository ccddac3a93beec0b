import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from bench.kills import faults, run_kills, work
from knowledge.store import Store


def test_whatever_was_said_to_be_kept_survives_20_kills(tmp_path: Path) -> None:
    killed = run_kills(tmp_path / "a.db", 20, random.Random(5))
    assert killed.faults == ()
    assert killed.said > 100
    assert killed.kept >= killed.said


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
