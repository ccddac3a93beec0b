import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents.toml import Fault, append_case, parse_pattern, quote
from knowledge.proposals.files import BadRows, is_pattern, line_of, read_rows, write_patterns
from knowledge.proposals.forbidden import hidden_characters, unfit
from tests.paths import DOCUMENTS

PATTERNS = {"parcel-smish", "bank-otp"}
SMISH = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
GOOD = {
    "rows.csv": 'pattern,language,text,emergency\nparcel-smish,en,a parcel text,\nbank-otp,zh,"码，\n两行",true\n',
    "rows.jsonl": (
        '{"pattern": "parcel-smish", "language": "en", "text": "a parcel text"}\n\n'
        '{"pattern": "bank-otp", "language": "zh", "text": "码，\\n两行", "emergency": true}\n'
    ),
    "rows.toml": (
        '[[cases]]\npattern = "parcel-smish"\nlanguage = "en"\ntext = "a parcel text"\n'
        '[[cases]]\npattern = "bank-otp"\nlanguage = "zh"\ntext = "码，\\n两行"\nemergency = true\n'
    ),
}
words = st.text(min_size=2, max_size=80).filter(lambda text: text.strip() and not hidden_characters(text, "\n\t"))


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, "utf-8", newline="")
    return file


def lines_of(file: Path) -> list[str]:
    with pytest.raises(BadRows) as caught:
        read_rows(file, PATTERNS)
    return [line.removeprefix(f"{file.parent}/") for line in caught.value.lines]


@pytest.mark.parametrize("name", GOOD)
def test_each_format_gives_the_same_drafts(name: str, tmp_path: Path) -> None:
    drafts = [row.draft for row in read_rows(write(tmp_path, name, GOOD[name]), PATTERNS)]
    assert [(draft.kind, draft.pattern, draft.case.emergency) for draft in drafts if draft.case] == [
        ("case", "parcel-smish", False),
        ("case", "bank-otp", True),
    ]
    assert drafts[1].case is not None
    assert (drafts[1].case.language, drafts[1].case.text) == ("zh", "码，\n两行")


@pytest.mark.parametrize("name", GOOD)
def test_a_row_knows_the_line_it_begins_on(name: str, tmp_path: Path) -> None:
    rows = read_rows(write(tmp_path, name, GOOD[name]), PATTERNS)
    second = {"rows.csv": 3, "rows.jsonl": 3, "rows.toml": 5}[name]
    assert rows[1].place == f"{tmp_path / name}:{second}"


def test_every_bad_row_is_named_with_its_file_line_fault_and_what_was_expected(tmp_path: Path) -> None:
    rows = [
        {"pattern": "no-such", "language": "en", "text": "words"},
        {"pattern": "bank-otp", "language": "english", "text": "words"},
        {"pattern": "bank-otp", "language": "en", "text": "x" * 1501},
        {"pattern": "bank-otp", "language": "en"},
        {"pattern": "bank-otp", "language": "en", "text": "words", "emergency": "perhaps"},
        {"pattern": "bank-otp", "language": "en", "text": "words\u202etxt"},
        {"pattern": "bank-otp", "language": "en", "text": "fine words"},
        {"pattern": "bank-otp", "language": "en", "text": "fine words"},
        {"pattern": "bank-otp", "language": "en", "text": "   "},
        {"pattern": "bank-otp", "language": "en", "text": "words", "colour": "red"},
    ]
    file = write(tmp_path, "rows.jsonl", "\n".join(map(json.dumps, rows)) + "\n[1]\n{")
    expected = [
        "rows.jsonl:1: pattern: 'no-such', expected a known pattern's id",
        "rows.jsonl:2: language: 'english', expected a code like en or zh-Hant",
        "rows.jsonl:3: text: 1,501 characters, expected at most 1,500",
        "rows.jsonl:4: text: missing, expected a value",
        "rows.jsonl:5: emergency: 'perhaps', expected true or false",
        "rows.jsonl:6: text: holds the invisible character U+202E, expected plain text",
        f"rows.jsonl:8: text: the same as {file}:7, expected another person's words",
        "rows.jsonl:9: text: empty, expected what somebody would say",
        "rows.jsonl:10: colour: unknown, expected only pattern, language, text, emergency",
    ]
    found = lines_of(file)
    assert found[:9] == expected
    assert found[9].startswith("rows.jsonl:11: row: no object, expected one object a line")
    assert found[10].startswith("rows.jsonl:12: row: not JSON (")


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.csv", "pattern,text\nbank-otp,x\n", "a.csv:1: header: 'pattern, text', expected a first line of"),
        ("a.csv", "pattern,language,text\nbank-otp,en\n", "a.csv:2: row: 2 cells, expected 3: pattern, language, text"),
        ("a.csv", 'pattern,language,text\nbank-otp,en,"no end\n', "a.csv:2: row: not CSV (unexpected end of data)"),
        ("a.csv", "pattern,language,text,emergency\nbank-otp,en,xy,si\n", "a.csv:2: emergency: 'si', expected true or"),
        ("a.csv", "", "a.csv: no cases, expected a first line of pattern,language,text"),
        ("a.toml", "cases = 1\n", "a.toml:1: cases: expected [[cases]] tables"),
        ("a.toml", "x = 1\n", "a.toml:1: x: expected [[cases]] tables"),
        ("a.toml", "\n\ncases = [\n", "a.toml:3: document: not TOML ("),
        ("a.txt", "words", "a.txt: .txt, expected .csv, .jsonl, .toml"),
        ("a.jsonl", "", "a.jsonl: no cases, expected one object a line"),
    ],
)
def test_a_file_that_is_not_of_its_format_is_refused_in_one_line(
    name: str, text: str, line: str, tmp_path: Path
) -> None:
    found = lines_of(write(tmp_path, name, text))
    assert len(found) == 1
    assert found[0].startswith(line)


def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"pattern,language,text\n\xff\xfe")
    assert "a.csv: not UTF-8" in lines_of(tmp_path / "a.csv")[0]
    assert "expected a file to read" in lines_of(tmp_path / "none.csv")[0]


def test_a_spreadsheet_programs_mark_and_line_ends_do_no_harm(tmp_path: Path) -> None:
    file = write(tmp_path, "a.csv", "\ufeffpattern,language,text\r\nbank-otp,en,some words\r\n\r\n")
    assert [row.draft.pattern for row in read_rows(file, PATTERNS)] == ["bank-otp"]


@given(text=words)
def test_any_text_that_may_be_a_case_reads_back_from_each_format(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    cell = '"' + text.replace('"', '""') + '"'
    row = {"pattern": "bank-otp", "language": "en", "text": text}
    toml = f'[[cases]]\npattern = "bank-otp"\nlanguage = "en"\ntext = {quote(text)}\n'
    for name, content in (
        ("a.csv", f"pattern,language,text\nbank-otp,en,{cell}\n"),
        ("a.jsonl", json.dumps(row, ensure_ascii=False)),
        ("a.toml", toml),
    ):
        (read,) = read_rows(write(folder, name, content), PATTERNS)
        assert read.draft.case is not None
        assert read.draft.case.text == text


def test_a_patterns_document_is_told_from_rows_of_cases_also_where_it_is_broken(tmp_path: Path) -> None:
    assert is_pattern(write(tmp_path, "a.toml", SMISH))
    assert is_pattern(write(tmp_path, "b.toml", SMISH.replace('kind = "scam"', "kind = scam")))
    assert not is_pattern(write(tmp_path, "c.toml", GOOD["rows.toml"]))
    assert not is_pattern(write(tmp_path, "d.csv", GOOD["rows.csv"]))


@pytest.mark.parametrize(
    ("place", "starts"),
    [
        ("kind", "kind = "),
        ("id", 'id = "parcel-smish"'),
        ("en", "[guidance.en]"),
        ("en.title", 'title = "Fake parcel fee"'),
        ("zh.title", 'title = "快递费钓鱼"'),
        ("en.red_flags.1", "red_flags = "),
        ("cases.2.text", 'text = "i paid the parcel fee'),
        ("cases.2.language", 'language = "en"'),
        ("line 3, column 4", "family"),
    ],
)
def test_a_faults_place_is_found_in_the_document(place: str, starts: str) -> None:
    line = line_of(SMISH, place)
    assert line is not None
    assert SMISH.split("\n")[line - 1].startswith(starts)


def test_a_fault_of_the_patterns_id_is_not_looked_for_in_the_guidance_in_indonesian() -> None:
    indonesian = SMISH.split("[guidance.zh]")[0].split("[guidance.en]")[1]
    document = SMISH.replace("[[cases]]", f"[guidance.id]{indonesian}[[cases]]", 1)
    assert line_of(document, "id") == 1
    assert line_of(document, "id.title") == document.split("[guidance.id]")[0].count("\n") + 2


def test_a_place_that_is_not_there_has_no_line() -> None:
    assert line_of(SMISH, "nowhere.at.all") is None


def test_documents_are_written_back_as_they_are(tmp_path: Path) -> None:
    write_patterns({"parcel-smish": SMISH}, tmp_path / "new" / "folder")
    assert (tmp_path / "new" / "folder" / "parcel-smish.toml").read_text("utf-8") == SMISH
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["folder"]


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, "mine.txt", "words")
    with pytest.raises(FileExistsError, match="not empty, expected a new folder or an empty one"):
        write_patterns({"parcel-smish": SMISH}, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_where_one_document_cannot_be_written_none_is(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r".+"):
        write_patterns({"parcel-smish": SMISH, "no/such": SMISH}, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def faults(document: str, before: str | None = None) -> list[Fault]:
    return list(unfit(parse_pattern(document, "x"), parse_pattern(before, "x") if before else None))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("is held", "is <b>held</b>", "en.how: holds '<b>', expected plain text without HTML"),
        ("is held", "is held, see evil.example.com", "en.how: holds the link 'evil.example.com'"),
        ("is held", "is held, call +6591234567", "en.how: holds the phone '+6591234567'"),
        ("is held", "is held, write to a@evil.com", "en.how: holds the email 'a@evil.com'"),
        ("is held", r"is held\u200b", "en.how: holds the invisible character U+200B"),
        ("a parcel i never ordered", r"a parcel\u202e i never ordered", "cases.1.text: holds the invisible"),
    ],
)
def test_guidance_leads_nobody_elsewhere_and_hides_nothing(old: str, new: str, fault: str) -> None:
    changed = SMISH.replace(old, new, 1)
    assert changed != SMISH
    assert [str(one)[: len(fault)] for one in faults(changed)] == [fault]


def test_guidance_may_name_the_hosts_of_its_sources_and_what_it_named_before() -> None:
    assert faults(SMISH) == []
    named = SMISH.replace("https://police.example/scams", "https://www.police.gov.sg/scams").replace(
        "is held", "is held, see police.gov.sg"
    )
    assert faults(named) == []
    elsewhere = SMISH.replace("is held", "is held, see singpost.com.sg")
    assert faults(elsewhere)
    assert faults(append_case(elsewhere, "en", "one more"), before=elsewhere) == []
