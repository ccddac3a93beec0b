"""Figures of judged situations, the gate of a rebuild, and the report."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.checking.checker import Checker
from bot.reports import page, tables
from bot.terminal.evaluate import judge
from bot.terminal.rows import BadRow, read_known
from index.builds.build import Build
from index.builds.map import case_vectors, flattened, placed
from index.builds.rebuilding import Worse, rebuild
from index.builds.shelf import current_name
from index.judging.baselines import Baseline, caught, examples, own
from index.judging.evaluation import (
    Judged,
    as_row,
    brier,
    calibration_error,
    confusion,
    figures,
    from_row,
    reliability,
    worsenings,
)
from knowledge.documents.casebook import Casebook
from tests.fakes import HashingEncoder


def judged(number: int = 0, **changes: object) -> Judged:
    usual = Judged(
        id=f"en-{number}",
        group="en",
        kind="scam",
        patterns=("parcel-smish",),
        emergency=False,
        must_not=("no_match",),
        text="they hold my parcel",
        ranked=("parcel-smish", "fake-bank", "fake-police"),
        concern="likely",
        gone=False,
        danger=0.95,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def test_figures_are_shares_of_the_situations_they_are_about() -> None:
    found = figures(
        [
            judged(),
            judged(ranked=("fake-bank", "parcel-smish"), concern="no_match"),
            judged(ranked=("fake-bank",), concern="unclear", emergency=True, gone=True),
            judged(kind="everyday", patterns=(), concern="likely", gone=True),
            judged(kind="look-alike", patterns=("bank-otp",), ranked=("bank-otp",), concern="possible"),
            judged(kind="too-little", patterns=(), concern="unclear"),
        ]
    )
    assert (found.first, found.among_three) == (0.5, 0.75)
    assert (found.danger_missed, found.danger_no_match) == (0.6667, 0.3333)
    assert (found.harmless_likely, found.harmless_possible, found.unclear_right) == (0.5, 0.5, 1.0)
    assert (found.emergency_precision, found.emergency_recall) == (0.5, 1.0)


def test_probabilities_that_say_what_happens_have_no_calibration_error() -> None:
    exact = [judged(danger=0.75, kind=kind) for kind in ("scam", "scam", "scam", "everyday")]
    assert calibration_error(reliability(exact)) == pytest.approx(0)
    boastful = [judged(danger=0.95, kind="everyday")]
    assert calibration_error(reliability(boastful)) == pytest.approx(0.95)
    assert brier(boastful) == pytest.approx(0.95**2)


def test_the_confusion_counts_what_came_first_where_another_was_expected() -> None:
    names, counts = confusion([judged(), judged(ranked=("fake-bank",)), judged(patterns=(), kind="everyday")])
    assert names == ("fake-bank", "parcel-smish")
    assert counts.tolist() == [[0, 0], [1, 1]]


def test_a_loss_within_noise_is_no_worsening_and_one_beyond_it_is() -> None:
    before = [judged(number) for number in range(40)]
    wrong = ("fake-bank", "fake-police", "romance")
    a_few = [judged(number, ranked=wrong) if number < 4 else judged(number) for number in range(40)]
    many = [judged(number, ranked=wrong) if number < 9 else judged(number) for number in range(40)]
    assert worsenings(before, a_few) == []
    found = worsenings(before, many)
    assert [one.measure for one in found] == ["expected pattern first", "expected pattern among three"]
    assert found[0].lost == tuple(f"en-{number}" for number in range(9))
    assert found[0].chance == pytest.approx(1 / 2**9)


def test_situations_that_were_rewritten_are_not_compared() -> None:
    before = [judged(number) for number in range(40)]
    after = [judged(number, text="another", ranked=("fake-bank",)) for number in range(40)]
    assert worsenings(before, after) == []


def often_examined(casebook: Casebook) -> Casebook:
    """Return the casebook with its golden set three times, so that a loss is no accident."""
    golden = [replace(one, id=f"{one.id}-{time}") for time in range(3) for one in casebook.golden]
    return replace(casebook, golden=golden)


def crossed(casebook: Casebook) -> Casebook:
    """Return a casebook whose two dangerous patterns have each other's cases: a moderator's worst night."""
    one, other = casebook.patterns["parcel-smish"], casebook.patterns["sell-bank-card"]
    harmed = {
        one.id: replace(one, cases=other.cases, guidance=other.guidance),
        other.id: replace(other, cases=one.cases, guidance=one.guidance),
    }
    documents = casebook.documents | {one.id: casebook.documents[one.id] + "\n# crossed\n"}
    return replace(casebook, patterns=casebook.patterns | harmed, documents=documents)


def test_a_build_that_is_worse_is_not_published_and_the_report_says_in_what(tmp_path: Path, casebook: Casebook) -> None:
    encoder, casebook = HashingEncoder(), often_examined(casebook)
    good = rebuild(tmp_path, encoder, casebook)
    assert good.manifest.figures.first > 0.9
    with pytest.raises(Worse, match=r"expected pattern first: \d+ lost, 0 won, chance \S+: en-"):
        rebuild(tmp_path, encoder, crossed(casebook))
    assert current_name(tmp_path) == good.name
    assert [folder.name for folder in tmp_path.iterdir() if folder.is_dir()] == [good.name]


def test_a_build_may_be_published_in_spite_of_the_gate(tmp_path: Path, casebook: Casebook) -> None:
    encoder, casebook = HashingEncoder(), often_examined(casebook)
    good = rebuild(tmp_path, encoder, casebook)
    assert rebuild(tmp_path, encoder, crossed(casebook), gate=False).name == current_name(tmp_path) != good.name


def test_a_build_keeps_how_it_judged_the_golden_set(small_build: Build, casebook: Casebook) -> None:
    assert [one.id for one in small_build.golden] == [situation.id for situation in casebook.golden]
    assert figures(small_build.golden) == small_build.manifest.figures


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ('{"id": 1, "text": "a", "kind": "nice"}', "kind 'nice', expected one of scam, accomplice, look-alike"),
        ('{"id": 1, "text": "a", "is_scam": "yes"}', "kind 'yes', expected one of scam"),
        ('{"id": 1, "text": "a", "is_scam": true, "patterns": "x"}', "patterns or emergency, expected a list"),
        ('{"id": 1, "text": "a", "is_scam": true, "emergency": 3}', "patterns or emergency, expected a list"),
        ('{"id": 1, "text": "a", "label": "nice"}', "label 'nice', expected one of harmless, scam, spam, ad, ad-loan"),
        ('{"id": 1, "text": "a", "label": null}', "label None, expected one of harmless"),
        ('{"id": 1, "text": "a", "label": ["scam"]}', "label .*, expected one of harmless"),
        ('{"id": 1}', "no id, or no text"),
    ],
)
def test_a_row_of_unknown_truth_is_refused_by_its_line(row: str, fault: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": 0, "text": "fine", "is_scam": null}\n' + row, "utf-8")
    with pytest.raises(BadRow, match=f"rows.jsonl:2: {fault}"):
        read_known(file)


def test_rows_of_a_file_are_judged_and_reported_by_their_group(
    checker: Checker, small_build: Build, tmp_path: Path
) -> None:
    rows = [
        {
            "id": "a",
            "text": "they hold my parcel until i pay by a link",
            "is_scam": True,
            "lang": "en",
            "source": "x/sms:f@1",
        },
        {"id": "b", "text": "dinner at seven?", "is_scam": False, "lang": "en", "source": "x/chat:f@1"},
        {
            "id": "c",
            "text": "i rent my bank card out",
            "kind": "accomplice",
            "patterns": ["sell-bank-card"],
            "group": "mine",
        },
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    found = judge(read_known(file), checker)
    assert [(one.group, one.truth) for one in found] == [
        ("en sms", "danger"),
        ("en chat", "harmless"),
        ("mine", "danger"),
    ]
    titles = [table.title for table in tables.report(found, small_build.patterns)]
    assert "Concern, by group" in titles
    assert "Expected pattern, by family" in titles


@pytest.mark.parametrize(
    ("row", "kind", "group"),
    [
        ({"label": "harmless", "set": "sms"}, "everyday", "sms harmless"),
        ({"label": "scam", "set": "sms", "language": "en"}, "scam", "sms scam"),
        ({"label": "ad-loan", "set": "sms"}, "unknown", "sms ad-loan"),
        ({"label": "illegal"}, "unknown", "all"),
        ({"label": "scam", "set": "sms", "kind": "look-alike"}, "look-alike", "sms scam"),
        ({"label": "scam", "set": "sms", "is_scam": None}, "unknown", "sms scam"),
        ({"label": "nice", "is_scam": True, "group": "mine"}, "scam", "mine"),
        ({"set": "sms", "is_scam": False}, "everyday", "sms"),
    ],
)
def test_a_row_may_be_told_by_a_label_and_reported_under_its_set(
    row: dict[str, object], kind: str, group: str, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"id": 1, "text": "a", **row}), "utf-8")
    (read,) = read_known(file)
    assert (read.kind, read.group) == (kind, group)


def table_of(title: str, found: list[Judged], build: Build) -> list[tuple[str, ...]]:
    return [row for table in tables.report(found, build.patterns) if table.title == title for row in table.rows]


def test_each_group_is_reported_with_its_texts_the_share_of_each_concern_and_what_was_said_gone(
    small_build: Build,
) -> None:
    unknown = {"kind": "unknown", "patterns": (), "group": "sms spam"}
    found = [judged(), judged(1, **unknown, concern="unclear"), judged(2, **unknown, concern="possible", gone=True)]
    assert table_of("Concern, by group", found, small_build) == [
        ("en", "danger", "1", "100.0%", "0.0%", "0.0%", "0.0%", "0.0%"),
        ("sms spam", "unknown", "2", "0.0%", "50.0%", "50.0%", "0.0%", "50.0%"),
    ]


def test_figures_are_reported_by_form_where_there_are_several(small_build: Build) -> None:
    line = judged(1, form="line", ranked=("fake-bank", "parcel-smish"), concern="possible")
    assert table_of("Expected pattern, by form", [judged(), line], small_build) == [
        ("account", "1", "100%", "100%"),
        ("line", "1", "0%", "100%"),
        ("all", "2", "50%", "100%"),
    ]
    assert [row[:5] for row in table_of("Concern, by form", [judged(), line], small_build)] == [
        ("account", "danger", "1", "100.0%", "0.0%"),
        ("line", "danger", "1", "0.0%", "100.0%"),
    ]
    assert table_of("Concern, by form", [judged()], small_build) == []


def test_the_stage_expected_is_reported_beside_the_one_found(small_build: Build) -> None:
    found = [
        judged(0, staged="after", stage="after"),
        judged(1, staged="after", stage="before"),
        judged(2, staged="before", stage="unsaid"),
        judged(3, stage="after"),
    ]
    assert table_of("Stage, expected (rows) and found (columns)", found, small_build) == [
        ("before", "1", "0", "0", "0", "1"),
        ("after", "2", "1", "0", "1", "0"),
    ]


def test_a_build_keeps_the_form_and_the_stages_of_the_golden_set(tmp_path: Path, casebook: Casebook) -> None:
    golden = [replace(one, form="life", stage="now") for one in casebook.golden]
    made = rebuild(tmp_path, HashingEncoder(), replace(casebook, golden=golden))
    assert {(one.form, one.staged) for one in made.golden} == {("life", "now")}
    assert all(from_row(json.loads(json.dumps(as_row(one)))) == one for one in made.golden)
    assert all(one.gone == (one.stage in ("now", "after")) for one in made.golden)


def test_the_report_lists_every_dangerous_situation_taken_for_harmless(small_build: Build) -> None:
    missed = judged(7, concern="no_match", text="a long story " * 40)
    (table,) = [one for one in tables.report([judged(), missed], small_build.patterns) if "harmless" in one.title]
    assert [row[0] for row in table.rows] == ["en-7"]
    assert len(table.rows[0][-1]) <= 110


def test_the_page_is_one_file_that_fetches_nothing_and_shows_no_markup_of_a_text(small_build: Build) -> None:
    golden = [replace(one, text="<script>alert(1)</script>" + one.text) for one in small_build.golden]
    vectors = case_vectors(small_build)
    layout = flattened(vectors)
    mark = [("they hold my parcel", vectors[0])]
    pictures = [
        ("Map", "how", page.map_picture(small_build.patterns, layout, vectors, mark)),
        ("Reliability", "how", page.reliability_picture(golden)),
        ("Confusion", "how", page.confusion_picture(golden)),
    ]
    missed = [replace(one, kind="scam", concern="no_match") for one in golden]
    report = list(tables.report(missed, small_build.patterns))
    html = page.page("AskFirst", report, pictures)
    assert "<script>" not in html
    assert "src=" not in html
    assert 'href="http' not in html
    cases = sum(len(pattern.cases) for pattern in small_build.patterns.values())
    drawn = ElementTree.fromstring(pictures[0][2])
    assert len([dot for dot in drawn.iter("{http://www.w3.org/2000/svg}title") if dot.text]) >= cases
    assert "1. they hold my parcel" in ElementTree.tostring(drawn, encoding="unicode")


def test_a_case_is_placed_near_itself(small_build: Build) -> None:
    vectors = case_vectors(small_build)
    layout = flattened(vectors)
    spread = layout.std()
    offs = [abs(placed(vector, vectors, layout) - spot).max() for vector, spot in zip(vectors, layout, strict=True)]
    near = sum(float(off) < spread for off in offs)
    assert near >= len(vectors) * 0.8


def test_a_baseline_is_counted_by_language(casebook: Casebook, small_build: Build) -> None:
    ours = own(small_build.golden)
    part, of = ours.only(casebook.golden, "en")
    assert len(of) == len(casebook.golden)
    assert part.first(of) == small_build.manifest.figures.first
    texts, labels = examples(casebook)
    assert len(texts) == len(labels) == 24 + len(casebook.background)
    nothing = Baseline("nothing", (("x",),) * len(casebook.golden), ours.danger * 0)
    assert nothing.first(casebook.golden) == 0


def test_what_is_caught_is_counted_above_the_line_that_few_harmless_pass() -> None:
    import numpy as np

    danger = np.array([0.9, 0.6, 0.05, *([0.1] * 98), 0.5, 0.7])
    dangerous = np.array([True, True, True, *([False] * 100)])
    assert caught(danger, dangerous, ~dangerous) == pytest.approx(2 / 3, abs=0.001)
