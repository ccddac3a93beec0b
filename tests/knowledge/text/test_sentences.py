import pytest

from knowledge.text.sentences import QUOTE_LIMIT, clauses, may_state, split


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. Tan rang me.", "He said no. 5 is due.", "He said no.", "I left."],
        ["Call me.", "Pound it."],
        ["Am 3. Mai kam ein Brief.", "Es ging z. B. um Zoll.", "Das ist Dr. Meier.", "Er ist 3.", "Wir sind 4."],
        ["Llamó el Sr. Pérez.", "Responda sí o no.", "Si es no, nada."],
        ["Oi Dra. Paula?", "É o Dr. Silva."],
        ["M. Dupont a appelé, p. ex. hier.", "Il insiste."],
        ["Звонил г. Иванов с ул. Ленина, д. 5.", "Потом он пропал."],
        ["Bpk. Budi dari Jl. Merdeka No. 5 menelepon.", "Dia minta OTP."],
        ["他说是警察。", "让我转账！", "真的吗？"],
        ["उसने कहा कि वह पुलिस है।", "मुझे पैसे देने हैं।"],
        ["they called me.", "they said my card is used.", "should i pay"],
    ],
    ids=lambda sentences: str(sentences[0])[:16],
)
def test_a_sentence_ends_where_it_ends_and_not_at_an_abbreviation(sentences: list[str]) -> None:
    text = ("" if sentences[0] > "\u2fff" else " ").join(sentences)
    assert [text[start:end] for start, end in split(text)] == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["Pay at https://dhl-fee.example/pay?id=5&x=1; then reply.", "It expires today!"],
        ["Open www.post.example/a?b=c.", "Hurry."],
    ],
)
def test_no_sentence_ends_amid_a_link(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[start:end] for start, end in split(text)] == sentences


def test_a_long_sentence_is_not_cut_amid_a_link() -> None:
    text = "【顺丰】您的快件因地址不详无法派送，请在今天之内点击链接补全信息：hxxp://sf-express.example/a?b=1 "
    text += "逾期快件将退回寄件人，届时产生的费用由您自行承担"
    assert "hxxp://sf-express.example/a?b=1" in " ".join(text[start:end] for start, end in split(text)).split()


def test_a_full_stop_at_the_end_of_a_line_ends_the_sentence_whatever_the_word() -> None:
    assert [*split("ask for Mr.\nTan rang")] == [(0, 11), (12, 20)]


@pytest.mark.parametrize("text", ["Dr. " * 300, "word " * 300, "字" * 900, "ก" * 900])
def test_no_sentence_is_longer_than_what_is_quoted(text: str) -> None:
    assert max(end - start for start, end in split(text)) <= QUOTE_LIMIT


@pytest.mark.parametrize(
    ("sentence", "may"),
    [
        ("He said not to tell my wife.", True),
        ("要我把钱转到安全账户。", True),
        ("Should I read him the code?", False),
        ("“Should I read him the code?”", False),
        ("要不要把验证码给他？", False),
        ("هل أعطيه الرمز؟", False),
        ("18.00 น.", False),
        ("£1,850.", False),
        ("Oh dear.", False),
    ],
)
def test_a_question_a_number_and_a_fragment_state_nothing(sentence: str, may: bool) -> None:
    assert may_state(sentence) is may


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("They filmed me, they want 3,000. I can't go on", ["They filmed me", "they want 3,000", "I can't go on"]),
        ("他录了视频 要我打5000，我不知道怎么办", ["他录了视频", "要我打5000", "我不知道怎么办"]),
        ("… , !", []),
    ],
)
def test_the_parts_of_a_text_end_at_its_marks_and_blanks(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts
