import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.folding import fold
from knowledge.text.languages import detect, interface_language
from knowledge.text.sentences import QUOTE_LIMIT, split


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("раураl ассоunt", "paypal account"),
        ("мнe гoвopят, нyжнa кapтa", "мне говорят, нужна карта"),
        ("se\u200bnd m\u00adoney", "send money"),
        ("ＦＵＬＬ　width", "FULL width"),
        ("please t r a n s f e r now", "please transfer now"),
        ("y o u r  c a r d  h a s  b e e n cloned", "your card has been cloned"),
        ("s.e.n.d the fee", "send the fee"),
        ("加 微 信 转*账", "加微信转账"),
        ("請轉帳到安全帳戶", "请转账到安全帐户"),
        ("YOUR ACCOUNT WILL BE CLOSED", "your account will be closed"),
        ("𝐁𝐚𝐧𝐤 𝕔𝕠𝕕𝕖", "Bank code"),
        ("z̷̡a̵l̶go", "zalgo"),
        ("a\x00b\tc", "a b c"),
        ("\ud800", ""),
    ],
)
def test_a_disguise_is_undone(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    "text",
    [
        "Привет, мне звонили из банка",
        "naïve café",
        "पैसे भेजो",
        "ما هذا الرابط",
        "오늘 전화가 왔어요",
        "I am a B C student",
    ],
)
def test_honest_writing_stays_as_it_is(text: str) -> None:
    assert fold(text) == text


@given(st.text(max_size=300))
def test_folding_any_text_gives_text_that_can_be_encoded(text: str) -> None:
    assert fold(text).encode("utf-8") is not None
    assert "\u200b" not in fold(text)


def test_sentences_keep_numbers_and_addresses_whole() -> None:
    text = "I owe 1.20 now. See www.a.example/x.y! 你好。请转账；快 ok?"
    assert [text[a:b] for a, b in split(text)] == [
        "I owe 1.20 now.", "See www.a.example/x.y!", "你好。", "请转账；", "快 ok?",
    ]  # fmt: skip


@given(st.text(alphabet=st.sampled_from("ab ,.。，是有\n!"), max_size=900))
def test_no_sentence_is_too_long_to_quote_and_none_overlaps(text: str) -> None:
    spans = split(text)
    assert all(0 < end - start <= QUOTE_LIMIT for start, end in spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("they want me to pay for a parcel", "en"),
        ("他说要我转账", "zh"),
        ("他說要我轉帳", "zh-Hant"),
        ("この電話は詐欺ですか", "ja"),
        ("мне позвонили из банка", "ru"),
        ("+44 7700 900123", None),
        ("@someone https://a.example/b", None),
        ("", None),
    ],
)
def test_a_language_is_told_only_where_there_are_words(text: str, language: str | None) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("code", "language"),
    [("en-GB", "en"), ("zh-hans", "zh"), ("zh_TW.UTF-8", "zh-Hant"), ("zh-HK", "zh-Hant"), ("tlh", "en"), (None, "en")],
)
def test_any_code_leads_to_an_interface_language(code: str | None, language: str) -> None:
    assert interface_language(code) == language


@pytest.mark.parametrize(
    ("disguised", "meant"),
    [
        ("让我把钱打到他亻弋付的账户", "让我把钱打到他代付的账户"),
        ("艮行卡被冻结，加V处理", "银行卡被冻结，加微信处理"),
        ("我把zfb里的钱给他了", "我把支付宝里的钱给他了"),
        ("无抵押贷kuan当天放款", "无抵押贷款当天放款"),
        ("威信号发我", "微信号发我"),
        ("the p4yment for my l0an, $end it to the b@nk", "the payment for my loan, send it to the bank"),
        ("send the pay🙂ment now", "send the payment now"),
    ],
)
def test_disguised_words_are_undone(disguised: str, meant: str) -> None:
    assert fold(disguised) == fold(meant)


@pytest.mark.parametrize(
    "text",
    [
        "如果聊天的话",
        "儒艮行动缓慢",
        "sd卡坏了",
        "见面3次就借500",
        "at 4pm with anna@mail.example for $5k",
        "my mp3 player and the h2o",
        "usdt到账了",
        "安徽信用社",
    ],
)
def test_ordinary_words_are_no_disguise(text: str) -> None:
    assert fold(text) == text
