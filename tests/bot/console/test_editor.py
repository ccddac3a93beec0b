"""The faults of a document at their lines, in a real browser; skipped where there is none."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.console.desk import Desk
from tests.bot.console.conftest import ANNA
from tests.bot.console.test_browser import PARCEL, nothing_in_the_way
from tests.browser import MISSING, browsing, may_browse, serving, shown, signed_in

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not may_browse(), reason=MISSING)]
F8 = "\ue038"
_EN, _CASES = PARCEL.index("\ntitle = ") + 1, PARCEL.index("[[cases]]")
_CASE = '[[cases]]\nlanguage = 7\ntext = ""\n\n'
TWO_FAULTS = f"{PARCEL[:_EN]}titel = {PARCEL[_EN + 8 : _CASES]}{_CASE}{PARCEL[_CASES:]}"
MARKED = "return [...document.querySelectorAll('.sheet .faulty')].map(e => [...e.parentNode.children].indexOf(e) + 1)"
HERE = "const f = document.getElementById('document'); return f.value.slice(0, f.selectionStart).split('\\n').length"
WRITE = """const field = document.getElementById("document"); field.value = arguments[0];
    field.dispatchEvent(new Event("input", {bubbles: true}))"""


@pytest.fixture
def root(desk: Desk) -> Iterator[str]:
    with serving(desk) as root:
        yield root


@pytest.fixture(params=[(1280, 900), (360, 740)], ids=["desk", "phone"])
def driver(request: pytest.FixtureRequest) -> Iterator[Any]:
    with browsing(*request.param) as driver:
        yield driver


def opened(driver: Any, root: str, desk: Desk) -> Any:
    signed_in(driver, root, desk, ANNA)
    driver.get(f"{root}/patterns/parcel-smish")
    return driver.find_element("id", "document")


def lines_of(text: str, *starts: str) -> list[int]:
    return [next(at for at, line in enumerate(text.split("\n"), 1) if line.startswith(one)) for one in starts]


def test_faults_are_marked_at_their_lines_and_the_next_one_is_a_key_away(desk: Desk, root: str, driver: Any) -> None:
    field = opened(driver, root, desk)
    driver.execute_script(WRITE, TWO_FAULTS)
    shown(driver, ".sheet em", "titel")
    faulty = lines_of(TWO_FAULTS, "titel", "language = 7")
    marked = driver.execute_script(MARKED)
    assert set(faulty) <= set(marked)
    shown(driver, "#at-fault", "Faults:")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby") == "at-fault"
    field.send_keys("\ue009\ue011")  # Ctrl+Home
    visited = []
    for _ in marked:
        field.send_keys(F8)
        visited.append(driver.execute_script(HERE))
        shown(driver, "#at-fault", f"line {visited[-1]}: ")
        assert in_sight(driver, visited[-1])
    assert visited == marked
    driver.find_element("id", "next-fault").click()  # after the last one comes the first
    assert driver.execute_script(HERE) == marked[0]
    nothing_in_the_way(driver)


def in_sight(driver: Any, line: int) -> bool:
    """Say whether a line, and what is said of it, are within the field."""
    within = """const one = document.querySelectorAll(".sheet > div > div")[arguments[0] - 1];
        const field = document.getElementById("document").getBoundingClientRect(), em = one.querySelector("em");
        return [one, em].every(e => e.getBoundingClientRect().height > 0 && e.getBoundingClientRect().top >= field.top
            && e.getBoundingClientRect().bottom <= field.bottom && e.getBoundingClientRect().right <= field.right)"""
    return bool(driver.execute_script(within, line))


def test_a_mark_stays_with_its_line_until_the_document_is_looked_at_anew(desk: Desk, root: str, driver: Any) -> None:
    opened(driver, root, desk)
    driver.execute_script(WRITE, TWO_FAULTS)
    shown(driver, ".sheet em", "titel")
    before = driver.execute_script(MARKED)
    driver.execute_script(WRITE, f"# a note\n# and another\n{TWO_FAULTS}")
    assert driver.execute_script(MARKED) == [line + 2 for line in before]
    (titel,) = lines_of(TWO_FAULTS, "titel")
    lines = TWO_FAULTS.split("\n")
    driver.execute_script(WRITE, "\n".join([*lines[: titel - 1], *lines[titel:]]))
    assert driver.execute_script(MARKED) == [line - (line > titel) for line in before if line != titel]
    driver.execute_script(WRITE, PARCEL.replace("fee", "charge"))
    shown(driver, "#at-fault", "No faults.")
    assert driver.execute_script(MARKED) == []
    assert not driver.find_element("id", "next-fault").is_displayed()


WRITTEN = (
    "short",
    "a long line of words that goes on and on " * 12,
    "一个很长的句子没有空格" * 30,
    'title = "طرد محجوز يطلب رسوما صغيرة عبر رابط"',
    "طرد محجوز يطلب رسوما صغيرة عبر رابط " * 12,
    "mixed 一个 طرد words " * 15,
    "\tbehind a tab   and spaces   ",
    "x" * 900,
    "",
    "",
)


def test_lines_are_numbered_where_they_stand_in_every_script(desk: Desk, root: str, driver: Any) -> None:
    opened(driver, root, desk)
    for text in ("\n".join(WRITTEN), WRITTEN[4], "", PARCEL):
        driver.execute_script(WRITE, text)
        heights = """const field = document.getElementById("document"), rows = field.rows; field.rows = 1;
            field.style.height = "40px";
            const all = [field.scrollHeight, document.querySelector(".sheet > div").offsetHeight];
            field.style.height = ""; field.rows = rows; return all"""
        field, sheet = driver.execute_script(heights)
        assert abs(field - sheet) <= 1, text[:40]
        assert driver.execute_script("return document.querySelectorAll('.sheet > div > div').length") == len(
            text.split("\n")
        )


def test_who_is_signed_out_while_writing_keeps_what_was_written(desk: Desk, root: str, driver: Any) -> None:
    field = opened(driver, root, desk)
    desk.sign_ins.end_all(ANNA)
    driver.execute_script(WRITE, TWO_FAULTS)
    shown(driver, "#seen", "You are not signed in")
    assert "titel" in field.get_attribute("value")
