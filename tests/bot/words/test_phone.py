import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words.phone import CHARACTERS, COLUMNS, LINES, columns, lines, plain, screen, shortened, whole_sentences
from bot.words.reply import Section


@pytest.mark.parametrize(
    ("words", "count"),
    [("abc", 3), ("验证码", 6), ("인증", 4), ("ｶﾞ", 2), ("é", 1), ("e\u0301", 1), ("กำลัง", 4), ("a\u2060b", 2), ("", 0)],
)
def test_wide_letters_take_two_columns_and_marks_none(words: str, count: int) -> None:
    assert columns(words) == count


def test_a_reply_is_measured_as_it_is_read_without_tags() -> None:
    assert plain("<b>a &lt;b&gt;</b> &amp; <i>c</i>") == "a <b> & c"
    assert lines("<b>" + "a" * 40 + "</b>") == 1
    assert lines("a" * 41) == 2
    assert lines("a\n\nb") == 3
    assert lines("码" * 21) == 2


def test_what_matters_least_goes_first_and_the_last_of_its_rank_before_the_others() -> None:
    sections = [Section("a" * 300), *(Section(letter * 150, rank) for letter, rank in (("b", 2), ("c", 1), ("d", 2)))]
    assert screen(sections) == "a" * 300 + "\n" + "c" * 150
    assert screen(sections[:3]) == screen([sections[0], sections[2]])
    assert screen([sections[0], sections[1]]) == "a" * 300 + "\n" + "b" * 150


def test_what_has_to_be_said_is_said_however_long_it_is() -> None:
    assert screen([Section("a" * 700), Section("b", 1)]) == "a" * 700


@given(st.lists(st.tuples(st.text("ab 码\n", max_size=300), st.integers(1, 5)), max_size=8))
def test_whatever_may_be_left_out_a_screen_is_no_larger_than_a_telephones(parts: list[tuple[str, int]]) -> None:
    html = screen([Section("Stop."), *(Section(text, rank) for text, rank in parts)])
    assert html.startswith("Stop.")
    assert len(html) <= CHARACTERS == 600
    assert lines(html) <= LINES == 12
    assert COLUMNS == 40


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("a few words", "a few words"),
        ("  a  few\nwords ", "a few words"),
        ("a few words more than fit", "a few words more…"),
        ("a few words, and more than fit", "a few words, and…"),
        ("请把验证码念给我听我是银行的", "请把验证码念给我听…"),
        ("x" * 30, "x" * 19 + "…"),
    ],
)
def test_a_long_text_is_cut_between_words_and_says_so(text: str, short: str) -> None:
    assert shortened(text, 20) == short


@given(st.text(max_size=120), st.integers(2, 80))
def test_nothing_shortened_takes_more_room_than_it_has(text: str, room: int) -> None:
    assert columns(shortened(text, room)) <= room


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Call your bank now. Say: “fraud, stop the payment, please”.", "Call your bank now."),
        ("Call your bank now.", "Call your bank now."),
        ("Call the number on the back of your card", "Call the number on…"),
        ("Say: “fraud – stop or recall it”.", "Say…"),
        ("Sagen Sie: „Halt. Das ist Betrug.“", "Sagen Sie…"),
        ("電話して「詐欺です。止めてください」と言います。", "電話して…"),
        ("“Fraud. Stop it.” Say so to your bank.", "“Fraud. Stop it.”"),
        ("马上打给银行。说“诈骗，请止付这笔转账”。", "马上打给银行。"),
    ],
)
def test_what_to_do_is_not_broken_off_in_the_middle_of_a_sentence_or_of_a_quotation(text: str, short: str) -> None:
    assert whole_sentences(text, 20) == short
