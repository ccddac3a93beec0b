"""Which of the shipped questions a message asks, by its wording alone: in words that none of them has."""

import pytest

from bot.checking.asking import Asking
from knowledge.documents.questions import read_questions


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("en", "when will the money be back in my account", "money-back"),
        ("en", "how much will i get back", "money-back"),
        ("en", "can my transfer still be recalled", "money-back-transfer"),
        ("en", "will the bank cover what i lost", "bank-must-refund"),
        ("zh", "还能拿回多少钱", "money-back"),
        ("zh-Hant", "還能拿回多少錢", "money-back"),
        ("es", "¿cuándo me devuelven el dinero?", "money-back"),
        ("pt", "o banco vai cobrir o prejuízo?", "bank-must-refund"),
        ("fr", "est-ce que je reverrai mon argent un jour", "money-back"),
        ("de", "ersetzt mir die bank den verlust", "bank-must-refund"),
        ("ru", "когда мне вернут деньги", "money-back"),
        ("hi", "mera paisa kab wapas milega", "money-back"),
        ("id", "kapan uang saya kembali", "money-back"),
        ("vi", "ngân hàng có bồi thường thiệt hại cho tôi không", "bank-must-refund"),
        ("th", "โอนเงินไปแล้วเรียกกลับได้ไหม", "money-back-transfer"),
        ("ar", "متى ترجع لي الفلوس", "money-back"),
        ("ja", "銀行は損失を補償しますか", "bank-must-refund"),
        ("ko", "돈은 언제 돌려받아요", "money-back"),
    ],
)
def test_whoever_wants_money_back_is_understood_by_the_wording_alone(language: str, text: str, question: str) -> None:
    known = {way for each in read_questions().values() for ways in each.asked.values() for way in ways}
    assert text not in known
    assert Asking().asked(text, language, {}).best[0] == question
