"""The builds there are, and which of them serves."""

import os
from collections.abc import Callable
from pathlib import Path

from index.builds.build import REMEDY, Build, BuildMismatch, is_outdated, load

_CURRENT = "CURRENT"
LOCK = ".rebuild.lock"
"""Held by whoever makes builds, drops them, or changes which one serves."""


KEPT = 10
Share = Callable[[str], None]
"""Lets other machines have a build, given by its name, before it is published here; fails where they cannot have it."""


class NoBuild(Exception):
    """There is no build that can serve; the message says why and what to run."""


def keep_here(name: str) -> None:
    """Share a build with nobody."""


def publish(builds: Path, name: str) -> None:
    """Make a build the one that serves: CURRENT is replaced in one step."""
    fresh = builds / f".{_CURRENT}.{os.getpid()}"
    with fresh.open("w", encoding="utf-8") as stream:
        stream.write(name + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(builds / _CURRENT)


def current_name(builds: Path) -> str | None:
    """Return the name CURRENT holds, or None where nothing was ever published."""
    try:
        return (builds / _CURRENT).read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def names(builds: Path) -> list[str]:
    """Return the names of the builds there are, newest first."""
    return sorted((folder.name for folder in builds.glob("2*-*") if folder.is_dir()), reverse=True)


def load_current(builds: Path, model: str) -> tuple[Build, list[str]]:
    """Load the published build, or where that cannot serve the newest other one that can.

    Returns the build, and a line for each build that was refused.

    Raises:
        NoBuild: none can serve; the message has every reason.
    """
    published = current_name(builds)
    refused: list[str] = []
    if published is None:
        wrong = f"damaged{REMEDY}" if (builds / _CURRENT).exists() else "no build has been published"
        refused.append(f"{builds / _CURRENT}: {wrong}")
    for name in dict.fromkeys([*([published] if published else []), *names(builds)]):
        try:
            return load(builds / name, model), refused
        except BuildMismatch as mismatch:
            refused.append(str(mismatch))
    raise NoBuild("\n".join([*refused, f"no build can serve{REMEDY}"]))


def serving_or_none(builds: Path, model: str) -> tuple[Build | None, str]:
    """Return the build that serves, published or not, and why the published one cannot, in one line.

    The line is empty where it can, where none was ever published, and after an update: what an earlier version of
    AskFirst has made is made anew.
    """
    try:
        build, refused = load_current(builds, model)
    except NoBuild as none:
        build, refused = None, str(none).splitlines()
    told = bool(refused) and (builds / _CURRENT).exists() and not is_outdated(builds / (current_name(builds) or "-"))
    return build, refused[0].removesuffix(REMEDY) if told else ""


def current_or_none(builds: Path, model: str) -> Build | None:
    """Return the published build, where it is sound; an older one would not tell what is current."""
    try:
        build, _ = load_current(builds, model)
    except NoBuild:
        return None
    return build if build.name == current_name(builds) else None
