"""What is told of reported contacts, for how long, and who may report how much."""

import json
import sqlite3
from datetime import timedelta

import pytest

from knowledge.database.store import Store
from knowledge.identifiers.finding import find
from knowledge.ledger.contact_report_decisions import confirm_reports, remove_reports
from knowledge.ledger.contact_reports import (
    APPEALS_A_DAY,
    FIRST_DAY_REPORTS,
    REPORTS_A_DAY,
    REPORTS_AN_HOUR,
    ContactReports,
    Reputation,
)
from tests.reported import DAY, NOW, PHONE, TODAY, Contact, link, report, rows

# --- telling others


def test_nothing_is_told_before_three_different_people_reported(reports: ContactReports) -> None:
    assert reports.known(PHONE, TODAY) is None
    assert [report(reports, PHONE, person, NOW - person * DAY) for person in (1, 2)] == ["kept", "kept"]
    assert report(reports, PHONE, 2) == "again"
    assert reports.known(PHONE, TODAY) is None
    assert report(reports, PHONE, 3) == "kept"
    assert reports.known(PHONE, TODAY) == Reputation(3, TODAY - 2 * DAY, False)


def test_one_report_is_told_once_a_moderator_has_confirmed_it(store: Store, reports: ContactReports) -> None:
    report(reports, PHONE, 1)
    assert confirm_reports(store, reports.reported(TODAY)[0].identifier, 99, NOW)
    assert reports.known(PHONE, TODAY) == Reputation(1, TODAY, True)
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
    assert reports.known(PHONE, TODAY + 180 * DAY) == Reputation(3, TODAY, False)
    assert reports.known(PHONE, TODAY + 181 * DAY) is None
    assert reports.reported(TODAY + 181 * DAY) == ()


def test_expire_deletes_what_no_longer_counts(store: Store, reports: ContactReports) -> None:
    report(reports, PHONE, 1)
    reports.appeal(PHONE, 2, NOW)
    report(reports, link(1), 1, NOW + DAY)
    assert reports.expire(TODAY + 180 * DAY) == 0
    assert reports.expire(TODAY + 181 * DAY) == 1
    assert rows(store, "SELECT kind FROM reports") == [("link",)]
    assert rows(store, "SELECT * FROM appeals") == []


def test_after_its_report_has_expired_a_person_may_report_again(reports: ContactReports) -> None:
    report(reports, PHONE, 1)
    assert report(reports, PHONE, 1, NOW + 180 * DAY) == "again"
    assert report(reports, PHONE, 1, NOW + 181 * DAY) == "kept"
    assert reports.reported(TODAY + 181 * DAY)[0].since == TODAY + 181 * DAY


def test_a_confirmation_expires_too(store: Store, reports: ContactReports) -> None:
    report(reports, PHONE, 1)
    confirm_reports(store, reports.reported(TODAY)[0].identifier, 99, NOW)
    report(reports, PHONE, 2, NOW + 100 * DAY)
    assert reports.known(PHONE, TODAY + 180 * DAY) == Reputation(2, TODAY, True)
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


def test_an_appeal_against_what_is_no_longer_reported_is_not_listed(store: Store, reports: ContactReports) -> None:
    report(reports, PHONE, 1)
    reports.appeal(PHONE, 2, NOW)
    store.erase(reports.deletions(1))
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


def test_each_act_of_a_moderator_is_one_row_in_the_audit(store: Store, reports: ContactReports) -> None:
    report(reports, PHONE, 1)
    reports.appeal(PHONE, 2, NOW)
    hashed = reports.reported(TODAY)[0].identifier
    assert confirm_reports(store, hashed, 98, NOW)
    assert reports.appeals(TODAY) == ()
    assert remove_reports(store, hashed, 99, NOW, "the owner of 9123 4567 and @some_shop proved it")
    assert reports.reported(TODAY) == ()
    confirmed, removed = rows(store, 'SELECT who, "when", what, before, after FROM audit')
    assert confirmed[:3] == (98, "2026-11-24T12:00:00+00:00", f"confirm {hashed}")
    before = {"masked": "+65 9••• ••67", "reports": 1, "since": "2026-11-24", "confirmed": False, "appeals": 1}
    before |= {"patterns": ["parcel-smish"]}
    assert json.loads(str(confirmed[3])) == before
    after = before | {"confirmed": True, "confirmed_on": "2026-11-24", "appeals": 0}
    assert json.loads(str(confirmed[4])) == json.loads(str(removed[3])) == after
    assert (removed[0], removed[2]) == (99, f"remove {hashed}")
    assert json.loads(str(removed[4]))["reports"] == 0


def test_a_reason_is_kept_with_what_is_reported_masked(store: Store, reports: ContactReports) -> None:
    report(reports, PHONE, 1)
    reason = "said 0091234567 at evil-shop.top/x, order 88-11-22-33, is @some_shop since 2026-11-24"
    remove_reports(store, reports.reported(TODAY)[0].identifier, 99, NOW, reason)
    kept = json.loads(str(rows(store, "SELECT after FROM audit")[0][0]))["reason"]
    assert not any(raw in kept for raw in ("1234567", "evil-shop", "some_shop", "88-11"))
    assert "2026-11-24" in kept


def test_moderators_change_nothing_where_nothing_is_reported(store: Store, reports: ContactReports) -> None:
    assert not confirm_reports(store, "A" * 43, 99, NOW)
    assert not remove_reports(store, "A" * 43, 99, NOW, "gone")
    assert rows(store, "SELECT * FROM audit") == []


_AGAIN = 'audit SELECT id, 1, "when", what, before, after FROM audit WHERE id = 1'


@pytest.mark.parametrize(
    ("address", "change"),
    [
        *(
            (database, change)
            for database in ("sqlite", "postgres")
            for change in (
                "UPDATE audit SET who = 1",
                "DELETE FROM audit",
                f"INSERT INTO {_AGAIN} ON CONFLICT (id) DO UPDATE SET who = 1",
            )
        ),
        ("sqlite", f"INSERT OR REPLACE INTO {_AGAIN}"),
        ("sqlite", "UPDATE OR IGNORE audit SET id = 7"),
        ("postgres", "TRUNCATE audit"),
    ],
    indirect=["address"],
)
def test_the_database_refuses_to_change_the_audit(store: Store, reports: ContactReports, change: str) -> None:
    report(reports, PHONE, 1)
    confirm_reports(store, reports.reported(TODAY)[0].identifier, 99, NOW)
    with pytest.raises(sqlite3.IntegrityError, match="the audit is append-only"):
        rows(store, change)
    assert rows(store, "SELECT id, who FROM audit") == [(1, 99)]
