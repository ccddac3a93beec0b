"""Long everyday talk is seldom taken for a known scam, with the real model."""

import pytest

from bot.checking.checker import Checker
from bot.checking.situation import Situation
from tests.test_stubborn import buried, real_checker

__all__ = ["real_checker"]
pytestmark = pytest.mark.model


def test_five_thousand_words_of_everyday_talk_are_seldom_a_known_scam(real_checker: Checker) -> None:
    languages = ("ar", "de", "en", "es", "fr", "hi", "id", "ja", "ko", "pt", "ru", "th", "vi", "zh")
    accused = [one for one in languages if real_checker.check(Situation(buried("", one))).concern == "likely"]
    print(f"5,000 words of unrelated everyday talk called likely in: {accused}")
    assert len(accused) <= 2
