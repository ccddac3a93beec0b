"""Every kind of what waits in the terminal, and what is held on a contact."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.terminal.commands import Workbench
from knowledge.identifiers.finding import find
from knowledge.ledger.audit import audit_rows
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.wrong_answers import WrongNotes
from tests.bot.terminal.test_patterns import NEW_CASE, NOW, Run, answers, bench, complaints, first_builds, run, shown

__all__ = ["answers", "bench", "first_builds", "run"]
TODAY = NOW.date()


@pytest.fixture
def waiting(run: Run, bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One item of every kind, and one contact that only one person reported."""
    run("cases", "add", "parcel-smish", NEW_CASE)
    appealed, often, once = (find(f"+65 9123 456{number}")[0] for number in range(3))
    for contact, people in ((appealed, (1, 2, 3)), (often, (4, 5)), (once, (6,))):
        for person in people:
            bench.reports.report(contact, "parcel-smish", "SG", person, None, NOW)
    bench.reports.appeal(appealed, 99, NOW)
    WrongNotes(bench.store, read_key(tmp_path)).note("likely", "bank-otp", "en", "they said \x1b[31m so", 7, NOW)
    capsys.readouterr()


@pytest.mark.usefixtures("waiting")
def test_the_list_shows_every_kind(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("review", "--list") == 0
    heads = [line[:44] for line in shown(capsys).splitlines()]
    assert heads == [
        "1: case of parcel-smish, by the operator, 20",
        "appeal against the reports of +65 9••• ••60 ",
        "report of +65 9••• ••61 (phone), by 2 people",
        "report of +65 9••• ••62 (phone), by 1 person",
        "note 1: said to be a wrong answer, likely ba",
    ]


@pytest.mark.usefixtures("waiting")
def test_stats_count_what_was_reported(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("stats") == 0
    rows = [line.split() for line in shown(capsys).splitlines()]
    assert ["2026-11-26", "6"] in rows
    assert ["phone", "6"] in rows
    assert ["SG", "6"] in rows


@pytest.mark.usefixtures("waiting")
def test_every_kind_is_walked_through_and_decided(
    run: Run, bench: Workbench, answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answers("k", "c", "c", "x", "s")
    assert run("review") == 0
    out = shown(capsys)
    assert "1 of 5\nappeal against the reports of +65 9••• ••60 (phone), by 1 person since 2026-11-26\n" in out
    assert "confirmed, others are told of it: report of +65 9••• ••61 (phone), by 2 people, 2026-11-26; with" in out
    assert "noted; one person reported it, expected a second moderator" in out
    assert "they said ?[31m so" in out
    assert bench.notes.waiting() == ()
    assert [row.confirmed for row in bench.reports.reported(TODAY)] == [True, True, False]
    answers("s", "c")
    assert run("review", who=77) == 0
    assert "confirmed by the operator, needs a second moderator" in shown(capsys)
    assert [row.confirmed for row in bench.reports.reported(TODAY)] == [True, True, True]


@pytest.mark.usefixtures("waiting")
def test_the_last_decision_is_taken_back(
    run: Run, bench: Workbench, answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    before = bench.reports.reported(TODAY)
    answers("a", "z", "s", "d", "z", "s", "c", "z", "q")
    assert run("review", who=77) == 0
    assert shown(capsys).count("taken back; it waits again") == 3
    assert bench.reports.reported(TODAY) == before
    assert [one.state for one in bench.proposals.queue()] == ["waiting"]
    assert [row.what.partition(" ")[0] for row in audit_rows(bench.store, 7)] == [
        *("undo", "confirm", "undo", "remove", "undo", "approve", "propose"),
    ]


@pytest.mark.usefixtures("waiting")
def test_a_settled_note_is_taken_back(
    run: Run, bench: Workbench, answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    before = bench.notes.waiting()
    answers("s", "s", "s", "s", "d", "z", "x", "z", "q")
    assert run("review", who=77) == 0
    assert shown(capsys).count("taken back; it waits again") == 2
    assert bench.notes.waiting() == before


@pytest.mark.usefixtures("waiting")
def test_what_is_held_on_a_contact_is_printed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lookup", "+65", "9123", "4561") == 0
    out = shown(capsys)
    assert "+65 9••• ••61 (phone)\nreport of +65 9••• ••61 (phone), by 2 people, 2026-11-26; with parcel-smish" in out
    assert "people are told now:" in out
    assert run("lookup", "91234599", "--country", "SG") == 0
    assert "nothing is reported of it" in shown(capsys)
    assert run("lookup", "nothing") == 2
    assert complaints(capsys)[0].startswith("askfirst lookup: nothing: no contact in it, expected a number, link")


@pytest.mark.usefixtures("waiting")
def test_the_audit_is_narrowed(
    run: Run, bench: Workbench, answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answers("k")
    run("review")
    capsys.readouterr()
    assert run("audit", "--act", "confirm", "--pattern", "parcel-smish", "--days", "1") == 0
    out = shown(capsys)
    assert "confirm +65 9•••" in out
    assert "propose" not in out
    assert run("audit", "--pattern", "bank-otp") == 0
    assert "confirm" not in shown(capsys)
    assert run("audit", "--days", "-1") == 2


@pytest.mark.usefixtures("waiting")
def test_two_put_a_contact_on_the_safelist_and_one_takes_it_off(
    run: Run, bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("safelist") == 0
    assert shown(capsys) == "Nothing is on the safelist.\n"
    assert run("safelist", "add", "+65 9123 4560", "--why", "a dentist \x1b[31m, +65 9123 4560", who=77) == 0
    assert shown(capsys) == "+65 9••• ••60: noted, needs a second moderator\n"
    assert run("safelist", "add", "+6591234560", who=77) == 1
    assert "you have said so already, expected a second moderator" in complaints(capsys)[0]
    assert run("safelist") == 0
    assert "by 77, needs a second moderator: a dentist ?[31m, +65 9••• ••60" in shown(capsys)
    assert len(bench.reports.reported(TODAY)) == 3
    assert run("safelist", "add", "9123 4560", "--country", "SG") == 0
    assert shown(capsys) == "+65 9••• ••60: on the safelist, no report of it is kept\n"
    assert len(bench.reports.reported(TODAY)) == 2
    assert run("lookup", "+6591234560") == 0
    out = shown(capsys)
    assert "on the safelist since 2026-11-26, by 77 and the operator" in out
    assert "nothing is reported of it" in out
    assert run("safelist", "add", "+6591234560") == 1
    assert "on the safelist already" in complaints(capsys)[0]
    assert run("safelist", "remove", "+6591234560") == 0
    assert "off the safelist, reports of it are kept again" in shown(capsys)
    assert run("safelist", "remove", "+6591234560") == 1
    assert "not on the safelist" in complaints(capsys)[0]
    verbs = [row.what.partition(" ")[0] for row in audit_rows(bench.store, 3)]
    assert verbs == ["unsafelist", "safelist", "safelist-first"]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (("hello",), "no contact in it, expected a number"),
        (("+6591234560", "+6591234561"), "2 contacts: expected one at a time"),
        (("4111 1111 1111 1111",), "a card cannot be reported"),
        (("+6518002550000",), "as its own; reports of it are not kept"),
        (("+6591234560", "--why", "x" * 1001), "expected at most 1,000"),
    ],
    ids=["none", "several", "card", "official", "long"],
)
def test_what_cannot_be_on_the_safelist_is_said(
    run: Run, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], wrong: str
) -> None:
    assert run("safelist", "add", *given) == 2
    assert wrong in complaints(capsys)[0]


def test_a_wish_for_the_safelist_waits_for_a_second_moderator(
    run: Run, bench: Workbench, answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("safelist", "add", "+65 9123 4560", "--why", "a dentist", who=77) == 0
    assert run("review", "--list") == 0
    assert "safelist: +65 9••• ••60 (phone), wanted there by 77 since 2026-11-26\n" in shown(capsys)
    answers("q")
    assert run("review", who=77) == 0
    assert "Nothing waits." in shown(capsys)
    answers("d", "z", "p")
    assert run("review") == 0
    out = shown(capsys)
    assert "why: a dentist" in out
    assert "+65 9••• ••60: not put on the safelist\n" in out
    assert "taken back; it waits again" in out
    assert "+65 9••• ••60: on the safelist, no report of it is kept\n" in out
    verbs = [row.what.partition(" ")[0] for row in audit_rows(bench.store, 4)]
    assert verbs == ["safelist", "undo", "unsafelist", "safelist-first"]
