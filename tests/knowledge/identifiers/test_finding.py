"""Finding identifiers: a labelled collection in fourteen languages with floors, and the promises about any text."""

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.identifiers.finding import Identifier, find
from knowledge.identifiers.undisguised import undisguised
from tests.paths import DATA

COLLECTION = DATA / "identifiers.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in COLLECTION.read_text("utf-8").splitlines()]
FLOORS = {"phone": 0.97, "link": 0.97, "wallet": 0.99, "iban": 0.99}
ALPHABET = "aZ0159 .@:/+-()[]<>\n\x00,#%=?&_|·。，：点中手机電話ａ１①٣९เบтелخ가й\u200b\u202e\u0301🙂ß\ud800" + "0" * 5
EIP55 = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


@dataclass
class Measured:
    """How many identifiers of each kind were right, found without being there, and missed."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    number_texts: int = 0
    numbers_taken_for_phones: list[str] = field(default_factory=list)

    def precision(self, kind: str) -> float:
        return self.right[kind] / max(1, self.right[kind] + self.wrong[kind])

    def recall(self, kind: str) -> float:
        return self.right[kind] / max(1, self.right[kind] + self.missed[kind])


def measure(rows: list[dict[str, Any]]) -> Measured:
    """Compare what is found in the texts with their labels, each a kind and the written span."""
    measured = Measured()
    for row in rows:
        found = Counter((one.kind, one.written) for one in find(row["text"], row["country"]))
        expected: Counter[tuple[Any, str]] = Counter((kind, written) for kind, written in row["expected"])
        for counts, both in (
            (measured.right, found & expected),
            (measured.wrong, found - expected),
            (measured.missed, expected - found),
        ):
            for (kind, _), number in both.items():
                counts[kind] += number
        if row["group"] == "number":
            measured.number_texts += 1
            if any(kind == "phone" for kind, _ in found):
                measured.numbers_taken_for_phones.append(row["text"])
    return measured


def only(text: str, country: str | None = None) -> Identifier:
    (found,) = find(text, country)
    return found


def test_the_collection_is_large_and_in_fourteen_languages() -> None:
    assert len(ROWS) >= 300
    assert len({row["language"] for row in ROWS}) == 14
    assert all(written in row["text"] or kind == "card" for row in ROWS for kind, written in row["expected"])


def test_what_is_found_in_the_collection_reaches_the_floors() -> None:
    measured = measure(ROWS)
    for kind in sorted(measured.right):
        print(
            f"{kind}: {measured.right[kind]} right,"
            f" precision {measured.precision(kind):.3f}, recall {measured.recall(kind):.3f}"
        )
    for kind, floor in FLOORS.items():
        assert measured.precision(kind) >= floor, kind
        assert measured.recall(kind) >= floor, kind
    print(f"numbers taken for phones: {len(measured.numbers_taken_for_phones)} of {measured.number_texts}")
    assert len(measured.numbers_taken_for_phones) <= 0.02 * measured.number_texts, measured.numbers_taken_for_phones


@pytest.mark.parametrize(
    ("text", "country", "kind", "value", "where"),
    [
        ("call 9123 4567", "SG", "phone", "+6591234567", "SG"),
        ("call 9123 4567", "sg", "phone", "+6591234567", "SG"),
        ("请回拨138-0013-8000", None, "phone", "+8613800138000", "CN"),
        ("Hubungi 0812-3456-7890", None, "phone", "+6281234567890", "ID"),
        ("दे कॉल ९८७६५४३२१०", "IN", "phone", "+919876543210", "IN"),
        ("رقم الموبايل ٠١٠١٢٣٤٥٦٧٨", "EG", "phone", "+201012345678", "EG"),
        ("来电显示00852 5123 4567", "CN", "phone", "+85251234567", "HK"),
        ("可以拨打96110问一下", "CN", "phone", "96110", "CN"),
        ("see HXXPS://Evil[.]Example-Shop[.]COM/Path", None, "link", "https://evil.example-shop.com/Path", None),
        ("open https://xn--80ak6aa92e.com/a", None, "link", "https://аррӏе.com/a", None),
        ("open https://paypal.com@203.0.113.9/x", None, "link", "https://paypal.com@203.0.113.9/x", None),
        ("write to Jane@GMAIL.com", None, "email", "Jane@gmail.com", None),
        ("see t.me/Some_Name?start=1", None, "handle", "telegram:some_name", None),
        ("see wa.me/6591234567", None, "handle", "whatsapp:+6591234567", None),
        ("加V ah13800138", None, "handle", "wechat:ah13800138", None),
        ("follow @luxe.deals on instagram", None, "handle", "instagram:luxe.deals", None),
        ("to GB29 NWBK 6016 1331 9268 19 by Friday", None, "iban", "GB29NWBK60161331926819", "GB"),
        ("card 4111 1111 1111 1111", None, "card", "…1111", None),
        (f"eth {EIP55}", None, "wallet", EIP55, None),
    ],
)
def test_each_kind_has_one_form_for_comparing(
    text: str, country: str | None, kind: str, value: str, where: str | None
) -> None:
    found = only(text, country)
    assert (found.kind, found.value, found.country) == (kind, value, where)


@pytest.mark.parametrize(
    ("text", "host", "shown"),
    [
        ('<a href="https://evil.top/x">www.dbs.com.sg</a>', "evil.top", "www.dbs.com.sg"),
        ("[https://paypal.com/login](https://evil.top/x)", "evil.top", "paypal.com"),
        ("[click here](https://evil.top/x)", "evil.top", ""),
        ("https://evil.top/x", "evil.top", ""),
    ],
)
def test_a_link_behind_words_says_which_host_the_words_name(text: str, host: str, shown: str) -> None:
    found = only(text)
    assert (found.host, found.shown, found.written) == (host, shown, text)


def test_a_card_number_is_never_kept() -> None:
    found = only("my card is 4012888888881881, cvv 123")
    assert "4012" not in repr(found)
    assert (found.start, found.end) == (11, 27)


def test_a_wrong_check_sum_is_no_wallet() -> None:
    assert find(EIP55[:-1] + "D") == ()
    assert find("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdx") == ()


def test_a_published_short_number_counts_without_a_word_for_calling() -> None:
    assert find("95588 sent me this", "CN") == ()
    assert [one.value for one in find("95588 sent me this", "CN", {"95588"})] == ["95588"]
    assert find("my order number 95588", "CN", {"95588"}) == ()


@pytest.mark.parametrize(
    ("text", "country", "where"),
    [
        ("toll free 1800 209 1234", "IN", "IN"),
        ("मुझे 1800 209 1234 पर कॉल करने को कहा गया", None, "IN"),
        ("SBI wale bole 1800 209 1234 par call karo", None, "IN"),
        ("SBI says phone 18002091234", None, "IN"),
        ("客服让我拨打 400-820-8820 核实订单", None, "CN"),
        ("他说自己是快递员，电话 18002091234", None, "CN"),
        ("080-123-4567로 전화하세요", None, "KR"),
        ("โทรกลับ 080-123-4567 ด่วน", None, "TH"),
        ("ligue para 0800 123 4567", None, "BR"),
        ("they say call 1-800-10-8686", "PH", "PH"),
        ("they say call 1-800-123-4567", "US", "US"),
        ("phone number 18002091234", None, None),
        ("she lives in New Delhi, phone number 98765 43210, India", None, "IN"),
    ],
)
def test_a_number_is_of_the_persons_country_or_of_where_the_words_are_from(
    text: str, country: str | None, where: str | None
) -> None:
    assert only(text, country).country == where


def test_a_short_code_for_texts_is_no_country_s_number() -> None:
    found = only("SMS BLOCK 123 to 5676766")
    assert (found.value, found.country) == ("5676766", None)


def test_a_national_number_that_fits_several_countries_stays_as_its_digits() -> None:
    found = only("phone 9123 4567")
    assert (found.value, found.country) == ("91234567", None)


def test_spans_lead_back_to_what_was_written() -> None:
    for row in ROWS:
        for one in find(row["text"], row["country"]):
            assert one.kind == "card" or row["text"][one.start : one.end] == one.written


@pytest.mark.slow
def test_random_strings_never_break_it_and_nothing_overlaps() -> None:
    chance = random.Random(7)
    for _ in range(10_000):
        text = "".join(chance.choices(ALPHABET, k=chance.randrange(60)))
        found = find(text, chance.choice((None, "SG", "CN", "US")))
        assert all(0 <= one.start < one.end <= len(text) for one in found)
        assert all(before.end <= after.start for before, after in pairwise(found))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_accepted(text: str) -> None:
    seen = undisguised(text)
    assert len(seen.text) == len(seen.starts) == len(seen.ends)
    assert find(text) == find(text)
