import csv
import io
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.console.desk import Desk
from index.builds.build import Build
from index.builds.shelf import current_name
from knowledge.documents.casebook import comparable
from knowledge.documents.pattern import Case
from knowledge.ledger.audit import audit_rows
from knowledge.ledger.night_reports import Nights
from tests.bot.console.conftest import ANNA, Browser, Clock, Page
from tests.fakes import HashingEncoder
from tests.reported import DAY, PHONE, link


def count(desk: Desk) -> None:
    for language, concern, pattern, times in (("en", "likely", "parcel-smish", 3), ("th", "unclear", None, 2)):
        for _ in range(times):
            desk.counters.add(desk.today, language, concern, pattern, "SG")
    desk.counters.flush()


def test_the_week_is_drawn_and_can_be_taken_along(desk: Desk, anna: Browser) -> None:
    assert "No answers were counted" in anna.get("/week").text
    count(desk)
    page = anna.get("/week?days=30").text
    assert f"<title>{desk.today}: likely a scam 3</title>" in page
    assert f"<title>{desk.today}: unclear 2</title>" in page
    rows = anna.get("/week/language.csv?days=30")
    assert rows.headers["content-type"].startswith("text/csv")
    assert "en,3,0,0,0,3" in rows.content.decode("utf-8-sig")
    assert "th,2,2,100%" in anna.get("/week/unheard.csv").content.decode("utf-8-sig")
    assert anna.get("/week/other.csv").status_code == 404


def test_what_was_reported_stands_in_the_week(desk: Desk, anna: Browser) -> None:
    for reporter in range(3):
        desk.reports.report(PHONE, None, "SG", reporter, None, desk.now - reporter * DAY)
    desk.reports.report(link(1), None, None, 9, None, desk.now)
    desk.reports.report(link(2), None, "DE", 9, None, desk.now - 40 * DAY)
    page = anna.get("/week").text
    assert "No answers were counted" in page
    assert '<td>phone</td><td class="n">3</td>' in page
    assert '<td>–</td><td class="n">1</td>' in page.partition("Reports by country")[2]
    rows = anna.get("/week/reports-by-day.csv").content.decode("utf-8-sig").splitlines()
    assert rows == ["day,reports", *(f"{desk.today - back * DAY},{count}" for back, count in ((2, 1), (1, 1), (0, 2)))]
    assert "DE,1" in anna.get("/week/reports-by-country.csv?days=90").text


def test_the_tables_of_patterns_cases_and_builds_can_be_taken_along(
    desk: Desk, anna: Browser, two_builds: tuple[str, str]
) -> None:
    patterns = csv_of(anna.get("/patterns.csv"))
    assert patterns[0][:5] == ["pattern", "title", "kind", "family", "cases"]
    assert patterns[2][:5] == ["parcel-smish", "Fake parcel fee", "scam", "impersonation", "8"]
    builds = csv_of(anna.get("/builds.csv"))
    assert [row[0] for row in builds] == ["build", *two_builds]
    assert builds[0][5:7] == ["situations", "first"]
    cases = anna.get("/patterns/parcel-smish/cases.csv")
    paid = "i paid the parcel fee through the link and typed my card number"
    assert csv_of(cases)[3] == ["parcel-smish", "en", paid, "true"]
    files = [("files", ("cases.csv", cases.content))]
    assert "the same as cases.0" in anna.post("/import", files=files).text  # it is read as it was written
    assert anna.get("/patterns/no-such/cases.csv").status_code == 404
    page = anna.get("/builds").text
    assert page.count("<polyline") == 4
    assert re.search(r'class="line first" points="14\.0,[\d.]+ 706\.0,[\d.]+"', page)
    for path in ("/patterns", "/builds", "/patterns/parcel-smish/cases"):
        assert f'href="{path}.csv"' in anna.get(path).text


def csv_of(page: Page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.content.decode("utf-8-sig"))))


def test_what_rises_beyond_its_own_past_stands_on_the_week(desk: Desk, anna: Browser, clock: Clock) -> None:
    assert "Nothing rises beyond its own past" in anna.get("/week").text
    for week in range(1, 10):
        for number in range(20 if week == 1 else 3):
            desk.counters.add(desk.today - week * 7 * DAY, "en", "likely", "parcel-smish", None)
            if week > 1 or number < 12:
                desk.reports.report(
                    PHONE if week == 1 else link(week), None, None, number, None, desk.now - week * 7 * DAY
                )
    desk.counters.flush()
    clock.later(minutes=2)
    page = anna.get("/week").text
    assert '<a href="/patterns/parcel-smish">Fake parcel fee</a>' in page
    assert '<td class="n">20</td><td class="n">3.0</td>' in page
    assert re.search(r'href="/queue\?kind=c&amp;words=%2B65[^"]+"><bdi>\+65 9••• ••67</bdi></a>', page)
    rows = anna.get("/week/rising.csv").content.decode("utf-8-sig").splitlines()
    assert rows[0] == "what,this week,usual,chance"
    assert rows[1].startswith("parcel-smish,20,3.0,")
    assert rows[2].startswith("+65 9••• ••67,12,0.0,")


def test_a_text_is_placed_on_the_map(desk: Desk, anna: Browser) -> None:
    assert 'class="placed"' not in anna.get("/map").text
    page = anna.post("/map", text="They say my parcel is held and I must pay 1.99 through a link").text
    assert 'class="placed"' in page
    assert ">parcel-smish</text>" in page


@pytest.fixture
def two_builds(desk: Desk, small_builds: Path) -> tuple[str, str]:
    """The build that serves, and an earlier one."""
    folder, name = desk.settings.builds, current_name(small_builds)
    assert name
    shutil.copytree(small_builds, folder)
    shutil.copytree(folder / name, folder / "20200101T000000-000000000000")
    return name, "20200101T000000-000000000000"


def test_an_earlier_build_is_let_serve(desk: Desk, anna: Browser, two_builds: tuple[str, str]) -> None:
    now, before = two_builds
    assert before in anna.get("/builds").text
    assert "serves now" in anna.post("/builds/rollback", name=before).text
    assert current_name(desk.settings.builds) == before
    assert audit_rows(desk.store, about="rollback")[0].who == ANNA
    assert "serves already" in anna.post("/builds/rollback", name=before).text
    assert "cannot serve" in anna.post("/builds/rollback", name="../../etc").text
    assert now in anna.get("/builds").text


def test_a_rebuild_is_begun_and_what_the_gate_said_is_shown(desk: Desk, anna: Browser) -> None:
    with anna.http:
        assert "has begun" in anna.post("/builds/rebuild").text
        assert "The rebuild is through" in anna.get("/builds/progress").text
    nights = Nights(desk.store)
    nights.finish(nights.begin(desk.now), {"worse": ["concern of en-1 <b>"]}, desk.now)
    page = anna.get("/builds").text
    assert "it would have been worse in" in page
    assert "concern of en-1 &lt;b&gt;" in page


def test_what_came_in_with_a_build_stands_beside_it(desk: Desk, anna: Browser, two_builds: tuple[str, str]) -> None:
    nights, (new, old) = Nights(desk.store), two_builds
    for name, published, line in (
        (old, True, "edit of bank-otp (proposal 3)"),
        (new, True, "case of parcel-smish (proposal 7)"),
        (new, False, "retire of bank-otp (proposal 8)"),
    ):
        report = {"build": name, "published": published, "came_in": [line]}
        nights.finish(nights.begin(desk.now), report, desk.now)
    rows = anna.get("/builds").text.split("<tr>")
    assert ["proposal 7" in row for row in rows if '<th scope="row">' in row] == [True, False]
    assert ["proposal 3" in row for row in rows if '<th scope="row">' in row] == [False, True]
    assert "proposal 8" not in "".join(rows[1:])
    anna.post("/choose", language="zh")
    assert "parcel-smish 的案例（提案 7）" in anna.get("/builds").text


COPY = "They say my parcel is held and I must pay 1.98 by a link, is that the courier?"
AFAR = "They say my account is held and I must pay 1.98 by a link, is that the courier?"


@pytest.fixture
def alike(desk: Desk, small_build: Build) -> None:
    """A build in which a case of one pattern has a near copy in its own, and another near to it elsewhere."""
    patterns = dict(small_build.patterns)
    for name, text in (("parcel-smish", COPY), ("parcel-smish", f"{COPY} <i>"), ("bank-otp", AFAR)):
        own = patterns[name]
        patterns[name] = replace(own, cases=(*own.cases, Case("en", text)))
    texts = [comparable(case.text) for one in patterns.values() for case in one.cases]
    vectors, _ = small_build.vectors.extended(texts, HashingEncoder())
    build = replace(small_build, patterns=patterns, vectors=vectors)
    serving: Any = desk.engine.serving
    serving.build = lambda: build


@pytest.mark.usefixtures("alike")
def test_cases_that_are_near_to_others_stand_beside_them(anna: Browser) -> None:
    page = anna.get("/patterns/parcel-smish/cases").text
    assert "Near to another: 2" in page
    assert "Nearly a copy (" in page
    assert re.search(
        r'class="tag">Near \(0\.\d\d\) to</span> <a href="/patterns/bank-otp/cases\?from=0#case-\d+"', page
    )
    assert f"{COPY} &lt;i&gt;" in page
    ours = page.count('<li id="case-')
    near = anna.get("/patterns/parcel-smish/cases?near=1&language=en").text
    assert near.count('<li id="case-') == 2 < ours
    other = anna.get("/patterns/bank-otp/cases?near=1").text
    assert other.count('<li id="case-') == 1
    assert "Near to another: 1" in other


def test_where_no_case_is_near_to_another_it_says_so(anna: Browser) -> None:
    page = anna.get("/patterns/parcel-smish/cases?near=1").text
    assert "Near to another: 0" in page
    assert "None of these cases is near" in page
    assert "There is no such case" in anna.get("/patterns/parcel-smish/cases?language=xx").text


def test_the_tables_of_the_week_are_in_the_language_of_the_page(desk: Desk, anna: Browser) -> None:
    desk.counters.add(desk.today, "en", "no_match", None, None)
    desk.counters.flush()
    assert "Answers by language" in anna.get("/week").text
    anna.post("/choose", language="zh")
    page = anna.get("/week").text
    assert "各语言的回答" in page
    assert "Answers" not in page
    assert "(none)" not in page
