"""Countries and languages as people name them."""

import pytest
from phonenumbers import SUPPORTED_REGIONS

from bot.checking.naming import Naming
from knowledge.documents.talk import Names, read_names

NAMES = Names(
    {"GB": ("uk", "england"), "GN": ("guinea",), "PG": ("papua new guinea",), "CN": ("中国",), "OM": ("oman",)},
    {"de": ("german", "deutsch"), "zh": ("中文",)},
    {"JO": {"en": "Jordan", "ar": "الأردن"}},
)


@pytest.fixture(scope="module")
def naming() -> Naming:
    return Naming(NAMES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("i live in England now", "GB"),
        ("the UK", "GB"),
        ("ukulele lessons", ""),
        ("a roman villa", ""),
        ("Oman!", "OM"),
        ("papua new guinea", "PG"),
        ("guinea", "GN"),
        ("我在中国呢", "CN"),
        ("i am in jordan", "JO"),
        ("انا بالاردن", "JO"),
        ("وأنا من الأردن", "JO"),
        ("nowhere at all", ""),
        ("", ""),
    ],
)
def test_a_country_is_found_as_a_word_of_its_own_and_the_longest_name_wins(
    naming: Naming, text: str, code: str
) -> None:
    assert naming.country(text) == code


@pytest.mark.parametrize(
    ("text", "code"), [("auf Deutsch bitte", "de"), ("说中文吧", "zh"), ("germany", ""), ("klingon", "")]
)
def test_a_language_is_found_by_its_names(naming: Naming, text: str, code: str) -> None:
    assert naming.language(text) == code


def test_each_name_that_ships_is_found_as_what_it_names() -> None:
    names, naming = read_names(), Naming()
    for known, found in ((names.countries, naming.country), (names.languages, naming.language)):
        assert {name: found(name) for code, own in known.items() for name in own if found(name) != code} == {}
    places = {name: code for code, own in names.places.items() for name in own}
    assert {name: naming.only_own(name) for name, code in places.items() if naming.only_own(name) != code} == {}
    assert {
        name: naming.country(name)
        for code, own in names.elsewhere.items()
        for name in own.values()
        if naming.country(name) != code
    } == {}


@pytest.fixture(scope="module")
def shipped() -> Naming:
    return Naming()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I’m in the Philippines and paid them", "PH"),
        ("i have lived for years in Spain", "ES"),
        ("i lost 500, i live in Lagos", "NG"),
        ("someone called from the irs, im in ohio", "US"),
        ("im in nova scotia and paid them", "CA"),
        ("Ich wohne in Deutschland und hab 900 Euro überwiesen", "DE"),
        ("wohne seit drei Jahren in Wien", "AT"),
        ("weil ich in der Schweiz wohne", "CH"),
        ("Я в России, перевёл деньги", "RU"),
        ("живу в Москве, обманули", "RU"),
        ("أنا في السعودية وحولت مبلغا", "SA"),
        ("انا بالاردن وخسرت", "JO"),
        ("我人在新加坡，被骗了", "SG"),
        ("我住香港，錢沒了", "HK"),
        ("soy de argentina y me estafaron", "AR"),
        ("estoy en Madrid, no sé qué hacer", "ES"),
        ("moro em Recife e perdi tudo", "BR"),
        ("je suis en France, on m'a volé", "FR"),
        ("j'habite à Abidjan et j'ai payé", "CI"),
        ("saya tinggal di malaysia, kena tipu", "MY"),
        ("tôi đang ở Việt Nam, mất tiền rồi", "VN"),
        ("ฉันอยู่กรุงเทพค่ะ โดนโกง", "TH"),
        ("東京に住んでいます。お金を払いました", "JP"),
        ("저는 한국에 살고 있는데 돈을 보냈어요", "KR"),
        ("main mumbai mein hoon aur paise gaye", "IN"),
        ("मैं दिल्ली में रहता हूँ और पैसे गए", "IN"),
    ],
)
def test_where_somebody_says_to_be_amid_a_story_is_their_own_country(shipped: Naming, text: str, code: str) -> None:
    assert shipped.own(text) == code
    assert shipped.only_own(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "a man from Nigeria wrote to me",
        "a parcel from Japan is held",
        "they want a transfer to Hong Kong",
        "i met a woman online, she lives in Turkey",
        "he wrote “i am in Syria and cannot get at my money”",
        "him: i am in Dubai, send it",
        "i am indonesian",
        "ein Mann aus Nigeria schreibt mir",
        "он живёт в Германии и просит денег",
        "anh ấy đang ở Singapore",
        "彼はアメリカに住んでいます",
        "그 남자는 미국에 살고 있대요",
        "她说：我在美国当兵",
        "我在中国银行有账户",
        "el hombre vive en Londres",
        "",
    ],
)
def test_where_a_stranger_a_parcel_or_a_bank_is_is_nobodys_country(shipped: Naming, text: str) -> None:
    assert shipped.own(text) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I am in Australia.", "AU"),
        ("Lagos, Nigeria", "NG"),
        ("soy de argentina", "AR"),
        ("한국입니다", "KR"),
        ("日本です", "JP"),
        ("香港", "HK"),
        ("อยู่ไทยค่ะ", "TH"),
        ("moro no Porto", "PT"),
        ("a parcel from Japan", ""),
        ("i am in love", ""),
        ("i paid 500 in the usa", ""),
    ],
)
def test_a_text_that_says_nothing_but_where_somebody_is_is_told_from_a_story(
    shipped: Naming, text: str, code: str
) -> None:
    assert shipped.only_own(text) == code


@pytest.mark.parametrize(
    ("language", "text", "country"),
    [
        ("zh-Hant", "佢話我個戶口有問題，叫我轉錢過去", "HK"),
        ("zh-Hant", "接到電話說我的健保卡被盜用", "TW"),
        ("en", "royal mail wants £1.99 for a parcel", "GB"),
        ("en", "they want RM50 first", "MY"),
        ("en", "the alarm is at room 5", ""),
        ("en", "he wants £50 by zelle", ""),
        ("ar", "حولت ٥٠٠ ريال للراجحي", "SA"),
        ("de", "ich soll 200 franken per twint zahlen", "CH"),
        ("hi", "£50", ""),
    ],
)
def test_what_is_written_points_to_the_country_that_it_has_most_signs_of(
    language: str, text: str, country: str
) -> None:
    assert Naming().towards(text, language) == country


def test_a_country_that_signs_and_the_language_point_to_is_called_the_same() -> None:
    names = read_names()
    for language, countries in names.signs.items():
        for code, own in countries.items():
            assert own.signs
            assert code in SUPPORTED_REGIONS
            assert own.place == names.spoken.get(language, {}).get(code, own.place)
