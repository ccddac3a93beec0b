"""What waits for moderators, one after the other."""

from datetime import time

import pytest

from bot.moderation.overview import Filters, filters_of
from bot.moderation.queue import Place, by_kind, next_place, place_of
from bot.moderation.waiting import is_quiet
from knowledge.ledger.desk.desks import Desk

ITEMS = ("p2", "p5", f"c{'x' * 43}", "n1")


def test_the_next_item_is_the_first_that_was_not_passed_over() -> None:
    assert next_place(ITEMS, Desk()) == Place("p2", 1, 4)
    assert next_place(ITEMS, Desk(passed=frozenset({"p2", "p1"}), decided=3)) == Place("p5", 5, 7)
    assert next_place(ITEMS, Desk(passed=frozenset(ITEMS))) is None
    assert place_of("p2", ITEMS, Desk(passed=frozenset({"p2"}))).number == 1


def test_items_are_counted_by_kind() -> None:
    assert by_kind(ITEMS) == {"proposal": 2, "report": 1, "note": 1}


@pytest.mark.parametrize(
    ("quiet", "clock", "expected"),
    [
        (None, time(3), False),
        ((time(22), time(7)), time(22), True),
        ((time(22), time(7)), time(6, 59), True),
        ((time(22), time(7)), time(7), False),
        ((time(12), time(13)), time(12, 30), True),
        ((time(12), time(13)), time(22), False),
    ],
)
def test_quiet_hours_may_go_past_midnight(quiet: tuple[time, time] | None, clock: time, expected: bool) -> None:
    assert is_quiet(quiet, clock) is expected


def test_filters_of_the_audit_stand_in_any_order() -> None:
    assert filters_of(["7d", "501", "approve", "parcel-smish"]) == Filters(501, "approve", "parcel-smish", 7)
    assert filters_of(["0"]) == Filters(who=0)
    assert filters_of([]) == Filters()
    assert filters_of(["7d", "what?"]) == "what?"
