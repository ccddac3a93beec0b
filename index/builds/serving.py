"""The build that answers, taken over while running when another is published."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from index.builds.build import Build, BuildMismatch, load
from index.builds.remote import SharedShelf
from index.builds.shelf import current_name, load_current

logger = logging.getLogger(__name__)
_LOOK_EVERY = 1.0  # seconds
_AFTER_FAULT = 60.0  # seconds in which a shared address is left alone
_REST = 0.05  # seconds between the parts of loading, in which answers go first

Load = Callable[[Path, str, Callable[[], None]], Build]
"""Loads a build of a model from its folder, and calls what it is given between the parts."""


class Serving:
    """The build that answers now; it follows CURRENT, and a new one that cannot be loaded changes nothing.

    A new build is loaded beside the answers, by a thread of its own; until it is ready the build before answers.
    """

    def __init__(
        self,
        builds: Path,
        model: str,
        *,
        look_every: float = _LOOK_EVERY,
        load: Load = load,
        shared: SharedShelf | None = None,
    ) -> None:
        """Load the current build of a model; look for another after so many seconds, and load it with ``load``.

        Where builds are shared it is the one that serves at the shared address, as far as that can be had.

        Raises:
            NoBuild: none can serve.
        """
        self._builds = builds
        self._model = model
        self._look_every = look_every
        self._load = load
        self._shared = shared
        self._looked = time.monotonic()
        self._told, self._fetch_from = "", 0.0
        fault = self._fetch()
        self._build, self.refused = load_current(builds, model)
        self.refused += [fault] * bool(fault)
        self._seen = current_name(builds)
        self._loading = threading.Lock()

    def build(self) -> Build:
        """Return the build to answer with, at once; looks for a newly published one at most once a second."""
        now = time.monotonic()
        if now - self._looked >= self._look_every:
            self._looked = now
            if (self._shared or self._newly_published()) and not self._loading.locked():
                threading.Thread(target=self._follow, args=(_REST,), name="new build", daemon=True).start()
        return self._build

    def follow_now(self) -> Build:
        """Return the build to answer with, after taking a newly published one over."""
        self._follow(0)
        return self._build

    def _follow(self, seconds: float) -> None:
        def rest() -> None:
            time.sleep(seconds)

        with self._loading:
            self._fetch()
            if published := self._newly_published():
                self._seen = published
                try:
                    build = self._load(self._builds / published, self._model, rest)
                    build.warm(rest)
                    self._build = build
                except BuildMismatch as mismatch:
                    self.refused.append(str(mismatch))
                    logger.warning("%s; %s serves on", mismatch, self._build.name)

    def _fetch(self) -> str:
        """Fetch what serves at the shared address; return why it cannot be had, logged once."""
        fault = ""
        if self._shared and time.monotonic() >= self._fetch_from:
            try:
                self._shared.take(self._builds, self._model)
            except (OSError, BuildMismatch) as found:
                fault = str(found)
            if fault:
                self._fetch_from = time.monotonic() + _AFTER_FAULT
                if fault != self._told:
                    logger.warning("%s; the build here serves on", fault)
            self._told = fault
        return fault

    def _newly_published(self) -> str | None:
        published = current_name(self._builds)
        return None if published == self._seen else published
