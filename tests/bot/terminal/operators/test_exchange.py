"""A casebook from one operator to another: written and signed here, reviewed as proposals there."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.terminal.commands import Workbench
from knowledge.exchange.bundle import packed
from knowledge.exchange.keys import OwnKey, trust
from knowledge.ledger.audit import audit_rows
from tests.bot.terminal.operators.conftest import Run
from tests.paths import DOCUMENTS

THEIRS = OwnKey("Example University", bytes(range(32)))
SMISH = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
NEW_CASE = (
    '\n[[cases]]\nlanguage = "en"\ntext = "the post wants a toll for a box and i should type my card on a page"\n'
)
Sent = Callable[..., Path]


@pytest.fixture
def sent(tmp_path: Path, bench: Workbench) -> Sent:
    """A file of documents from an operator who is trusted here."""

    def send(**documents: str) -> Path:
        file = tmp_path / "from-them.json"
        named = {name.replace("_", "-"): text for name, text in documents.items()}
        file.write_text(packed(named, THEIRS, "CC-BY-4.0", date(2026, 11, 25)), "utf-8")
        return file

    trust(bench.settings.data, "the university", THEIRS.public)
    return send


def out_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    found = capsys.readouterr()
    assert found.err == ""
    return found.out.splitlines()


def test_a_casebook_goes_out_signed_and_says_nothing_new_where_it_came_from(
    run: Run, bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "all.json"
    assert run("export", str(file), "--licence", "CC-BY-4.0") == 1
    assert "expected a key of your own; `askfirst keys make NAME` makes one" in capsys.readouterr().err
    assert run("keys", "make", "Example Bank") == 0
    (own,) = out_of(capsys)
    assert own.startswith("own: Example Bank, ")
    assert run("export", str(file), "--licence", "CC-BY-4.0") == 0
    assert out_of(capsys) == [f"{file}: 3 documents, signed"]
    assert run("export", str(file), "--licence", "CC-BY-4.0") == 1
    assert "there already, expected a new file" in capsys.readouterr().err
    assert run("import", str(file)) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"askfirst import: {file}: key ")
    assert "not trusted here (it calls itself 'Example Bank')" in line
    assert run("keys", "trust", "ourselves", json.loads(file.read_text("utf-8"))["key"]) == 0
    assert out_of(capsys)[1].startswith("trusted: ourselves, ")
    assert run("import", str(file)) == 0
    assert out_of(capsys)[1:] == ["3 documents say nothing new"]
    assert bench.proposals.queue() == ()


def test_what_is_new_comes_as_proposals_that_say_who_brought_it(
    run: Run, bench: Workbench, sent: Sent, capsys: pytest.CaptureFixture[str]
) -> None:
    new = SMISH.replace('"parcel-smish"', '"parcel-toll"', 1)
    file = sent(parcel_smish=SMISH + NEW_CASE, parcel_toll=new)
    assert run("import", str(file)) == 0
    head, *outcomes = out_of(capsys)
    assert head == "from the university, CC-BY-4.0, 2026-11-25: 2 documents"
    assert outcomes
    case, pattern = (one.draft for one in bench.proposals.queue())
    assert (case.kind, case.pattern, pattern.kind, pattern.pattern) == (
        "case",
        "parcel-smish",
        "pattern",
        "parcel-toll",
    )
    assert case.batch == pattern.batch
    assert case.reason.startswith("from the university (key ")
    assert case.reason.endswith("), CC-BY-4.0, 2026-11-25")
    (act,) = (row for row in audit_rows(bench.store) if row.what.startswith("import-bundle "))
    assert (act.after["from"], act.after["key"], act.after["proposals"]) == ("the university", THEIRS.public, 2)
    assert run("import", str(file)) == 0
    assert out_of(capsys)[1:] == ["2 proposals wait for review already"]
    assert len(bench.proposals.queue()) == 2


def test_changed_guidance_comes_with_our_own_cases_and_theirs_beside_it(
    run: Run, bench: Workbench, sent: Sent, capsys: pytest.CaptureFixture[str]
) -> None:
    head, mark, cases = SMISH.partition("\n[[cases]]")
    _, second, fewer = cases.partition("\n[[cases]]")
    theirs = head.replace("is held", "is kept") + second + fewer + NEW_CASE
    assert mark
    assert run("import", str(sent(parcel_smish=theirs))) == 0
    edit, case = (one.draft for one in bench.proposals.queue())
    assert (edit.kind, case.kind) == ("edit", "case")
    assert edit.content == head.replace("is held", "is kept") + mark + cases
    out_of(capsys)


def test_copies_of_our_cases_are_left_out_and_what_is_private_is_taken_out(
    run: Run, bench: Workbench, sent: Sent, capsys: pytest.CaptureFixture[str]
) -> None:
    known = "the post wants a toll for a box and i should type my card on a page"
    private = "somebody rang from +65 9123 4567 about a box at customs and asked me for a code i never wanted"
    more = "".join(f'\n[[cases]]\nlanguage = "en"\ntext = "{text}"\n' for text in (known, f"{known}!", private))
    assert run("import", str(sent(parcel_smish=SMISH + more))) == 0
    assert "1 cases are nearly ones there are, and are left out" in out_of(capsys)
    texts = [one.draft.case.text for one in bench.proposals.queue() if one.draft.case]
    assert texts[0] == known
    assert len(texts) == 2
    assert "9123" not in texts[1]


@pytest.mark.parametrize(
    ("documents", "faults"),
    [
        ({"parcel_smish": SMISH + NEW_CASE, "parcel_toll": SMISH}, ["parcel-toll: id: 'parcel-smish', expected"]),
        (
            {"parcel_smish": SMISH + NEW_CASE, "bank_otp": "x = ", "parcel_toll": "y = "},
            ["bank-otp: ", "parcel-toll: "],
        ),
        ({"parcel_smish": SMISH + NEW_CASE.replace("a toll", "a \\u202e toll")}, ["parcel-smish: text: holds the inv"]),
    ],
)
def test_one_bad_document_takes_nothing_and_every_fault_is_named(
    run: Run,
    bench: Workbench,
    sent: Sent,
    documents: dict[str, str],
    faults: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = sent(**documents)
    assert run("import", str(file)) == 1
    lines = capsys.readouterr().err.splitlines()
    assert all(line.startswith(f"askfirst import: {file}: {fault}") for line, fault in zip(lines, faults, strict=True))
    assert bench.proposals.queue() == ()
    assert audit_rows(bench.store) == ()


def test_a_file_that_was_changed_takes_nothing(
    run: Run, bench: Workbench, sent: Sent, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sent(parcel_smish=SMISH + NEW_CASE)
    file.write_text(file.read_text("utf-8").replace("a toll for a box", "a toll for a dog"), "utf-8")
    assert run("import", str(file)) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"askfirst import: {file}: documents: parcel-smish: changed after it was signed")
    assert bench.proposals.queue() == ()


def test_whoever_is_distrusted_brings_nothing_any_more(
    run: Run, bench: Workbench, sent: Sent, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sent(parcel_smish=SMISH + NEW_CASE)
    assert run("keys", "distrust", "the university") == 0
    assert run("import", str(file)) == 1
    assert "not trusted here" in capsys.readouterr().err
    assert [row.what for row in audit_rows(bench.store)] == ["distrust-key"]
    assert bench.proposals.queue() == ()


def test_a_key_that_starts_like_an_option_is_trusted_behind_two_dashes(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    key = OwnKey("Example Bank", (33).to_bytes(32)).public
    assert key.startswith("-")
    assert run("keys", "trust", "the bank", "--", key) == 0
    assert out_of(capsys)[1].startswith("trusted: the bank, ")
