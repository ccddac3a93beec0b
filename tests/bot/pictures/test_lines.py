"""How lines of writing are put in order, and what of a phone's own is left out."""

import pytest

from bot.pictures.lines import Found, Line, Side, arrange, bubbles
from bot.pictures.text import PictureText


def found(text: str, top: float, *, left: float = 50, height: float = 30, side: Side = "unknown") -> Found:
    return Found(text, left, top, left + 15 * len(text), top + height, side)


def test_lines_beside_each_other_read_from_left_to_right() -> None:
    lines = arrange([found("right", 102, left=400), found("below", 160), found("left", 98)], 1000, 1000)
    assert [line.text for line in lines] == ["left", "right", "below"]


@pytest.mark.parametrize("text", ["10:32", "9:41 PM", "下午 3:05", "Yesterday 22:10", "星期三 08:00", "10:32 √√"])
def test_a_line_that_is_only_a_time_is_left_out(text: str) -> None:
    assert arrange([found(text, 500)], 1000, 1000) == ()


@pytest.mark.parametrize("text", ["1.99", "at 10:32", "12:30 flight", "482913", "10.32 USD"])
def test_what_only_looks_like_a_time_stays(text: str) -> None:
    assert [line.text for line in arrange([found(text, 500)], 1000, 1000)] == [text]


def test_a_status_bar_is_left_out_only_at_the_top_of_a_screen() -> None:
    bar = [found("9:41", 20), found("Carrier", 22, left=300), found("5G 87%", 20, left=800)]
    assert arrange([*bar, found("87% off", 900)], 1000, 2000)[0].text == "87% off"
    assert [line.text for line in arrange(bar, 1000, 800)] == ["Carrier", "5G 87%"]


def test_a_keyboard_is_left_out_and_a_password_is_not() -> None:
    keys = [found("QWERTYUIOP", 1500), found("ASDFGHJKL", 1600), found("ZXCVBNM", 1700), found("space", 1800)]
    assert [line.text for line in arrange([found("hello", 300), *keys], 1000, 2000)] == ["hello"]
    assert [line.text for line in arrange([found("qwerty123", 1500)], 1000, 2000)] == ["qwerty123"]


def test_bubbles_end_where_the_side_or_the_distance_says_so() -> None:
    lines = (
        Line("one", "theirs", 0.10, 0.1, 0.02),
        Line("bubble", "theirs", 0.125, 0.1, 0.02),
        Line("another", "theirs", 0.20, 0.1, 0.02),
        Line("mine", "mine", 0.225, 0.5, 0.02),
    )
    assert [[line.text for line in group] for group in bubbles(lines)] == [["one", "bubble"], ["another"], ["mine"]]
    read = PictureText(lines, (), unreadable_script=False, scaled=False)
    assert read.text == "one bubble\nanother\nmine"
    assert read.theirs == "one bubble\nanother"


def test_where_no_side_is_known_everything_may_be_theirs() -> None:
    lines = (Line("a letter", "unknown", 0.1, 0.1, 0.02), Line("signed", "mine", 0.5, 0.8, 0.02))
    assert PictureText(lines, (), unreadable_script=False, scaled=False).theirs == "a letter\nsigned"
