"""What rises beyond its own past, and what only seems to."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from scipy.stats import nbinom, poisson  # type: ignore[import-untyped]

from bot.reports.rising import discoveries, rising_contacts, rising_patterns, table, tail
from knowledge.database.store import Store
from knowledge.identifiers.finding import find
from knowledge.ledger.answer_counts import Count
from knowledge.ledger.contact_report_rows import reported_days
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.keyed_hash import read_key

TODAY = date(2026, 11, 26)


def weekly(pattern: str | None, *weeks: int) -> list[Count]:
    """Counts of nine weeks, the week before TODAY last, all on the first day of each."""
    first = TODAY - timedelta(days=7 * len(weeks))
    return [
        Count(first + timedelta(days=7 * place), "en", "likely", pattern, None, count)
        for place, count in enumerate(weeks)
        if count
    ]


EVERY_WEEK = weekly(None, *[30] * 9)


def test_a_past_without_more_scatter_than_chance_has_is_judged_as_a_poisson_count_of_uncertain_mean() -> None:
    past = [4, 5, 3, 4, 4, 5, 3, 4]
    expected = nbinom.sf(11, sum(past) + 0.5, 8 / 9)
    assert tail(12, past) == pytest.approx(expected)
    assert tail(12, past) > poisson.sf(11, 4)
    assert tail(0, past) == 1


def test_what_has_always_gone_up_and_down_is_judged_more_mildly() -> None:
    calm, restless = [10] * 8, [0, 25, 2, 18, 1, 24, 0, 10]
    assert sum(calm) == sum(restless)
    assert tail(22, restless) > 10 * tail(22, calm)


def test_a_pattern_rises_and_those_that_do_as_ever_are_not_named() -> None:
    counts = [*EVERY_WEEK, *weekly("parcel-smish", *[4] * 8, 15), *weekly("bank-otp", *[4] * 8, 5)]
    (rise,) = rising_patterns(counts, TODAY)
    assert (rise.name, rise.count, rise.usual, rise.line) == ("parcel-smish", 15, 4.0, "parcel-smish: 15 (4.0)")
    assert table("Rising", [rise]).rows[0][:3] == ("parcel-smish", "15", "4.0")
    assert rising_patterns(counts, TODAY - timedelta(days=7)) == ()


def test_a_new_pattern_rises_once_it_is_named_five_times() -> None:
    assert rising_patterns([*EVERY_WEEK, *weekly("new", *[0] * 8, 4)], TODAY) == ()
    assert [one.name for one in rising_patterns([*EVERY_WEEK, *weekly("new", *[0] * 8, 5)], TODAY)] == ["new"]


def test_today_is_not_over_and_does_not_count() -> None:
    today = Count(TODAY, "en", "likely", "new", None, 50)
    assert rising_patterns([*EVERY_WEEK, today], TODAY) == ()


@pytest.mark.parametrize(("weeks", "named"), [(3, 0), (4, 1)])
def test_nothing_is_said_of_a_past_that_is_too_short(weeks: int, named: int) -> None:
    counts = [*weekly(None, *[30] * (weeks + 1)), *weekly("parcel-smish", *[1] * weeks, 20)]
    assert len(rising_patterns(counts, TODAY)) == named


def test_of_many_that_are_looked_at_one_must_stand_out_more() -> None:
    assert discoveries({"a": 0.04}) == {"a"}
    assert discoveries({"a": 0.04, **{f"other{number}": 0.9 for number in range(9)}}) == frozenset()
    assert discoveries({"a": 0.01, "b": 0.03, "c": 0.06, "d": 0.9}) == {"a", "b", "c"}
    assert discoveries({}) == frozenset()


def test_a_contact_rises_when_three_people_report_it_in_a_week(store: Store, tmp_path: Path) -> None:
    reports = ContactReports(store, read_key(tmp_path))
    (loud,), (quiet,), (old,) = (find(f"call {number}") for number in ("+6591234567", "+6598765432", "+6581112222"))

    def report(contact: object, person: int, days_ago: int) -> None:
        when = datetime(2026, 11, 26, 12, tzinfo=UTC) - timedelta(days=days_ago)
        assert reports.report(contact, None, None, person, None, when) == "kept"  # type: ignore[arg-type]

    report(old, 1, 60)
    for person in (2, 3, 4):
        report(loud, person, person)
    for person in (5, 6):
        report(quiet, person, person)
    with store.reading() as db:
        rows = reported_days(db, TODAY - timedelta(days=63), TODAY)
    (rise,) = rising_contacts(rows, TODAY)
    assert (rise.count, rise.usual) == (3, 0.0)
    assert "•" in rise.name
    assert "91234567" not in rise.line
    assert rising_contacts(rows, TODAY + timedelta(days=40)) == ()
