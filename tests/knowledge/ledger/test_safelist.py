"""The safelist: what is on it is reported no more, two moderators put it there, and all can be taken back."""

from datetime import timedelta

import pytest

from knowledge.database.store import Store
from knowledge.ledger.audit import audit_rows
from knowledge.ledger.contact_report_decisions import confirm_contact, forget_closed, take_back
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.keyed_hash import BadKey
from knowledge.ledger.roles import OPERATOR, Roles
from knowledge.ledger.safelist import Listing, listed, put_on_safelist, safelist, take_off_safelist
from tests.reported import DAY, NOW, PHONE, TODAY, Contact, report

ANN, BEN, CAI = 501, 502, 503
MINUTE = timedelta(minutes=1)


def put(store: Store, reports: ContactReports, moderator: int, reason: str = "", *, alone: bool = False) -> Listing:
    return put_on_safelist(store, reports.contact(PHONE), moderator, NOW, reason, alone=alone)


def reported(reports: ContactReports, people: int = 3) -> str:
    for person in range(1, people + 1):
        report(reports, PHONE, person)
    return reports.contact(PHONE).identifier


def test_two_moderators_put_a_contact_on_the_safelist_and_its_reports_are_told_no_more(
    store: Store, reports: ContactReports
) -> None:
    name = reported(reports)
    reports.appeal(PHONE, 9, NOW)
    assert put(store, reports, ANN, "a dentist, +65 9123 4567") == "second"
    assert put(store, reports, ANN) == "yours"
    assert reports.known(PHONE, TODAY)
    assert report(reports, PHONE, 4) == "kept"
    assert put(store, reports, BEN) == "listed"
    assert put(store, reports, CAI) == "already"
    assert reports.known(PHONE, TODAY) is None
    assert (reports.reported(TODAY), reports.appeals(TODAY)) == ((), ())
    (one,) = safelist(store, TODAY)
    assert (one.person, one.second, one.day, one.masked) == (ANN, BEN, TODAY, "+65 9••• ••67")
    assert one.reason == "a dentist, +65 9••• ••67"
    assert listed(store, name, TODAY) == one


def test_no_report_of_what_is_on_it_is_kept_until_it_is_taken_off(store: Store, reports: ContactReports) -> None:
    assert put(store, reports, ANN, alone=True) == "listed"
    assert report(reports, PHONE, 1) == "safelisted"
    assert report(reports, Contact("handle", "whatsapp:+6591234567"), 1) == "safelisted"
    assert report(reports, Contact("phone", "+6591234568"), 1) == "kept"
    assert reports.appeal(PHONE, 9, NOW) == "none"
    name = reports.contact(PHONE).identifier
    assert take_off_safelist(store, name, BEN, NOW)
    assert not take_off_safelist(store, name, BEN, NOW)
    assert report(reports, PHONE, 1) == "kept"
    assert [row.what.partition(" ")[0] for row in audit_rows(store, about=name)] == ["unsafelist", "safelist"]
    assert all(row.before["masked"] == row.after["masked"] == "+65 9••• ••67" for row in audit_rows(store, about=name))


def test_all_is_as_it_was_before_it_was_put_on(store: Store, reports: ContactReports) -> None:
    name = reported(reports)
    confirm_contact(store, name, ANN, NOW, alone=False)
    reports.appeal(PHONE, 9, NOW)
    before = reports.reported(TODAY), reports.appeals(TODAY)
    put(store, reports, ANN, "a dentist")
    first = listed(store, name, TODAY)
    put(store, reports, BEN)
    assert take_back(store, name, ANN, NOW) == "not-yours"
    assert take_back(store, name, BEN, NOW + 11 * MINUTE) == "late"
    assert take_back(store, name, BEN, NOW + MINUTE) == "undone"
    assert (reports.reported(TODAY), reports.appeals(TODAY)) == before
    assert listed(store, name, TODAY) == first
    assert take_back(store, name, BEN, NOW + MINUTE) == "changed"


def test_the_first_word_and_taking_off_are_taken_back(store: Store, reports: ContactReports) -> None:
    name = reported(reports, 1)
    confirm_contact(store, name, CAI, NOW, alone=False)
    before = reports.reported(TODAY)
    put(store, reports, ANN)
    assert take_back(store, name, ANN, NOW) == "undone"
    assert listed(store, name, TODAY) is None
    assert reports.reported(TODAY) == before
    put(store, reports, ANN)
    put(store, reports, BEN)
    (one,) = safelist(store, TODAY)
    take_off_safelist(store, name, CAI, NOW)
    reported(reports, 3)
    assert take_back(store, name, CAI, NOW) == "undone"
    assert safelist(store, TODAY) == (one,)
    assert reports.known(PHONE, TODAY) is None
    assert reports.reported(TODAY) == ()


def test_what_was_closed_with_it_is_erased_after_ten_minutes(store: Store, reports: ContactReports) -> None:
    reported(reports)
    put(store, reports, ANN, alone=True)
    assert forget_closed(store, NOW + 11 * MINUTE) == 3


def test_it_ends_after_180_days_and_with_the_key(store: Store, reports: ContactReports) -> None:
    put(store, reports, ANN, alone=True)
    with pytest.raises(BadKey):
        ContactReports(store, bytes(32))
    assert report(reports, PHONE, 1, NOW + 180 * DAY) == "safelisted"
    assert report(reports, PHONE, 1, NOW + 181 * DAY) == "kept"
    reports.expire((NOW + 181 * DAY).date())
    assert safelist(store, TODAY) == ()


def test_the_first_word_of_who_is_no_moderator_any_more_does_not_count(store: Store, reports: ContactReports) -> None:
    roles = Roles(store, frozenset())
    roles.add(ANN, OPERATOR, NOW)
    put(store, reports, ANN)
    roles.remove(ANN, OPERATOR, NOW)
    assert put(store, reports, BEN) == "second"
