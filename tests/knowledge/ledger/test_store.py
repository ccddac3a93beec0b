from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from knowledge.ledger.store import ChatSettings, Store


def test_a_chat_that_chose_nothing_has_no_settings(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db")
    assert store.settings_of(1) == ChatSettings()
    store.close()


def test_settings_are_there_after_the_file_is_opened_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "a.db")
    store.keep(1, ChatSettings("SG", "zh"))
    store.keep(1, ChatSettings("MY", "zh"))
    store.close()
    again = Store(tmp_path / "new" / "a.db")
    assert again.settings_of(1) == ChatSettings("MY", "zh")
    again.forget(1)
    assert again.settings_of(1) == ChatSettings()
    again.close()


def test_many_threads_may_write_at_once(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda chat: store.keep(chat, ChatSettings("SG", "en")), range(100)))
    assert [store.settings_of(chat).country for chat in range(100)] == ["SG"] * 100
    store.close()


def test_a_new_file_may_be_opened_by_several_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(lambda _: Store(tmp_path / "a.db"), range(4)))
    stores[0].keep(1, ChatSettings("SG", "en"))
    assert [store.settings_of(1).country for store in stores] == ["SG"] * 4
    for store in stores:
        store.close()


def test_a_transaction_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db")

    def breaking_off() -> None:
        with store.transaction() as db:
            db.execute("INSERT INTO chats VALUES (1, 'SG', 'en')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaking_off()
    assert store.settings_of(1) == ChatSettings()
    store.close()
