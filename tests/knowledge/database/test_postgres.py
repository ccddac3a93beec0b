"""What is PostgreSQL's own: its schema, its faults, and a server that goes away."""

import ast
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from knowledge.database.connection import in_words
from knowledge.database.postgres_schema import STEPS
from knowledge.database.postgres_sql import translated
from knowledge.database.schema import NewerDatabase, migrations
from knowledge.database.store import Store
from knowledge.ledger.chat_settings import ChatSettings, keep_settings, settings_of
from knowledge.ledger.wrong_answers import WrongNotes
from tests.paths import ROOT
from tests.postgres import Server
from tests.reported import NOW

_OF_SQLITE_ALONE = re.compile(
    r"INSERT OR |\bifnull\(|\binstr\(|\bGLOB\b|\bx''|json_each|\bmax\(0,|\b(NOT|AND|OR|WHERE) "
    r"(ended|told|interrupted|lost|quiet|passed)\b(?! [=<>I])| IS (NOT )?[?:]"
)


@pytest.fixture
def store(postgres: Server) -> Iterator[Store]:
    with closing(Store(postgres.fresh())) as store:
        yield store


def test_both_databases_take_the_same_steps() -> None:
    assert [step.__name__ for step in STEPS] == [one.name for one in migrations.pending(Database(memory=True))]


def statements() -> Iterator[tuple[str, str]]:
    """Yield what is written as text in the rooms that speak to either database, with its place."""
    for room in ("ledger", "proposals"):
        for file in sorted((ROOT / "knowledge" / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield f"{file.name}:{node.lineno}", node.value
                if isinstance(node, ast.Attribute) and node.attr == "lastrowid":
                    yield f"{file.name}:{node.lineno}", "INSERT OR lastrowid: expected RETURNING"


def test_the_ledger_speaks_what_both_understand() -> None:
    assert [place for place, text in statements() if _OF_SQLITE_ALONE.search(text)] == []


def test_places_for_values_are_put_in_psycopgs_words_and_texts_are_left_alone() -> None:
    said = "SELECT '?' || \":a\", '100%', day::date FROM reports WHERE day >= :oldest AND kind = ? AND 7 % 2 = 1"
    assert translated(said) == (
        "SELECT '?' || \":a\", '100%%', day::date FROM reports WHERE day >= %(oldest)s AND kind = %s AND 7 %% 2 = 1"
    )


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://bot:se-cret@db:5432/askfirst", "postgresql://bot:…@db:5432/askfirst"),
        ("postgresql://db/askfirst?user=bot&password=se-cret", "postgresql://db/askfirst?user=bot&password=…"),
        ("postgresql://bot@db/askfirst", "postgresql://bot@db/askfirst"),
        (Path("/data/askfirst.db"), "/data/askfirst.db"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str | Path, shown: str) -> None:
    assert in_words(address) == shown


def test_what_a_server_refuses_says_nothing_of_the_row(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError) as refused:
        WrongNotes(store, bytes(32)).note("likely", None, "en", "a text nobody else would write " * 200, 1, NOW)
    assert "nobody else" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert WrongNotes(store, bytes(32)).waiting() == ()


def test_a_text_with_nul_is_kept_without_it(store: Store) -> None:
    notes = WrongNotes(store, bytes(32))
    notes.note("likely", None, "en", "a\0b", 1, NOW)
    assert [note.masked for note in notes.waiting()] == ["a\ufffdb"]


def test_where_the_server_is_away_it_is_said_in_one_line() -> None:
    with pytest.raises(sqlite3.OperationalError) as refused:
        Store("postgresql://askfirst@127.0.0.1:1/askfirst", 1)
    assert "\n" not in str(refused.value)


def test_connections_that_the_server_breaks_are_made_anew(store: Store) -> None:
    keep_settings(store, 1, ChatSettings("SG", "en"))
    with store.transaction() as db:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()"
        db.execute(f"{others} AND application_name = 'askfirst'")
    assert settings_of(store, 1).country == "SG"
    keep_settings(store, 1, ChatSettings("MY", "en"))
    assert settings_of(store, 1).country == "MY"


def test_who_waits_too_long_for_another_who_writes_is_told(postgres: Server) -> None:
    address = postgres.fresh()
    with closing(Store(address)) as store, closing(Store(address, wait=0.1)) as other:
        with store.transaction(), pytest.raises(sqlite3.OperationalError, match="lock timeout"):
            keep_settings(other, 1, ChatSettings("SG", "en"))
        keep_settings(other, 1, ChatSettings("SG", "en"))


def test_a_database_of_a_newer_version_is_refused_and_left_alone(postgres: Server) -> None:
    address = postgres.fresh()
    with closing(Store(address)) as store, store.transaction() as db:
        db.execute("INSERT INTO migrations (name) VALUES ('m999_later')")
    with pytest.raises(NewerDatabase, match="made by a newer version"):
        Store(address)
