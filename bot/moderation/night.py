"""The nightly run: back up, take approved revisions, rebuild, find earlier askers, let what is due expire, and report.

``askfirst rebuild`` runs it, and the bot does at its hour, in a process of its own. Each step may fail by itself: what
failed stands in the report, the build before serves on, and the next night starts from what is on disk. What a killed
one had published without saying so, the next one announces.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, get_args

from bot.moderation.publishing import TakenIn, announce, announced, taken_back, taken_in
from bot.reports.rising import rising
from bot.settings import Settings
from index.builds.build import Build, BuildMismatch
from index.builds.rebuilding import StepName, Worse, rebuild, sweep
from index.builds.shelf import current_name, serving_or_none
from index.judging.evaluation import Figures
from index.judging.judge import Told, judge, ranked
from index.model.encoder import Encoder
from index.model.loading import load_encoder, model_name
from index.model.packed_weights import BrokenModel
from knowledge.database.backups import BackupFailed, backup
from knowledge.database.store import WAIT, Store
from knowledge.documents.toml import KNOWLEDGE, InvalidDocument
from knowledge.ledger.contact_report_decisions import forget_closed
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.keyed_hash import BadKey, read_key
from knowledge.ledger.night_reports import Nights
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.proposals.queue import Proposals
from knowledge.proposals.working_casebook import WorkingCasebook, working_casebook

logger = logging.getLogger(__name__)
_KNOWN = (OSError, sqlite3.Error, BackupFailed, BadKey, BrokenModel, BuildMismatch, InvalidDocument)
"""What a step may fail with; anything else is a bug, and breaks the run off."""

At = Callable[..., None]
"""Called with one of STEPS, and with how much of it is done, and of how much, where that is known."""

STEPS = ("backup", "casebook", *get_args(StepName), "after")
"""What moderators are told a run is at, one after the other; "after" is all that comes after a build."""


@dataclass
class Night:
    """What one run did; a report for moderators, that JSON can hold."""

    build: str = ""
    """The build that serves after it."""
    published: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    before: Figures | None = None
    after: Figures | None = None
    came_in: list[str] = field(default_factory=list)
    """What was approved since the build before, each as ``case of PATTERN (proposal N)``."""
    held_back: list[str] = field(default_factory=list)
    """What was approved and is not in the build, and why."""
    worse: list[str] = field(default_factory=list)
    """In what the new build would have been worse; it was then not published."""
    faults: list[str] = field(default_factory=list)
    """Steps that failed, each in one line."""
    expired: dict[str, int] = field(default_factory=dict)
    backup: str = ""
    to_tell: int = 0
    """Earlier askers who can now be told."""
    rising: list[str] = field(default_factory=list)
    """Patterns and contacts that rise beyond their own past, each as ``NAME: COUNT (USUAL)``; see rising.py."""
    at: tuple[str, int, int] = ("", 0, 0)
    """Which of STEPS it is at, with how much of that is done, and of how much; no step once it has ended."""

    def as_row(self) -> dict[str, Any]:
        """Return it as an object that JSON can hold."""
        return asdict(self)


def newest_hour(at: time, now: datetime) -> datetime:
    """Return when a run was due last, in the zone of ``now``."""
    due = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return due if due <= now else due - timedelta(days=1)


def from_row(row: Mapping[str, Any]) -> Night:
    """Return what ``as_row`` made an object of."""
    figures = {name: Figures(**row[name]) if row.get(name) else None for name in ("before", "after")}
    return Night(**{**row, **figures, "at": tuple(row.get("at", Night.at))})


def run_night(
    settings: Settings,
    now: datetime,
    *,
    gate: bool = True,
    encoder: Encoder | None = None,
    knowledge: Path = KNOWLEDGE,
    wait: float = WAIT,
    due: datetime | None = None,
) -> Night:
    """Do all that is due; one process at a time of all that share a database: a second finds nothing left to do.

    Args:
        settings: where everything is.
        now: the time, UTC; its date is what counts for expiry.
        gate: without it a build is published however it judges the golden set, and in spite of a rollback.
        encoder: in place of the model that is set.
        knowledge: the folder of the documents.
        wait: seconds to wait for another process that writes into the database.
        due: since when a run is due; where another process has finished one since, nothing is done.

    Raises:
        OSError: the data folder cannot be written.
        sqlite3.Error: the database cannot be used; where nothing worse is said, the next run makes up for it.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    with closing(Store(settings.database, wait)) as store, store.alone("night"):
        nights, night = Nights(store), Night()
        if due and (last := nights.last_finished()) and last >= due:
            return night
        number = nights.begin(now)
        at = _telling(nights, number, night)
        try:
            at("backup")
            with _step("backup", night):
                night.backup = backup(store, settings.backups, now).name
            at("casebook")
            with _step("rebuild", night):
                casebook = working_casebook(store, now.date(), alone=settings.alone, knowledge=knowledge)
                if build := _built(settings, store, casebook, night, at, gate=gate, encoder=encoder):
                    _announce(store, build, casebook, now, night)
            at("after")
            with _step("alerts", night):
                night.rising = [one.line for rises in rising(store, now.date()) for one in rises]
            nights.keep(number, night.as_row())
        finally:
            _expire(settings, store, now, night)
        night.at = ("", 0, 0)
        nights.finish(number, night.as_row(), now)
    return night


def _telling(nights: Nights, number: int, night: Night) -> At:
    """Return what keeps which step a night is at, for pages; of a long step each hundredth."""
    kept = True

    def at(step: str, done: int = 0, of: int = 0) -> None:
        nonlocal kept
        before, night.at = night.at, (step, done, of)
        same = before[0] == step and before[1] * 100 // max(of, 1) == done * 100 // max(of, 1)
        if same or not kept:  # where it could not be kept once, no step waits for it again
            return
        kept = False
        with suppress(sqlite3.Error):  # nothing but a page would have read it
            nights.keep(number, night.as_row())
            kept = True

    return at


@contextmanager
def _step(name: str, night: Night) -> Iterator[None]:
    """Note in the report that a step failed, and go on: the others must not wait for it."""
    try:
        yield
    except _KNOWN as fault:
        lines = [" ".join(line.split()) for line in str(fault).splitlines()] or [type(fault).__name__]
        night.faults += [f"{name}: {line}" for line in lines]
        logger.warning("%s: %s", name, "; ".join(lines))


def _built(
    settings: Settings,
    store: Store,
    working: WorkingCasebook,
    night: Night,
    at: At,
    *,
    gate: bool,
    encoder: Encoder | None,
) -> Build | None:
    """Return the published build of the casebook, made now or before; None where it stays unpublished."""
    night.held_back = [f"proposal {one.proposal} ({one.pattern}): {one.reason}" for one in working.held_back]
    model, digest = encoder.name if encoder else model_name(settings.model), working.casebook.digest()
    if settings.shelf:
        settings.shelf.take(settings.builds, model)
    before, fault = serving_or_none(settings.builds, model)
    if fault:
        night.faults.append(f"build before: {fault}")
    if before:
        night.build, night.before = before.name, before.manifest.figures
        if before.name == current_name(settings.builds) and before.manifest.casebook == digest:
            night.before, night.after = None, before.manifest.figures
            night.counts = dict(before.manifest.counts)
            sweep(settings.builds)
            return before
    if gate and digest in taken_back(store):
        night.worse.append("it was rolled back by hand, and nothing has changed since; --force publishes it again")
        return None
    try:
        encoder = encoder or load_encoder(settings.model, settings.models)
        build = rebuild(settings.builds, encoder, working.casebook, gate=gate, share=settings.share, step=at)
    except Worse as worse:
        night.worse += str(worse).splitlines()
        return None
    night.build, night.published = build.name, True
    night.counts, night.after = dict(build.manifest.counts), build.manifest.figures
    return build


def _announce(store: Store, build: Build, working: WorkingCasebook, now: datetime, night: Night) -> None:
    """Do and note all that a newly published build brings with it; once, also where the night before was killed."""
    if announced(store, build.name):
        return
    before, proposals = taken_in(store), Proposals(store, alone=True)
    taken = TakenIn(
        working.approved[-1].id if working.approved else 0, tuple(one.proposal for one in working.held_back)
    )
    fresh = (proposals.approved_after(before.last) | set(before.held_back)) - set(taken.held_back)
    night.published = True
    night.came_in = [
        f"{one.draft.kind} of {one.draft.pattern} (proposal {one.id})" for one in working.approved if one.id in fresh
    ]
    proposals.again()
    night.to_tell = find_earlier(Askers(store), build, now.date())
    announce(store, build, taken, now)


def _expire(settings: Settings, store: Store, now: datetime, night: Night) -> None:
    today = now.date()
    with _step("expiry", night):
        night.expired["urgent"] = len(Proposals(store, alone=settings.alone).end_urgent(now))
        night.expired["askers"] = Askers(store).expire(today)
    with _step("expiry", night):
        key = read_key(settings.data)
        night.expired["reports"] = ContactReports(store, key).expire(today)
        forget_closed(store, now)
        night.expired["notes"] = WrongNotes(store, key).expire(today)
    if not store.clear_log():
        log = f"{settings.database}-wal"
        night.faults.append(f"expiry: {log}: holds what was deleted while others read, expected none that read so long")


def find_earlier(askers: Askers, build: Build, today: date) -> int:
    """Judge anew what earlier askers had asked; note what now is a known scam, and return how many are."""
    askers.let_go(today, build.manifest.model)
    waiting = askers.waiting(today, build.manifest.model)
    if not waiting:
        return 0
    told = [Told(one.vector[None]) for one in waiting]
    verdicts = judge(told, build.judgement, build.manifest.thresholds)
    found = {
        one.id: ranked(verdict.scores, build.judgement, dangerous=True)[0]
        for one, verdict in zip(waiting, verdicts, strict=True)
        if verdict.concern == "likely"
    }
    askers.found(found)
    return len(found)
