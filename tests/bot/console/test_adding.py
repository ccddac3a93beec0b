"""Adding a text that was tried to the examination: proposed, reviewed by another moderator, and never at one click."""

import re
from html import unescape

import pytest

from bot.console.desk import Desk
from knowledge.ledger.audit import audit_rows
from knowledge.proposals.working_casebook import working_casebook
from tests.bot.console.conftest import ANNA, BEN, Browser, Page
from tests.bot.console.test_pages import CASE, NASTY, elsewhere
from tests.paths import DOCUMENTS

MISSED = "the courier wants two dollars before it brings my parcel to the door"
RIGHT = {"pattern": "parcel-smish", "concern": "likely", "stage": "before", "form": "account", "language": "en"}


def added(browser: Browser, masked: str = MISSED, **fields: str) -> Page:
    return browser.post("/try/situation", text=masked, masked=masked, **{**RIGHT, **fields})


def test_a_text_is_added_to_the_examination_by_two_moderators(desk: Desk, anna: Browser, ben: Browser) -> None:
    form = anna.post("/try", text=MISSED).text.partition("Add to the examination")[2]
    assert MISSED in form
    assert '<option value="everyday">' in form
    told = added(anna, why="it was called unclear", implicit="1")
    assert "Proposed: 1 (1)" in told.text
    (one,) = desk.proposing.try_untried(desk.now)
    assert one.state == "waiting"
    for browser, button in ((anna, False), (ben, True)):
        page = browser.get("/queue?at=p1").text
        card = unescape(page)
        assert "one more situation for the examination" in card
        assert 'patterns = ["parcel-smish"]' in card
        assert 'must_not = ["no_match", "unclear"]' in card
        assert "implicit = true" in card
        assert "/try?proposal=1" not in card
        assert "the build that serves answers it" in card
        assert ('value="yes" class="first"' in page) is button
    assert "another moderator has to approve it" in anna.post("/decide", ref="p1", act="yes", mark=_mark(ben)).text
    ben.press(ben.get("/queue?at=p1"), "yes")
    assert [(act.who, act.what) for act in audit_rows(desk.store, about=" 1")][:2] == [
        (BEN, "approve 1"),
        (ANNA, "propose 1"),
    ]
    golden = working_casebook(desk.store, desk.today, knowledge=DOCUMENTS).casebook.golden
    assert [one.text for one in golden if one.implicit][-1] == MISSED


def _mark(browser: Browser) -> str:
    return str(re.findall(r'name="mark" value="(\w+)"', browser.get("/queue?at=p1").text)[0])


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"pattern": "nothing"}, "expected a known pattern's id, everyday or too-little"),
        ({"concern": "no_match"}, "of scam, expected one of likely, possible, unclear"),
        ({"concern": ""}, "concern: '' of scam"),
        ({"stage": "later"}, "stage: 'later' of scam"),
        ({"form": "poem"}, "form: 'poem', expected one of"),
        ({"language": "xx"}, "language: 'xx', expected one of"),
        ({"masked": "x"}, "1 characters, expected 2 to 1,500"),
        ({"why": "w" * 1001}, "why: 1,001 characters"),
    ],
)
def test_faults_are_named_and_what_was_filled_in_stays(
    desk: Desk, anna: Browser, fields: dict[str, str], fault: str
) -> None:
    page = added(anna, **fields).text
    assert fault in unescape(page)
    assert page.count('role="alert"') == 1
    assert 'value="parcel-smish"' in page or "pattern" in fields
    assert desk.proposals.queue() == ()


def test_a_text_that_is_a_case_or_a_situation_already_is_not_taken(desk: Desk, anna: Browser) -> None:
    case = desk.patterns()["parcel-smish"].cases[0].text
    assert "expected another person's own words" in unescape(added(anna, case).text)
    added(anna)
    desk.proposals.tried([1], {}, "", desk.now)
    desk.proposals.decide(1, True, BEN, desk.now, is_moderator=lambda _: True)
    assert "the same as the situation en-parcel-smish-" in added(anna).text


def test_one_that_a_case_gives_away_is_held(desk: Desk, anna: Browser) -> None:
    case = next(one.text for one in desk.patterns()["parcel-smish"].cases if one.language == "en")
    added(anna, " ".join(reversed(case.split())))
    (one,) = desk.proposing.try_untried(desk.now)
    assert one.state == "held"
    assert "has nearly the words of a case" in one.held


def test_a_note_is_settled_by_it_and_its_proposal_is_not_offered_for_trying(desk: Desk, anna: Browser) -> None:
    desk.notes.note("no_match", None, "en", MISSED, 70, desk.now)
    (note,) = desk.notes.waiting()
    added(anna, note=str(note.id))
    assert desk.notes.waiting() == ()
    assert audit_rows(desk.store, about=f"settle-note {note.id}")[0].after == {"outcome": "done"}
    assert '<option value="1"' not in anna.get("/try?proposal=1").text
    assert "With proposal" not in anna.post("/try", text=CASE, proposal="1").text


def test_nothing_that_is_filled_in_runs(desk: Desk, anna: Browser, ben: Browser) -> None:
    pages = [
        added(anna, **{name: NASTY}) for name in (*RIGHT, "why", "note", "proposal", "reply", "country", "implicit")
    ]
    pages += [added(anna, f"{MISSED} {NASTY}"), added(anna, MISSED, why=NASTY)]
    pages += [ben.get(f"/queue?at=p{one.id}") for one in desk.proposals.queue()]
    assert len(desk.proposals.queue()) > 0
    for page in pages:
        assert page.status_code == 200
        assert "<script>" not in page.text
        assert "<img" not in page.text
        assert "\u202e" not in page.text
        assert elsewhere(page.text) == []


def test_only_moderators_add(desk: Desk, anna: Browser) -> None:
    assert Browser(desk).http.post("/try/situation", data=RIGHT).status_code == 401
    assert anna.http.post("/try/situation", data=RIGHT).status_code == 403
