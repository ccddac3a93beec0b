import re

import pytest

from bot.console.desk import Desk
from knowledge.ledger.audit import audit_rows
from tests.bot.console.conftest import ANNA, OWNER, Browser, Clock, csrf, propose

PAGES = ("/queue",)


def test_a_link_signs_its_moderator_in_once(desk: Desk) -> None:
    browser, link = Browser(desk), f"/sign-in/{desk.sign_ins.link(ANNA, desk.now)}"
    assert "Sign in" in browser.get(link).text
    assert browser.http.post(link).url.path == "/queue"
    assert f"You: {ANNA}" in browser.get("/queue").text
    assert Browser(desk).http.post(link).status_code == 401
    assert audit_rows(desk.store, about="sign-in")[0].who == ANNA


def test_looking_a_link_up_does_not_use_it(desk: Desk) -> None:
    browser, link = Browser(desk), f"/sign-in/{desk.sign_ins.link(ANNA, desk.now)}"
    for _ in range(3):
        browser.get(link)
    assert browser.http.post(link).status_code == 200


def test_a_link_is_void_after_ten_minutes_and_after_a_newer_one(desk: Desk, clock: Clock) -> None:
    old = desk.sign_ins.link(ANNA, desk.now)
    clock.later(minutes=10)
    assert Browser(desk).http.post(f"/sign-in/{old}").status_code == 401
    first = desk.sign_ins.link(ANNA, desk.now)
    desk.sign_ins.link(ANNA, desk.now)
    assert Browser(desk).http.post(f"/sign-in/{first}").status_code == 401


def test_a_session_ends_after_twelve_hours_and_on_signing_out(desk: Desk, anna: Browser, clock: Clock) -> None:
    clock.later(hours=11, minutes=59)
    assert anna.get("/queue").status_code == 200
    clock.later(minutes=2)
    assert anna.get("/queue").status_code == 401
    anna.sign_in(ANNA)
    anna.post("/sign-out")
    assert anna.get("/queue").status_code == 401


def test_a_demoted_moderators_next_click_is_refused_and_nothing_is_done(desk: Desk, anna: Browser) -> None:
    (number,) = propose(desk, OWNER, "A parcel of mine is held until I pay a fee by a link")
    page = anna.get("/queue")
    desk.roles.remove(ANNA, OWNER, desk.now)
    assert anna.press(page, "yes").status_code == 401
    assert desk.proposals.get(number).state == "waiting"  # type: ignore[union-attr]
    desk.roles.add(ANNA, OWNER, desk.now)
    assert anna.get("/queue").status_code == 401  # the session is over for good


def test_cookies_are_kept_from_scripts_and_from_other_sites(desk: Desk) -> None:
    browser = Browser(desk)
    answer = browser.http.post(f"/sign-in/{desk.sign_ins.link(ANNA, desk.now)}", follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_nobody_gets_in_without_a_link(desk: Desk) -> None:
    browser = Browser(desk)
    for path in PAGES:
        assert browser.get(path).status_code == 401
    assert browser.get("/sign-in/guessed").status_code == 200  # says nothing of whether there is such a link
    assert browser.http.post("/sign-in/guessed").status_code == 401


def test_a_form_without_its_token_is_refused(desk: Desk, anna: Browser, ben: Browser) -> None:
    (number,) = propose(desk, OWNER, "A parcel of mine is held until I pay a fee by a link")
    form = {"ref": f"p{number}", "act": "no"}
    assert anna.http.post("/decide", data=form).status_code == 403
    others = csrf(ben.get("/queue"))
    assert anna.http.post("/decide", data={**form, "csrf": others}).status_code == 403
    assert desk.proposals.get(number).state == "waiting"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "headers", [{"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}], ids=["origin", "fetch"]
)
def test_a_form_of_another_site_is_refused(desk: Desk, anna: Browser, headers: dict[str, str]) -> None:
    form = {"ref": "p1", "act": "no", "csrf": csrf(anna.get("/queue"))}
    assert anna.http.post("/decide", data=form, headers=headers).status_code == 403


def test_another_name_for_this_machine_is_refused(anna: Browser) -> None:
    assert anna.http.get("/queue", headers={"host": "evil.example"}).status_code == 400


def test_a_page_may_load_nothing_but_its_own_parts(anna: Browser) -> None:
    page = anna.get("/queue")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    for own in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
        assert anna.get(own).status_code == 200


def test_what_is_sent_may_not_be_too_large(anna: Browser) -> None:
    assert anna.http.post("/decide", content=b"", headers={"content-length": "999999999"}).status_code == 413


def test_the_language_and_the_keys_are_kept(anna: Browser) -> None:
    assert 'lang="en"' in anna.get("/queue").text
    page = anna.post("/choose", language="zh", back="/queue")
    assert "待办" in page.text
    page = anna.post("/choose", keys="0", back="//elsewhere.example")
    assert page.url.host == "127.0.0.1"
    assert 'data-keys="off"' in page.text
