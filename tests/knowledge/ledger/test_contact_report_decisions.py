"""Confirming and deleting what was reported of a contact, by one moderator or by two, and taking it back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from knowledge.database.backups import backup
from knowledge.database.store import Store
from knowledge.ledger.contact_report_decisions import confirm_contact, forget_closed, remove_reports, take_back
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.erasing import forget
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.roles import OPERATOR, Roles
from knowledge.ledger.wrong_answers import WrongNotes

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY = bytes(range(32))
ANN, BEN = 501, 502


@dataclass(frozen=True)
class Phone:
    kind: str = "phone"
    value: str = "+6591234567"


@pytest.fixture
def reports(store: Store) -> ContactReports:
    return ContactReports(store, KEY)


def reported(reports: ContactReports, people: int) -> str:
    """Have people report a phone, and return its hash."""
    for person in range(1, people + 1):
        reports.report(Phone(), "parcel-smish", "SG", person, None, NOW)
    return reports.reported(NOW.date())[0].identifier


def test_two_moderators_confirm_what_one_person_reported(store: Store, reports: ContactReports) -> None:
    name = reported(reports, 1)
    assert confirm_contact(store, name, ANN, NOW, alone=False) == "second"
    assert confirm_contact(store, name, ANN, NOW, alone=False) == "yours"
    assert reports.known(Phone(), NOW.date()) is None
    assert confirm_contact(store, name, BEN, NOW, alone=False) == "confirmed"
    assert confirm_contact(store, name, ANN, NOW, alone=False) == "already"
    assert confirm_contact(store, "A" * 43, ANN, NOW, alone=False) == "gone"
    assert reports.known(Phone(), NOW.date())


@pytest.mark.parametrize(("people", "alone"), [(2, False), (1, True)])
def test_one_moderator_is_enough_for_two_reports_or_alone(
    store: Store, reports: ContactReports, people: int, alone: bool
) -> None:
    assert confirm_contact(store, reported(reports, people), ANN, NOW, alone=alone) == "confirmed"


def test_a_second_report_after_the_first_word_needs_no_second_moderator(store: Store, reports: ContactReports) -> None:
    name = reported(reports, 1)
    assert confirm_contact(store, name, ANN, NOW, alone=False) == "second"
    reported(reports, 2)
    assert confirm_contact(store, name, ANN, NOW, alone=False) == "confirmed"


def test_the_first_word_of_who_is_no_moderator_any_more_does_not_count(store: Store, reports: ContactReports) -> None:
    name, roles = reported(reports, 1), Roles(store, frozenset())
    roles.add(ANN, OPERATOR, NOW)
    assert confirm_contact(store, name, ANN, NOW, alone=False) == "second"
    roles.remove(ANN, OPERATOR, NOW)
    assert confirm_contact(store, name, BEN, NOW, alone=False) == "second"


def test_a_decision_is_taken_back_by_who_took_it_and_within_ten_minutes(store: Store, reports: ContactReports) -> None:
    name = reported(reports, 1)
    assert take_back(store, name, ANN, NOW) == "gone"
    confirm_contact(store, name, ANN, NOW, alone=False)
    assert take_back(store, name, BEN, NOW + MINUTE) == "not-yours"
    assert take_back(store, name, ANN, NOW + 11 * MINUTE) == "late"
    assert take_back(store, name, ANN, NOW + MINUTE) == "undone"
    assert take_back(store, name, ANN, NOW + MINUTE) == "changed"
    assert confirm_contact(store, name, BEN, NOW + 2 * MINUTE, alone=False) == "second"


def test_all_is_as_it_was_before_a_deletion(store: Store, reports: ContactReports) -> None:
    name = reported(reports, 3)
    confirm_contact(store, name, ANN, NOW - 3 * timedelta(days=1), alone=False)
    reports.appeal(Phone(), 9, NOW)
    before = reports.reported(NOW.date()), reports.appeals(NOW.date())
    remove_reports(store, name, ANN, NOW, "")
    assert reports.reported(NOW.date()) == ()
    reports.report(Phone(), None, None, 1, None, NOW)  # who reports it again meanwhile has it once
    assert take_back(store, name, ANN, NOW + 9 * MINUTE) == "undone"
    (row,) = reports.reported(NOW.date())
    assert (row.count, row.appeals, row.confirmed_on) == (3, 1, before[0][0].confirmed_on)
    assert reports.appeals(NOW.date()) == before[1]


def test_what_cannot_be_taken_back_any_more_is_erased(store: Store, reports: ContactReports, tmp_path: Path) -> None:
    name = reported(reports, 2)
    remove_reports(store, name, ANN, NOW, "")
    assert forget_closed(store, NOW + 10 * MINUTE) == 0
    assert forget_closed(store, NOW + 11 * MINUTE) == 2
    assert take_back(store, name, ANN, NOW + MINUTE) == "undone"
    assert reports.reported(NOW.date()) == ()


def test_what_is_closed_is_forgotten_with_its_person_and_stands_in_no_backup(
    store: Store, reports: ContactReports, tmp_path: Path
) -> None:
    name = reported(reports, 2)
    reports.appeal(Phone(), 1, NOW)
    remove_reports(store, name, ANN, NOW, "")
    copy = Store(backup(store, tmp_path / "backups", NOW))
    with copy.reading() as db:
        assert db.execute("SELECT count(*) FROM closed_reports").fetchone() == (0,)
    copy.close()
    forgotten = forget(store, reports, WrongNotes(store, KEY), Askers(store), tmp_path / "backups", 1, 1)
    assert (forgotten.reports, forgotten.appeals) == (1, 1)
    assert take_back(store, name, ANN, NOW) == "undone"
    assert reports.reported(NOW.date())[0].count == 1
