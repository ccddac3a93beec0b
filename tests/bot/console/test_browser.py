"""The console in a real browser; skipped where there is none."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.console.desk import Desk
from bot.console.pages.gaps import mark_of
from bot.console.reading import PictureDesk
from bot.pictures.reader import Pictures
from bot.pictures.text import MAX_BYTES
from knowledge.ledger.audit import audit_rows
from knowledge.ledger.safelist import put_on_safelist, safelist
from knowledge.proposals.waiting import Filters, waiting_refs
from tests.bot.console.conftest import ANNA, BEN, OWNER, Clock, propose
from tests.browser import MISSING, browsing, may_browse, serving, shown, signed_in
from tests.index.gaps.test_gaps import PIGEON
from tests.paths import DOCUMENTS
from tests.reported import PHONE, link

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not may_browse(), reason=MISSING)]
PARCEL = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
AXE = Path(os.environ.get("AXE", "node_modules/axe-core/axe.min.js"))
PAGES: tuple[str, ...] = ("/queue", "/lookup", "/try", "/patterns", "/patterns/parcel-smish", "/import", "/week")
PAGES += ("/patterns/parcel-smish/cases", "/gaps", "/patterns/new?gap=0", "/map", "/builds")


@pytest.fixture
def root(desk: Desk) -> Iterator[str]:
    with serving(desk) as root:
        yield root


@pytest.fixture
def driver() -> Iterator[Any]:
    with browsing() as driver:
        yield driver


def press(driver: Any, key: str) -> None:
    driver.find_element("css selector", "body").send_keys(key)


def test_forty_items_are_decided_by_keyboard(desk: Desk, root: str, driver: Any) -> None:
    for number in range(30):
        propose(desk, OWNER, f"A stranger asks me for payment number {number} of a parcel")
    for number in range(10):
        for reporter in (100, 200):
            desk.reports.report(link(number), "parcel-smish", "SG", reporter + number, None, desk.now)
    signed_in(driver, root, desk, ANNA)
    for number in range(40):
        shown(driver, "h1", f"of {40 - number}")
        press(driver, "ar"[number % 2])
    shown(driver, "main", "Nothing waits here")
    assert waiting_refs(desk.store, Filters(), desk.today) == ()
    for waiting in (1, 2, 3):  # one after the other, the newest first
        press(driver, "u")
        shown(driver, "h1", f"of {waiting}")
    loaded = driver.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert [one for one in loaded if not one.startswith(root)] == []


def test_what_is_nearest_to_a_case_comes_by_itself(desk: Desk, root: str, driver: Any) -> None:
    propose(desk, OWNER, "They keep my parcel and want a fee by a link")
    signed_in(driver, root, desk, ANNA)
    shown(driver, "#near", "a text message says my parcel is held")
    assert "is held" in driver.find_element("css selector", "#near").text
    nothing_in_the_way(driver)


def test_two_moderators_at_once_see_one_outcome(desk: Desk, root: str, driver: Any) -> None:
    propose(desk, OWNER, "A stranger asks me for a payment of a parcel")
    signed_in(driver, root, desk, ANNA)
    with browsing() as other:
        signed_in(other, root, desk, BEN)
        press(driver, "a")
        shown(driver, ".done", "Approved by 7")
        press(other, "r")
        shown(other, ".done", "Already approved by 7")
    (decided,) = [act.what for act in audit_rows(desk.store) if act.what.partition(" ")[0] in ("approve", "reject")]
    assert decided.startswith("approve")


def test_an_edit_goes_from_its_fault_to_a_proposal_while_typing(desk: Desk, root: str, driver: Any) -> None:
    signed_in(driver, root, desk, ANNA)
    driver.get(f"{root}/patterns/parcel-smish")
    write = """const field = document.getElementById("document"); field.value = arguments[0];
        field.dispatchEvent(new Event("input", {bubbles: true}))"""
    driver.execute_script(write, PARCEL.replace("title = ", "titel = ", 1))
    shown(driver, "#seen", "Faults:")
    driver.find_element("css selector", "[data-line]").click()
    assert "titel" in driver.execute_script("return document.activeElement.value")
    driver.execute_script(write, PARCEL.replace("fee", "charge"))
    shown(driver, "#seen", "What changes")
    driver.find_element("css selector", "button[formaction$=propose]").click()
    shown(driver, ".done", "Proposed: 1 (1)")


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_every_page_without_scrolling_sideways(desk: Desk, root: str, path: str) -> None:
    propose(desk, OWNER, "A stranger asks me for a payment of a parcel, " * 20)
    with browsing(360, 740) as driver:
        signed_in(driver, root, desk, ANNA)
        driver.get(f"{root}{path}")
        wide = driver.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is missing: npm install axe-core, or set AXE to its axe.min.js")
@pytest.mark.parametrize("size", [(1280, 900), (360, 740)], ids=["desk", "phone"])
def test_nothing_stands_in_the_way_of_anybody(desk: Desk, root: str, clock: Clock, size: tuple[int, int]) -> None:
    fill(desk)
    clock.later(minutes=2)  # what takes a while to find out is kept for a minute
    propose(desk, OWNER, "A stranger asks me for a payment of a parcel")
    found = {}
    with browsing(*size) as driver:
        signed_in(driver, root, desk, ANNA)
        (gap,) = desk.gaps.of(desk.now).gaps
        for path in (*PAGES, f"/patterns/new?gap={mark_of(gap)}"):
            driver.get(f"{root}{path}")
            found[path] = violations(driver)
        driver.get(f"{root}/lookup")
        driver.find_element("css selector", "input[name=text]").send_keys("+65 9123 4567, +65 1800 255 0000")
        driver.find_element("css selector", "main button.first").click()
        shown(driver, "main", "An official contact.")
        found["looked up"] = violations(driver)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def fill(desk: Desk) -> None:
    """Have something on every page: a gap, a contact on the safelist and one that waits for it, counts."""
    for person, text in enumerate(PIGEON):
        desk.notes.note("no_match", None, "en", text, person, desk.now)
    for number, alone in ((1, True), (2, False)):
        put_on_safelist(desk.store, desk.reports.contact(link(number)), BEN, desk.now, "a shop", alone=alone)
    desk.reports.report(PHONE, "parcel-smish", "SG", 1, None, desk.now)
    desk.counters.add(desk.today, "en", "unclear", None, None)
    desk.counters.flush()


def violations(driver: Any) -> list[tuple[str, list[str]]]:
    """Return what axe-core finds in the page, with where."""
    driver.execute_script(AXE.read_text("utf-8"))
    wrong = driver.execute_async_script(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(r => arguments[0](r.violations))"
    )
    return [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in wrong]


def nothing_in_the_way(driver: Any) -> None:
    """Have axe-core look at what a page has become, where it is there."""
    if AXE.is_file():
        assert violations(driver) == []


def test_a_contact_is_put_on_the_safelist_by_keyboard_alone(desk: Desk, root: str, driver: Any) -> None:
    signed_in(driver, root, desk, ANNA)
    driver.get(f"{root}/lookup")
    press(driver, "/")
    driver.switch_to.active_element.send_keys("+65 9123 4567\n")
    shown(driver, "main", "Not on the safelist")
    for _ in range(30):
        driver.switch_to.active_element.send_keys("\ue004")  # Tab
        if driver.switch_to.active_element.get_attribute("value") == "safe":
            break
    driver.switch_to.active_element.send_keys("\ue007")  # Enter
    shown(driver, ".done", "until a second moderator")
    assert [one.person for one in safelist(desk.store, desk.today)] == [ANNA]
    press(driver, "u")
    shown(driver, ".done", "Taken back.")
    assert safelist(desk.store, desk.today) == ()


def test_a_proposal_is_tried_beside_the_build_and_a_text_added_to_the_examination(
    desk: Desk, root: str, driver: Any
) -> None:
    (number,) = propose(desk, OWNER, "a drone dropped a note that wants coins for the box in the garden")
    signed_in(driver, root, desk, ANNA)
    driver.get(f"{root}/try?proposal={number}")
    driver.find_element("css selector", "textarea[name=text]").send_keys("a drone wants coins for my box")
    driver.find_element("css selector", "main button.first").click()
    shown(driver, "#proposed", "a drone dropped a note")  # by itself, once it is worked out
    assert "a drone dropped a note" not in driver.find_element("css selector", "section[aria-label^=What]").text
    nothing_in_the_way(driver)
    driver.find_element("css selector", "form[action='/try/situation'] input[name=pattern]").send_keys("parcel-smish")
    for name, chosen in (("concern", "likely"), ("stage", "nothing")):
        driver.find_element("css selector", f"form[action='/try/situation'] select[name={name}]").send_keys(chosen)
    driver.find_element("css selector", "form[action='/try/situation'] button.first").click()
    shown(driver, ".done", "Proposed: 2 (1)")
    shown(driver, "article", "[[situations]]")
    assert desk.proposals.get(2).draft.kind == "golden"  # type: ignore[union-attr]


def test_the_effect_of_an_edit_comes_by_itself_while_one_goes_on_writing(desk: Desk, root: str, driver: Any) -> None:
    signed_in(driver, root, desk, ANNA)
    driver.get(f"{root}/patterns/parcel-smish")
    driver.execute_script("document.getElementById('document').value = arguments[0]", PARCEL.replace("fee", "charge"))
    driver.find_element("css selector", "button[formaction$=effect]").click()
    driver.find_element("css selector", "input[name=why]").send_keys("the word people use")
    shown(driver, "#effect", "Situations that are answered otherwise")
    assert driver.find_element("css selector", "input[name=why]").get_attribute("value") == "the word people use"
    assert "charge" in driver.find_element("id", "document").get_attribute("value")
    nothing_in_the_way(driver)


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(
    desk: Desk, driver: Any, pictures: Pictures, tmp_path: Path
) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(b"x" * (MAX_BYTES + 1))
    with serving(replace(desk, pictures=PictureDesk(pictures))) as root:
        signed_in(driver, root, desk, ANNA)
        driver.get(f"{root}/try")
        field = driver.find_element("css selector", "input[type=file]")
        field.send_keys(str(large))
        assert field.get_attribute("validationMessage") == "That is too large; at most 20 MB are taken."
        large.write_bytes(b"no picture")
        field.clear()
        field.send_keys(str(large))
        driver.find_element("css selector", "main button.first").click()
        shown(driver, "[role=alert]", "cannot read that kind of file")
