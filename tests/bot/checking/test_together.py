import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from bot.checking.together import Together
from tests.patience import PATIENCE


class Doubling:
    """Doubles numbers, 0 only when it is let go; fails at 13."""

    def __init__(self) -> None:
        self.made: list[list[int]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.made.append(list(numbers))
        if 0 in numbers:
            self.begun.set()
            assert self.go_on.wait(PATIENCE)
        if 13 in numbers:
            raise ValueError("13")
        return [2 * number for number in numbers]


def given(numbers: Sequence[int]) -> tuple[Doubling, list[Future[int]]]:
    """Give numbers, one a thread and in order, while 0 is at work; return what they became."""
    doubling = Doubling()
    together = Together(doubling, abs, 10)
    with ThreadPoolExecutor(len(numbers) + 1) as threads:
        threads.submit(together, 0)
        assert doubling.begun.wait(PATIENCE)
        doubled = []
        for number in numbers:
            doubled.append(threads.submit(together, number))
            patience = time.monotonic() + PATIENCE
            while len(together._waiting) < len(doubled):
                assert time.monotonic() < patience
                time.sleep(0.001)
        doubling.go_on.set()
    return doubling, doubled


def test_what_finds_nobody_at_work_is_made_at_once() -> None:
    doubling = Doubling()
    assert Together(doubling, abs, 10)(4) == 8
    assert doubling.made == [[4]]


def test_what_waits_at_the_same_time_is_made_together_oldest_first_and_not_too_much_at_once() -> None:
    doubling, doubled = given([4, 5, 3, 20, 1])
    assert doubling.made == [[0], [4, 5], [3], [20], [1]]
    assert [one.result() for one in doubled] == [8, 10, 6, 40, 2]


def test_one_that_fails_costs_only_itself() -> None:
    doubling = Doubling()
    doubling.go_on.set()
    together = Together(doubling, lambda _: 1, 10)
    with ThreadPoolExecutor(8) as threads:
        doubled = [threads.submit(together, number) for number in [1, 13, 2, 0, 13, 3] * 5]
    assert [one.result() for one in doubled if not one.exception()] == [2, 4, 0, 6] * 5
    with pytest.raises(ValueError, match="13"):
        doubled[1].result()
