"""The builds there are, and going back to one of them."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from index.builds.build import Build, BuildMismatch, check_files, load, read_manifest
from index.builds.shelf import LOCK, Share, current_name, current_or_none, keep_here, names, publish
from index.judging.evaluation import Figures


class NoSuchBuild(Exception):
    """There is no build of that name; the message names those there are."""


@dataclass(frozen=True)
class BuildSummary:
    """A build as a list shows it."""

    name: str
    made: str
    """UTC, ISO 8601; empty where its manifest cannot be read."""
    serving: bool
    """Whether it is the published one."""
    sound: bool
    """Whether it could serve: whole, undamaged, of this format and model."""
    counts: Mapping[str, int]
    figures: Figures | None
    """None where its manifest cannot be read."""


def summaries(builds: Path, model: str) -> list[BuildSummary]:
    """Return what there is to say of each build, newest first, having compared each file with its digest."""
    published = current_name(builds)
    return [_summary(builds / name, model, serving=name == published) for name in names(builds)]


def _summary(folder: Path, model: str, *, serving: bool) -> BuildSummary:
    try:
        manifest = read_manifest(folder)
    except BuildMismatch:
        return BuildSummary(folder.name, "", serving, False, {}, None)
    try:
        check_files(folder, manifest, model)
    except BuildMismatch:
        sound = False
    else:
        sound = True
    return BuildSummary(folder.name, manifest.made, serving, sound, manifest.counts, manifest.figures)


Noting = Callable[[Build, Build | None], AbstractContextManager[object]]
"""Takes the build that will serve and the one that does, and notes the change where the block ends well."""


def rollback(
    builds: Path, name: str, model: str, noting: Noting = lambda *_: nullcontext(), share: Share = keep_here
) -> Build:
    """Publish a build of before, once it has been loaded whole; waits for a rebuild that runs.

    Raises:
        NoSuchBuild: naming the builds there are.
        BuildMismatch: it cannot serve; the published one serves on.
    """
    if name not in (known := names(builds)):
        raise NoSuchBuild(f"{name!r}: no such build, expected one of {', '.join(known) or '(there is none)'}")
    with FileLock(builds / LOCK):
        build = load(builds / name, model)
        with noting(build, current_or_none(builds, model)):
            share(name)
            publish(builds, name)
    return build
