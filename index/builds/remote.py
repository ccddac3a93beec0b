"""Builds at an address that machines share, of any kind that fsspec knows, such as ``s3://bucket/askfirst``.

The folder of builds is then a cache of it. What is fetched is compared with its digests before it serves: a build's
name holds the digest of its manifest, and the manifest those of all other files.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.builds.build import FILES, REMEDY, BuildMismatch, check_files, read_manifest
from index.builds.shelf import KEPT, LOCK, current_name, publish

_NAME = re.compile(r"\d{8}T\d{6}-[0-9a-f]{12}")
_MANIFEST, _CURRENT = "manifest.json", "CURRENT"
_BUCKETS = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"})
"""Kinds of addresses without folders: to make one there would make the bucket, where its name is mistyped."""
_AT_ONCE = {"retries": {"total_max_attempts": 1}}
"""s3fs asks five times itself; with botocore's five in each a silent server would hold a start up for minutes."""


@dataclass(frozen=True)
class SharedShelf:
    """The builds at an address."""

    address: str
    """Without a slash at its end."""

    def take(self, builds: Path, model: str) -> None:
        """Let the build that serves there serve from the folder, too; where there is none yet, send the folder's.

        Where a process makes or publishes a build in the folder just now, nothing is done.

        Raises:
            BuildMismatch: what was fetched is not what its digests say, or of another model; the folder is as it was.
            OSError: the address cannot be reached, or the folder cannot be written.
        """
        builds.mkdir(parents=True, exist_ok=True)
        name, own = self.current(), current_name(builds)
        if name == own:
            return
        try:
            with FileLock(builds / LOCK, timeout=0):
                if name is None:
                    self.send(builds, str(own))
                    return
                if not (builds / name).is_dir():
                    self._fetch(builds, name, model)
                publish(builds, name)
        except Timeout:
            return

    def current(self) -> str | None:
        """Return the name of the build that serves there; None where there is none."""
        with self._telling():
            files, root = self._place()
            try:
                name = files.cat_file(f"{root}/{_CURRENT}").decode("ascii", "replace").strip()
            except FileNotFoundError:
                return None
        return name if _NAME.fullmatch(name) else None

    def send(self, builds: Path, name: str) -> None:
        """Put a build of the folder there, let it serve there, and keep the last ones only.

        Raises:
            OSError: the address cannot be written; what served there before serves on.
        """
        with self._telling():
            files, root = self._place()
            if not files.exists(f"{root}/{name}/{_MANIFEST}"):
                if self._kind() not in _BUCKETS:
                    files.makedirs(f"{root}/{name}", exist_ok=True)
                for file in (*FILES, _MANIFEST):  # the manifest last: with it a build is whole
                    files.pipe_file(f"{root}/{name}/{file}", (builds / name / file).read_bytes())
            files.pipe_file(f"{root}/{_CURRENT}", f"{name}\n".encode())
            files.invalidate_cache()
            found = sorted(filter(_NAME.fullmatch, (Path(path).name for path in files.ls(root, detail=False))))
            for old in found[:-KEPT]:
                if old != name:
                    files.rm(f"{root}/{old}", recursive=True)

    def _fetch(self, builds: Path, name: str, model: str) -> None:
        scratch = Path(tempfile.mkdtemp(prefix=".making-", dir=builds))
        try:
            with self._telling():
                files, root = self._place()
                for file in (_MANIFEST, *FILES):
                    content: bytes = files.cat_file(f"{root}/{name}/{file}")
                    if file == _MANIFEST and not name.endswith(hashlib.sha256(content).hexdigest()[:12]):
                        raise BuildMismatch(f"{self.address}/{name}/{file}: not what the build's name says{REMEDY}")
                    (scratch / file).write_bytes(content)
            try:
                check_files(scratch, read_manifest(scratch), model)
            except BuildMismatch as mismatch:
                raise BuildMismatch(f"{self.address}/{name}: fetched to {mismatch}") from mismatch
            scratch.replace(builds / name)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _place(self) -> tuple[Any, str]:
        from fsspec.config import conf  # an extra, with what its addresses need
        from fsspec.core import url_to_fs

        options = {}
        if self._kind() in ("s3", "s3a"):
            options["config_kwargs"] = _AT_ONCE | conf.get(self._kind(), {}).get("config_kwargs", {})
        files, root = url_to_fs(self.address, **options)
        return files, str(root).rstrip("/")

    def _kind(self) -> str:
        return self.address.partition("://")[0]

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Raise whatever a kind of address fails with as OSError, in one line with the address."""
        try:
            yield
        except BuildMismatch:
            raise
        except Exception as fault:  # each kind has its own
            why = " ".join(str(fault).split()).rstrip(".") or type(fault).__name__
            raise OSError(f"{self.address}: {why}, expected an address of builds that can be used") from fault
