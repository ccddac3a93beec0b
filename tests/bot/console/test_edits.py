"""A proposed document is edited while it waits, and whoever edits it does not approve it."""

import re

from bot.console.desk import Desk
from knowledge.ledger.audit import audit_rows
from knowledge.proposals.proposal import Draft
from knowledge.proposals.waiting import said_first
from tests.bot.console.conftest import ANNA, BEN, OWNER, Browser, propose
from tests.paths import DOCUMENTS

PARCEL = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
PROPOSED, BETTER = PARCEL.replace("fee", "charge"), PARCEL.replace("fee", "small charge")


def offered(desk: Desk, held: str = "") -> int:
    """Have an edit proposed by Ben, and tried."""
    (one,) = desk.proposals.propose([Draft("edit", "parcel-smish", PROPOSED, reason="plainer")], BEN, desk.now)
    desk.proposals.tried([one.id], {}, held, desk.now)
    return one.id


def saved(browser: Browser, number: int, text: str) -> str:
    """Write another document on a proposal's page, look at what it changes, and save it."""
    shown = browser.post(f"/proposals/{number}/edit/propose", document=text)
    mark = re.findall(r'name="mark" value="(\w+)"', shown.text)[0]
    return str(browser.post(f"/proposals/{number}/edit/propose", shown, document=text, mark=mark).text)


def test_a_proposed_document_is_edited_from_its_fault_to_the_queue(desk: Desk, anna: Browser) -> None:
    number = offered(desk, held="breaks g-1")
    assert f'href="/proposals/{number}/edit"' in anna.get(f"/queue?at=p{number}").text
    page = anna.get(f"/proposals/{number}/edit")
    assert "charge" in page.text
    assert "can approve it" in page.text
    part = anna.http.post(
        f"/proposals/{number}/edit/check",
        data={"csrf": re.findall(r'name="csrf" value="(\w+)"', page.text)[0], "document": "id = 1\ntitel = 2\n"},
        headers={"hx-target": "seen"},
    ).text
    assert re.search(r'data-line="\d+"', part)
    other = anna.post(f"/proposals/{number}/edit/check", document=PROPOSED.replace("parcel-smish", "parcel-fee")).text
    assert "&#39;parcel-fee&#39;, expected &#39;parcel-smish&#39; as it was proposed" in other
    unseen = anna.post(f"/proposals/{number}/edit/propose", document=BETTER).text
    assert "What you change of what is proposed" in unseen
    assert re.search(r'class="add">\+.*small charge', unseen)
    told = saved(anna, number, BETTER)
    assert f"Proposal {number} is edited" in told
    assert "You have edited this one" in told
    assert "edited by" in told
    assert re.search(r'class="del">-.*charge', told.partition("What was edited since it was proposed")[2])
    one = desk.proposals.get(number)
    assert one
    assert (one.draft, one.author) == (Draft("edit", "parcel-smish", BETTER, reason="plainer"), BEN)
    assert (one.state, one.impact, one.edited_by) == ("waiting", None, frozenset({ANNA}))
    (act,) = audit_rows(desk.store, about="edit ")
    assert (act.who, act.what, act.before["state"], act.after["state"]) == (ANNA, f"edit {number}", "held", "waiting")


def test_neither_who_edited_nor_who_proposed_approves_it(desk: Desk, anna: Browser, ben: Browser) -> None:
    number = offered(desk)
    saved(anna, number, BETTER)
    desk.proposals.tried([number], {}, "", desk.now)
    assert 'name="act" value="yes"' not in anna.get(f"/proposals/{number}").text
    assert "another moderator decides" in anna.get("/queue").text
    assert said_first(desk.store, ANNA, desk.today) == {f"p{number}": ANNA}
    for person, outcome in ((ANNA, "edited"), (BEN, "own"), (OWNER, "approved")):
        did = desk.proposals.decide(number, True, person, desk.now, is_moderator=desk.roles.is_moderator)
        assert did.outcome == outcome
    assert "can no longer be edited" in anna.get(f"/proposals/{number}/edit").text
    assert "can no longer be edited" in saved(ben, number, PARCEL.replace("fee", "toll"))


def test_who_edits_what_somebody_else_edits_too_is_shown_that_first(desk: Desk, anna: Browser, ben: Browser) -> None:
    number = offered(desk)
    opened = desk.proposals.get(number)
    assert opened
    shown = ben.post(f"/proposals/{number}/edit/propose", document=PARCEL.replace("fee", "toll"))
    mark = re.findall(r'name="mark" value="(\w+)"', shown.text)[0]
    saved(anna, number, BETTER)
    again = ben.post(f"/proposals/{number}/edit/propose", shown, document=PARCEL.replace("fee", "toll"), mark=mark).text
    assert re.search(r'class="del">-.*small charge', again)
    assert desk.proposals.edit(opened, PARCEL, BEN, desk.now) == "changed"
    one = desk.proposals.get(number)
    assert one
    assert one.draft.content == BETTER


def test_what_a_trial_found_of_a_document_that_was_edited_meanwhile_is_not_kept(desk: Desk, anna: Browser) -> None:
    number = offered(desk)
    saved(anna, number, BETTER)
    desk.proposals.tried([number], {"fixes": ["en-1"]}, "", desk.now, {number: PROPOSED})
    assert [one.id for one in desk.proposals.untried()] == [number]
    desk.proposals.tried([number], {"fixes": ["en-1"]}, "", desk.now, {number: BETTER})
    assert desk.proposals.untried() == ()


def test_the_effect_of_an_edit_is_found_on_the_page_of_the_proposal(desk: Desk, anna: Browser) -> None:
    number = offered(desk)
    asked = anna.post(f"/proposals/{number}/edit/effect", document=BETTER).text
    (path,) = re.findall(rf'hx-get="(/proposals/{number}/edit/effect/\w+)\?', asked)
    assert anna.http.get(path, headers={"hx-target": "effect"}).status_code == 200
    assert f'action="/proposals/{number}/edit/check"' in asked
    assert 'name="why"' not in asked


def test_who_approves_what_was_edited_since_they_saw_it_is_shown_it_first(desk: Desk, anna: Browser) -> None:
    number, owner = offered(desk), Browser(desk, OWNER)
    seen = owner.get(f"/queue?at=p{number}")
    saved(anna, number, BETTER)
    desk.proposals.tried([number], {}, "", desk.now)
    assert "has changed since this was shown" in owner.press(seen, "yes").text
    assert "small charge" in owner.get(f"/queue?at=p{number}").text
    assert "Approved" in owner.press(owner.get(f"/queue?at=p{number}"), "yes").text


def test_only_documents_are_edited(desk: Desk, anna: Browser) -> None:
    (number,) = propose(desk, BEN, "they want 1.99 for the parcel, now")
    assert f"/proposals/{number}/edit" not in anna.get(f"/queue?at=p{number}").text
    for wrong in (str(number), "99", "x"):
        assert anna.get(f"/proposals/{wrong}/edit").status_code == 404
