from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from knowledge.database.connection import Address
from knowledge.database.store import Store
from knowledge.ledger.audit import AuditRow, add_to_audit, audit_rows
from knowledge.ledger.roles import OPERATOR, Moderator, Roles

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
OWNER, PERSON = 1, 77


@pytest.fixture
def roles(store: Store) -> Roles:
    return Roles(store, frozenset({OWNER}))


def test_owners_and_the_operator_may_moderate_and_nobody_else(roles: Roles) -> None:
    assert [roles.is_owner(person) for person in (OWNER, OPERATOR, PERSON)] == [True, True, False]
    assert [roles.is_moderator(person) for person in (OWNER, OPERATOR, PERSON)] == [True, True, False]
    assert roles.moderators() == ()
    assert roles.everyone() == frozenset({OWNER})


def test_an_added_person_may_moderate_until_removed(roles: Roles) -> None:
    assert roles.add(PERSON, OWNER, NOW)
    assert roles.is_moderator(PERSON)
    assert not roles.is_owner(PERSON)
    assert roles.moderators() == (Moderator(PERSON, date(2026, 11, 26), OWNER),)
    assert roles.everyone() == frozenset({OWNER, PERSON})
    assert roles.remove(PERSON, OPERATOR, NOW)
    assert not roles.is_moderator(PERSON)
    assert roles.moderators() == ()


def test_whoever_has_a_role_is_not_added_and_whoever_has_none_is_not_removed(roles: Roles, store: Store) -> None:
    assert roles.add(PERSON, OWNER, NOW)
    assert [roles.add(person, OWNER, NOW) for person in (PERSON, OWNER, OPERATOR)] == [False] * 3
    assert [roles.remove(person, OWNER, NOW) for person in (78, OWNER, OPERATOR, 1 << 70)] == [False] * 4
    assert [row.what for row in audit_rows(store)] == [f"add-moderator {PERSON}"]


@pytest.mark.parametrize("person", [-5, 1 << 52, 1 << 70])
def test_what_is_no_persons_id_is_refused(roles: Roles, person: int) -> None:
    with pytest.raises(ValueError, match=f"moderator: {person}, expected a person's Telegram id"):
        roles.add(person, OWNER, NOW)
    assert not roles.is_moderator(person)


def test_a_moderator_who_became_an_owner_is_listed_once(store: Store, roles: Roles) -> None:
    roles.add(PERSON, OWNER, NOW)
    later = Roles(store, frozenset({OWNER, PERSON}))
    assert later.moderators() == ()
    assert later.everyone() == frozenset({OWNER, PERSON})


def test_each_change_of_roles_is_in_the_audit(roles: Roles, store: Store) -> None:
    roles.add(PERSON, OWNER, NOW)
    roles.remove(PERSON, OPERATOR, NOW + timedelta(seconds=1))
    row = {"since": "2026-11-26T12:00:00+00:00", "added_by": OWNER}
    assert audit_rows(store) == (
        AuditRow(2, OPERATOR, NOW + timedelta(seconds=1), f"remove-moderator {PERSON}", row, {}),
        AuditRow(1, OWNER, NOW, f"add-moderator {PERSON}", {}, row),
    )


def test_two_processes_that_add_one_person_leave_one_row(address: Address) -> None:
    stores = [Store(address) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        added = list(threads.map(lambda store: Roles(store, frozenset()).add(PERSON, OWNER, NOW), stores))
    assert sorted(added) == [False, True]
    assert len(audit_rows(stores[0])) == 1
    for store in stores:
        store.close()


def test_a_person_removed_by_one_process_has_no_role_in_another(address: Address) -> None:
    one, other = Store(address), Store(address)
    Roles(one, frozenset()).add(PERSON, OWNER, NOW)
    assert Roles(other, frozenset()).is_moderator(PERSON)
    Roles(one, frozenset()).remove(PERSON, OWNER, NOW)
    assert not Roles(other, frozenset()).is_moderator(PERSON)
    one.close()
    other.close()


def test_the_audit_is_read_newest_first_by_person_and_by_what(store: Store) -> None:
    with store.transaction() as db:
        for who, what in ((1, "approve 12"), (2, "reject 13"), (1, "approve 14")):
            add_to_audit(db, who, NOW, what, {}, {"said": "知道"})
    assert [row.what for row in audit_rows(store)] == ["approve 14", "reject 13", "approve 12"]
    assert [row.what for row in audit_rows(store, most=1)] == ["approve 14"]
    assert [row.what for row in audit_rows(store, who=1, about=" 12")] == ["approve 12"]
    assert audit_rows(store, who=3) == ()
    assert audit_rows(store)[0].after == {"said": "知道"}


def test_times_are_kept_in_utc_wherever_they_come_from(store: Store) -> None:
    with store.transaction() as db:
        add_to_audit(db, 1, NOW.astimezone(timezone(timedelta(hours=8))), "approve 1", {}, {})
        assert db.execute('SELECT "when" FROM audit').fetchone() == ("2026-11-26T12:00:00+00:00",)
