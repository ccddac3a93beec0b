"""Kill a process in the middle of the nightly run, again and again, and look at what is on disk after each."""

import multiprocessing
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

from bot.moderation.night import Night, run_night
from bot.settings import Settings, read_settings
from index.builds.shelf import NoBuild, current_name, load_current, names
from knowledge.database.store import Store
from knowledge.documents.pattern import Case
from knowledge.ledger.roles import OPERATOR
from knowledge.proposals.proposal import Draft
from knowledge.proposals.queue import Proposals
from tests.fakes import HashingEncoder
from tests.paths import DOCUMENTS

Rows = list[tuple[object, ...]]
_BEGAN = datetime(2026, 11, 26, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_WITHIN = 0.05  # seconds after a step has begun in which a run is killed, mostly at once
_LOOK_EVERY = 0.0005
_PATIENCE = 60.0  # seconds for a run to end
_BUILDS = {".rebuild.lock", "CURRENT"}


@dataclass
class KilledNights:
    """What was found after the kills."""

    kills: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    """How often each step was broken off, as what it had left tells."""
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Before:
    """What stands before a run, and is to stand after it."""

    approved: Rows
    audit: Rows
    builds: frozenset[str]
    serving: str | None


@dataclass(frozen=True)
class Moment:
    """What can be told of a run from what is on disk."""

    settings: Settings
    before: Before
    now: datetime
    """Of the run."""

    @property
    def backup(self) -> Path:
        """The copy that the run leaves."""
        return self.settings.backups / f"askfirst-{self.now:%Y%m%dT%H%M%SZ}.db"


STEPS: dict[str, Callable[[Moment], object]] = {
    "start": lambda _: True,
    "backup": lambda at: list(at.settings.backups.glob(".askfirst-*.part")),
    "overlay": lambda at: at.backup.exists(),
    "encode and build": lambda at: list(at.settings.builds.glob(".making-*")),
    "gate": lambda at: list(at.settings.builds.glob(".making-*/manifest.json")),
    "publish": lambda at: set(names(at.settings.builds)) - at.before.builds,
    "announce and expire": lambda at: current_name(at.settings.builds) != at.before.serving,
}
"""Each step of a night, and what tells that it has begun."""


class Nights:
    """Nights over one data folder, each a minute after the one before."""

    def __init__(self, data: Path) -> None:
        self.settings = read_settings({"ASKFIRST_DATA": str(data)})
        self.now = _BEGAN

    def approve(self) -> str:
        """Have one more case approved, and return its text."""
        with closing(Store(self.settings.database)) as store:
            proposals = Proposals(store, alone=True)
            text = f"they hold my parcel until i pay by a link, {time.monotonic_ns()}"
            (one,) = proposals.propose([Draft("case", "parcel-smish", case=Case("en", text))], OPERATOR, self.now)
            proposals.tried([one.id], {}, "", self.now)
            proposals.decide(one.id, True, OPERATOR, self.now, is_moderator=lambda _: True)
        return text

    def standing(self) -> Before:
        """Return what stands now."""
        return Before(
            self.rows("SELECT * FROM proposals WHERE state = 'approved'"),
            self.rows("SELECT * FROM audit"),
            frozenset(names(self.settings.builds)),
            current_name(self.settings.builds),
        )

    def rows(self, query: str) -> Rows:
        """Return what the database says."""
        with closing(sqlite3.connect(self.settings.database)) as db:
            return db.execute(query).fetchall()

    def run(self) -> Night:
        """Do one to its end."""
        self.now += _MINUTE
        return run_here(self.settings, self.now)

    def run_killed(self, starting: ForkServerContext, before: Before, step: str, seconds: float) -> str:
        """Kill one, so long after a step has begun; return in which step that was, nothing where it ended before."""
        self.now += _MINUTE
        reading, writing = starting.Pipe(duplex=False)
        process = starting.Process(target=_say_ready_and_run, args=(self.settings, self.now, writing))
        process.start()
        writing.close()
        with reading:
            reading.recv()
        at, patience = Moment(self.settings, before, self.now), time.monotonic() + _PATIENCE
        while not STEPS[step](at) and process.is_alive() and time.monotonic() < patience:
            time.sleep(_LOOK_EVERY)
        time.sleep(seconds)
        process.kill()
        process.join()
        if process.exitcode not in (0, -signal.SIGKILL):
            raise RuntimeError(f"bench.kills: the nightly run ended by itself with {process.exitcode}")
        begun = [name for name, begun in STEPS.items() if begun(at)]
        return begun[-1] if process.exitcode else ""


def forking() -> ForkServerContext:
    """Return what starts processes without threads, from one that has imported all they need."""
    starting = multiprocessing.get_context("forkserver")
    starting.set_forkserver_preload([__name__])
    return starting


def run_here(settings: Settings, now: datetime) -> Night:
    """Do a night of the small documents in this process."""
    return run_night(settings, now, encoder=HashingEncoder(), knowledge=DOCUMENTS)


def _say_ready_and_run(settings: Settings, now: datetime, writing: Connection) -> None:
    writing.send("ready")
    run_here(settings, now)


def run_night_kills(data: Path, count: int, chance: random.Random) -> KilledNights:
    """Kill ``count`` nights over one data folder, and run one to its end after each.

    Every other one is killed at a moment by chance, the rest in a step by chance: some are over in a moment.
    """
    starting, nights, killed = forking(), Nights(data), KilledNights()
    for _ in range(2):  # the first one is slower
        started = time.monotonic()
        nights.run()
        nights.approve()
    longest = time.monotonic() - started
    while killed.kills < count:
        text, before = nights.approve(), nights.standing()
        step, seconds = "start", chance.uniform(0, longest)
        if killed.kills % 2:
            step, seconds = chance.choice(list(STEPS)), _WITHIN * chance.random() ** 4
        if broken_off := nights.run_killed(starting, before, step, seconds):
            killed.kills += 1
            killed.steps[broken_off] += 1
            after = f"kill {killed.kills}, {broken_off}"
            killed.faults += [f"{after}: {fault}" for fault in lost(nights, before)]
            texts = (text, nights.approve())
            killed.faults += [f"{after}: {fault}" for fault in not_made_up(nights, nights.run(), texts)]
    return killed


def lost(nights: Nights, before: Before) -> Iterator[str]:
    """Yield what a kill has destroyed."""
    try:
        build, refused = load_current(nights.settings.builds, HashingEncoder.name)
    except NoBuild as none:
        yield f"no build can serve: {none}"
    else:
        yield from refused
        if build.name not in {before.serving, current_name(nights.settings.builds)}:
            yield f"{build.name}: serves, and was not published"
    ((found,),) = nights.rows("PRAGMA integrity_check")
    if found != "ok":
        yield f"integrity_check: {found}, expected ok"
    after = nights.standing()
    if after.approved != before.approved:
        yield "what was approved is not what it was"
    if after.audit[: len(before.audit)] != before.audit:
        yield "the audit has lost a row"


def not_made_up(nights: Nights, night: Night, texts: tuple[str, ...]) -> Iterator[str]:
    """Yield what the run after a kill has not made up for."""
    settings = nights.settings
    yield from night.faults
    if not night.published or night.build != current_name(settings.builds):
        yield "the next run has not published"
    build, _ = load_current(settings.builds, "hashing")
    cases = [case.text for case in build.patterns["parcel-smish"].cases]
    for text in texts:
        if text not in cases:
            yield f"{text}: approved, and not in the build"
    announced = Counter(str(what) for (what,) in nights.rows("SELECT what FROM audit WHERE what LIKE 'rebuild %'"))
    if announced[f"rebuild {night.build}"] != 1 or max(announced.values()) != 1:
        yield "the audit does not have each build once"
    if unfinished := nights.rows("SELECT id FROM nights WHERE finished IS NULL AND NOT interrupted"):
        yield f"nights: {unfinished} neither finished nor interrupted"
    left = {path.name for path in settings.builds.iterdir()} - _BUILDS - set(names(settings.builds))
    left |= {path.name for path in settings.backups.iterdir() if not path.match("askfirst-*Z.db")} - {".lock"}
    left |= {path.name for path in settings.data.glob("key?*")}
    if left:
        yield f"half-written and still there: {', '.join(sorted(left))}"
