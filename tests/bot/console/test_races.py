"""What pages show while others act, and while what they wait for changes."""

import asyncio
import re
import threading
from dataclasses import replace
from html import unescape
from types import SimpleNamespace
from typing import Any

from bot.checking.checker import Checker
from bot.checking.engine import Engine
from bot.console.desk import Desk
from bot.console.lately import Recent
from bot.moderation.background import Runs, RunState
from bot.moderation.proposing import Proposing
from index.builds.build import Build
from knowledge.documents.casebook import Casebook
from knowledge.ledger.night_reports import Nights
from knowledge.proposals.proposal import Proposal
from knowledge.proposals.queue import Proposals
from tests.bot.console.conftest import ANNA, BEN, OWNER, Browser, propose
from tests.patience import PATIENCE

DRONE = "a drone dropped a note that wants coins for the box in the garden"


class SettledMeanwhile(Proposals):
    """Proposals of which somebody else settles the first that is read, at that moment."""

    desk: Desk
    settled = False

    def get(self, id: int) -> Proposal | None:
        if not self.settled:
            self.settled = True
            self.decide(id, False, BEN, self.desk.now, is_moderator=self.desk.roles.is_moderator)
        return super().get(id)


def test_an_item_that_is_settled_as_it_is_opened_gives_way_to_the_next(desk: Desk) -> None:
    first, second, _ = propose(desk, OWNER, *(f"A stranger asks me for parcel payment {number}" for number in range(3)))
    proposals = SettledMeanwhile(desk.store, alone=False)
    proposals.desk = desk
    page = Browser(replace(desk, proposals=proposals), ANNA).get(f"/queue?at=p{first}").text
    assert "Nothing waits" not in page
    assert "1 of 2" in page
    assert f'name="ref" value="p{second}"><input type="hidden" name="after"' in page


def test_what_takes_a_while_to_find_out_is_found_out_once_for_all_who_ask(desk: Desk) -> None:
    found, may = list[int](), threading.Event()

    def find() -> int:
        found.append(len(found))
        may.wait(PATIENCE)
        return len(found)

    recent, told = Recent(find), list[int]()
    asking = [threading.Thread(target=lambda: told.append(recent.of(desk.now))) for _ in range(4)]
    for one in asking:
        one.start()
    may.set()
    for one in asking:
        one.join(PATIENCE)
    assert told == [1, 1, 1, 1]
    assert found == [0]


class EndsAsItIsAsked(Runs):
    """A rebuild that ends, and leaves its report, at the moment somebody asks how it is doing."""

    nights: Nights
    desk: Desk

    @property
    def state(self) -> RunState:
        report = {"came_in": ["case of parcel-smish (proposal 5)"]}
        self.nights.finish(self.nights.begin(self.desk.now), report, self.desk.now)
        return RunState(status=0)


def test_a_rebuild_that_has_ended_is_told_with_its_own_report(desk: Desk) -> None:
    rebuilds = EndsAsItIsAsked("rebuild")
    rebuilds.nights, rebuilds.desk = Nights(desk.store), desk
    page = Browser(replace(desk, rebuilds=rebuilds), ANNA).get("/builds/progress").text
    assert "The rebuild is through" in page
    assert "case of parcel-smish (proposal 5)" in page


def test_a_page_asks_for_a_rebuild_while_it_runs_and_is_told_of_changes_alone(desk: Desk) -> None:
    async def run(_: str) -> int:
        return int(await asyncio.Event().wait())

    anna = Browser(replace(desk, rebuilds=Runs("rebuild", run)), ANNA)
    assert "hx-trigger" not in anna.get("/builds").text
    with anna.http:
        begun = anna.post("/builds/rebuild").text
        assert "has begun" in begun
        assert "A rebuild runs" in anna.post("/builds/rebuild").text.partition('role="status"')[2]
        asked = asked_for(begun)
        assert anna.http.get(asked, headers={"hx-target": "progress"}).status_code == 204
        Nights(desk.store).begin(desk.now)
        assert "A rebuild runs" in anna.http.get(asked, headers={"hx-target": "progress"}).text


def test_a_page_shows_at_which_step_a_rebuild_is(desk: Desk) -> None:
    async def run(_: str) -> int:
        return int(await asyncio.Event().wait())

    anna, nights = Browser(replace(desk, rebuilds=Runs("rebuild", run)), ANNA), Nights(desk.store)
    with anna.http:
        anna.post("/builds/rebuild")
        night = nights.begin(desk.now)
        page = anna.get("/builds").text
        assert "Step" not in page
        nights.keep(night, {"at": ["texts", 300, 1200]})
        told = anna.http.get(asked_for(page), headers={"hx-target": "progress"})
        assert told.headers["hx-retarget"] == "#step"
        assert "Step 3 of 8: encoding the texts that are new: 300 of 1200" in told.text
        assert '<progress max="8" value="2.25"' in told.text
        assert "Rebuild now" not in told.text  # nothing else is read out anew
        assert anna.http.get(asked_for(told.text), headers={"hx-target": "progress"}).status_code == 204
        anna.post("/choose", language="zh")
        nights.keep(night, {"at": ["publish", 0, 0]})
        assert "第 7 步，共 8 步：和上一个版本比较，然后发布</p>" in anna.get("/builds").text
        nights.finish(night, {"came_in": ["case of parcel-smish (proposal 5)"]}, desk.now)
        ended = anna.http.get(asked_for(told.text), headers={"hx-target": "progress"})
        assert "hx-retarget" not in ended.headers
        assert "第" not in ended.text


def asked_for(page: str) -> str:
    """Return the address that a page asks how far a rebuild is."""
    (found,) = re.findall(r'hx-get="(/builds/progress\?[^"]+)" hx-trigger="every 3s"', page)
    return unescape(found)


def test_a_text_is_judged_by_one_build_though_another_begins_to_serve(
    desk: Desk, small_build: Build, casebook: Casebook
) -> None:
    (number,) = propose(desk, OWNER, DRONE)
    proposal = desk.proposals.get(number)
    assert proposal
    later = desk.proposing.build_with(small_build, proposal, desk.today, lambda _: None)
    serving: Any = SimpleNamespace(build=lambda: small_build)
    checker = Checker(desk.engine.encoder, lambda: serving.build(), desk.engine.contacts)
    anna = Browser(replace(desk, engine=Engine(desk.engine.encoder, serving, checker, desk.engine.contacts)), ANNA)
    page = anna.get("/queue")
    before = anna.post("/try", page, text=DRONE).text
    builds = iter((small_build,))
    serving.build = lambda: next(builds, later)
    assert anna.post("/try", page, text=DRONE).text == before
    assert anna.post("/try", page, text=DRONE).text != before


def test_the_effect_of_an_edit_is_that_on_the_build_it_was_asked_of(
    desk: Desk, small_build: Build, casebook: Casebook
) -> None:
    def another() -> Build:
        raise AssertionError("another build serves by now")

    proposing = Proposing(another, desk.engine.encoder, desk.proposals, desk.roles, lambda: casebook, ())
    (number,) = propose(desk, OWNER, DRONE)
    proposal = desk.proposals.get(number)
    assert proposal
    assert proposing.examined(small_build, proposal.draft, desk.today, lambda _: None).lines
    assert proposing.build_with(small_build, proposal, desk.today, lambda _: None).patterns
