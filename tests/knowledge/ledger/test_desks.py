from datetime import timedelta

from knowledge.database.store import Store
from knowledge.ledger.desk.desks import Desk, Desks
from tests.reported import NOW

HOUR = timedelta(hours=1)


def test_a_desk_keeps_what_was_told_passed_over_and_decided(store: Store) -> None:
    desks = Desks(store)
    assert desks.of(7) == Desk()
    desks.tell(7, ["p1", "p2"], NOW)
    desks.tell(7, ["p2", "n1"])
    desks.skip(7, "p2")
    desks.skip(7, "a1")
    desks.count(7)
    assert desks.of(7) == Desk(frozenset({"p1", "p2", "n1", "a1"}), frozenset({"p2", "a1"}), 1, NOW)
    desks.begin(7)
    assert (desks.of(7).passed, desks.of(7).decided) == (frozenset(), 0)
    assert desks.of(8) == Desk()


def test_no_fewer_than_none_are_decided(store: Store) -> None:
    desks = Desks(store)
    desks.count(7, -1)
    assert desks.of(7).decided == 0
    for more in (1, 1, -1, -1, -1):
        desks.count(7, more)
    assert desks.of(7).decided == 0


def test_what_waits_no_more_is_forgotten_after_an_hour_and_what_comes_back_is_not(store: Store) -> None:
    desks = Desks(store)
    desks.tell(7, ["p1", "p2"])
    desks.tidy(["p1"], [7], NOW)
    desks.tidy(["p1", "p2"], [7], NOW + 2 * HOUR)
    assert desks.of(7).told == {"p1", "p2"}
    desks.tidy(["p2"], [7], NOW + 3 * HOUR)
    desks.tidy(["p2"], [7], NOW + 4 * HOUR)
    assert desks.of(7).told == {"p1", "p2"}
    desks.tidy(["p2"], [7], NOW + 5 * HOUR)
    assert desks.of(7).told == {"p2"}


def test_the_desk_of_who_is_no_moderator_is_cleared(store: Store) -> None:
    desks = Desks(store)
    for person in (7, 8):
        desks.tell(person, ["p1"], NOW)
    desks.tidy(["p1"], [7], NOW)
    assert desks.of(7).told == {"p1"}
    assert desks.of(8) == Desk()
