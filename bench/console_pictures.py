"""Pictures of the console's pages for docs/console.md: ``python -m bench.console_pictures docs/console``.

Needs a browser, see tests/browser.py. What they show is made of the small documents of the tests.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.console import filled_desk
from bot.console.desk import Desk
from knowledge.documents.toml import append_case
from knowledge.ledger.safelist import put_on_safelist
from tests.browser import MISSING, browsing, may_browse, serving, shown, signed_in
from tests.index.gaps.test_gaps import PIGEON
from tests.reported import PHONE, link

_TYPE = """const field = document.getElementById("document"); field.value = arguments[0];
    field.dispatchEvent(new Event("input", {bubbles: true}))"""
_NEXT_FAULT = "\ue038"  # F8
_CASE = "They say my parcel is held and I must pay 1.99 through a link"


def main(folder: Path) -> None:
    """Take the pictures."""
    if not may_browse():
        raise SystemExit(f"bench.console_pictures: {MISSING}")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, filled_desk(Path(data), 120, 60) as desk:
        for back, concern, count in ((0, "likely", 31), (1, "unclear", 12), (2, "no_match", 40), (3, "possible", 9)):
            for _ in range(count):
                day = desk.today.fromordinal(desk.today.toordinal() - back)
                desk.counters.add(day, "en", concern, "parcel-smish" if concern == "likely" else None, "SG")
        desk.counters.flush()
        for person, text in enumerate(PIGEON):
            desk.notes.note("no_match", None, "en", text, person, desk.now)
        for person in range(3):
            desk.reports.report(PHONE, "parcel-smish", "SG", person, None, desk.now)
        put_on_safelist(desk.store, desk.reports.contact(link(1)), 0, desk.now, "a shop's own page", alone=True)
        with serving(desk) as root, browsing(1200, 800) as driver:
            signed_in(driver, root, desk, 0)
            _take(driver, root, desk, folder)


def _take(driver: Any, root: str, desk: Desk, folder: Path) -> None:
    for name in ("queue", "week", "builds", "gaps"):
        driver.get(f"{root}/{name}")
        driver.save_screenshot(str(folder / f"{name}.png"))
    driver.get(f"{root}/lookup")
    driver.find_element("css selector", "input[name=text]").send_keys("+65 9123 4567")
    driver.find_element("css selector", "main button.first").click()
    shown(driver, "main", "What people read")
    driver.save_screenshot(str(folder / "contacts.png"))
    driver.get(f"{root}/try?proposal=1")
    driver.find_element("css selector", "textarea[name=text]").send_keys(_CASE)
    driver.find_element("css selector", "main button.first").click()
    shown(driver, "#proposed", "Nearest known texts")
    driver.save_screenshot(str(folder / "try.png"))
    driver.get(f"{root}/patterns/parcel-smish")
    document = desk.proposing.documents(desk.today)["parcel-smish"].replace("fee", "charge")
    driver.execute_script("document.getElementById('document').value = arguments[0]", document)
    driver.find_element("css selector", "main form .acts button:not([formaction])").click()
    shown(driver, "#seen", "What changes")
    driver.save_screenshot(str(folder / "editor.png"))
    driver.execute_script(_TYPE, document.replace("question = ", "qestion = ", 1))
    shown(driver, ".sheet em", "qestion")
    driver.find_element("id", "document").send_keys(_NEXT_FAULT)
    driver.save_screenshot(str(folder / "faults.png"))
    document = append_case(document, "en", "we have cake for grandma tonight after the football game with the family")
    driver.execute_script(_TYPE, document)
    shown(driver, "#seen", "What changes")
    driver.find_element("css selector", "main form button[formaction$=effect]").click()
    shown(driver, "#effect", "Situations that are answered otherwise")
    driver.execute_script("document.querySelector('#effect').previousElementSibling.scrollIntoView()")
    driver.save_screenshot(str(folder / "effect.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
