"""Vietnamese typed without its marks gets them back, and no other language does."""

import pytest

from knowledge.documents.golden import read_golden
from knowledge.text.languages import detect
from knowledge.text.reading import read
from knowledge.text.varieties.vietnamese import bare, is_unmarked, with_marks

TYPED = {
    "Toi da chuyen tien cho ho roi, gio phai lam sao": "Tôi đã chuyển tiền cho họ rồi, giờ phải làm sao",
    "KHONG cung cap ma OTP cho bat ky ai": "KHÔNG cung cấp mã OTP cho bất kỳ ai",
    "me oi con mat dien thoai": "mẹ ơi con mất điện thoại",
    "co phai lua dao khong": "có phải lừa đảo không",
}


@pytest.mark.parametrize(("typed", "meant"), TYPED.items())
def test_the_marks_are_put_back(typed: str, meant: str) -> None:
    assert with_marks(typed) == meant


@pytest.mark.parametrize("typed", TYPED)
def test_it_is_known_as_vietnamese(typed: str) -> None:
    assert detect(typed) == "vi"


def test_nearly_all_situations_are_known_without_their_marks_and_most_words_come_back() -> None:
    situations = [one.text for one in read_golden() if one.language == "vi"]
    known = [text for text in situations if is_unmarked(bare(text))]
    assert len(known) > 0.95 * len(situations)
    words = [pair for text in known for pair in zip(text.split(), with_marks(bare(text)).split(), strict=True)]
    assert sum(meant == found for meant, found in words) > 0.8 * len(words)


def test_no_other_language_is_taken_for_it() -> None:
    assert [one.id for one in read_golden() if one.language != "vi" and is_unmarked(one.text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "to me an cho",
        "Call me on Hanoi street number 5",
        "sach me fraud hai kya",
        "Mình đã chuyển tiền rồi",
        "🙂 12",
    ],
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert with_marks(text) == text


def test_every_letter_keeps_its_place() -> None:
    text = "Chi oi, ho bao em PHAI chuyen 2.500.000d vao tk 0123 – dung hay sai vay?"
    assert len(with_marks(text)) == len(text)
    assert bare(with_marks(text)) == text


def test_what_is_quoted_is_what_was_typed() -> None:
    reading = read("Toi da chuyen tien roi. Ho bao phai dong them phi.")
    assert reading.whole == "Tôi đã chuyển tiền rồi. Họ bảo phải đóng thêm phí."
    assert reading.sentences == ("Toi da chuyen tien roi.", "Ho bao phai dong them phi.")
