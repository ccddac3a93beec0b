import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from knowledge.database.connection import Address
from knowledge.database.schema import NewerDatabase, migrations
from knowledge.database.store import Store
from knowledge.ledger.chat_settings import ChatSettings, forget_settings, keep_settings, settings_of


def test_a_chat_that_chose_nothing_has_no_settings(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db")
    assert settings_of(store, 1) == ChatSettings()
    store.close()


def test_settings_are_there_after_the_file_is_opened_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "a.db")
    keep_settings(store, 1, ChatSettings("SG", "zh"))
    keep_settings(store, 1, ChatSettings("MY", "zh"))
    store.close()
    again = Store(tmp_path / "new" / "a.db")
    assert settings_of(again, 1) == ChatSettings("MY", "zh")
    forget_settings(again, 1)
    assert settings_of(again, 1) == ChatSettings()
    again.close()


def test_many_threads_may_write_at_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda chat: keep_settings(store, chat, ChatSettings("SG", "en")), range(100)))
    assert [settings_of(store, chat).country for chat in range(100)] == ["SG"] * 100


def test_a_new_file_may_be_opened_by_several_at_once(address: Address) -> None:
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(lambda _: Store(address), range(4)))
    keep_settings(stores[0], 1, ChatSettings("SG", "en"))
    assert [settings_of(store, 1).country for store in stores] == ["SG"] * 4
    for store in stores:
        store.close()


def test_whoever_writes_a_file_before_it_gets_its_log_is_waited_for(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db", check_same_thread=False)) as other, ThreadPoolExecutor(1) as thread:
        other.execute("CREATE TABLE held (a)")
        other.execute("BEGIN IMMEDIATE")
        opening = thread.submit(Store, tmp_path / "a.db")
        with pytest.raises(TimeoutError):
            opening.result(0.2)
        other.rollback()
        opening.result().close()


def test_a_name_is_held_by_one_until_it_lets_go(address: Address) -> None:
    with closing(Store(address)) as one, closing(Store(address)) as other:
        with one.alone("night") as held, other.alone("night", wait=False) as too, other.alone("telling") as else_:
            assert (held, too, else_) == (True, False, True)
        with other.alone("night", wait=False) as held:
            assert held


def test_who_waits_for_a_name_has_it_when_the_other_lets_go(address: Address) -> None:
    order: list[str] = []
    with closing(Store(address)) as one, closing(Store(address)) as other, ThreadPoolExecutor(1) as thread:

        def waiting() -> None:
            with other.alone("night"):
                order.append("other")

        with one.alone("night"):
            done = thread.submit(waiting)
            order.append("one")
        done.result()
    assert order == ["one", "other"]


def test_a_transaction_is_kept_whole_or_not_at_all(store: Store) -> None:
    def breaking_off() -> None:
        with store.transaction() as db:
            db.execute("INSERT INTO chats (chat, country, language) VALUES (1, 'SG', 'en')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaking_off()
    assert settings_of(store, 1) == ChatSettings()


def test_a_file_that_cannot_be_used_is_not_held_open(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(sqlite3.DatabaseError) as fault:
        Store(file)
    assert fault.traceback  # what failed is still known, and with it all that it had opened
    assert file not in {opened.resolve() for opened in Path("/proc/self/fd").iterdir()}


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    Store(file).close()
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('askfirst', 'm999_x', '')")
    before = file.read_bytes()
    with pytest.raises(NewerDatabase, match=r"a\.db: made by a newer version \(m999_x\), expected that version"):
        Store(file)
    assert file.read_bytes() == before


def test_what_was_proposed_before_situations_could_be_is_kept_with_its_numbers(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    with closing(sqlite3.connect(file)) as db:
        migrations.apply(Database(db), stop_before="m013_examination")
        columns = "id, kind, pattern, content, why, batch, author, made, state, decided, approval"
        row = (7, "retire", "bank-otp", "", "no more", "b", 5, "2026-11-26", "approved", "2026-11-27", 3)
        db.execute(f"INSERT INTO proposals ({columns}) VALUES ({', '.join('?' * 11)})", row)
        db.execute("UPDATE sqlite_sequence SET seq = 9 WHERE name = 'proposals'")
        db.commit()
    for _ in range(2):
        store = Store(file)
        with store.transaction() as new:
            assert new.execute(f"SELECT {columns} FROM proposals WHERE id = 7").fetchall() == [row]
            indexes = new.execute(
                "SELECT name FROM sqlite_master WHERE tbl_name = 'proposals' AND sql NOT LIKE '%TABLE%'"
            )
            assert {name for (name,) in indexes} == {f"proposals_by_{one}" for one in ("state", "approval", "author")}
        store.close()
    store = Store(file)
    with store.transaction() as new:
        new.execute(f"INSERT INTO proposals ({columns}) VALUES (NULL, 'golden', {', '.join('?' * 9)})", (*row[2:-1], 4))
    with store.reading() as db:
        assert db.execute("SELECT max(id) FROM proposals").fetchone() == (10,)
    store.close()
