"""The gaps of the casebook in the console, from what people asked in vain to a document to begin with."""

import re

from bot.checking.situation import Situation
from bot.console.desk import Desk
from knowledge.ledger.open_questions import Askers
from tests.bot.console.conftest import ANNA, Browser, Clock
from tests.fakes import HashingEncoder
from tests.index.gaps.test_gaps import PIGEON

NASTY = "</textarea><script>alert(1)</script> <img src=//evil.example/x> \u202e{{7*7}}"


def leave_notes(desk: Desk, *texts: str) -> None:
    for person, text in enumerate(texts, 1):
        desk.notes.note("no_match", None, "en", text, person, desk.now)


def test_what_several_people_asked_in_vain_is_a_gap(desk: Desk, anna: Browser, clock: Clock) -> None:
    assert "Nothing that 3 people or more asked in vain" in anna.get("/gaps").text
    leave_notes(desk, *PIGEON)
    for _ in range(3):
        desk.counters.add(desk.today, "th", "unclear", None, None)
    desk.counters.add(desk.today, "th", "likely", "bank-otp", None)
    desk.counters.flush()
    clock.later(minutes=2)
    page = anna.get("/gaps").text
    assert "Gap 1: 4 people, 4 texts" in page
    assert "en 4" in page
    assert PIGEON[0] in page
    assert re.search(r'<a href="/patterns/[a-z-]+">[^<]+</a> <span class="tag">[a-z-]+ · 0\.\d\d</span>', page)
    assert 'href="/queue?kind=n&amp;at=n1"' in page
    assert "75 %" in page


def test_of_open_questions_nothing_but_their_number_is_shown(desk: Desk, anna: Browser) -> None:
    for chat, text in enumerate(PIGEON, 1):
        vector = desk.engine.checker.vector(Situation(text))
        Askers(desk.store).keep(chat, vector, desk.today, HashingEncoder.name)
    page = anna.get("/gaps").text
    assert "Gap 1: 4 people, 4 texts" in page
    assert "few of a language" not in page
    assert "not known 4" in page
    assert "pigeon" not in page


def test_a_note_that_is_settled_or_forgotten_is_shown_no_more_at_once(desk: Desk, anna: Browser) -> None:
    leave_notes(desk, *PIGEON)
    assert PIGEON[0] in anna.get("/gaps").text
    desk.store.erase([desk.notes.deletion(1)])
    page = anna.get("/gaps").text
    assert "Gap 1" in page
    assert PIGEON[0] not in page
    assert "at=n1" not in page


def test_a_pattern_is_begun_from_a_gap_with_its_nearest_documents_beside(desk: Desk, anna: Browser) -> None:
    leave_notes(desk, *PIGEON)
    (link,) = re.findall(r'href="(/patterns/new\?gap=\w+)"', anna.get("/gaps").text)
    page = anna.get(link)
    written = page.text.partition('id="document"')[2].partition("</textarea>")[0]
    assert "# Gap 1: 4 texts of 4 people" in written
    assert "pigeon" not in page.text
    beside = page.text.partition("Its nearest documents")[2]
    near = re.findall(r'aria-label="([a-z-]+)" dir="auto">', beside)
    assert set(near) <= set(desk.patterns())
    assert len(near) == 3
    assert "[guidance.en]" in beside
    checked = anna.post("/patterns/new/check", page, document="x =", gap=link.partition("gap=")[2]).text
    assert "Faults:" in checked
    assert "Its nearest documents" in checked
    assert desk.proposals.queue() == ()
    assert "Its nearest documents" not in anna.get("/patterns/new").text


def test_a_gap_that_is_no_longer_there_gives_the_ordinary_template(anna: Browser) -> None:
    page = anna.get("/patterns/new?gap=%3Cscript%3E").text
    assert "That gap is no longer there" in page
    assert "# Gap" not in page
    assert "<script>" not in page


def test_nothing_that_people_wrote_runs_in_the_page_of_gaps(desk: Desk, anna: Browser) -> None:
    leave_notes(desk, *(f"{NASTY} {text}" for text in PIGEON))
    page = anna.get("/gaps").text
    assert "Gap 1" in page
    assert "&lt;script&gt;" in page
    for bad in ("<script>", "<img", "\u202e"):
        assert bad not in page


def test_gaps_are_for_moderators_alone(desk: Desk, anna: Browser) -> None:
    desk.roles.remove(ANNA, 1, desk.now)
    assert anna.get("/gaps").status_code == 401
