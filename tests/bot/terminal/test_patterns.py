"""The curating commands, with the small documents and words hashed into buckets where something is tried."""

import argparse
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.checking.checker import Checker
from bot.checking.engine import Engine
from bot.cli import main, parser
from bot.settings import read_settings
from bot.terminal.commands import Workbench, telling, workbench_of
from index.builds.rebuilding import rebuild
from index.builds.serving import Serving
from index.builds.shelf import names, publish
from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook
from knowledge.documents.golden import read_golden
from knowledge.documents.toml import read_patterns
from knowledge.impostors.contacts import OfficialContacts
from knowledge.ledger.answer_counts import Counters
from knowledge.ledger.audit import audit_rows
from knowledge.ledger.roles import OPERATOR, Roles
from knowledge.proposals.queue import Proposals
from knowledge.proposals.situations import ShouldSay
from tests.fakes import HashingEncoder
from tests.paths import DOCUMENTS

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SMISH = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
NEW_CASE = "somebody from the post rang about a toll for a box and wants it through their page"
TWIN = "a small fee by a link i must pay and my parcel is held says a text message"
Run = Callable[..., int]


@pytest.fixture(scope="session")
def first_builds(tmp_path_factory: pytest.TempPathFactory, casebook: Casebook) -> Path:
    """A folder with the first build."""
    folder = tmp_path_factory.mktemp("builds")
    rebuild(folder, HashingEncoder(), casebook)
    return folder


@pytest.fixture
def bench(tmp_path: Path, first_builds: Path, casebook: Casebook, contacts: OfficialContacts) -> Iterator[Workbench]:
    settings = read_settings({"ASKFIRST_DATA": str(tmp_path), "ASKFIRST_OWNERS": "77", "ASKFIRST_MODEL": "hashing"})
    encoder = HashingEncoder()
    shutil.copytree(first_builds, settings.builds)
    serving = Serving(settings.builds, encoder.name)
    engine = Engine(encoder, serving, Checker(encoder, serving.build, contacts), contacts)
    store = Store(settings.database)
    roles = Roles(store, settings.owners)
    proposals = Proposals(store, alone=False)
    yield Workbench(settings, store, OPERATOR, NOW, proposals, roles, lambda: casebook, lambda: engine, tuple)
    store.close()


@pytest.fixture
def run(bench: Workbench) -> Run:
    """Run a command at the workbench, as the operator or as a moderator."""

    def running(*arguments: str, who: int = OPERATOR) -> int:
        options = parser().parse_args(arguments)
        return telling(options.name, partial(options.work, options, replace(bench, who=who)))

    return running


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let these be typed."""

    def typed(*lines: str) -> None:
        left = iter(lines)

        def answer(question: str) -> str:
            print(question)
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", answer)

    return typed


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    found = capsys.readouterr()
    assert found.err == ""
    return found.out


def complaints(capsys: pytest.CaptureFixture[str]) -> list[str]:
    found = capsys.readouterr()
    assert found.out == ""
    return found.err.splitlines()


def test_a_case_is_proposed_tried_approved_and_then_listed(
    run: Run, bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("cases", "add", "parcel-smish", f"{NEW_CASE}, +6591234567", "--emergency") == 0
    lines = shown(capsys).splitlines()
    assert lines[0].startswith("kept as (en): somebody from the post rang")
    assert "91234567" not in "".join(lines)
    assert lines[1].startswith("nearest: parcel-smish 0.")
    assert lines[2].startswith("proposal 1, case of parcel-smish: fixes 0, breaks 0")
    assert run("review", "--approve", "1", who=77) == 0
    assert shown(capsys) == "1: approved; it answers after the next rebuild\n"
    assert run("patterns", "list", "--family", "impersonation") == 0
    assert "9 in 2 languages  edited" in shown(capsys)
    assert run("patterns", "show", "parcel-smish") == 0
    assert "emergency = true" in shown(capsys).splitlines()[-1]


def test_a_case_that_is_nearly_another_is_warned_of_and_held(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cases", "add", "parcel-smish", TWIN) == 0
    lines = shown(capsys).splitlines()
    assert lines[2].startswith("warning: nearly the words of a case of parcel-smish, cosine 1.00")
    assert lines[3].startswith("proposal 1, case of parcel-smish: held: has nearly the words")
    assert run("review", "--approve", "1", who=77) == 1
    assert complaints(capsys)[0].startswith("askfirst review: 1: held back, it can only be rejected: has nearly")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["cases", "add", "no-such", "words here"], "askfirst cases add: case: pattern: 'no-such', expected a known"),
        (["cases", "add", "bank-otp", "x"], "askfirst cases add: case: text: 1 characters, expected 2 to 1,500"),
        (["patterns", "show", "no-such"], "askfirst patterns show: patterns: 'no-such': no such pattern, expected an"),
        (["patterns", "export", "/tmp", "bank-otp"], "askfirst patterns export: /tmp: not empty, expected a new"),
        (["patterns", "add", "none.toml"], "askfirst patterns add: none.toml: No such file or directory, expected"),
        (["patterns", "retire", "no-such", "--why", "x"], "askfirst patterns retire: retire: pattern: 'no-such'"),
        (["patterns", "import", "none.csv"], "askfirst patterns import: none.csv: No such file or directory"),
        (["review", "--reject", "9", "--why", "x"], "askfirst review: 9: no such proposal, expected a number"),
        (["review", "--approve", "9"], "askfirst review: 9: no such proposal, expected a number"),
        (["rollback", "no-such"], "askfirst rollback: 'no-such': no such build, expected one of 2"),
    ],
)
def test_a_fault_is_one_line_and_status_1(
    run: Run, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 1
    (line,) = complaints(capsys)
    assert line.startswith(complaint)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["patterns", "list", "--family", "x"], "--family x: expected one of accomplice, impersonation, look-alike"),
        (["patterns", "show", "bank-otp", "--language", "tlh"], "--language tlh: expected one of en, zh"),
        (["patterns", "add"], "expected either FILE.toml or --template"),
        (["review", "--list", "--approve", "1"], "expected only one of --list"),
        (["review", "--reject", "1"], "--reject N and --why TEXT: expected both"),
        (["review", "--urgent"], "--urgent: expected --approve N beside it"),
        (["audit", "--last", "0"], "--last 0: expected 1 or more"),
        (["stats", "--days", "0"], "--days 0: expected 1 to"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    run: Run, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    (line,) = complaints(capsys)
    assert complaint in line


def test_only_a_moderator_can_be_named(capsys: pytest.CaptureFixture[str], bench: Workbench) -> None:
    options = argparse.Namespace(who=5)

    def work() -> int:
        with workbench_of(options, bench.settings) as opened:
            return opened.who

    assert telling("askfirst review", work) == 2
    assert complaints(capsys) == ["askfirst review: --as 5: no moderator, expected the Telegram id of one"]
    options.who = 77
    assert work() == 77


def test_a_pattern_is_added_edited_and_retired(
    run: Run, bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("patterns", "add", "--template") == 0
    template = shown(capsys)
    file = tmp_path / "bank-desk.toml"
    file.write_text(template.replace("my-new-pattern", "bank-desk"), "utf-8")
    assert run("patterns", "add", str(file)) == 0
    assert shown(capsys).startswith("proposal 1, pattern of bank-desk: fixes ")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i s/held/kept/")
    assert run("patterns", "edit", "parcel-smish") == 0
    assert shown(capsys).startswith("proposal 2, edit of parcel-smish: fixes ")
    assert run("patterns", "retire", "sell-bank-card", "--why", "nobody asks") == 0
    assert shown(capsys).startswith("proposal 3, retire of sell-bank-card: ")
    assert bench.proposals.queue()[2].draft.reason == "nobody asks"


def test_add_and_edit_are_not_taken_for_each_other(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known, new = tmp_path / "parcel-smish.toml", tmp_path / "parcel-toll.toml"
    known.write_text(SMISH.replace("is held", "is kept"), "utf-8")
    new.write_text(SMISH.replace('"parcel-smish"', '"parcel-toll"'), "utf-8")
    assert run("patterns", "add", str(known)) == 1
    assert "expected a new one; `askfirst patterns edit` changes" in complaints(capsys)[0]
    assert run("patterns", "edit", str(new)) == 1
    assert "`askfirst patterns add` adds a new one" in complaints(capsys)[0]


def test_a_faulty_edit_is_kept_for_another_try(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i s/scam/nice/")
    assert run("patterns", "edit", "parcel-smish") == 1
    lines = complaints(capsys)
    assert len(lines) == 2
    assert "kind: Input should be" in lines[0]
    kept = Path(lines[1].split("kept as ")[1].split(",")[0])
    assert 'kind = "nice"' in kept.read_text("utf-8")
    monkeypatch.setenv("EDITOR", "false")
    assert run("patterns", "edit", "parcel-smish") == 1
    assert "EDITOR=false: ended with status 1, expected 0; nothing is changed" in complaints(capsys)[0]
    monkeypatch.setenv("EDITOR", "true")
    assert run("patterns", "edit", "parcel-smish") == 1
    assert "the same as the one in use, expected a change" in complaints(capsys)[0]
    monkeypatch.delenv("EDITOR")
    assert run("patterns", "edit", "parcel-smish") == 1
    assert complaints(capsys) == ["askfirst patterns edit: EDITOR: not set, expected an editor's command, like nano"]


def test_what_is_exported_imports_again_as_no_change_at_all(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    assert run("patterns", "export", str(folder)) == 0
    assert shown(capsys) == f"{folder}: 3 documents written\n"
    assert list(read_patterns(folder)) == ["bank-otp", "parcel-smish", "sell-bank-card"]
    files = [str(file) for file in sorted(folder.iterdir())]
    assert run("patterns", "import", *files) == 1
    assert "nothing to import: every document is as the one in use" in complaints(capsys)[0]


def test_an_import_is_one_batch_of_documents_and_their_cases(
    run: Run, bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new, rows = tmp_path / "parcel-toll.toml", tmp_path / "rows.csv"
    text = SMISH.split("[[cases]]")[0].replace('"parcel-smish"', '"parcel-toll"')
    new.write_text(
        f'{text}\n[[cases]]\nlanguage = "en"\ntext = "the border office wants a fee for my parcel by a link"\n', "utf-8"
    )
    rows.write_text(
        f"pattern,language,text\nparcel-toll,en,{NEW_CASE}\nbank-otp,en,the code was sent while my son logged in\n",
        "utf-8",
    )
    assert run("patterns", "import", str(rows), str(new)) == 0
    assert shown(capsys).startswith("proposals 1-3, 3 of 2 patterns: fixes ")
    queue = bench.proposals.queue()
    assert [(one.draft.kind, one.draft.pattern) for one in queue] == [
        ("pattern", "parcel-toll"),
        ("case", "parcel-toll"),
        ("case", "bank-otp"),
    ]
    assert {one.draft.batch for one in queue} == {"import 2026-11-26 12:00:00"}


def test_an_import_with_one_bad_row_takes_nothing_and_names_every_fault(
    run: Run, bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, more, bad = tmp_path / "rows.csv", tmp_path / "more.jsonl", tmp_path / "parcel-smish.toml"
    rows.write_text(f"pattern,language,text\nbank-otp,en,{NEW_CASE}\nno-such,en,words\nbank-otp,x,words\n", "utf-8")
    more.write_text(json.dumps({"pattern": "parcel-smish", "language": "en", "text": TWIN.upper()}) + "\n", "utf-8")
    more.write_text(more.read_text("utf-8") * 2, "utf-8")
    bad.write_text(SMISH.replace('title = "快递费钓鱼"', 'title = ""'), "utf-8")
    assert run("patterns", "import", str(rows), str(more), str(bad)) == 1
    lines = [line.removeprefix(f"askfirst patterns import: {tmp_path}/") for line in complaints(capsys)]
    assert lines == [
        "parcel-smish.toml:17: zh.title: String should have at least 2 characters, found ''",
        "rows.csv:3: pattern: 'no-such', expected a known pattern's id",
        "rows.csv:4: language: 'x', expected a code like en or zh-Hant",
        f"more.jsonl:2: text: the same as {more}:1, expected another person's words",
    ]
    assert bench.proposals.queue() == ()


def test_an_imported_copy_is_named_by_its_line(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("pattern,language,text\nbank-otp,en,i logged in myself and the code came late\n", "utf-8")
    assert run("patterns", "import", str(rows)) == 1
    (line,) = complaints(capsys)
    assert line.startswith(f"askfirst patterns import: {rows}:2: text: 9")
    assert line.endswith("% alike to cases.3, expected another person's own words")


def test_review_shows_a_card_at_a_time_and_does_what_its_key_says(
    run: Run, bench: Workbench, answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    run("cases", "add", "parcel-smish", NEW_CASE)
    run("cases", "add", "bank-otp", "the code was sent while my son logged in")
    run("patterns", "retire", "sell-bank-card", "--why", "nobody asks")
    run("cases", "add", "bank-otp", "the shop wants the six digits to be typed in by me")
    capsys.readouterr()
    answers("a", "x", "u", "r", "", "r", "people ask daily", "s")
    assert run("review", who=77) == 0
    out = shown(capsys)
    assert f"1 of 4\n1: case of parcel-smish, by the operator, 2026-11-26 12:00\nen: {NEW_CASE}\nfixes 0" in out
    assert "1: approved; it answers after the next rebuild" in out
    assert "2: approved until 2026-12-03; `askfirst rebuild` lets it answer at once" in out
    assert "why: nobody asks" in out
    assert "A reason is needed" in out
    assert "3: rejected" in out
    assert [one.id for one in bench.proposals.queue()] == [4]
    answers("q")
    assert run("review", who=77) == 0
    assert "1 of 1" in shown(capsys)
    assert run("review", "--list") == 0
    assert shown(capsys).startswith("4: case of bank-otp, by the operator, 2026-11-26 12:00: fixes 0, breaks 0")


def test_review_ends_where_there_is_nothing_more_to_read(
    run: Run, answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("review") == 0
    assert shown(capsys) == "Nothing waits.\n"
    run("cases", "add", "parcel-smish", NEW_CASE)
    answers()
    assert run("review", who=77) == 0


def test_nobody_approves_their_own_and_a_decision_stands(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("cases", "add", "parcel-smish", NEW_CASE)
    capsys.readouterr()
    assert run("review", "--approve", "1") == 1
    assert "1: your own, expected another moderator; ASKFIRST_ONE_PERSON=1" in complaints(capsys)[0]
    assert run("review", "--reject", "1", "--why", "a copy") == 0
    assert shown(capsys) == "1: rejected\n"
    assert run("review", "--approve", "1", who=77) == 1
    assert complaints(capsys) == ["askfirst review: 1: already rejected by the operator"]


def test_a_span_is_decided_at_once_and_what_was_not_tried_is_tried_before(
    run: Run, bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = (NEW_CASE, "the toll page asks for a card for a box from abroad")
    for text in texts:
        draft = bench.drafting.case_draft("parcel-smish", text, emergency=False, today=bench.today)
        bench.proposals.propose([draft], OPERATOR, NOW)
    assert run("review", "--approve", "1-2", "--urgent", who=77) == 0
    assert [line.partition(";")[0] for line in shown(capsys).splitlines()] == [
        "1: approved until 2026-12-03",
        "2: approved until 2026-12-03",
    ]


def test_try_prints_what_came_of_what_was_not_tried(
    run: Run, bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("try") == 0
    assert shown(capsys) == ""
    draft = bench.drafting.case_draft("parcel-smish", TWIN, emergency=False, today=bench.today)
    bench.proposals.propose([draft], 77, NOW)
    assert run("try") == 0
    assert shown(capsys).startswith("proposal 1, case of parcel-smish: held: has nearly the words")


def test_what_somebody_wrote_cannot_steer_the_terminal(
    run: Run, bench: Workbench, answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    draft = bench.drafting.retire_draft("sell-bank-card", "red \x1b[31m and\rover", bench.today)
    bench.proposals.propose([draft], 77, NOW)
    answers("s")
    assert run("review") == 0
    out = shown(capsys)
    assert "why: red ?[31m and?over" in out


def test_the_audit_lists_acts_of_all_or_of_one(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("cases", "add", "parcel-smish", NEW_CASE)
    run("review", "--approve", "1", who=77)
    capsys.readouterr()
    assert run("audit") == 0
    lines = shown(capsys).splitlines()
    assert lines[0].strip() == "Acts, newest first"
    assert lines[2].startswith("2026-11-26 12:00  77            approve 1")
    assert run("audit", "--who", "0", "--last", "5") == 0
    out = shown(capsys)
    assert "propose 1" in out
    assert "approve" not in out


def test_an_earlier_build_serves_again_and_the_audit_says_so(
    run: Run, bench: Workbench, casebook: Casebook, capsys: pytest.CaptureFixture[str]
) -> None:
    builds = bench.settings.builds
    (first,) = names(builds)
    changed = casebook.revised({name: text for name, text in casebook.documents.items() if name != "bank-otp"})
    second = rebuild(builds, HashingEncoder(), changed, gate=False).name
    publish(builds, second)
    assert run("builds") == 0
    lines = shown(capsys).splitlines()
    served = next(line for line in lines if line.startswith(second))
    assert "serves" in served
    assert run("rollback", first) == 0
    assert shown(capsys) == f"{first}: serves again\n"
    (row,) = audit_rows(bench.store)
    assert (row.who, row.what) == (OPERATOR, f"rollback {first}")
    assert row.before == {"build": second, "casebook": changed.digest()}
    assert row.after == {"build": first, "casebook": casebook.digest()}
    assert run("rollback", first) == 0
    assert shown(capsys) == f"{first}: serves already\n"


def test_a_damaged_build_does_not_serve_and_nothing_is_noted(
    run: Run, bench: Workbench, casebook: Casebook, capsys: pytest.CaptureFixture[str]
) -> None:
    builds = bench.settings.builds
    (first,) = names(builds)
    changed = casebook.revised({name: text for name, text in casebook.documents.items() if name != "bank-otp"})
    publish(builds, rebuild(builds, HashingEncoder(), changed, gate=False).name)
    (builds / first / "known.faiss").write_bytes(b"")
    assert run("rollback", first) == 1
    assert "missing or damaged" in complaints(capsys)[0]
    assert audit_rows(bench.store) == ()
    assert run("builds") == 0
    assert "cannot serve" in shown(capsys)


def test_stats_count_answers_by_day_concern_family_language_and_country(
    run: Run, bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counters = Counters(bench.store)
    for days, concern, pattern, country in (
        (0, "likely", "parcel-smish", "SG"),
        (0, "likely", "long-gone", "SG"),
        (1, "no_match", None, None),
        (40, "likely", "parcel-smish", "SG"),
    ):
        counters.add(bench.today - timedelta(days=days), "en", concern, pattern, country)
    counters.flush()
    picture = tmp_path / "stats.png"
    assert run("stats", "--png", str(picture)) == 0
    out = shown(capsys)
    rows = [line.split() for line in out.splitlines()]
    assert ["2026-11-26", "2", "0", "0", "0", "2"] in rows
    assert ["likely", "2", "66.7%"] in rows
    assert ["impersonation", "1", "0", "0", "0", "1"] in rows
    assert ["(retired)", "1", "0", "0", "0", "1"] in rows
    assert ["(none)", "0", "0", "0", "1", "1"] in rows
    assert ["SG", "2", "0", "0", "0", "2"] in rows
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_stats_name_what_rises_beyond_its_own_past(
    run: Run, bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    counters = Counters(bench.store)
    for week in range(1, 10):
        for _ in range(20 if week == 1 else 3):
            counters.add(bench.today - timedelta(days=7 * week), "en", "likely", "parcel-smish", None)
    counters.flush()
    assert run("stats") == 0
    out = shown(capsys)
    assert "Patterns that rise beyond their own past" in out
    assert re.search(r"parcel-smish +20 +3\.0", out)


def test_stats_of_nothing_say_so(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("stats", "--days", "7") == 0
    assert shown(capsys) == "Nothing was counted from 2026-11-20 to 2026-11-26.\n"


@pytest.mark.slow
def test_the_shipped_documents_are_listed_and_shown_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKFIRST_DATA", str(tmp_path))
    assert main(["patterns", "list", "--family", "job"]) == 0
    assert "shipped" in shown(capsys)
    assert main(["patterns", "show", "fake-police", "--language", "zh"]) == 0
    assert "冒充" in shown(capsys)
    assert main(["review", "--list"]) == 0
    assert main(["patterns", "retire", "fake-police", "--why", "x", "--as", "5"]) == 2
    assert "--as 5: no moderator" in capsys.readouterr().err


def test_a_situation_for_the_examination_is_listed_shown_approved_and_exported(
    run: Run, bench: Workbench, answers: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = bench.drafting.golden_draft(NEW_CASE, ShouldSay("parcel-smish", "likely", "before"), bench.today, "missed")
    bench.proposing.propose([draft], 77, NOW)
    assert run("try") == 0
    assert "golden of parcel-smish: the build that serves answers it " in shown(capsys)
    assert run("review", "--list") == 0
    assert shown(capsys).startswith("1: golden of parcel-smish, by 77, ")
    answers("a")
    assert run("review") == 0
    card = shown(capsys)
    assert "[[situations]]" in card
    assert 'must_not = ["no_match", "unclear"]' in card
    assert "why: missed" in card
    assert "1: approved" in card
    assert run("patterns", "export", str(tmp_path / "out")) == 0
    assert "to go to the end of knowledge/golden" in shown(capsys)
    assert [one.text for one in read_golden(tmp_path / "out" / "golden")] == [NEW_CASE]
