"""How long the console's pages take with much waiting: ``python -m bench.console [ITEMS [REPORTS]]``.

Fills a database of its own with so many proposals and reports, decides 200 of them one after the other as keys would,
opens every page, and prints the median and the 95th percentile in milliseconds.
"""

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from pathlib import Path
from secrets import token_urlsafe
from types import SimpleNamespace
from typing import Any

import numpy as np
from starlette.testclient import TestClient

from bot.checking.checker import Checker
from bot.checking.engine import Engine
from bot.console.app import build_app
from bot.console.desk import Desk, open_desk
from bot.pictures.reader import Pictures
from bot.settings import read_settings
from index.builds.rebuilding import rebuild
from knowledge.documents.casebook import read_casebook
from knowledge.documents.official import read_bodies
from knowledge.documents.pattern import Case
from knowledge.impostors.contacts import OfficialContacts
from knowledge.proposals.proposal import Draft
from tests.fakes import HashingEncoder
from tests.paths import DOCUMENTS

_PAGES: tuple[str, ...] = (
    "/queue",
    "/queue?kind=c",
    "/queue?words=parcel",
    "/queue?pattern=bank-otp",
    "/queue?country=SG",
)
_PAGES += ("/patterns/parcel-smish/cases", "/patterns/parcel-smish/cases?near=1", "/gaps")
_PAGES += ("/queue?older=20", "/patterns", "/patterns/parcel-smish", "/week", "/lookup", "/try", "/builds")
_EACH = 20


@contextmanager
def filled_desk(folder: Path, items: int, reports: int) -> Iterator[Desk]:
    """Open a desk over the small documents of the tests, with so many cases proposed and contacts reported."""
    settings = read_settings({"ASKFIRST_DATA": str(folder), "ASKFIRST_ONE_PERSON": "1"})
    casebook, encoder = read_casebook(DOCUMENTS), HashingEncoder()
    build = rebuild(settings.builds, encoder, casebook)
    contacts, serving = OfficialContacts(read_bodies()), _Serving(build)
    engine = Engine(encoder, serving, Checker(encoder, serving.build, contacts), contacts)  # type: ignore[arg-type]
    with (
        Pictures() as pictures,
        open_desk(settings, engine, casebook=lambda: casebook, official=lambda: (), pictures=pictures) as desk,
    ):
        patterns = ("parcel-smish", "bank-otp", "sell-bank-card")
        drafts = [
            Draft("case", patterns[number % 3], case=Case("en", f"A stranger wants fee {number} for a parcel of mine"))
            for number in range(items)
        ]
        made = [one.id for one in desk.proposals.propose(drafts, 0, desk.now - timedelta(days=1))]
        desk.proposals.tried(made, {}, "", desk.now)
        with desk.store.transaction() as db:
            day = datetime.now(UTC).date()
            rows = [
                (
                    *("phone", token_urlsafe(32), f"+65 9••• ••{number % 100:02d}", token_urlsafe(32)),
                    *((day - timedelta(days=number % 30)).isoformat(), patterns[number % 3], ("SG", "DE")[number % 2]),
                )
                for number in range(reports)
            ]
            columns = "kind, identifier, masked, reporter, day, pattern, country"
            db.executemany(f"INSERT INTO reports ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        yield desk


class _Serving(SimpleNamespace):
    def __init__(self, build: Any) -> None:
        super().__init__(build=lambda: build)


def main(items: int = 10_000, reports: int = 5_000) -> None:
    """Fill, decide, open, and print."""
    with tempfile.TemporaryDirectory() as folder, filled_desk(Path(folder), items, reports) as desk:
        http = TestClient(build_app(desk), base_url="http://127.0.0.1:8377")
        http.post(f"/sign-in/{desk.sign_ins.link(0, desk.now)}")
        took: Took = []
        page = http.get("/queue")
        started = time.perf_counter()
        for number in range(200):
            page = _timed(took, partial(_pressed, http, page, ("no", "yes")[number % 2]))
        print(f"200 decisions, each with the next page: {time.perf_counter() - started:.1f} s, {_told(took)}")
        for path in _PAGES:
            each: Took = []
            for _ in range(_EACH):
                _timed(each, partial(http.get, path))
            print(f"{path}: {_told(each)}")


def _pressed(http: TestClient, page: Any, act: str) -> Any:
    form = re.search(r'<form method="post" action="/decide">(.*?)</form>', page.text, re.DOTALL)
    assert form, "no item is open"
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1])
    return http.post("/decide", data={**{name: unescape(value) for name, value in hidden}, "act": act})


Took = list[tuple[float, float]]
"""Milliseconds by the clock, and of the processor, which others on the machine do not lengthen."""


def _timed(took: Took, do: Callable[[], Any]) -> Any:
    started, worked = time.perf_counter(), time.process_time()
    answer = do()
    took.append(((time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000))
    assert answer.status_code == 200, answer.text
    return answer


def _told(took: Took) -> str:
    names, columns = ("by the clock", "of the processor"), zip(*took, strict=True)
    return "; ".join(
        f"{name} median {np.median(column):.0f} ms, 95 % within {np.percentile(column, 95):.0f} ms"
        for name, column in zip(names, columns, strict=True)
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
