import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.console.desk import Desk
from bot.moderation.queue import queue
from knowledge.ledger.audit import add_to_audit, audit_rows
from knowledge.ledger.contact_report_decisions import confirm_contact
from knowledge.ledger.roles import OPERATOR
from knowledge.proposals.impact import Impact
from knowledge.proposals.proposal import Draft
from knowledge.proposals.waiting import Filters, waiting_refs
from tests.bot.console.conftest import ANNA, BEN, OWNER, Browser, Clock, Page, propose
from tests.paths import DOCUMENTS
from tests.patience import PATIENCE
from tests.reported import Contact, link

PARCEL = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
TEXTS = [f"They hold my parcel number {word} and want a fee" for word in ("one", "two", "three", "four", "five")]


def report(desk: Desk, contact: Contact, reporter: int, *, ago: int = 0) -> str:
    desk.reports.report(contact, "parcel-smish", "SG", reporter, None, desk.now - timedelta(days=ago))
    row = desk.reports.held(contact, desk.today)
    assert row
    return row.identifier


def fill(desk: Desk) -> None:
    """Leave one of each kind."""
    propose(desk, OWNER, TEXTS[0])
    report(desk, link(1), 50, ago=3)
    report(desk, link(2), 51, ago=2)
    desk.reports.appeal(link(2), 60, desk.now)
    desk.notes.note("no_match", None, "en", "it said nothing about my parcel", 70, desk.now)


def test_the_queue_holds_what_waits_in_telegram(desk: Desk) -> None:
    fill(desk)
    there = waiting_refs(desk.store, Filters(), desk.today)
    assert sorted(there) == sorted(queue(desk.proposals, desk.reports, desk.notes, desk.today))
    assert there[0].startswith("c")  # the oldest comes first


def test_every_kind_is_counted_and_can_be_opened(desk: Desk, anna: Browser) -> None:
    fill(desk)
    page = anna.get("/queue").text
    assert "1 of 4" in page
    for ref in waiting_refs(desk.store, Filters(), desk.today):
        assert f'name="ref" value="{ref}"' in anna.get(f"/queue?at={ref}").text
    for kind, words in (("a", "Appeals"), ("c", "Reports"), ("p", "Proposals"), ("n", "Wrong answers")):
        assert f"{words} 1" in page
        assert "1 of 1" in anna.get(f"/queue?kind={kind}").text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("pattern=parcel-smish", 3),
        ("country=SG", 2),
        ("language=en", 2),
        ("older=3", 1),
        ("held=yes", 0),
        ("words=NUMBER one", 1),
        ("words=%25", 0),
        ("older=x&kind=zz", 4),
    ],
)
def test_filters_narrow_what_is_seen(desk: Desk, anna: Browser, asked: str, found: int) -> None:
    fill(desk)
    page = anna.get(f"/queue?{asked}").text
    assert (f"of {found}</h1>" if found else "Nothing waits here") in page


def test_forty_decisions_one_after_the_other(desk: Desk, anna: Browser) -> None:
    made = [propose(desk, OWNER, f"A stranger asks me for payment number {n} of a parcel")[0] for n in range(20)]
    for number in range(18):
        report(desk, link(number), 100 + number)
        report(desk, link(number), 200 + number)
    for number in range(2):
        desk.notes.note("unclear", None, "en", f"my words {number}", 200, desk.now)
    page, seen = anna.get("/queue"), []
    for number in range(40):
        assert f"of {40 - number}</h1>" in page.text
        act = "done" if 'value="done"' in page.text else "yes" if number % 2 else "no"
        seen.append(act)
        page = anna.press(page, act)
    assert "Nothing waits here" in page.text
    states = {desk.proposals.get(number).state for number in made}  # type: ignore[union-attr]
    assert states == {"approved", "rejected"}
    assert len(audit_rows(desk.store, most=100, who=ANNA)) == 41  # and the signing in
    assert waiting_refs(desk.store, Filters(), desk.today) == ()


def test_two_moderators_at_once_have_one_outcome(desk: Desk, anna: Browser, ben: Browser) -> None:
    (number,) = propose(desk, OWNER, TEXTS[0])
    hers, his = anna.get("/queue"), ben.get("/queue")
    assert "Approved by 7" in anna.press(hers, "yes").text
    assert "Already approved by 7" in ben.press(his, "no").text
    assert desk.proposals.get(number).state == "approved"  # type: ignore[union-attr]
    name = report(desk, link(1), 50)
    hers, his = anna.get("/queue"), ben.get("/queue")
    ben.press(his, "no")
    assert "Already removed by 8" in anna.press(hers, "yes").text
    assert [row.what for row in audit_rows(desk.store, about=name)] == [f"remove {name}"]


def test_a_document_is_decided_beside_what_people_will_see(desk: Desk, anna: Browser) -> None:
    edit = Draft("edit", "parcel-smish", content=PARCEL.replace("Fake parcel fee", "Fake parcel charge"))
    (one,) = desk.proposals.propose([edit], BEN, desk.now)
    judged = desk.engine.serving.build().golden[0]
    desk.proposals.tried([one.id], Impact(fixes=(judged.id,)).as_row(), "", desk.now)
    page = anna.get("/queue").text
    assert "Fake parcel charge" in page.partition("As people will see it")[2].partition('action="/decide"')[0]
    assert judged.text in page.partition("The situations that are named above")[2]
    in_chinese = anna.get(f"/proposals/{one.id}?language=zh")
    assert "快递费钓鱼" in in_chinese.text.partition('class="phone')[2]
    assert "approved" in anna.press(in_chinese, "yes").text.lower()
    assert desk.proposals.get(one.id).state == "approved"  # type: ignore[union-attr]
    assert 'action="/decide"' not in anna.get(f"/proposals/{one.id}").text


def test_a_case_is_decided_beside_the_known_texts_that_are_nearest_to_it(desk: Desk, anna: Browser) -> None:
    known = "a text message says my parcel is held and i must pay a small fee by a link"
    (copy,) = propose(desk, BEN, known, pattern="sell-bank-card")
    page = anna.get("/queue").text
    assert f'hx-get="/queue/near/p{copy}"' in page
    part = anna.http.get(f"/queue/near/p{copy}", headers={"hx-target": "near"}).text
    assert "<html" not in part
    assert "looks like a known scam" in part
    first = part.partition("<li>")[2].partition("</li>")[0]
    assert known in first
    assert "nearly a copy" in first
    assert "of another pattern" in first
    assert "nearly a copy" in anna.get(f"/queue/near/p{copy}").text  # a whole page, where no script asks
    report(desk, link(1), 50)
    for ref in (*waiting_refs(desk.store, Filters(kind="c"), desk.today), "p99", "px", "n", "x"):
        assert anna.get(f"/queue/near/{ref}").status_code == 404


def test_nobody_approves_their_own(desk: Desk, anna: Browser) -> None:
    (number,) = propose(desk, ANNA, TEXTS[0])
    page = anna.get("/queue")
    assert 'value="yes"' not in re.findall(r'action="/decide">.*?</form>', page.text, re.DOTALL)[0]
    answer = anna.post("/decide", page, ref=f"p{number}", act="yes", mark="")
    assert desk.proposals.get(number).state == "waiting", answer.text  # type: ignore[union-attr]
    assert "Taken back by 7" in anna.press(page, "withdraw").text


def test_a_single_report_is_confirmed_by_two(desk: Desk, anna: Browser, ben: Browser) -> None:
    report(desk, link(1), 50)
    assert "two moderators have to confirm it" in anna.get("/queue").text
    assert "until a second moderator confirms it too" in anna.press(anna.get("/queue"), "yes").text
    again = anna.get("/queue")
    assert "another moderator decides" in again.text
    assert 'value="yes"' not in re.findall(r'action="/decide">.*?</form>', again.text, re.DOTALL)[0]
    (ref,) = waiting_refs(desk.store, Filters(), desk.today)
    assert "You have confirmed it already" in anna.post("/decide", again, ref=ref, act="yes").text
    assert desk.reports.known(link(1), desk.today) is None
    page = ben.get("/queue")
    assert "Confirmed by 7" in page.text
    assert "needs you as the second" in page.text
    propose(desk, OWNER, TEXTS[0])
    assert "1 of 1</h1>" in ben.get("/queue?second=yes").text
    assert "Nothing waits here" in anna.get("/queue?second=yes").text
    ben.press(page, "yes")
    assert desk.reports.known(link(1), desk.today) is not None


def test_where_one_is_enough_nothing_waits_for_a_second(desk: Desk) -> None:
    alone = replace(desk, settings=replace(desk.settings, alone=True))
    report(desk, link(1), 50)
    propose(desk, ANNA, TEXTS[0])
    confirm_contact(desk.store, desk.reports.contact(link(1)).identifier, ANNA, desk.now, alone=False)
    page = Browser(alone, ANNA).get("/queue").text
    assert "1 of 2</h1>" in page
    assert "another moderator decides" not in page
    assert "needs you" not in page
    assert "Nothing waits here" in Browser(alone, BEN).get("/queue?second=yes").text


def test_a_contact_is_decided_beside_what_people_read_of_it(desk: Desk, anna: Browser) -> None:
    report(desk, link(1), 50)
    page = anna.get("/queue").text
    assert "People read of it now: nothing" in page
    assert "Once it is confirmed: Reported here, and confirmed by a moderator." in page
    for reporter in (51, 52):
        report(desk, link(1), reporter)
    anna.post("/choose", language="zh")
    assert f"别人现在读到的：从 {desk.today} 起，已有 3 人在这里举报" in anna.get("/queue").text


def test_what_only_another_moderator_can_settle_is_not_opened_first(desk: Desk, anna: Browser) -> None:
    name = report(desk, link(1), 50, ago=2)
    mine, others = propose(desk, ANNA, TEXTS[0]), propose(desk, BEN, *TEXTS[1:3])
    page = anna.press(anna.get("/queue"), "yes")  # the report is the oldest
    assert f'name="ref" value="p{others[0]}"' in page.text.partition('action="/decide"')[2]
    page = anna.get("/queue")
    assert "3 of 4</h1>" in page.text
    page = anna.press(anna.press(page, "no"), "no")
    assert "1 of 2</h1>" in page.text  # nothing is left to decide, and both can be looked at
    assert waiting_refs(desk.store, Filters(), desk.today) == (f"c{name}", f"p{mine[0]}")


def undo(browser: Browser, page: Page) -> Page:
    (ref,) = re.findall(r'action="/undo">.*?name="ref" value="([^"]+)"', page.text)
    return browser.post("/undo", page, ref=ref)


def test_a_decision_is_taken_back_within_ten_minutes(desk: Desk, anna: Browser, clock: Clock) -> None:
    (number,) = propose(desk, OWNER, TEXTS[0])
    for act in ("yes", "no"):
        assert "It waits again" in undo(anna, anna.press(anna.get("/queue"), act)).text
        assert desk.proposals.get(number).state == "waiting"  # type: ignore[union-attr]
    done = anna.press(anna.get("/queue"), "yes")
    clock.later(minutes=11)
    assert "more than ten minutes ago" in undo(anna, done).text
    assert desk.proposals.get(number).state == "approved"  # type: ignore[union-attr]


def test_what_was_decided_before_the_last_thing_can_still_be_taken_back(
    desk: Desk, anna: Browser, ben: Browser, clock: Clock
) -> None:
    made = propose(desk, OWNER, *TEXTS[:3])
    name = report(desk, link(1), 50)
    desk.notes.note("unclear", None, "en", "my words", 200, desk.now)
    page = anna.get("/queue")
    for act in ("yes", "no", "yes", "no", "done"):  # a contact, three proposals, a note
        page = anna.press(page, act)
    shown = anna.get("/queue").text
    assert "of the last 10 minutes that can be taken back: 5</summary>" in shown
    assert lately(shown) == ["n1", *(f"p{number}" for number in reversed(made)), f"c{name}"]
    assert "http://h•••.example/•••: confirmed, first of two" in shown
    assert "(parcel-smish): rejected" in shown
    assert lately(ben.get("/queue").text) == []
    assert "It waits again" in anna.post("/undo", ref=f"p{made[0]}").text
    assert desk.proposals.get(made[0]).state == "waiting"  # type: ignore[union-attr]
    ben.post("/decide", ref=f"c{name}", act="no")
    assert lately(anna.get("/queue").text) == ["n1", f"p{made[2]}", f"p{made[1]}"]
    with desk.store.transaction() as db:
        add_to_audit(db, OPERATOR, desk.now, "rebuild 20261201", {}, {})
    assert lately(anna.get("/queue").text) == ["n1", f"p{made[2]}"]  # what was approved is in a build
    clock.later(minutes=11)
    assert lately(anna.get("/queue").text) == []


def lately(html: str) -> list[str]:
    """Return what a page offers to take back, apart from what was done last."""
    (items,) = re.findall(r'<ol class="items lately">(.*?)</ol>', html, re.DOTALL) or [""]
    return re.findall(r'name="ref" value="([^"]+)"', items)


def test_removed_reports_come_back(desk: Desk, anna: Browser) -> None:
    report(desk, link(1), 50)
    done = anna.press(anna.get("/queue"), "no")
    assert desk.reports.held(link(1), desk.today) is None
    undo(anna, done)
    assert desk.reports.held(link(1), desk.today) is not None
    assert "cannot be taken back" in anna.post("/undo", ref="n1").text


def test_what_was_decided_on_an_appeal_is_taken_back(desk: Desk, anna: Browser, ben: Browser) -> None:
    for reporter in (50, 51):
        name = report(desk, link(1), reporter)
    desk.reports.appeal(link(1), 60, desk.now)
    before = desk.reports.reported(desk.today), desk.reports.appeals(desk.today)
    for act in ("yes", "no"):
        done = anna.press(anna.get("/queue?kind=a"), act)
        assert desk.reports.appeals(desk.today) == ()
        assert "Somebody else decided that" in ben.post("/undo", ref=f"a{name}").text
        page = undo(anna, done).text
        assert "It waits again" in page
        assert f'name="ref" value="a{name}"' in page
        assert (desk.reports.reported(desk.today), desk.reports.appeals(desk.today)) == before


def test_what_was_decided_on_a_note_is_taken_back(desk: Desk, anna: Browser, ben: Browser, clock: Clock) -> None:
    desk.notes.note("no_match", None, "en", "it said nothing about my parcel", 70, desk.now)
    before = desk.notes.waiting()
    for act in ("done", "no"):
        done = anna.press(anna.get("/queue"), act)
        assert desk.notes.waiting() == ()
        assert "Somebody else decided that" in ben.post("/undo", ref="n1").text
        page = undo(anna, done).text
        assert "It waits again" in page
        assert "it said nothing about my parcel" in page
        assert desk.notes.waiting() == before
    verbs = [row.what for row in audit_rows(desk.store, about="-note ")]
    assert verbs == ["undo-note 1", "settle-note 1"] * 2
    done = anna.press(anna.get("/queue"), "done")
    clock.later(minutes=11)
    assert "more than ten minutes ago" in undo(anna, done).text


def test_the_console_erases_what_cannot_be_taken_back_any_more(desk: Desk, anna: Browser, clock: Clock) -> None:
    def closed() -> int:
        with desk.store.reading() as db:
            return int(db.execute("SELECT count(*) FROM closed_notes").fetchone()[0])

    desk.notes.note("no_match", None, "en", "it said nothing about my parcel", 70, desk.now)
    anna.press(anna.get("/queue"), "done")
    assert closed() == 1
    clock.later(minutes=11)
    until = time.monotonic() + PATIENCE
    with anna.http:
        while closed() and time.monotonic() < until:
            time.sleep(0.01)
    assert closed() == 0


def test_a_reason_is_kept(desk: Desk, anna: Browser) -> None:
    (number,) = propose(desk, OWNER, TEXTS[0])
    anna.post("/decide", ref=f"p{number}", act="no", reason="a copy of another")
    assert desk.proposals.get(number).reason == "a copy of another"  # type: ignore[union-attr]


def test_what_is_held_or_untried_is_not_approved(desk: Desk, anna: Browser) -> None:
    held, untried = propose(desk, OWNER, TEXTS[0])[0], propose(desk, OWNER, TEXTS[1], tried=False)[0]
    with desk.store.transaction() as db:
        db.execute("UPDATE proposals SET state = 'held', held = 'pulls' WHERE id = ?", (held,))
    for number in (held, untried):
        page = anna.get(f"/queue?at=p{number}")
        assert 'value="week"' not in page.text
        anna.post(
            "/decide", page, ref=f"p{number}", act="yes", mark=re.findall(r'name="mark" value="(\w*)"', page.text)[0]
        )
        assert desk.proposals.get(number).decided is None  # type: ignore[union-attr]
    assert "1 of 1" in anna.get("/queue?held=yes").text


def test_a_batch_is_decided_at_once(desk: Desk, anna: Browser) -> None:
    made = propose(desk, OWNER, *TEXTS, batch="import 1")
    page = anna.post("/decide-several", ref=[f"p{number}" for number in made], act="yes", batch="import 1")
    assert "Done: 5 of 5" in page.text
    assert {desk.proposals.get(number).state for number in made} == {"approved"}  # type: ignore[union-attr]


def test_what_was_decided_at_once_is_taken_back_at_once(desk: Desk, anna: Browser, ben: Browser) -> None:
    made = propose(desk, OWNER, *TEXTS, batch="import 1")
    done = anna.post("/decide-several", ref=[f"p{number}" for number in made], act="no", batch="import 1")
    assert waiting_refs(desk.store, Filters(), desk.today) == ()
    with_others = ben.post("/undo", ref=",".join(f"p{number}" for number in made)).text
    assert "Taken back: 0 of 5" in with_others
    assert "Somebody else decided that" in with_others
    page = undo(anna, done).text
    assert "Taken back: 5 of 5" in page
    assert "1 of 5" in page
    for number in range(3):
        desk.notes.note("unclear", "parcel-smish", "en", f"my words {number}", number, desk.now)
    before = desk.notes.waiting()
    done = anna.post("/decide-several", ref=["n1", "n2", "n3"], act="no")
    assert desk.notes.waiting() == ()
    undo(anna, done)
    assert desk.notes.waiting() == before
    assert "Taken back: 0 of 2" in anna.post("/undo", ref="<script>,'").text


def test_what_is_not_alike_is_not_decided_at_once(desk: Desk, anna: Browser) -> None:
    fill(desk)
    page = anna.post("/decide-several", ref=list(waiting_refs(desk.store, Filters(), desk.today)), act="no")
    assert "not alike" in page.text
    assert len(waiting_refs(desk.store, Filters(), desk.today)) == 4
    assert "Nothing was chosen" in anna.post("/decide-several", act="no").text


def test_of_several_those_that_may_not_be_decided_are_left_and_named(desk: Desk, anna: Browser, ben: Browser) -> None:
    mine, others = propose(desk, ANNA, TEXTS[0]), propose(desk, BEN, *TEXTS[1:3])
    page = anna.post("/decide-several", ref=[f"p{number}" for number in mine + others], act="yes")
    assert "Done: 2 of 3" in page.text
    assert "another moderator has to approve it" in page.text
    assert "1 of 1" in ben.get("/queue").text


def test_an_item_that_is_none_is_met_calmly(anna: Browser) -> None:
    page = anna.get("/queue")
    for ref in ("", "p", "px", "p" + "9" * 30, "z1", "n", "c", "a'--", "p-1", "p１"):
        for act in ("yes", "withdraw", "other"):
            assert anna.post("/decide", page, ref=ref, act=act).status_code == 200
        assert anna.get(f"/queue?at={ref}").status_code == 200
