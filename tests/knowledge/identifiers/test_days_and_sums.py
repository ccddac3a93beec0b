import time

import pytest

from knowledge.identifiers.days_and_sums import days_in, sums_in

DAYS = [
    ("On 3 November 2026 at 14:30 he rang, and again on Nov 5th.", ("3 November 2026", "14:30", "Nov 5th")),
    ("It was 03/11/2026, about 2 pm, not 24/7.", ("03/11/2026", "2 pm")),
    ("He wrote yesterday and last week, on Tuesday", ("yesterday", "last week", "Tuesday")),
    ("我昨天下午3点接到电话，11月3日又打来", ("昨天", "下午3点", "11月3日")),
    ("2026年11月3日轉了一次", ("2026年11月3日",)),
    ("11月3日の午後2時に電話が来ました", ("11月3日", "午後2時")),
    ("어제 오후 3시에, 그리고 11월 3일에 또", ("어제", "오후 3시", "11월 3일")),
    ("Sie riefen am 3.11. um 14 Uhr an, dann am 5. Dezember", ("3.11.", "14 Uhr", "5. Dezember")),
    ("On m'a appelé hier, le 3 novembre, à 14h30", ("hier", "3 novembre", "14h30")),
    ("Ich war gestern hier und habe bezahlt", ("gestern",)),
    ("Me llamaron ayer, el 3 de noviembre de 2026", ("ayer", "3 de noviembre de 2026")),
    ("Ligaram ontem e em 3 de novembro", ("ontem", "3 de novembro")),
    ("Мне звонили вчера и 3 ноября 2026 в 14:30", ("вчера", "3 ноября 2026", "14:30")),
    ("Kemarin dan tanggal 3 Agustus saya dihubungi", ("Kemarin", "3 Agustus")),
    ("Hôm qua và ngày 3 tháng 11 năm 2026 họ gọi", ("Hôm qua", "ngày 3 tháng 11 năm 2026")),
    ("เมื่อวาน และ 3 พฤศจิกายน 2569 เขาโทรมา", ("เมื่อวาน", "3 พฤศจิกายน 2569")),
    ("اتصلوا بي أمس وفي 3 نوفمبر 2026", ("أمس", "3 نوفمبر 2026")),
    ("3 नवंबर को फोन आया और सोमवार को भी", ("3 नवंबर", "सोमवार")),
]
SUMS = [
    ("I sent $1,500.50 and then 200 euros, about 5k USD", ("$1,500.50", "200 euros", "5k USD")),
    ("They asked for RM500 and S$2 000", ("RM500", "S$2 000")),
    ("我转了5000元，又转了三万块和2万多元", ("5000元", "三万块", "2万多元")),
    ("我匯了NT$30,000和500塊", ("NT$30,000", "500塊")),
    ("3万5千円を払いました", ("3万5千円",)),
    ("500만원을 보냈고 30,000원을 더", ("500만원", "30,000원")),
    ("Ich habe 1.500,00 € und 200 Euro gezahlt", ("1.500,00 €", "200 Euro")),
    ("J'ai payé 1 500 € puis 20 euros", ("1 500 €", "20 euros")),
    ("Pagué 300 dólares y 2 mil pesos", ("300 dólares", "2 mil pesos")),
    ("Mandei R$ 1.200,00 e 50 reais", ("R$ 1.200,00", "50 reais")),
    ("Перевёл 15 тыс. рублей и 500 ₽", ("15 тыс. рублей", "500 ₽")),
    ("Saya transfer Rp 2.500.000 dan 3 juta rupiah", ("Rp 2.500.000", "3 juta rupiah")),
    ("Tôi chuyển 5 triệu và 500.000đ", ("5 triệu", "500.000đ")),
    ("โอนไป 5,000 บาท และ 2 หมื่นบาท", ("5,000 บาท", "2 หมื่นบาท")),
    ("دفعت 500 درهم و 3 آلاف ريال", ("500 درهم", "3 آلاف ريال")),
    ("मैंने ₹5,000 और 2 लाख रुपये भेजे", ("₹5,000", "2 लाख रुपये")),
    ("He wants 0.25 BTC or 300 USDT", ("0.25 BTC", "300 USDT")),
]
NOTHING = [
    "We met in room 12 with 3 friends and ate 1/2 of the cake",
    "我们一块去吃饭，三个人，住在502号",
    "Call +65 9123 4567 or open https://pay.example.com/2026/11/03?x=500USD",
    "Hai triệu chứng, 5 triệu người",
    "It runs 24/7 and has version 1.45.200",
    "Ich bin hier mit drei Leuten und habe keine Zeit",
]


@pytest.mark.parametrize(("text", "found"), DAYS, ids=[text[:20] for text, _ in DAYS])
def test_dates_and_times_are_found_as_they_are_written(text: str, found: tuple[str, ...]) -> None:
    assert days_in(text) == found


@pytest.mark.parametrize(("text", "found"), SUMS, ids=[text[:20] for text, _ in SUMS])
def test_amounts_are_found_as_they_are_written(text: str, found: tuple[str, ...]) -> None:
    assert sums_in(text) == found


@pytest.mark.parametrize("text", NOTHING, ids=[text[:20] for text in NOTHING])
def test_other_numbers_are_neither(text: str) -> None:
    assert (days_in(text), sums_in(text)) == ((), ())


def test_what_is_given_twice_is_told_once() -> None:
    assert sums_in("200 euros, yes, 200 Euros") == ("200 euros",)


@pytest.mark.parametrize("text", ["1 " * 4000, "1,111" * 1600, "三" * 8000, "3月" * 4000, "1/1/" * 2000])
def test_a_hostile_text_takes_no_longer_than_another(text: str) -> None:
    begun = time.monotonic()
    days_in(text)
    sums_in(text)
    assert time.monotonic() - begun < 2
