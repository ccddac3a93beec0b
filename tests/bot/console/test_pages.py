import re
from datetime import timedelta
from html import unescape

import pytest

from bot.console.desk import Desk
from knowledge.proposals.proposal import Draft
from tests.bot.console.conftest import ANNA, BEN, OWNER, Browser, propose
from tests.paths import DOCUMENTS
from tests.reported import Contact

PARCEL = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
CASE = "They say my parcel is held and I must pay 1.99 through a link"
NASTY = "\"'><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)> \u202e{{7*7}}"
PHONE = Contact("phone", "+6591234567")
PAGES: tuple[str, ...] = (
    "/queue",
    "/lookup",
    "/try",
    "/patterns",
    "/patterns/new",
    "/patterns/parcel-smish",
    "/import",
)
PAGES += ("/patterns/parcel-smish/cases", "/patterns/parcel-smish/cases?near=1", "/gaps", "/patterns/new?gap=0")
PAGES += ("/week", "/map", "/builds")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_both_languages_for_moderators_alone(desk: Desk, anna: Browser, path: str) -> None:
    assert Browser(desk).get(path).status_code == 401
    assert anna.get(path).status_code == 200
    anna.post("/choose", language="zh")
    page = anna.get(path)
    assert page.status_code == 200
    assert '<html lang="zh">' in page.text
    assert elsewhere(page.text) == []
    assert not re.search(r"<script>|\sstyle=|\son[a-z]+=", page.text)


def elsewhere(html: str) -> list[str]:
    """Return what a page would load from, or send to, another host."""
    found = re.findall(r"<[^>]*?\s(?:src|href|action|formaction|hx-post|hx-get)\s*=\s*\"([^\"]*)\"", html)
    return [one for one in found if one.startswith("//") or re.match(r"[a-z]+:", one)]


def test_codes_are_called_by_their_names(desk: Desk, anna: Browser) -> None:
    anna.post("/choose", language="zh")
    propose(desk, BEN, CASE)
    desk.reports.report(PHONE, None, "SG", 5, None, desk.now)
    desk.notes.note("no_match", None, "en", "it said nothing about my parcel", 70, desk.now)
    queue = anna.get("/queue").text
    for tag in ("举报 · 电话 · ", "提案 · 案例 · ", "答错 · 对不上 · "):
        assert f'<span class="tag">{tag}' in queue
    assert "+65 9••• ••67（电话号码）" in queue
    judged = anna.post("/try", text=CASE).text
    assert "<strong>很像骗局</strong>" in judged
    assert '<option value="no_match">对不上</option>' in judged
    assert "<td>骗局<br>" in anna.get("/patterns").text


def test_the_casebook_is_searched_by_names_and_by_the_words_of_cases(anna: Browser) -> None:
    rows = anna.get("/patterns?words=RENT").text
    assert 'href="/patterns/sell-bank-card"' in rows
    assert 'href="/patterns/bank-otp"' not in rows
    (address,) = re.findall(r'href="(/patterns/sell-bank-card/cases\?words=RENT)">4 with these words', rows)
    cases = anna.get(address).text
    assert "a friend offers 200 a month rent" in cases
    assert "someone wants to rent" in cases
    assert "收到" not in anna.get("/patterns/parcel-smish/cases?words=courier").text
    assert "There is no such case" in anna.get("/patterns/parcel-smish/cases?words=%3Cb%3E").text
    assert 'href="/patterns/bank-otp"' in anna.get("/patterns?words=otp").text
    assert "bank-otp" not in anna.get("/patterns?words=no-such").text


def test_a_contact_is_looked_up_and_what_people_are_told(desk: Desk, anna: Browser) -> None:
    for reporter in range(3):
        desk.reports.report(PHONE, "parcel-smish", "SG", reporter, None, desk.now - timedelta(days=reporter))
    page = anna.post("/lookup", text="what of +65 9123 4567?").text
    assert "3 people" in page
    assert "parcel-smish" in page
    assert "reported" in page.partition("What people read")[2].lower()
    assert "Nobody has reported it" in anna.post("/lookup", text="and http://nothing.example/pay").text
    assert "No contact was found" in anna.post("/lookup", text="hello").text


def test_a_contact_is_confirmed_and_removed_where_it_was_looked_up(desk: Desk, anna: Browser) -> None:
    desk.reports.report(PHONE, None, "SG", 5, None, desk.now)
    row = desk.reports.held(PHONE, desk.today)
    assert row
    anna.post("/decide", ref=f"c{row.identifier}", act="no", reason="a shop's own number")
    assert desk.reports.held(PHONE, desk.today) is None


def test_a_text_is_judged_and_becomes_a_case(desk: Desk, anna: Browser) -> None:
    page = anna.post("/try", text=CASE, reply="zh", country="")
    assert "Nearest known texts" in page.text
    assert 'href="/patterns/parcel-smish"' in page.text
    fields = {"pattern": "parcel-smish", "language": "en", "text": CASE}
    told = anna.post("/try/case", page, masked="The courier wants two dollars before it brings my parcel", **fields)
    assert "Proposed: 1 (1)" in told.text
    assert desk.proposals.get(1).author == ANNA  # type: ignore[union-attr]
    wrong = anna.post("/try/case", page, masked="x", **fields)
    assert "expected 2 to 1,500" in wrong.text
    assert "There is no text" in anna.post("/try", text="  ").text


def test_a_note_becomes_a_case_and_is_settled(desk: Desk, anna: Browser) -> None:
    desk.notes.note("no_match", None, "en", "the courier wants a fee for my parcel by text", 70, desk.now)
    (note,) = desk.notes.waiting()
    assert "the courier wants a fee" in anna.get(f"/try?note={note.id}").text
    anna.post("/try/case", note=note.id, masked=note.masked, pattern="parcel-smish", language="en")
    assert desk.notes.waiting() == ()


def test_an_edit_goes_from_its_fault_to_a_proposal(desk: Desk, anna: Browser) -> None:
    page = anna.get("/patterns/parcel-smish")
    assert "parcel-smish" in page.text
    faulty = PARCEL.replace("title = ", "titel = ", 1)
    part = anna.http.post(
        "/patterns/parcel-smish/check",
        data={"csrf": re.findall(r'name="csrf" value="(\w+)"', page.text)[0], "document": faulty},
        headers={"hx-target": "seen"},
    ).text
    assert "<html" not in part
    assert re.search(r'data-line="\d+"', part)
    changed = PARCEL.replace("fee", "charge")
    unseen = anna.post("/patterns/parcel-smish/propose", page, document=changed, why="the word people use")
    assert "What changes" in unseen.text
    assert '<span class="add">+' in unseen.text
    mark = re.findall(r'name="mark" value="(\w+)"', unseen.text)[0]
    told = anna.post("/patterns/parcel-smish/propose", page, document=changed, why="the word people use", mark=mark)
    assert "Proposed: 1 (1)" in told.text
    assert "As people will see it" in told.text
    assert anna.get("/proposals/1").status_code == 200
    assert anna.get("/proposals/99").status_code == 404


def test_faults_stand_in_a_list_with_their_lines_where_no_script_marks_them(anna: Browser) -> None:
    page = anna.post("/patterns/parcel-smish/check", document=PARCEL.replace('kind = "scam"', 'kind = "swindle"')).text
    (item,) = re.findall(r'<li data-fault="(\d+)">(.*?)</li>', page)
    assert item[0] == "2"
    assert "line 2" in item[1]
    assert "kind: Input should be" in item[1]
    assert "swindle" in item[1]


def test_a_part_of_a_page_that_is_refused_leaves_the_rest_of_it(desk: Desk, anna: Browser) -> None:
    page = anna.get("/patterns/parcel-smish")
    token = re.findall(r'name="csrf" value="(\w+)"', page.text)[0]
    desk.sign_ins.end_all(ANNA)
    sent, path = {"csrf": token, "document": PARCEL}, "/patterns/parcel-smish/check"
    part = anna.http.post(path, data=sent, headers={"hx-target": "seen"})
    assert part.status_code == 401
    assert "You are not signed in" in part.text
    assert "<html" not in part.text
    assert "<html" in anna.http.post(path, data=sent).text


def test_taking_a_pattern_out_needs_a_reason(desk: Desk, anna: Browser) -> None:
    assert "expected the reason" in anna.post("/patterns/sell-bank-card/retire").text
    anna.post("/patterns/sell-bank-card/retire", why="it is told twice")
    assert desk.proposals.get(1).draft.kind == "retire"  # type: ignore[union-attr]


def test_of_a_faulty_file_nothing_is_taken_and_every_fault_is_named(desk: Desk, anna: Browser) -> None:
    good = ("cases.csv", b"pattern,language,text\nparcel-smish,en,They keep my package until I pay two euros\n")
    bad = ("more.csv", b"pattern,language,text\nnothing,en,They keep my package\nparcel-smish,xx-xx-x,hm\n")
    page = anna.post("/import", files=[("files", good), ("files", bad)])
    assert "more.csv:2: pattern" in page.text
    assert "more.csv:3" in page.text
    assert "/tmp" not in page.text
    assert desk.proposals.queue() == ()
    assert "Proposed: 1 (1)" in anna.post("/import", files=[("files", good)]).text
    assert "no ending" in anna.post("/import", files=[("files", ("../../etc/passwd", b"x"))]).text


def test_what_is_wrong_is_said_in_the_language_of_the_page(desk: Desk, anna: Browser) -> None:
    anna.post("/choose", language="zh")
    faulty = PARCEL.replace("title = ", "titel = ", 1).replace('kind = "scam"', 'kind = "swindle"')
    pages = [anna.post("/patterns/parcel-smish/check", document=faulty).text]
    pages += [anna.post("/patterns/parcel-smish/check", document=PARCEL.replace('"', "", 1)).text]
    pages += [anna.post("/patterns/sell-bank-card/retire").text]
    files = [("files", ("parcel-smish.toml", faulty.encode())), ("files", ("a.txt", b"x"))]
    pages += [anna.post("/import", files=files).text]
    pages += [anna.post("/try/case", text=CASE, masked=CASE, pattern="nothing").text]
    pages += [anna.post("/try/situation", text=CASE, masked=CASE, pattern="parcel-smish", concern="no_match").text]
    faults = [
        unescape(re.sub(r"<[^>]+>", "", one)) for page in pages for one in re.findall(r"<li[^>]*>(.*?)</li>", page)
    ]
    assert "第 2 行 kind: 应为 'scam', 'accomplice' 或 'legitimate'，现在是 'swindle'" in faults
    assert "第 1 行 第 1 行第 6 列：不是 TOML：值的写法不对，文字要放在引号里" in faults
    assert "why: 没有填；请用几句话写明理由" in faults
    assert "parcel-smish.toml:4: sources.0.title: 缺少这一项" in faults
    assert "a.txt: .txt：不收这种文件，要求 .csv、.jsonl 或 .toml" in faults
    assert "pattern: 'nothing'，没有这个套路；要填已有套路的 id" in faults
    assert "expected" not in " ".join(faults)


def test_nothing_that_people_write_runs_in_a_page(desk: Desk, anna: Browser, ben: Browser) -> None:
    desk.proposals.propose([Draft("retire", "bank-otp", reason=NASTY, batch=NASTY)], BEN, desk.now)
    propose(desk, OWNER, NASTY)
    desk.notes.note("unclear", None, "en", NASTY, 9, desk.now)
    pages = [anna.get(f"/queue?at={ref}") for ref in ("p1", "p2", "n1")]
    pages += [
        anna.get("/queue"),
        anna.get("/try?note=1"),
    ]
    pages += [anna.http.get("/queue", params={name: NASTY, "at": NASTY}) for name in ("words", "batch", "pattern")]
    pages += [anna.post("/lookup", text=f"{NASTY} http://evil.example/a"), anna.post("/try", text=NASTY)]
    pages += [anna.post("/try/case", text=NASTY, masked=NASTY, pattern=NASTY, language=NASTY, note=NASTY)]
    pages += [anna.post("/patterns/new/check", document=f'id = "{NASTY}"'), anna.get("/patterns/%3Cscript%3E")]
    pages += [anna.post("/import", files=[("files", (f"{NASTY}.csv", NASTY.encode()))])]
    pages += [
        anna.post("/decide", ref=NASTY, act=NASTY, reason=NASTY),
        anna.post("/decide", ref="p1", act="no", reason=NASTY),
    ]
    pages += [anna.post("/map", text=NASTY)]
    for page in pages:
        assert page.status_code in (200, 404)
        assert "<script>" not in page.text
        assert "<img" not in page.text
        assert "\u202e" not in page.text
        assert elsewhere(page.text) == []


def test_what_fails_is_said_calmly_and_nothing_of_it_shown(desk: Desk, anna: Browser) -> None:
    assert anna.get("/nothing").status_code == 404
    assert "There is no such page" in anna.get("/nothing").text
