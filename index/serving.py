"""The build that answers, taken over while running when another is published."""

import logging
import threading
import time
from pathlib import Path

from index.build import Build, BuildMismatch, current_name, load, load_current

logger = logging.getLogger(__name__)
_LOOK_EVERY = 1.0  # seconds


class Serving:
    """The build that answers now; it follows CURRENT, and a new one that cannot be loaded changes nothing."""

    def __init__(self, builds: Path, model: str) -> None:
        """Load the current build of a model.

        Raises:
            NoBuild: none can serve.
        """
        self._builds = builds
        self._model = model
        self._build, self.refused = load_current(builds, model)
        self._seen = current_name(builds)
        self._lock = threading.Lock()
        self._looked = time.monotonic()

    def build(self) -> Build:
        """Return the build to answer with, after taking a newly published one over; looks at most once a second."""
        if time.monotonic() - self._looked >= _LOOK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._looked = time.monotonic()
                self._follow()
            finally:
                self._lock.release()
        return self._build

    def _follow(self) -> None:
        published = current_name(self._builds)
        if published is None or published == self._seen:
            return
        self._seen = published
        try:
            self._build = load(self._builds / published, self._model)
        except BuildMismatch as mismatch:
            self.refused.append(str(mismatch))
            logger.warning("%s; %s serves on", mismatch, self._build.name)
