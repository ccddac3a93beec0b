import json
import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from knowledge.identifiers.finding import find
from knowledge.identifiers.masked_form import mask
from knowledge.ledger.contact_reports import (
    APPEALS_A_DAY,
    FIRST_DAY_REPORTS,
    REPORTS_A_DAY,
    REPORTS_AN_HOUR,
    ContactReports,
    Forgotten,
    Known,
)
from knowledge.ledger.keyed_hash import BadKey, read_key
from knowledge.ledger.store import Store

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Contact:
    kind: str
    value: str


PHONE = Contact("phone", "+6591234567")


def link(number: int) -> Contact:
    return Contact("link", f"http://host{number}.example/pay")


@pytest.fixture
def reports(store: Store, tmp_path: Path) -> ContactReports:
    return ContactReports(store, read_key(tmp_path))


def report(reports: ContactReports, contact: Contact, reporter: int, now: datetime = NOW) -> str:
    return reports.report(contact, "parcel-smish", "SG", reporter, None, now)


def raw_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.glob("a.db*")))


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(folder / "a.db")
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


# --- masks


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("phone", "+6591234567", "+65 9••• ••67"),
        ("phone", "+8613800138000", "+86 1••• •••• •00"),
        ("phone", "81234567", "8••• ••67"),
        ("phone", "1799", "1•••"),
        ("phone", "110", "•••"),
        ("link", "https://secure.paypal-login.com/x?id=1", "https://payp•••.com/•••"),
        ("link", "http://dbs.com.evil-shop.co.uk", "http://evi•••.co.uk"),
        ("link", "http://x.com/", "http://•••.com"),
        ("link", "http://me:word@192.0.2.17:80/a", "http://192.•••/•••"),
        ("email", "mary@example.com", "m•••@example.com"),
        ("email", "m@example.com", "•••@example.com"),
        ("handle", "telegram:techsupport", "telegram:te•••rt"),
        ("handle", "telegram:mary5", "telegram:m•••"),
        ("handle", "whatsapp:+6591234567", "whatsapp:+65 9••• ••67"),
        ("wallet", "0x52908400098527886E0F7030069857D2E4169EE7", "0x52•••9EE7"),
        ("iban", "DE89370400440532013000", "DE89•••3000"),
        ("handle", "line:ab\u202ecdefg\x00", "line:ab•••g?"),
    ],
)
def test_a_mask_shows_the_ends_and_hides_the_middle(kind: str, value: str, masked: str) -> None:
    assert mask(kind, value) == masked


# --- telling others


def test_nothing_is_told_before_three_different_people_reported(reports: ContactReports) -> None:
    assert reports.known(PHONE, TODAY) is None
    assert [report(reports, PHONE, person, NOW - person * DAY) for person in (1, 2)] == ["kept", "kept"]
    assert report(reports, PHONE, 2) == "again"
    assert reports.known(PHONE, TODAY) is None
    assert report(reports, PHONE, 3) == "kept"
    assert reports.known(PHONE, TODAY) == Known(3, TODAY - 2 * DAY, False)


def test_one_report_is_told_once_a_moderator_has_confirmed_it(reports: ContactReports) -> None:
    report(reports, PHONE, 1)
    assert reports.confirm(reports.reported(TODAY)[0].identifier, 99, NOW)
    assert reports.known(PHONE, TODAY) == Known(1, TODAY, True)
    assert reports.known(link(1), TODAY) is None


def test_a_published_contact_point_of_an_official_body_is_never_kept(reports: ContactReports) -> None:
    assert reports.report(PHONE, None, None, 1, "dbs", NOW) == "own"
    assert reports.reported(TODAY) == ()


def test_a_card_cannot_be_reported_since_only_four_digits_are_known(reports: ContactReports) -> None:
    with pytest.raises(ValueError, match="'card' cannot be reported, expected one of"):
        report(reports, Contact("card", "…1111"), 1)
    assert reports.known(Contact("card", "…1111"), TODAY) is None
    assert reports.appeal(Contact("card", "…1111"), 1, NOW) == "none"


def test_what_find_returns_can_be_reported(reports: ContactReports) -> None:
    identifier = find("call me on +65 9123 4567")[0]
    assert reports.report(identifier, None, None, 1, None, NOW) == "kept"
    assert report(reports, PHONE, 1) == "again"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Contact("link", "http://evil.top/a"), Contact("link", "https://www.EVIL.top/a/#top")),
        (Contact("link", "http://evil.top"), Contact("link", "https://dbs.com@evil.top/")),
        (PHONE, Contact("handle", "whatsapp:+6591234567")),
        (Contact("email", "Mary@evil.top"), Contact("email", "mary@evil.top")),
        (Contact("wallet", "0x" + "aB" * 20), Contact("wallet", "0x" + "ab" * 20)),
    ],
    ids=["link", "user in link", "whatsapp", "e-mail", "wallet"],
)
def test_two_ways_to_write_one_thing_are_one(reports: ContactReports, one: Contact, other: Contact) -> None:
    assert report(reports, one, 1) == "kept"
    assert report(reports, other, 1) == "again"
    assert len(reports.reported(TODAY)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Contact("link", "http://tube.example/watch?v=a"), Contact("link", "http://tube.example/watch?v=b")),
        (Contact("handle", "telegram:+AbC"), Contact("handle", "telegram:+aBc")),
        (Contact("handle", "telegram:name1"), Contact("handle", "instagram:name1")),
    ],
    ids=["query", "invitation", "platform"],
)
def test_different_things_stay_apart(reports: ContactReports, one: Contact, other: Contact) -> None:
    assert [report(reports, one, 1), report(reports, other, 1)] == ["kept", "kept"]


# --- expiry


def test_a_report_counts_for_180_days_and_not_on_the_181st(reports: ContactReports) -> None:
    for person in (1, 2, 3):
        report(reports, PHONE, person)
    assert reports.known(PHONE, TODAY + 180 * DAY) == Known(3, TODAY, False)
    assert reports.known(PHONE, TODAY + 181 * DAY) is None
    assert reports.reported(TODAY + 181 * DAY) == ()


def test_expire_deletes_what_no_longer_counts(reports: ContactReports, tmp_path: Path) -> None:
    report(reports, PHONE, 1)
    reports.appeal(PHONE, 2, NOW)
    report(reports, link(1), 1, NOW + DAY)
    assert reports.expire(TODAY + 180 * DAY) == 0
    assert reports.expire(TODAY + 181 * DAY) == 1
    assert rows(tmp_path, "SELECT kind FROM reports") == [("link",)]
    assert rows(tmp_path, "SELECT * FROM appeals") == []


def test_after_its_report_has_expired_a_person_may_report_again(reports: ContactReports) -> None:
    report(reports, PHONE, 1)
    assert report(reports, PHONE, 1, NOW + 180 * DAY) == "again"
    assert report(reports, PHONE, 1, NOW + 181 * DAY) == "kept"
    assert reports.reported(TODAY + 181 * DAY)[0].since == TODAY + 181 * DAY


def test_a_confirmation_expires_too(reports: ContactReports) -> None:
    report(reports, PHONE, 1)
    reports.confirm(reports.reported(TODAY)[0].identifier, 99, NOW)
    report(reports, PHONE, 2, NOW + 100 * DAY)
    assert reports.known(PHONE, TODAY + 180 * DAY) == Known(2, TODAY, True)
    assert reports.known(PHONE, TODAY + 181 * DAY) is None


# --- caps


def test_a_person_first_seen_today_reports_three_times(reports: ContactReports) -> None:
    kept = [report(reports, link(number), 1) for number in range(FIRST_DAY_REPORTS + 1)]
    assert kept == ["kept"] * FIRST_DAY_REPORTS + ["many"]
    assert report(reports, link(0), 1) == "again"
    assert report(reports, link(9), 2) == "kept"


def test_a_person_seen_before_reports_ten_times_a_day(reports: ContactReports) -> None:
    report(reports, PHONE, 1, NOW - DAY)
    kept = [report(reports, link(number), 1) for number in range(REPORTS_A_DAY + 1)]
    assert kept == ["kept"] * REPORTS_A_DAY + ["many"]
    assert report(reports, link(99), 1, NOW + DAY) == "kept"


def test_everybody_together_reports_200_times_an_hour(reports: ContactReports) -> None:
    kept = [report(reports, PHONE, person) for person in range(REPORTS_AN_HOUR + 1)]
    assert kept == ["kept"] * REPORTS_AN_HOUR + ["many"]
    assert report(reports, PHONE, 9999, NOW + timedelta(minutes=59)) == "many"
    assert report(reports, PHONE, 9999, NOW + timedelta(hours=1)) == "kept"


# --- appeals


def test_an_appeal_is_kept_once_a_person_where_something_is_reported(reports: ContactReports) -> None:
    assert reports.appeal(PHONE, 1, NOW) == "none"
    report(reports, PHONE, 2)
    assert [reports.appeal(PHONE, 1, NOW), reports.appeal(PHONE, 1, NOW)] == ["kept", "kept"]
    assert reports.appeal(PHONE, 3, NOW) == "kept"
    appeal = reports.appeals(TODAY)[0]
    assert (appeal.kind, appeal.masked, appeal.count, appeal.since) == ("phone", "+65 9••• ••67", 2, TODAY)
    assert appeal.identifier == reports.reported(TODAY)[0].identifier


def test_a_person_appeals_three_times_a_day(reports: ContactReports) -> None:
    for number in range(APPEALS_A_DAY + 1):
        report(reports, link(number), number)
    kept = [reports.appeal(link(number), 99, NOW) for number in range(APPEALS_A_DAY + 1)]
    assert kept == ["kept"] * APPEALS_A_DAY + ["many"]
    assert reports.appeal(link(APPEALS_A_DAY), 99, NOW + DAY) == "kept"


def test_an_appeal_against_what_is_no_longer_reported_is_not_listed(reports: ContactReports) -> None:
    report(reports, PHONE, 1)
    reports.appeal(PHONE, 2, NOW)
    reports.forget(1)
    assert reports.appeals(TODAY) == ()


# --- moderators


def test_moderators_see_masked_rows_with_counts_most_reported_first(reports: ContactReports) -> None:
    report(reports, link(1), 1)
    for person in (1, 2):
        reports.report(PHONE, f"pattern-{person}", "SG", person, None, NOW - person * DAY)
    reports.appeal(PHONE, 5, NOW)
    first, second = reports.reported(TODAY)
    assert (first.masked, first.count, first.since, first.last) == ("+65 9••• ••67", 2, TODAY - 2 * DAY, TODAY - DAY)
    assert (first.patterns, first.countries, first.appeals) == (("pattern-1", "pattern-2"), ("SG",), 1)
    assert (second.kind, second.masked, second.count) == ("link", "http://h•••.example/•••", 1)
    assert len(f"confirm:{first.identifier}") <= 64


def test_each_act_of_a_moderator_is_one_row_in_the_audit(reports: ContactReports, tmp_path: Path) -> None:
    report(reports, PHONE, 1)
    reports.appeal(PHONE, 2, NOW)
    hashed = reports.reported(TODAY)[0].identifier
    assert reports.confirm(hashed, 98, NOW)
    assert reports.appeals(TODAY) == ()
    assert reports.remove(hashed, 99, NOW, "the owner of 9123 4567 and @some_shop proved it")
    assert reports.reported(TODAY) == ()
    confirmed, removed = rows(tmp_path, 'SELECT who, "when", what, before, after FROM audit')
    assert confirmed[:3] == (98, "2026-11-24T12:00:00+00:00", f"confirm {hashed}")
    before = {"masked": "+65 9••• ••67", "reports": 1, "since": "2026-11-24", "confirmed": False, "appeals": 1}
    assert json.loads(str(confirmed[3])) == before
    after = before | {"confirmed": True, "appeals": 0}
    assert json.loads(str(confirmed[4])) == json.loads(str(removed[3])) == after
    assert (removed[0], removed[2]) == (99, f"remove {hashed}")
    assert json.loads(str(removed[4]))["reports"] == 0


def test_a_reason_is_kept_with_what_is_reported_masked(reports: ContactReports, tmp_path: Path) -> None:
    report(reports, PHONE, 1)
    reason = "said 0091234567 at evil-shop.top/x, order 88-11-22-33, is @some_shop since 2026-11-24"
    reports.remove(reports.reported(TODAY)[0].identifier, 99, NOW, reason)
    kept = json.loads(str(rows(tmp_path, "SELECT after FROM audit")[0][0]))["reason"]
    assert not any(raw in kept for raw in ("1234567", "evil-shop", "some_shop", "88-11"))
    assert "2026-11-24" in kept


def test_moderators_change_nothing_where_nothing_is_reported(reports: ContactReports, tmp_path: Path) -> None:
    assert not reports.confirm("A" * 43, 99, NOW)
    assert not reports.remove("A" * 43, 99, NOW, "gone")
    assert rows(tmp_path, "SELECT * FROM audit") == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET who = 1",
        "DELETE FROM audit",
        'INSERT OR REPLACE INTO audit SELECT id, 1, "when", what, before, after FROM audit',
        "UPDATE OR IGNORE audit SET id = 7",
    ],
)
def test_the_database_refuses_to_change_the_audit(reports: ContactReports, tmp_path: Path, change: str) -> None:
    report(reports, PHONE, 1)
    reports.confirm(reports.reported(TODAY)[0].identifier, 99, NOW)
    with pytest.raises(sqlite3.IntegrityError, match="the audit is append-only"):
        rows(tmp_path, change)
    assert rows(tmp_path, "SELECT id, who FROM audit") == [(1, 99)]


# --- what is kept about people


def test_forget_deletes_a_persons_reports_and_appeals_and_nobody_elses(reports: ContactReports, tmp_path: Path) -> None:
    for person in (1, 2):
        report(reports, PHONE, person)
        reports.appeal(PHONE, person, NOW)
    report(reports, link(1), 1)
    hashes = rows(tmp_path, "SELECT DISTINCT reporter FROM reports WHERE kind = 'link'")
    assert str(hashes[0][0]).encode() in raw_bytes(tmp_path)
    assert reports.forget(1) == Forgotten(reports=2, appeals=1)
    assert reports.forget(1) == Forgotten(reports=0, appeals=0)
    assert str(hashes[0][0]).encode() not in raw_bytes(tmp_path)
    assert [row.count for row in reports.reported(TODAY)] == [1]


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
            assert reports.confirm(row.identifier, 99, NOW)
        assert Path(name, "a.db-wal").stat().st_size > 0
        raw = raw_bytes(Path(name))
        assert reports.remove(row.identifier, 99, NOW, "a mistake")
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
    assert reports.known(PHONE, TODAY) == Known(40, TODAY, False)


def test_two_processes_that_report_the_same_keep_one(reports: ContactReports, tmp_path: Path) -> None:
    other = Store(tmp_path / "a.db")
    both = [reports, ContactReports(other, read_key(tmp_path))]
    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(lambda one: [report(one, PHONE, person) for person in range(20)], both))
    other.close()
    assert [sorted(pair) for pair in zip(*outcomes, strict=True)] == [["again", "kept"]] * 20


def test_the_database_keeps_a_write_ahead_log(reports: ContactReports, tmp_path: Path) -> None:
    assert rows(tmp_path, "PRAGMA journal_mode") == [("wal",)]


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
    assert store.settings_of(7).country == "SG"
    assert report(ContactReports(store, read_key(tmp_path)), PHONE, 1) == "kept"
    store.close()


# --- the key


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
    assert ContactReports(store, b"a" * 32).forget(1).reports == 1
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
