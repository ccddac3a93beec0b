"""Contacts in the console: what is held on one, and the safelist, with all that can be done about them."""

import re

from bot.console.desk import Desk
from bot.moderation.queue import queue
from knowledge.ledger.audit import audit_rows
from knowledge.ledger.contact_report_decisions import confirm_contact
from knowledge.ledger.safelist import put_on_safelist, safelist
from knowledge.proposals.waiting import Filters, waiting_refs
from tests.bot.console.conftest import ANNA, BEN, Browser, Clock, Page
from tests.reported import DAY, PHONE, link

NASTY = "</td><script>alert(1)</script><img src=//evil.example/x onerror=alert(1)> \u202e{{7*7}} +65 9123 4567"
NUMBER = "+65 9123 4567"


def report(desk: Desk, people: int = 1) -> str:
    for reporter in range(people):
        desk.reports.report(PHONE, "parcel-smish", "SG", reporter, None, desk.now)
    return desk.reports.contact(PHONE).identifier


def press(browser: Browser, act: str, text: str = NUMBER, **fields: str) -> Page:
    """Look a contact up, and press a button of its card."""
    page = browser.post("/lookup", text=text)
    assert f'name="act" value="{act}"' in page.text, f"no button {act}"
    return browser.post("/lookup", page, text=text, ref=ref_in(page), act=act, **fields)


def ref_in(page: Page) -> str:
    return str(re.findall(r'name="ref" value="(c[\w-]{43})"', page.text)[0])


def undo(browser: Browser, page: Page) -> Page:
    (ref,) = re.findall(r'action="/undo">.*?name="ref" value="([^"]+)"', page.text)
    return browser.post("/undo", page, ref=ref)


def test_it_is_said_whether_a_contact_is_an_official_bodys_or_on_the_safelist(desk: Desk, anna: Browser) -> None:
    official = anna.post("/lookup", text="+65 1800 255 0000").text
    assert "An official contact." in official
    assert "publishes it as its own" in official
    assert 'value="safe"' not in official
    assert "Not on the safelist, and published by no official body" in anna.post("/lookup", text=NUMBER).text
    assert "The safelist: 0" in anna.get("/lookup").text
    card = anna.post("/lookup", text="4111 1111 1111 1111").text
    assert "Nobody has reported it" in card
    assert 'name="act"' not in card


def test_two_moderators_put_a_contact_on_the_safelist(desk: Desk, anna: Browser, ben: Browser) -> None:
    name = report(desk, 3)
    page = press(anna, "safe", reason=f"a dentist, {NUMBER}").text
    assert "until a second moderator puts it on the safelist too" in page
    assert f"{ANNA} wants it on the safelist" in page
    assert "The safelist: 1" in page
    assert 'value="safe"' not in page
    assert desk.reports.known(PHONE, desk.today)
    listed = ben.get("/lookup")
    assert "Needs a second moderator." in listed.text
    page = ben.post("/lookup", listed, ref=ref_in(listed), act="safe").text
    assert "On the safelist for 180 days" in page
    assert desk.reports.reported(desk.today) == ()
    assert f"by {ANNA}, {BEN}: no report of it is kept" in anna.post("/lookup", text=NUMBER).text
    assert "a dentist, +65 9••• ••67" in anna.get("/lookup").text
    assert NUMBER not in anna.get("/lookup").text
    acts = [(row.what, row.who) for row in audit_rows(desk.store, about=name)]
    assert acts == [(f"safelist {name}", BEN), (f"safelist-first {name}", ANNA)]


def test_what_was_done_about_the_safelist_is_taken_back(desk: Desk, anna: Browser, ben: Browser) -> None:
    report(desk, 2)
    before = desk.reports.reported(desk.today)
    press(anna, "safe")
    first = safelist(desk.store, desk.today)
    done = press(ben, "safe")
    assert "Somebody else decided that" in anna.post("/undo", ref=ref_in(done)).text
    assert "It waits again" in undo(ben, done).text
    assert desk.reports.reported(desk.today) == before
    assert safelist(desk.store, desk.today) == first
    off = press(anna, "unsafe")
    assert "Off the safelist" in off.text
    assert safelist(desk.store, desk.today) == ()
    undo(anna, off)
    assert safelist(desk.store, desk.today) == first


def test_what_nobody_reported_is_put_on_and_taken_back_without_a_word_of_waiting(desk: Desk, anna: Browser) -> None:
    done = press(anna, "safe")
    page = undo(anna, done)
    assert page.url.path == "/lookup"
    assert "Taken back." in page.text
    assert "waits again" not in page.text
    assert safelist(desk.store, desk.today) == ()


def test_a_single_report_is_confirmed_by_two_where_it_was_looked_up(desk: Desk, anna: Browser, ben: Browser) -> None:
    report(desk)
    assert "two moderators have to confirm it" in anna.post("/lookup", text=NUMBER).text
    page = press(anna, "yes")
    assert "until a second moderator confirms it too" in page.text
    assert f"Confirmed by {ANNA}" in page.text
    assert 'value="yes"' not in page.text
    again = anna.post("/lookup", page, text=NUMBER, ref=ref_in(page), act="yes")
    assert "You have confirmed it already" in again.text
    assert desk.reports.known(PHONE, desk.today) is None
    page = press(ben, "yes").text
    assert "<dt>Others are told</dt><dd>yes</dd>" in page
    assert desk.reports.known(PHONE, desk.today)


def test_what_was_decided_on_a_contact_before_is_seen_by_who_decides_next(
    desk: Desk, anna: Browser, ben: Browser, clock: Clock
) -> None:
    report(desk, 3)
    undo(anna, press(anna, "yes"))
    press(anna, "no", reason="a dentist's own number <b>")
    clock.later(days=20)
    ben.sign_in(BEN)
    assert "Decided before:" in ben.post("/lookup", text=NUMBER).text
    report(desk, 3)
    for page in (ben.post("/lookup", text=NUMBER).text, ben.get("/queue").text):
        told = page.partition("Decided before:")[2].partition("<form")[0]
        day = desk.today - 20 * DAY
        assert f"{day} · {ANNA}: reports removed (a dentist&#39;s own number &lt;b&gt;)" in told
        assert "confirmed" not in told.partition("</p>")[0]  # that was taken back
    assert "Decided before" not in ben.post("/lookup", text="+65 9123 9999").text


def test_reports_are_removed_where_they_were_looked_up_and_come_back(desk: Desk, anna: Browser) -> None:
    report(desk, 3)
    done = press(anna, "no", reason="a dentist's own number")
    assert "Removed." in done.text
    assert "Nobody has reported it." in done.text
    undo(anna, done)
    assert desk.reports.known(PHONE, desk.today)


def test_what_is_taken_back_is_open_in_the_queue_as_the_appeal_it_is(desk: Desk, anna: Browser) -> None:
    name = report(desk, 3)
    desk.reports.report(link(1), None, "SG", 9, None, desk.now - DAY)
    desk.reports.appeal(PHONE, 60, desk.now)
    page = undo(anna, press(anna, "yes"))
    assert f'name="ref" value="a{name}"><input type="hidden" name="after"' in page.text
    assert "2 of 2" in page.text


def test_a_contact_is_put_on_the_safelist_from_the_queue(desk: Desk, anna: Browser, ben: Browser) -> None:
    name = report(desk, 3)
    desk.reports.appeal(PHONE, 60, desk.now)
    assert "until a second moderator puts it" in anna.press(anna.get("/queue"), "safe").text
    page = anna.get("/queue")
    assert f"{ANNA} wants it on the safelist" in page.text
    assert 'name="act" value="safe"' not in page.text
    assert "You have said so already" in anna.post("/decide", page, ref=f"a{name}", act="safe").text
    done = ben.press(ben.get("/queue"), "safe")
    assert "On the safelist for 180 days" in done.text
    assert "Nothing waits here" in done.text
    assert f"Already put on the safelist by {BEN}" in anna.post("/decide", page, ref=f"a{name}", act="yes").text
    assert "It waits again" in undo(ben, done).text
    assert desk.reports.known(PHONE, desk.today)


def test_an_act_on_no_contact_does_nothing(desk: Desk, anna: Browser, clock: Clock) -> None:
    report(desk)
    other = desk.reports.contact(link(1)).identifier
    for ref, act in ((f"c{other}", "safe"), ("", "safe"), (NASTY, "unsafe"), (f"c{other}", NASTY), ("cx", "yes")):
        page = anna.post("/lookup", text=NUMBER, ref=ref, act=act)
        assert page.status_code == 200
        assert "There is no such item." in page.text
    assert len(audit_rows(desk.store, who=ANNA)) == 1  # the signing in


def test_the_safelist_is_for_moderators_alone(desk: Desk, anna: Browser) -> None:
    page = anna.post("/lookup", text=NUMBER)
    desk.roles.remove(ANNA, 1, desk.now)
    answer = anna.http.post("/lookup", data={"text": NUMBER, "ref": ref_in(page), "act": "safe"})
    assert answer.status_code == 401
    assert safelist(desk.store, desk.today) == ()


def test_nothing_that_moderators_write_runs_in_the_page(desk: Desk, anna: Browser) -> None:
    report(desk)
    done = press(anna, "safe", text=NASTY, reason=NASTY)
    assert safelist(desk.store, desk.today)[0].reason.startswith("</td><script>")
    for page in (done, anna.get("/lookup"), anna.post("/lookup", text=NASTY), anna.post("/lookup", country=NASTY)):
        for bad in ("<script>", "<img", "\u202e", "{{7*7}}</td><script"):
            assert bad not in page.text


def test_a_wish_for_the_safelist_waits_in_the_queue_for_a_second_moderator(
    desk: Desk, anna: Browser, ben: Browser
) -> None:
    contact = desk.reports.contact(link(1))
    put_on_safelist(desk.store, contact, BEN, desk.now, "a shop's own page", alone=False)
    own = ben.get("/queue").text
    assert "Safelist 1" in own
    assert 'name="act" value="yes" class="first"' not in own
    page = anna.get("/queue?kind=s")
    assert "1 of 1" in page.text
    assert contact.masked in page.text
    assert f"{BEN} wants it on the safelist" in page.text
    assert "a shop&#39;s own page" in page.text
    assert "Nothing is reported of it." in page.text
    left = anna.press(page, "no")
    assert "It is not put on the safelist." in left.text
    assert safelist(desk.store, desk.today) == ()
    again = undo(anna, left)
    assert "Taken back. It waits again." in again.text
    done = anna.press(again, "yes")
    assert "On the safelist for 180 days" in done.text
    assert "Nothing waits here" in done.text
    assert [one.by for one in safelist(desk.store, desk.today)] == [(BEN, ANNA)]
    assert "Already put on the safelist by 7" in ben.post("/decide", ref=f"s{contact.identifier}", act="yes").text
    assert "1 of 1" in undo(anna, done).text


def test_a_contact_is_one_item_of_the_queue_whatever_of_it_waits(desk: Desk, anna: Browser) -> None:
    name = report(desk, 3)
    put_on_safelist(desk.store, desk.reports.contact(PHONE), BEN, desk.now, "", alone=False)

    def refs() -> tuple[tuple[str, ...], tuple[str, ...]]:
        walked = queue(desk.proposals, desk.reports, desk.notes, desk.today, ANNA)
        return waiting_refs(desk.store, Filters(), desk.today), walked

    assert refs() == ((f"c{name}",),) * 2
    confirm_contact(desk.store, name, ANNA, desk.now, alone=False)
    assert refs() == ((f"s{name}",),) * 2
    desk.reports.appeal(PHONE, 99, desk.now)
    assert refs() == ((f"a{name}",),) * 2
    assert "1 of 1" in anna.get(f"/queue?at=s{name}").text
    assert queue(desk.proposals, desk.reports, desk.notes, desk.today, BEN) == (f"a{name}",)
