import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from knowledge.database.store import Store
from knowledge.ledger.answer_counts import Count, Counters

TODAY = date(2026, 11, 26)
DAY = timedelta(days=1)


def test_what_is_counted_is_there_once_it_is_flushed(store: Store) -> None:
    counters = Counters(store)
    for _ in range(2):
        counters.add(TODAY, "en", "likely", "parcel-smish", "SG")
    counters.add(TODAY, "zh", "no_match", None, None)
    assert counters.rows(TODAY, TODAY) == ()
    counters.flush()
    assert counters.rows(TODAY, TODAY) == (
        Count(TODAY, "en", "likely", "parcel-smish", "SG", 2),
        Count(TODAY, "zh", "no_match", None, None, 1),
    )


def test_later_counts_are_added_to_earlier_ones(store: Store) -> None:
    for _ in range(2):
        counters = Counters(store)
        counters.add(TODAY, "en", "likely", None, None)
        counters.flush()
        counters.flush()
    assert [row.count for row in Counters(store).rows(TODAY, TODAY)] == [2]


def test_rows_are_those_of_the_days_asked_for(store: Store) -> None:
    counters = Counters(store)
    for days in range(4):
        counters.add(TODAY - days * DAY, "en", "likely", None, None)
    counters.flush()
    assert [row.day for row in counters.rows(TODAY - 2 * DAY, TODAY - DAY)] == [TODAY - 2 * DAY, TODAY - DAY]


def test_threads_count_together(store: Store) -> None:
    counters = Counters(store)

    def count(number: int) -> None:
        counters.add(TODAY, "en", "likely", None, None)
        if number % 50 == 0:
            counters.flush()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(400)))
    counters.flush()
    assert [row.count for row in counters.rows(TODAY, TODAY)] == [400]


def test_what_could_not_be_written_is_not_lost(store: Store) -> None:
    counters = Counters(store)
    counters.add(TODAY, "en", "likely", None, None)
    with store.transaction() as db:
        db.execute("ALTER TABLE counts RENAME TO elsewhere")
    with pytest.raises(sqlite3.OperationalError, match="counts"):
        counters.flush()
    counters.add(TODAY, "en", "likely", None, None)
    with store.transaction() as db:
        db.execute("ALTER TABLE elsewhere RENAME TO counts")
    counters.flush()
    assert [row.count for row in counters.rows(TODAY, TODAY)] == [2]
