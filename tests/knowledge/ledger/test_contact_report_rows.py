"""What the files hold of reported contacts and of people, whoever writes at once."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from knowledge.database.connection import Address
from knowledge.database.store import Store
from knowledge.identifiers.masked_form import mask
from knowledge.ledger.chat_settings import settings_of
from knowledge.ledger.contact_report_decisions import confirm_reports, remove_reports
from knowledge.ledger.contact_reports import (
    ContactReports,
    Reputation,
)
from knowledge.ledger.keyed_hash import read_key
from tests.databases import on_sqlite
from tests.reported import DAY, NOW, PHONE, TODAY, Contact, link, raw_bytes, report, rows

# --- what is kept about people


def test_forget_deletes_a_persons_reports_and_appeals_and_nobody_elses(store: Store, reports: ContactReports) -> None:
    for person in (1, 2):
        report(reports, PHONE, person)
        reports.appeal(PHONE, person, NOW)
    report(reports, link(1), 1)
    assert store.erase(reports.deletions(1)) == [2, 1]
    assert store.erase(reports.deletions(1)) == [0, 0]
    assert [row.count for row in reports.reported(TODAY)] == [1]


@on_sqlite
def test_no_byte_of_what_is_forgotten_stays_in_the_file(store: Store, reports: ContactReports, tmp_path: Path) -> None:
    for person in (1, 2):
        report(reports, PHONE, person)
        reports.appeal(PHONE, person, NOW)
    report(reports, link(1), 1)
    hashes = rows(store, "SELECT DISTINCT reporter FROM reports WHERE kind = 'link'")
    assert str(hashes[0][0]).encode() in raw_bytes(tmp_path)
    store.erase(reports.deletions(1))
    assert str(hashes[0][0]).encode() not in raw_bytes(tmp_path)


def contacts(kind: str, pattern: str) -> some.SearchStrategy[Contact]:
    return some.from_regex(pattern, fullmatch=True).map(lambda value: Contact(kind, value))


_REAL = some.one_of(
    contacts("phone", r"\+[1-9][0-9]{7,13}|[0-9]{8,11}"),
    contacts("link", r"https?://(www\.)?[a-z0-9-]{4,12}\.(com|top|co\.uk|中国)(/[a-z0-9]{4,9}(\?q=[a-z]{5})?)?"),
    contacts("email", r"[a-z.]{5,9}@[a-z]{4,9}\.(com|top)"),
    contacts("handle", r"(telegram|qq|line):[a-z0-9_]{5,20}|whatsapp:\+[1-9][0-9]{7,13}"),
    contacts("iban", r"[A-Z]{2}[0-9]{13,30}"),
    contacts("wallet", r"0x[0-9a-fA-F]{40}|T[1-9A-HJ-Z]{33}|bc1[a-z0-9]{39}"),
)
_ANY = some.builds(
    Contact,
    some.sampled_from(["phone", "link", "email", "handle", "iban", "wallet"]),
    some.text(min_size=6, max_size=200).filter(lambda text: "•" not in text),
)


def telling_parts(contact: Contact) -> set[str]:
    """The value itself, and what would give it away: a number's digits, a host, an account's name."""
    value = contact.value
    bare = value.rpartition("://")[2].removeprefix("www.")
    parts = {value, value.lower(), bare, bare.partition("/")[0]}
    parts |= {f":{value.partition(':')[2]}"} if contact.kind == "handle" else set()
    parts |= {value.rpartition("+")[2]} if "+" in value else set()
    parts |= {f"{value.partition('@')[0]}@"} if contact.kind == "email" else set()
    return {part for part in parts if len(part) > 4}


def bytes_after_reporting(contacts: list[Contact], person: int) -> bytes:
    with TemporaryDirectory() as name:
        store = Store(Path(name) / "a.db")
        reports = ContactReports(store, read_key(Path(name)))
        for number, contact in enumerate(contacts):
            assert report(reports, contact, person, NOW + number * DAY) in ("kept", "again")
            assert reports.appeal(contact, person, NOW + number * DAY) == "kept"
        for row in reports.reported(TODAY):
            assert confirm_reports(store, row.identifier, 99, NOW)
        assert Path(name, "a.db-wal").stat().st_size > 0
        raw = raw_bytes(Path(name))
        assert remove_reports(store, row.identifier, 99, NOW, "a mistake")
        store.close()
        return raw + raw_bytes(Path(name))


@settings(max_examples=25, deadline=None)
@given(some.lists(_REAL, min_size=1, max_size=3))
def test_no_identifier_and_no_person_is_in_the_bytes_of_the_files(given: list[Contact]) -> None:
    person = 0x0B5D3A2F91C7
    raw = bytes_after_reporting(given, person)
    assert [part for contact in given for part in telling_parts(contact) if part.encode() in raw] == []
    assert str(person).encode() not in raw
    assert person.to_bytes(6, "big") not in raw


@settings(max_examples=25, deadline=None)
@given(_ANY)
def test_whatever_is_reported_is_nowhere_whole(contact: Contact) -> None:
    raw = bytes_after_reporting([contact], 1)
    value = contact.value.encode("utf-8", "surrogatepass")
    assert value not in raw or value in bytes_after_reporting([PHONE], 1)  # "report" is the name of a table
    assert contact.value not in mask(contact.kind, contact.value)


def test_the_database_itself_refuses_a_text(reports: ContactReports) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        reports.report(PHONE, "They called me, and I paid", None, 1, None, NOW)
    with pytest.raises(sqlite3.IntegrityError):
        reports.report(PHONE, None, "Singapore", 1, None, NOW)
    assert reports.reported(TODAY) == ()


# --- threads


def test_two_threads_that_report_the_same_keep_one(reports: ContactReports) -> None:
    start = threading.Barrier(2)

    def at_once(number: int) -> list[str]:
        start.wait()
        return [report(reports, PHONE, person) for person in range(40)]

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(at_once, range(2)))
    assert [sorted(pair) for pair in zip(*outcomes, strict=True)] == [["again", "kept"]] * 40
    assert reports.known(PHONE, TODAY) == Reputation(40, TODAY, False)


def test_two_processes_that_report_the_same_keep_one(reports: ContactReports, address: Address, tmp_path: Path) -> None:
    other = Store(address)
    both = [reports, ContactReports(other, read_key(tmp_path))]
    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(lambda one: [report(one, PHONE, person) for person in range(20)], both))
    other.close()
    assert [sorted(pair) for pair in zip(*outcomes, strict=True)] == [["again", "kept"]] * 20


@on_sqlite
def test_the_database_keeps_a_write_ahead_log(store: Store) -> None:
    with store.reading() as db:
        assert db.execute("PRAGMA journal_mode").fetchall() == [("wal",)]


def test_a_database_of_before_gets_the_new_tables_and_keeps_its_settings(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "a.db")
    old.executescript("""
        CREATE TABLE chats (chat INTEGER PRIMARY KEY, country TEXT, language TEXT);
        INSERT INTO chats VALUES (7, 'SG', 'zh');
        CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT);
        INSERT INTO _sqlite_migrations VALUES (1, 'askfirst', 'm001_chats', '2026-11-20 00:00:00.000000+00:00');
    """)
    old.close()
    store = Store(tmp_path / "a.db")
    assert settings_of(store, 7).country == "SG"
    assert report(ContactReports(store, read_key(tmp_path)), PHONE, 1) == "kept"
    store.close()
