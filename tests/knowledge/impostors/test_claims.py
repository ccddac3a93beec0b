import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents.claims import read_claim_words
from knowledge.documents.official import read_bodies
from knowledge.impostors.claims import AT_MOST, Claims
from knowledge.text.languages import READ
from tests.paths import DATA

ROWS = [json.loads(line) for line in (DATA / "claims.jsonl").read_text("utf-8").splitlines()]
FLOOR = 0.95
BODIES = read_bodies()
CLAIMS = Claims(BODIES)


def test_enough_sentences_in_all_languages_say_and_do_not_say_who_the_stranger_is() -> None:
    silent = sum(not row["expected"] for row in ROWS)
    assert len(ROWS) >= 240
    assert 0.4 <= silent / len(ROWS) <= 0.6
    assert {row["country"] for row in ROWS} >= {"SG", "CN", "ES", "BR", "FR", "DE", "RU", "IN", "ID", "VN", "TH", "JP"}


def test_the_claimed_bodies_are_found_above_the_floor() -> None:
    wrong = [
        (row["text"], got)
        for row in ROWS
        if (got := list(CLAIMS.made_in(row["text"], row["country"]))) != row["expected"]
    ]
    print(f"claims right: {1 - len(wrong) / len(ROWS):.3f} of {len(ROWS)}")
    assert 1 - len(wrong) / len(ROWS) >= FLOOR, wrong


@pytest.mark.parametrize("silent", [True, False], ids=["none claimed", "somebody claimed"])
def test_neither_side_pays_for_the_other(silent: bool) -> None:
    rows = [row for row in ROWS if bool(row["expected"]) != silent]
    right = sum(list(CLAIMS.made_in(row["text"], row["country"])) == row["expected"] for row in rows)
    assert right / len(rows) >= FLOOR


def test_the_expected_ids_are_known() -> None:
    assert {name for row in ROWS for name in row["expected"]} <= set(BODIES)


@pytest.mark.parametrize(
    "written",
    ["Wells Fargo", "wells fargo", "WELLS FARGO", "Wells-Fargo", "WellsFargo", "Wеlls Fargo", "Wells\u200b Fargo"],
)
def test_a_name_is_found_however_it_is_written(written: str) -> None:
    assert CLAIMS.made_in(f"someone from {written} called me", "US") == ("us-wellsfargo",)


@pytest.mark.parametrize("name", ["Сбербанк", "Сбербанка", "Сбербанке", "сбербанком", "СБЕРБАНК"])
def test_russian_names_are_found_in_every_case(name: str) -> None:
    assert CLAIMS.made_in(f"Мне звонил сотрудник {name} и просил код", "RU") == ("ru-sber",)


def test_russian_endings_with_a_breve_count_too() -> None:
    assert CLAIMS.made_in("Звонил сотрудник Центрального банка", "RU") == ("ru-cbr",)


@pytest.mark.parametrize(
    "text", ["对方自称中国工商银行客服", "對方自稱中國工商銀行客服", "对方自称 中国-工商银行 客服"]
)
def test_both_chinese_scripts_are_one(text: str) -> None:
    assert CLAIMS.made_in(text, "CN") == ("cn-icbc",)


@pytest.mark.parametrize(
    ("country", "expected"), [("SG", ("sg-spf",)), ("GB", ("gb-police-fraud",)), ("US", ()), (None, ())]
)
def test_the_police_are_those_of_the_country_where_one_document_fits(
    country: str | None, expected: tuple[str, ...]
) -> None:
    assert CLAIMS.made_in("the police called me", country) == expected


def test_an_ambiguous_name_of_another_country_does_not_count() -> None:
    assert CLAIMS.made_in("Chase called me about my card", "US") == ("us-chase",)
    assert CLAIMS.made_in("Chase called me about my card", "TH") == ()


def test_the_claimed_body_comes_before_one_that_is_only_named() -> None:
    found = CLAIMS.made_in("My UOB card was charged, then a man said he is from SingPost", "SG")
    assert found[0] == "sg-singpost"


def test_a_link_is_not_read_as_words() -> None:
    assert CLAIMS.made_in("a friend sent https://www.dbs.com.sg/officer by message", "SG") == ()


def test_at_most_three_are_named() -> None:
    text = "Calls from DBS. Calls from OCBC. Calls from UOB. Calls from SingPost. Calls from ICA."
    assert len(CLAIMS.made_in(text, "SG")) == AT_MOST


def test_every_language_that_is_read_has_its_claim_words() -> None:
    assert Counter(words.language for words in read_claim_words()) == Counter(READ)


@given(st.text(max_size=300))
def test_any_text_is_accepted(text: str) -> None:
    assert len(CLAIMS.made_in(text, "SG")) <= AT_MOST
