"""``python -m bench.moderator_day``: a day of two moderators over HTTP, and how long they wait for each reply."""

import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bot.pictures.reader import Pictures
from bot.telegram.services import Words
from bot.words.texts import MODERATORS, read_texts
from index.builds.rebuilding import rebuild
from index.builds.serving import Serving
from index.builds.shelf import current_name, names
from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.official import read_bodies
from knowledge.documents.reporting import read_countries
from knowledge.impostors.contacts import OfficialContacts
from knowledge.proposals.overlay import overlaid
from knowledge.proposals.queue import Proposals
from tests.bot_api import BotApi
from tests.fakes import HashingEncoder, Worker
from tests.paths import DOCUMENTS
from tests.running import Stage, polling, settings_for
from tests.talk import ANN, BEN, OWNER, Talk, acts, staffed
from tests.updates import message

_THINGS = ("piano", "ticket", "puppy", "visa", "concert", "lottery", "tractor", "medal")
T = TypeVar("T")
MOST = 1.0  # seconds that a moderator waits for a reply


@dataclass(frozen=True)
class Plan:
    """How much is done in a day: of the proposals, some retire a pattern and a third of the rest are documents."""

    proposals: int = 30
    retirements: int = 5
    reviews: int = 25


@dataclass
class Day:
    """What was waited for, in seconds, by what it was."""

    waited: dict[str, list[float]] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    """What the audit says was done, by its verb."""

    async def timed(self, what: str, reply: Awaitable[T]) -> T:
        """Return a reply, and note how long it took."""
        start = time.perf_counter()
        came = await reply
        self.waited.setdefault(what, []).append(time.perf_counter() - start)
        return came


def with_more_patterns(casebook: Casebook, count: int) -> Casebook:
    """Return the small casebook with a few patterns that can be retired."""
    text = casebook.documents["parcel-smish"]
    more = {f"old-trick-{number}": _about(text, number, f"old-trick-{number}") for number in range(count)}
    return casebook.revised({**casebook.documents, **more})


def _about(document: str, number: int, name: str) -> str:
    """Return a document of another id, whose words are of another thing."""
    thing = f"{_THINGS[number % 8]}{number}"
    document = document.replace("parcel-smish", name)
    return document.replace("parcel", thing).replace("包裹", thing).replace("courier", f"{thing}seller")


@asynccontextmanager
async def _bot(folder: Path, casebook: Casebook) -> AsyncIterator[tuple[BotApi, Store]]:
    api = BotApi()
    runner = await api.start()
    settings = settings_for(folder, api, {"owners": str(OWNER)})
    rebuild(settings.builds, HashingEncoder(), casebook)
    serving = Serving(settings.builds, HashingEncoder.name)
    words = Words(read_texts(), read_texts(MODERATORS), read_countries(DOCUMENTS / "reporting"))
    with closing(staffed(folder)) as store, Worker() as worker, Pictures(threads=1) as pictures:
        stage = Stage(casebook, serving.build, words, worker, pictures, OfficialContacts(read_bodies()))
        with stage.services(settings) as services:
            async with polling(settings, services):
                yield api, store
    await runner.cleanup()


async def moderator_day(folder: Path, plan: Plan) -> Day:
    """Spend a day: propose, review what the other has proposed, rebuild, and roll back."""
    casebook = with_more_patterns(read_casebook(DOCUMENTS), plan.retirements)
    day = Day()
    async with _bot(folder, casebook) as (api, store):
        ann, ben = Talk(api, ANN), Talk(api, BEN)
        for number in range(plan.proposals):
            await _propose((ann, ben)[number % 2], number, plan, casebook, day)
        while Proposals(store, alone=False).untried():
            await asyncio.sleep(0.05)
        await _review((ann, ben), plan.reviews, day)
        approved = Proposals(store, alone=False).approved(datetime.now(UTC).date())
        documents, _ = overlaid(casebook.documents, approved)
        await asyncio.to_thread(rebuild, folder / "builds", HashingEncoder(), casebook.revised(documents), gate=False)
        await _roll_back(ann, folder / "builds", day)
        for command in ("/patterns", "/builds", "/audit", "/stats", "/review"):
            await day.timed(command, ben.write(command))
        day.violations, day.acts = api.violations, Counter(row.what.partition(" ")[0] for row in acts(store))
    return day


async def _propose(talk: Talk, number: int, plan: Plan, casebook: Casebook, day: Day) -> None:
    if number < plan.retirements:
        card = await day.timed("/retire", talk.write(f"/retire old-trick-{number} nobody meets it any more"))
        await day.timed("propose", talk.tap(card, "mod_propose"))
    elif number % 3 == 0:
        text = _about(casebook.documents["parcel-smish"], number, f"new-trick-{number}")
        card = await day.timed("a document", talk.send_file(talk.api, text, answers=3))
        await day.timed("propose", talk.tap(card, "mod_propose"))
    else:
        told = (
            f"number {number}: the courier wrote about box {number * 37 % 101} in the depot, pay two dollars by a link"
        )
        card = await day.timed("/case", talk.write("/case", reply_to_message=message(told, chat=talk.person)))
        card = await day.timed("already paid", talk.tap(card, "mod_paid"))
        await day.timed("propose", talk.tap(card, "mod_as"))


async def _review(talks: tuple[Talk, Talk], count: int, day: Day) -> None:
    """Let each walk through the queue and decide on what may be decided, until so many are."""
    decided, cards = 0, [await day.timed("/review", talk.write("/review")) for talk in talks]
    while decided < count:
        for place, talk in enumerate(talks):
            verbs = {data.partition(":")[0] for data in cards[place].buttons.values()}
            if decided < count and verbs & {"mod_approve", "mod_reject"} and "mod_withdraw" not in verbs:
                verb = "mod_approve" if "mod_approve" in verbs else "mod_reject"
                author = talks[1 - place]
                told = len(author.calls())
                cards[place] = await day.timed("decide", talk.tap(cards[place], verb))
                await day.timed("author told", author.wait(1, told))
                decided += 1
            elif "mod_next" not in verbs:  # at the end: from the beginning again
                cards[place] = await day.timed("/review", talk.write("/review"))
            else:
                cards[place] = await day.timed("next", talk.tap(cards[place], "mod_next"))


async def _roll_back(talk: Talk, builds: Path, day: Day) -> None:
    earlier = next(name for name in names(builds) if name != current_name(builds))
    card = await day.timed("/rollback", talk.write(f"/rollback {earlier}"))
    await talk.tap(card, "mod_rollback", answers=2)
    assert current_name(builds) == earlier


def main() -> int:
    """Print how long each kind of reply took; return 1 where one took too long."""
    with tempfile.TemporaryDirectory() as folder:
        day = asyncio.run(moderator_day(Path(folder), Plan()))
    for what, times in day.waited.items():
        print(f"{what:>12}: {len(times):3} replies, median {statistics.median(times):.3f} s, worst {max(times):.3f} s")
    worst = max(max(times) for times in day.waited.values())
    print(f"{sum(map(len, day.waited.values()))} replies, worst {worst:.3f} s; {day.acts.total()} acts in the audit")
    for line in day.violations:
        print(line, file=sys.stderr)
    return int(worst > MOST or bool(day.violations))


if __name__ == "__main__":
    sys.exit(main())
