"""The key that contacts and people are hashed with."""

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from knowledge.database.store import Store
from knowledge.ledger.contact_reports import (
    ContactReports,
)
from knowledge.ledger.keyed_hash import BadKey, read_key
from tests.reported import PHONE, report


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = read_key(tmp_path / "new")
    file = tmp_path / "new" / "key"
    assert (len(key), read_key(tmp_path / "new")) == (32, key)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["key"]


def test_threads_that_make_the_key_at_once_get_the_same(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def at_once(number: int) -> bytes:
        start.wait()
        return read_key(tmp_path)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(at_once, range(8)))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        (b"", 0o600, "damaged, found 0 bytes, expected 32 random bytes"),
        (b"k" * 33, 0o600, "damaged, found 33 bytes, expected 32 random bytes"),
        (bytes(32), 0o600, "damaged, found nothing but zeros, expected 32 random bytes"),
        (b"k" * 32, 0o644, "mode 644 lets others read it, expected 600"),
    ],
    ids=["empty", "long", "zeros", "open"],
)
def test_a_damaged_key_is_refused_in_one_line(tmp_path: Path, content: bytes, mode: int, message: str) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(mode)
    with pytest.raises(BadKey, match=message) as refused:
        read_key(tmp_path)
    assert str(refused.value).startswith(f"{file}: ")
    assert "\n" not in str(refused.value)
    assert file.read_bytes() == content


def test_a_key_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(BadKey, match=r"key: cannot be read or made \(Is a directory\), expected a file of 32 bytes"):
        read_key(tmp_path)


def test_another_key_than_the_reports_were_kept_with_is_refused(store: Store) -> None:
    report(ContactReports(store, b"a" * 32), PHONE, 1)
    with pytest.raises(BadKey, match="not the one that the database's reports were kept with"):
        ContactReports(store, b"b" * 32)
    assert store.erase(ContactReports(store, b"a" * 32).deletions(1)) == [1, 0]
    assert report(ContactReports(store, b"b" * 32), PHONE, 1) == "kept"


def test_the_same_thing_has_another_hash_under_another_key(tmp_path: Path) -> None:
    hashes = set()
    for name in ("a", "b"):
        store = Store(tmp_path / name / "a.db")
        reports = ContactReports(store, read_key(tmp_path / name))
        report(reports, PHONE, 1)
        hashes.add(reports.reported(date(2026, 11, 24))[0].identifier)
        store.close()
    assert len(hashes) == 2
