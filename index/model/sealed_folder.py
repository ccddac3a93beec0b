"""Folders that hold a model: made once even when several processes start together, sealed by digests."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from index.model.packed_weights import BrokenModel, sha256

_SEAL = "digests.json"


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return ``folder``; where it is not there, call ``make`` on a scratch folder, seal that and rename it.

    One process makes it while the others wait; the folder appears whole or not at all.
    """
    if (folder / _SEAL).is_file():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f".{folder.name}.lock"):
        if not (folder / _SEAL).is_file():
            _make(folder, make)
    return folder


def _make(folder: Path, make: Callable[[Path], None]) -> None:
    for stale in folder.parent.glob(f".{folder.name}-making-*"):  # a process was killed here
        shutil.rmtree(stale, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-making-", dir=folder.parent))
    try:
        make(scratch)
        files = sorted(p for p in scratch.rglob("*") if p.is_file())
        digests = {p.relative_to(scratch).as_posix(): sha256(p) for p in files}
        (scratch / _SEAL).write_text(json.dumps(digests, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)  # unsealed: left by hand or by an older version
        scratch.replace(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def verify(folder: Path, prefix: str) -> None:
    """Compare the files of a sealed folder whose name begins with ``prefix`` with their digests.

    Raises:
        BrokenModel: a file is missing or differs.
    """
    digests: dict[str, str] = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
    for name, digest in digests.items():
        if not name.startswith(prefix):
            continue
        file = folder / name
        if not file.is_file() or sha256(file) != digest:
            message = f"{file}: missing or damaged; delete {folder} and start again, it is made anew"
            raise BrokenModel(message)
