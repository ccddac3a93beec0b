"""The nightly run: back up, take approved revisions, rebuild, find earlier askers, let what is due expire, and report.

``askfirst rebuild`` runs it, and the bot does at its hour, in a process of its own. Each step may fail by itself: what
failed stands in the report, the build before serves on, and the next night starts from what is on disk.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from filelock import FileLock

from bot.settings import Settings
from index.build import Build, BuildMismatch, current_or_none
from index.casebook import Casebook, read_casebook
from index.encoder import load_encoder, model_name
from index.encoding import Encoder
from index.evaluation import Figures
from index.rebuilding import Worse, rebuild, unchanged
from index.weights import BrokenModel
from knowledge.askers import Askers
from knowledge.audit import add_to_audit, audit_rows
from knowledge.backups import BackupFailed, backup
from knowledge.contact_reports import BadKey, ContactReports, read_key
from knowledge.documents import InvalidDocument
from knowledge.feedback import WrongNotes
from knowledge.nights import Nights
from knowledge.overlay import HeldBack, overlaid
from knowledge.proposals import Proposals
from knowledge.roles import OPERATOR
from knowledge.store import Store

logger = logging.getLogger(__name__)
_ONCE = "askers"


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

    def as_row(self) -> dict[str, Any]:
        """Return it as an object that JSON can hold."""
        return asdict(self)


def from_row(row: Mapping[str, Any]) -> Night:
    """Return what ``as_row`` made an object of."""
    figures = {name: Figures(**row[name]) if row.get(name) else None for name in ("before", "after")}
    return Night(**{**row, **figures})


def run_night(settings: Settings, now: datetime, *, gate: bool = True, encoder: Encoder | None = None) -> Night:
    """Do all that is due; one process at a time, and a second one waits and then finds nothing left to do.

    Without the gate a build is published however it judges the golden set, and in spite of a rollback.

    Raises:
        BrokenModel: the model cannot be had; nothing was changed.
        InvalidDocument: the shipped documents are faulty; the build before serves on.
    """
    settings.builds.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.builds / ".night.lock"), closing(Store(settings.database)) as store:
        nights, night = Nights(store), Night()
        number = nights.begin(now)
        try:
            _house_keeping(settings, store, now, night)
            _rebuild(settings, store, now, night, gate=gate, encoder=encoder)
        except (BrokenModel, InvalidDocument, OSError) as fault:
            night.faults.append(f"rebuild: {_line(fault)}")
            raise
        finally:
            nights.finish(number, night.as_row(), now)
    return night


def working_casebook(store: Store, today: date, *, alone: bool = False) -> tuple[Casebook, tuple[HeldBack, ...]]:
    """Return the shipped casebook with what moderators approved, and what of it could not be taken.

    Raises:
        InvalidDocument: the shipped documents are faulty.
    """
    shipped = read_casebook()
    documents, held_back = overlaid(shipped.documents, Proposals(store, alone=alone).approved(today))
    return (shipped if documents == shipped.documents else shipped.revised(documents)), held_back


def _house_keeping(settings: Settings, store: Store, now: datetime, night: Night) -> None:
    with _step("backup", night):
        night.backup = backup(store, settings.backups, now).name
    proposals = Proposals(store, alone=settings.alone)
    with _step("expiry", night):
        key = read_key(settings.database.parent)
        reports, notes = ContactReports(store, key), WrongNotes(store, key)
        night.expired = {
            "urgent": len(proposals.end_urgent(now)),
            "reports": reports.expire(now.date()),
            "notes": notes.expire(now.date()),
            _ONCE: Askers(store).expire(now.date()),
        }


@contextmanager
def _step(name: str, night: Night) -> Iterator[None]:
    """Note in the report that a step failed, and go on: the build must not wait for it."""
    try:
        yield
    except (OSError, sqlite3.Error, BackupFailed, BadKey) as fault:
        night.faults.append(f"{name}: {_line(fault)}")
        logger.warning("%s: %s", name, _line(fault))


def _line(fault: BaseException) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__


def _rebuild(
    settings: Settings, store: Store, now: datetime, night: Night, *, gate: bool, encoder: Encoder | None
) -> None:
    casebook, held_back = working_casebook(store, now.date(), alone=settings.alone)
    night.held_back = [f"proposal {one.proposal} ({one.pattern}): {one.reason}" for one in held_back]
    model = encoder.name if encoder else model_name(settings.model)
    before = current_or_none(settings.builds, model)
    if before:
        night.build, night.before = before.name, before.manifest.figures
    if same := unchanged(settings.builds, model, casebook):
        night.counts, night.after = dict(same.manifest.counts), same.manifest.figures
        return
    if gate and _rolled_back(store) == casebook.digest():
        night.worse.append("it was rolled back by hand, and nothing has changed since; --force publishes it again")
        return
    loaded = encoder or load_encoder(settings.model, settings.models)
    try:
        build = rebuild(settings.builds, loaded, casebook, gate=gate)
    except Worse as worse:
        night.worse += str(worse).splitlines()
        return
    except BuildMismatch as mismatch:
        night.faults.append(f"publish: {_line(mismatch)}")
        return
    _published(store, build, before, now, night)


def _published(store: Store, build: Build, before: Build | None, now: datetime, night: Night) -> None:
    night.build, night.published = build.name, True
    night.counts, night.after = dict(build.manifest.counts), build.manifest.figures
    proposals = Proposals(store, alone=True)
    since = before.manifest.made if before else ""
    night.came_in = [
        f"{one.draft.kind} of {one.draft.pattern} (proposal {one.id})"
        for one in proposals.approved(now.date())
        if one.decided and one.decided.isoformat() >= since
    ]
    proposals.again()
    with store.transaction() as db:
        row = {"build": before.name, "casebook": before.manifest.casebook} if before else {}
        after = {"build": build.name, "casebook": build.manifest.casebook, **night.counts}
        add_to_audit(db, OPERATOR, now, f"rebuild {build.name}", row, after)
    night.to_tell = find_earlier(Askers(store), build, now.date())


def _rolled_back(store: Store) -> str | None:
    """Return the digest of the casebook whose build was rolled back last, where nothing was published since."""
    for row in audit_rows(store, most=200):
        if row.what.startswith("rebuild "):
            return None
        if row.what.startswith("rollback "):
            return str(row.before.get("casebook", "")) or None
    return None


def find_earlier(askers: Askers, build: Build, today: date) -> int:
    """Judge anew what earlier askers had asked; note what now is a known scam, and return how many are."""
    dimension = build.manifest.dimension  # a question encoded by another model cannot be judged again
    waiting = [one for one in askers.waiting(today) if len(one.vector) == dimension]
    if not waiting:
        return 0
    look = build.judgement.look(np.stack([one.vector for one in waiting]))
    groups, names = build.judgement.groups(look), np.array(build.judgement.classes)
    dangerous = build.judgement.sides > 0
    found = {}
    for one, scores, (danger, _, too_little) in zip(waiting, look.scores, groups, strict=True):
        if build.manifest.thresholds.concern(float(danger), float(too_little)) == "likely":
            found[one.id] = str(names[dangerous][scores[dangerous].argmax()])
    askers.found(found)
    return len(found)


Say = Callable[[str], None]


def say_night(night: Night, say: Say) -> None:
    """Say in plain lines what a run did, for the terminal."""
    if night.build:
        say(f"{night.build}: {'published' if night.published else 'serves on'}")
    if night.counts:
        counts = night.counts
        say(
            f"{counts['patterns']} patterns, {counts['cases']} cases; "
            f"{counts['encoded'] if night.published else 0} of {counts['texts']} texts encoded"
        )
    for name, figures in (("before", night.before if night.published else None), ("golden set", night.after)):
        if figures:
            say(f"{name}: {in_words(figures)}")
    for title, lines in (("came in", night.came_in), ("held back", night.held_back)):
        for line in lines:
            say(f"{title}: {line}")


def in_words(figures: Figures) -> str:
    """Say the figures that matter in one line."""
    return (
        f"expected pattern first {figures.first:.0%}, among three {figures.among_three:.0%} of {figures.situations}; "
        f"harmless called likely {figures.harmless_likely:.1%}, dangerous missed {figures.danger_missed:.1%}"
    )
