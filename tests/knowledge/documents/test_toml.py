import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents.golden import GoldenSet
from knowledge.documents.toml import InvalidDocument, append_case, parse_pattern, quote, read_document, read_patterns
from tests.paths import DOCUMENTS

TEXT = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
any_text = st.text(min_size=2, max_size=200).filter(lambda text: text.encode("utf-8", "ignore").decode() == text)


def test_a_document_reads_as_the_pattern_it_describes() -> None:
    pattern = parse_pattern(TEXT, "parcel-smish.toml")
    assert (pattern.id, pattern.kind) == ("parcel-smish", "scam")
    assert pattern.guidance["zh"].title == "快递费钓鱼"
    assert [case.emergency for case in pattern.cases].count(True) == 2


def test_the_question_has_what_yes_and_no_tell_where_they_are_written() -> None:
    words = parse_pattern(TEXT, "parcel-smish.toml").guidance["zh"]
    assert (words.yes, words.no) == ("短信让我点链接付快递费", "谢谢你的生日蛋糕，真好")
    without = "\n".join(line for line in TEXT.split("\n") if not line.startswith(("yes = ", "no = ")))
    assert (parse_pattern(without, "parcel-smish.toml").guidance["zh"].yes) == ""


def test_guidance_in_indonesian_has_a_place_beside_the_patterns_id() -> None:
    english = TEXT.split("[guidance.en]")[1].split("[guidance.zh]")[0]
    pattern = parse_pattern(TEXT.replace("[[cases]]", f"[guidance.id]{english}[[cases]]", 1), "parcel-smish.toml")
    assert pattern.id == "parcel-smish"
    assert pattern.guidance["id"] == pattern.guidance["en"]


def test_a_document_of_before_with_bare_languages_reads_the_same() -> None:
    bare = TEXT.replace("[guidance.", "[")
    assert parse_pattern(bare, "parcel-smish.toml") == parse_pattern(TEXT, "parcel-smish.toml")


@given(any_text)
def test_any_text_can_be_appended_as_a_case_and_reads_back(text: str) -> None:
    pattern = parse_pattern(append_case(TEXT, "en", text, emergency=True), "parcel-smish.toml")
    assert pattern.cases[-1].text == text
    assert pattern.cases[-1].emergency


@given(any_text)
def test_a_quoted_text_is_one_toml_string(text: str) -> None:
    assert tomllib.loads(f"x = {quote(text)}") == {"x": text}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('id = "parcel-smish"', 'id = "Parcel"', "id: String should match pattern"),
        ('id = "parcel-smish"', 'id = "other"', "id: 'other', expected the file's name, 'parcel-smish'"),
        ('kind = "scam"', 'kind = "fraud"', "kind: Input should be 'scam', 'accomplice' or 'legitimate'"),
        ('title = "Fake parcel fee"', f'title = "{"x" * 61}"', "en.title: String should have at most 60 characters"),
        ("checked = 2026-11-24", 'checked = "soon"', "sources.0.checked: Input should be a valid date"),
        ("[guidance.en]", "[guidance.english]", "english"),
        ("[guidance.en]", "[english]", "english"),
        ("[guidance.zh]", "[en]", "en: also given as a bare table, expected each language once"),
        ('question = "Did', 'questoin = "Did', "en.question: Field required"),
        ('yes = "The', f'yes = "{"x" * 201}The', "en.yes: String should have at most 200 characters"),
        ("yes = ", "yess = ", "en.yess: not a key that this table may have, expected"),
        ('language = "en"\ntext', 'language = "en"\nlanguage = "en"\ntext', "not TOML"),
        ('kind = "scam"', 'kind = "accomplice"', "law and already_in belong to accomplice patterns"),
    ],
)
def test_each_fault_names_its_place_and_what_was_expected(old: str, new: str, fault: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse_pattern(TEXT.replace(old, new, 1), "parcel-smish.toml")
    assert fault in str(caught.value)


def test_all_faults_are_named_at_once() -> None:
    broken = TEXT.replace('kind = "scam"', 'kind = "fraud"').replace('family = "impersonation"', 'family = "?"')
    with pytest.raises(InvalidDocument) as caught:
        parse_pattern(broken, "parcel-smish.toml")
    assert [fault.place for fault in caught.value.faults] == ["kind", "family"]


def test_a_case_that_stands_twice_is_a_fault() -> None:
    text = "is a customs fee for a parcel by text message normal"
    with pytest.raises(InvalidDocument, match=r"the same text as cases\.3"):
        parse_pattern(append_case(TEXT, "en", text), "parcel-smish.toml")


def test_a_folder_names_the_faults_of_every_document(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("id = 1", "utf-8")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidDocument) as caught:
        read_patterns(tmp_path)
    assert "a.toml: id: Input should be a valid string" in str(caught.value)
    assert "b.toml: file: cannot be read as UTF-8 text" in str(caught.value)


def test_a_document_nested_beyond_measure_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "deep.toml"
    file.write_text("a = " + "[" * 5000 + "]" * 5000, "utf-8")
    with pytest.raises(InvalidDocument, match=r"deep\.toml: document: not TOML"):
        read_document(file, GoldenSet)


def test_traditional_chinese_guidance_is_converted_where_a_pattern_has_none_of_its_own() -> None:
    converted = parse_pattern(TEXT, "parcel-smish.toml").guidance_in("zh-Hant")
    assert converted.title == "快遞費釣魚"
    assert (converted.yes, converted.no) == ("簡訊讓我點連結付快遞費", "謝謝你的生日蛋糕，真好")


def test_guidance_falls_back_to_english() -> None:
    assert parse_pattern(TEXT, "parcel-smish.toml").guidance_in("fr").title == "Fake parcel fee"
