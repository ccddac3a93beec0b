from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from knowledge.database.store import Store
from knowledge.ledger.night_reports import Nights

NOW = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def nights(store: Store) -> Nights:
    return Nights(store)


def untold(nights: Nights) -> tuple[tuple[int, dict[str, Any]], ...]:
    """Return what is to be told, and give it back."""
    claimed = nights.claim(NOW)
    for one in claimed:
        nights.release(one.id)
    return tuple((one.id, one.report) for one in claimed)


def test_before_the_first_night_nothing_is_finished_and_nothing_to_tell(nights: Nights) -> None:
    assert nights.last_finished() is None
    assert untold(nights) == ()


def test_a_finished_night_is_told_once(nights: Nights) -> None:
    night = nights.begin(NOW)
    assert untold(nights) == ()
    nights.finish(night, {"published": True}, NOW + HOUR)
    assert nights.last_finished() == NOW + HOUR
    assert untold(nights) == ((night, {"published": True}),)
    nights.told(night)
    assert untold(nights) == ()


def test_a_night_that_never_ended_is_reported_once_when_the_next_begins(nights: Nights) -> None:
    broken_off = nights.begin(NOW)
    assert untold(nights) == ()
    following = nights.begin(NOW + 24 * HOUR)
    assert nights.last_finished() is None
    report = {"faults": [f"night {broken_off}: begun at 2026-11-26T03:30:00+00:00, interrupted before its end"]}
    assert untold(nights) == ((broken_off, report),)
    nights.told(broken_off)
    nights.finish(following, {}, NOW + 25 * HOUR)
    nights.begin(NOW + 48 * HOUR)
    assert untold(nights) == ((following, {}),)


def test_what_a_night_kept_of_its_report_is_told_though_it_never_ended(nights: Nights) -> None:
    night = nights.begin(NOW)
    nights.keep(night, {"published": True, "faults": ["backup: no room"]})
    assert untold(nights) == ()
    nights.begin(NOW + 24 * HOUR)
    line = f"night {night}: begun at 2026-11-26T03:30:00+00:00, interrupted before its end"
    assert untold(nights) == ((night, {"published": True, "faults": ["backup: no room", line]}),)


def test_a_night_that_ends_though_another_has_begun_is_told_as_finished(nights: Nights) -> None:
    slow = nights.begin(NOW)
    nights.begin(NOW + HOUR)
    nights.finish(slow, {"published": False}, NOW + 2 * HOUR)
    assert untold(nights) == ((slow, {"published": False}),)


def test_only_a_night_that_began_can_end_and_only_with_a_report_that_json_holds(nights: Nights) -> None:
    with pytest.raises(ValueError, match="night 9: not there, expected one that has begun"):
        nights.finish(9, {}, NOW)
    with pytest.raises(ValueError, match="not JSON compliant"):
        nights.finish(nights.begin(NOW), {"figure": float("nan")}, NOW)
    assert nights.last_finished() is None


def test_what_one_is_telling_another_does_not_tell_until_it_must_be_dead(nights: Nights) -> None:
    night = nights.begin(NOW)
    nights.finish(night, {}, NOW)
    assert [one.id for one in nights.claim(NOW)] == [night]
    assert nights.claim(NOW + timedelta(minutes=9)) == ()
    later = nights.begin(NOW + HOUR)
    nights.finish(later, {}, NOW + HOUR)
    assert nights.claim(NOW + timedelta(minutes=9)) == ()
    assert [one.id for one in nights.claim(NOW + timedelta(minutes=11))] == [night, later]


def test_who_has_a_report_is_remembered_until_everybody_has_it(nights: Nights) -> None:
    for _ in range(2):
        nights.finish(nights.begin(NOW), {}, NOW)
    first, second = nights.claim(NOW)
    nights.sent(first.id, 51)
    nights.sent(first.id, 51)
    nights.release(first.id)
    nights.told(second.id)
    (left,) = nights.claim(NOW)
    assert left.id == first.id
    assert left.readers == {51}
