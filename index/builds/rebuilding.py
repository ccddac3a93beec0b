"""Making a build of a casebook: encode what is new, learn, calibrate, pass the gate, publish."""

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from filelock import FileLock
from threadpoolctl import threadpool_limits

from index.builds.build import FILES, FORMAT, Build, Manifest, load, write_patterns
from index.builds.shelf import (
    KEPT,
    LOCK,
    Share,
    current_name,
    current_or_none,
    keep_here,
    names,
    publish,
    serving_or_none,
)
from index.judging.calibration import calibrate
from index.judging.case_index import EXACT
from index.judging.evaluation import Worsening, as_row, figures, from_row, worsenings
from index.judging.judgement import Judgement
from index.judging.learning import learn
from index.model.encoder import Encoder, Watch, watched
from index.model.packed_weights import sha256
from index.model.shipped_vectors import Shipped, shipped_vectors
from index.model.vector_table import FlagEncoder, Reader, VectorTable
from knowledge.documents.casebook import Casebook

_DROPPED = ".dropped-"
_NAMED = 8  # of the situations that a worse build has lost
StepName = Literal["texts", "flags", "learn", "examine", "publish"]
Step = Callable[[StepName, int, int], None]
"""Called at the beginning of each step, and then with how much of it is done, and of how much; 0 of 0: not counted."""


def unwatched(_: StepName, __: int, ___: int) -> None:
    """Tell nobody how far it is."""


class Worse(Exception):
    """A new build is worse than the published one beyond noise, and was not published; the message says in what."""

    def __init__(self, found: Sequence[Worsening]) -> None:
        self.found = tuple(found)
        super().__init__("\n".join(map(_in_words, found)))


def _in_words(one: Worsening) -> str:
    some = ", ".join(one.lost[:_NAMED]) + (", …" if len(one.lost) > _NAMED else "")
    return f"{one.measure}: {len(one.lost)} lost, {one.won} won, chance {one.chance:.1g}: {some}"


def unchanged(builds: Path, model: str, casebook: Casebook) -> Build | None:
    """Return the published build where it is sound and of the same model and casebook, else None."""
    current = current_or_none(builds, model)
    return current if current and current.manifest.casebook == casebook.digest() else None


def rebuild(
    builds: Path,
    encoder: Encoder,
    casebook: Casebook,
    *,
    gate: bool = True,
    share: Share = keep_here,
    step: Step = unwatched,
) -> Build:
    """Make a build of a casebook and publish it; encode only what neither it nor the last build has a vector of.

    One process rebuilds at a time, and one that waited for another's build of the same casebook takes that. Without
    the gate a build is published however it judges the golden set.

    Where the published build is damaged, the one that serves in its place takes its part.

    Raises:
        OSError: it cannot be shared, or the folder cannot be written; the build before serves on.
        Worse: it judges the golden set worse than the published build, beyond noise; that one serves on.
    """
    builds.mkdir(parents=True, exist_ok=True)
    with FileLock(builds / LOCK):
        _sweep(builds)
        if same := unchanged(builds, encoder.name, casebook):
            return same
        current, _ = serving_or_none(builds, encoder.name)
        tables = shipped_vectors(encoder.name)
        if current:
            tables = Shipped(current.vectors.joined(tables.vectors), current.senses.joined(tables.senses))
        scratch = Path(tempfile.mkdtemp(prefix=".making-", dir=builds))
        try:
            with threadpool_limits(1, "blas"):  # its threads spin after each small product: 4 times the time, if busy
                name = _make(scratch, casebook, encoder, tables, _like(current), step)
            step("publish", 0, 0)
            if gate and current:
                _pass_gate(scratch, current)
            scratch.replace(builds / name)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        share(name)
        publish(builds, name)
        _drop_old(builds)
    return load(builds / name, encoder.name)


def sweep(builds: Path) -> None:
    """Drop what processes that were killed left half-written or half-deleted; waits for a rebuild that runs."""
    with FileLock(builds / LOCK):
        _sweep(builds)


def _sweep(builds: Path) -> None:
    for leftover in (*builds.glob(".making-*"), *builds.glob(f"{_DROPPED}*")):
        shutil.rmtree(leftover, ignore_errors=True)
    for leftover in builds.glob(".CURRENT.*"):
        leftover.unlink(missing_ok=True)


def _pass_gate(made: Path, published: Build) -> None:
    judged = map(from_row, json.loads((made / "golden.json").read_text("utf-8")))
    if found := worsenings(published.golden, list(judged)):
        raise Worse(found)


def _like(current: Build | None) -> Judgement | None:
    """Return the judgement whose landmarks and lists are kept, since looking for them takes long: of a large build."""
    return current.judgement if current and len(current.judgement.known) > EXACT else None


def _make(
    folder: Path, casebook: Casebook, encoder: Encoder, known: Shipped, like: Judgement | None, step: Step
) -> str:
    signals = not encoder.tells_stages
    texts, flags = casebook.texts(signals=signals), casebook.flags()
    vectors, encoded = _extended(known.vectors, texts, encoder, partial(step, "texts"))
    senses, _ = _extended(known.senses, flags, FlagEncoder(encoder), partial(step, "flags"))
    step("learn", 0, 0)
    learned = learn(casebook, vectors, signals=signals, like=like)
    step("examine", 0, 0)
    judgement, thresholds, judged = calibrate(casebook, vectors, learned)
    write_patterns(folder / "patterns.json", casebook.patterns)
    vectors.save(folder / "vectors.npz")
    senses.save(folder / "flags.npz")
    judgement.save(folder)
    (folder / "golden.json").write_text(json.dumps([as_row(one) for one in judged], ensure_ascii=False), "utf-8")
    made = datetime.now(UTC)  # to the microsecond, so that two builds of one casebook have two digests and two names
    counts = {
        "patterns": len(casebook.patterns),
        "cases": sum(len(pattern.cases) for pattern in casebook.patterns.values()),
        "golden": len(casebook.golden),
        "texts": len(vectors),
        "encoded": encoded,
    }
    digests = {file: sha256(folder / file) for file in FILES}
    manifest = Manifest(
        FORMAT, made.isoformat(timespec="microseconds"), encoder.name, encoder.dimension, counts,
        casebook.digest(), thresholds, figures(judged), digests,
    )  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    return f"{made:%Y%m%dT%H%M%S}-{sha256(folder / 'manifest.json')[:12]}"


def _extended(known: VectorTable, texts: Sequence[str], reader: Reader, watch: Watch) -> tuple[VectorTable, int]:
    watch(0, len(known.missing(texts)))
    with watched(watch):
        return known.extended(texts, reader)


def _drop_old(builds: Path) -> None:
    serving = current_name(builds)
    for name in names(builds)[KEPT:]:
        if name != serving:
            dropped = builds / f"{_DROPPED}{name}"
            (builds / name).replace(dropped)  # in one step, so that no half of it is ever taken for a build
            shutil.rmtree(dropped, ignore_errors=True)
