from collections import Counter

import pytest

from knowledge.documents.golden import read_golden
from knowledge.text.languages import detect, guess


@pytest.mark.parametrize(
    "text",
    ["i hung up", "do it", "no money left", "merci beaucoup", "ja klar", "hola que tal", "ok", "terima kasih ya"],
)
def test_three_words_that_many_languages_could_write_tell_none(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("谢谢", "zh"),
        ("謝謝您", "zh-Hant"),
        ("ありがとう", "ja"),
        ("振込詐欺", "ja"),
        ("ขอบคุณ", "th"),
        ("감사합니다", "ko"),
        ("شكرا", "ar"),
        ("कोई जवाब?", "hi"),
        ("спасибо", "ru"),
        ("вы где", "ru"),
        ("bị lừa rồi", "vi"),
    ],
)
def test_one_word_is_enough_where_its_letters_tell(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["Дякую", "Привіт друже", "Љубав", "شکریہ", "مرسی دوست", "Ευχαριστώ", "תודה", "ধন্যবাদ"])
def test_a_word_in_a_script_of_ours_but_with_letters_of_another_language_tells_none(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Il corriere chiede due euro per la consegna",
        "ho dato il codice al telefono",
        "Az önce bankadan aradılar ve şifremi sordular",
        "parayı gönderdim cevap yok artık",
        "De bezorger wil twee euro voor mijn pakketje",
        "Kurier chce dopłaty do mojej paczki",
        "Curierul cere doi lei pentru colet",
        "May tumawag sa akin galing daw sa bangko",
        "gusto ko sana malaman kung scam ka",
        "Mtu amenipigia simu akisema ni wa benki",
        "Kurýr chce doplatit za můj balík",
        "A futár kétszáz forintot kér a csomagért",
        "Budet ringde och ville ha mitt kort",
        "Kuriiri pyytää maksua paketista puhelimessa",
        "Мені подзвонили з банку і попросили код",
        "Обадиха ми се от банката и поискаха кода",
        "از بانک زنگ زدند و رمز کارتم را خواستند",
        "بینک سے فون آیا اور انہوں نے کوڈ مانگا",
        "बँकेतून फोन आला आणि त्यांनी कोड मागितला",
        "Μου ζήτησαν τον κωδικό από την τράπεζα",
        "התקשרו אליי מהבנק וביקשו את הקוד",
        "வங்கியிலிருந்து அழைத்து குறியீட்டைக் கேட்டார்கள்",
    ],
)
def test_a_language_that_is_not_read_is_not_taken_for_one_that_is(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i hung up on him", "en"),
        ("they asked for my code", "en"),
        ("me pidieron el código ayer", "es"),
        ("o banco pediu a minha senha", "pt"),
        ("ils ont demandé mon code", "fr"),
        ("sie wollten meinen Code haben", "de"),
        ("mereka minta kode saya kemarin", "id"),
        ("bank hantar mesej kata akaun saya disekat", "id"),
        ("họ hỏi mã của tôi", "vi"),
        ("они попросили у меня код", "ru"),
        ("они сейчас на связи, велят идти в банкомат", "ru"),
        ("उन्होंने मुझसे मेरा कोड माँगा", "hi"),
        ("unhone mujhse code maanga hai", "hi"),
        ("mar jana chahta hu", "hi"),
        ("zahar kha ke so jaunga", "hi"),
        ("طلبوا مني الرمز بالهاتف", "ar"),
        ("他们问我要验证码", "zh"),
    ],
)
def test_a_short_sentence_of_ours_is_told_from_its_neighbours(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("shop-example.example น่าเชื่อไหม", "th"),
        ("加@example_user聊，说能赚钱", "zh"),
        ("LINEの友達がOTPを聞いてきた", "ja"),
        ("WhatsApp으로 OTP 번호를 물어봐요", "ko"),
        ("Telegram сказали поставить AnyDesk сегодня же", "ru"),
    ],
)
def test_addresses_and_names_of_apps_do_not_hide_the_language_around_them(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["!?", "12 345", "www.example.com/path", "@example_user", "👍👍", "x", "我"])
def test_what_has_no_words_tells_no_language(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(("text", "language"), [("ligue para mim", "pt"), ("rufen Sie an", "de"), ("12 345", None)])
def test_a_guess_takes_the_nearest_language_however_few_the_words(text: str, language: str | None) -> None:
    assert guess(text) == language


def test_hardly_any_golden_situation_is_lost_or_taken_for_another_language() -> None:
    told: Counter[str] = Counter()
    golden = read_golden()
    for situation in golden:
        found = detect(situation.text)
        right = found is not None and found.partition("-")[0] == situation.language.partition("-")[0]
        told["right" if right else "none" if found is None else "wrong"] += 1
    assert told["right"] >= 0.96 * len(golden)
    assert told["wrong"] <= 0.005 * len(golden)
