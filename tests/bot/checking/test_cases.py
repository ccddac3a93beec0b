"""The case that a chat is talking about: kept in memory while it is talked about."""

import pytest

from bot.checking.case import Case
from bot.checking.conversation import Cases

HALF_AN_HOUR = 1800.0
PARCEL = Case(told=("my parcel is held",))


@pytest.mark.parametrize(("later", "known"), [(0.0, True), (HALF_AN_HOUR, True), (HALF_AN_HOUR + 1, False)])
def test_a_case_is_forgotten_after_half_an_hour_of_silence(later: float, known: bool) -> None:
    cases = Cases()
    cases.keep(7, PARCEL, now=100.0)
    assert cases.of(7, 100.0 + later) == (PARCEL if known else None)


def test_whatever_is_said_of_it_keeps_it_for_another_half_hour() -> None:
    cases = Cases()
    cases.keep(7, PARCEL, now=0.0)
    cases.keep(7, PARCEL, now=1700.0)
    assert cases.of(7, 3400.0) == PARCEL


def test_each_chat_has_its_own_case_and_the_newest_one() -> None:
    cases, other = Cases(), Case(told=("a call",))
    cases.keep(7, PARCEL, now=0.0)
    cases.keep(8, PARCEL, now=0.0)
    cases.keep(7, other, now=1.0)
    assert (cases.of(7, 2.0), cases.of(8, 2.0), cases.of(9, 2.0)) == (other, PARCEL, None)


def test_a_case_that_is_set_aside_is_gone_and_so_is_one_of_which_nothing_is_left() -> None:
    cases = Cases()
    for chat in (7, 8):
        cases.keep(chat, PARCEL, now=0.0)
    cases.drop(7)
    cases.keep(8, None, now=1.0)
    assert (cases.of(7, 1.0), cases.of(8, 1.0)) == (None, None)
    cases.drop(7)  # a second time


def test_what_is_old_leaves_the_memory_without_anybody_asking_for_it() -> None:
    cases = Cases()
    cases.keep(7, PARCEL, now=0.0)
    cases.keep(8, PARCEL, now=1000.0)
    cases.drop_old(HALF_AN_HOUR + 1)
    assert (cases.of(7, 0.0), cases.of(8, 1000.0)) == (None, PARCEL)
