"""The command line: what it says of itself, and how it refuses. The answers are in test_real_model.py."""

import shutil
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.terminal.screen import styled, wrapped
from tests.paths import DOCUMENTS


def test_help_is_understandable_to_somebody_who_never_saw_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])
    assert exit_.value.code == 0
    shown = capsys.readouterr().out
    for words in ("a second opinion before you pay", "askfirst chat", "askfirst check", "rebuild", "patterns"):
        assert words in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["check"], "expected either a text"),
        (["check", "x", "--batch", "f.jsonl"], "expected either a text"),
        (["check", " "], "the text is empty"),
        (["check", "x", "--country", "Atlantis"], "--country Atlantis: expected a country's name or two letters"),
        (["check", "x", "--language", "tlh"], "--language tlh: expected one of en, zh, zh-Hant, es"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert complaint in shown.err
    assert shown.err.count("\n") == 1


@pytest.mark.parametrize(
    ("library", "arguments"),
    [
        ("matplotlib", ["evaluate", "--html", "report.html"]),
        ("matplotlib", ["stats", "--png", "week.png"]),
        ("bm25s", ["evaluate", "--baselines"]),
    ],
)
def test_what_a_report_needs_and_is_not_installed_is_said_in_one_line(
    library: str,
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ASKFIRST_DATA", str(tmp_path))
    monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
    assert main(arguments) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f'{library}: not installed, expected the extra "report"' in shown.err
    assert shown.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["frobnicate"], ["patterns"]])
def test_no_such_command_is_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ('{"id": 1, "text": "a"}\nnot json\n', "rows.jsonl:2: not JSON"),
        ('{"id": 1}\n', "rows.jsonl:1: no id, or no text that is a string"),
        ('{"text": "a"}\n', "rows.jsonl:1: no id"),
        ("[1]\n", "rows.jsonl:1: no id"),
        ('{"id": 1, "turns": ["a", 2]}\n', "rows.jsonl:1: no id, or no text that is a string"),
        ('{"id": 1, "turns": []}\n', "rows.jsonl:1: no id, or no text that is a string"),
    ],
)
def test_a_bad_row_is_refused_by_its_line_before_anything_is_checked(
    rows: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(rows, "utf-8")
    assert main(["check", "--batch", str(file)]) == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert complaint in shown.err
    assert "expected one object a line" in shown.err
    assert '"turns"' in shown.err


def test_a_file_that_is_no_picture_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a picture at all", "utf-8")
    assert main(["check", "--image", str(file)]) == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert "notes.txt: The file is not a JPEG, PNG, WebP, HEIC or GIF picture." in shown.err


def test_a_missing_batch_file_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--batch", "no-such.jsonl"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_bot_without_a_token_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    assert main(["bot"]) == 1
    assert "TELEGRAM_BOT_TOKEN: not set, expected the token" in capsys.readouterr().err


def test_patterns_check_of_sound_documents_prints_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["patterns", "check", str(DOCUMENTS)]) == 0
    assert "3 patterns: 1 accomplice, 1 legitimate, 1 scam" in capsys.readouterr().out


def test_patterns_check_names_every_fault_of_every_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(DOCUMENTS, folder)
    pattern = folder / "patterns" / "bank-otp.toml"
    pattern.write_text(pattern.read_text("utf-8").replace('kind = "legitimate"', 'kind = "nice"'), "utf-8")
    country = folder / "reporting" / "sg.toml"
    country.write_text(country.read_text("utf-8").replace('confidence = "high"', 'confidence = "low"', 1), "utf-8")
    assert main(["patterns", "check", str(folder)]) == 1
    complaints = capsys.readouterr().err
    assert "bank-otp.toml: kind: Input should be 'scam', 'accomplice' or 'legitimate'" in complaints
    assert "sg.toml: contacts.0.confidence: Input should be 'high' or 'medium'" in complaints


def test_a_reply_is_readable_on_80_columns_in_any_script() -> None:
    html = "<b>Stop.</b> " + "word " * 60 + "\n• “" + "有人出五百块一个月租我的银行卡，只是走账，会有事吗" * 5 + "”"
    lines = wrapped(styled(html), 80)
    assert all(line.cell_len <= 80 for line in lines)
    assert "".join(line.plain for line in lines).replace(" ", "") == styled(html).plain.replace(" ", "").replace(
        "\n", ""
    )
    assert any(line.plain.startswith("• “有人") for line in lines)
