"""Copies of the database, one a night, and the erasing in them of what people want forgotten.

One process at a time works in the folder, so that nothing forgotten comes back with a copy begun before.
"""

import os
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from knowledge.database.store import Store

KEPT = 14
_PRIVATE = (
    *("chats", "askers", "inbox", "closed_reports", "closed_appeals", "closed_notes"),
    *("console_links", "console_sessions"),
)
"""Tables of what belongs to single chats, or to who is signed in; a copy has none of it."""
_NAME = re.compile(r"askfirst-\d{8}T\d{6}Z\.db")
_WAIT = 600  # seconds for another process to be done in the folder


class BackupFailed(Exception):
    """A copy that cannot be made or changed; the message names its file."""


def backup(store: Store, folder: Path, now: datetime) -> Path:
    """Copy the database into a new file of the folder, whole or not at all, and keep the last 14 such files.

    Raises:
        BackupFailed: the copy cannot be written; what was in the folder before is still there.
    """
    file = folder / f"askfirst-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.db"
    part = folder / f".{file.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            _clear_parts(folder)  # of a process that was killed
            try:
                _copy(store, part)
                part.replace(file)
                _sync(folder)
            finally:
                _clear_parts(folder)
            _drop_old(folder, file)
    except (OSError, sqlite3.Error) as fault:
        raise BackupFailed(f"{file}: {fault}, expected room and the right to write a copy") from fault
    return file


def forget_in(folder: Path, statements: Sequence[tuple[str, tuple[object, ...]]]) -> None:
    """Run deletions, each with its values, in every copy of the folder; what they delete is overwritten with zeros.

    Call it after the same was deleted in the database itself. The files keep their times.

    Raises:
        BackupFailed: naming each copy that could not be changed; the others were.
    """
    if not folder.is_dir():
        return
    failed = []
    try:
        with _alone(folder):
            for file in kept(folder):
                try:
                    _forget(file, statements)
                except (OSError, sqlite3.Error) as fault:
                    failed.append(f"{file}: {fault}, expected a copy that can be changed")
    except OSError as fault:
        raise BackupFailed(f"{folder}: {fault}, expected the right to write in it") from fault
    if failed:
        raise BackupFailed("; ".join(failed))


def kept(folder: Path) -> list[Path]:
    """Return the copies in a folder, the oldest first."""
    return sorted(file for file in folder.iterdir() if _NAME.fullmatch(file.name))


def _alone(folder: Path) -> FileLock:
    return FileLock(folder / ".lock", timeout=_WAIT)


def _copy(store: Store, part: Path) -> None:
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # for nobody else to read
    store.copy(part)
    with closing(sqlite3.connect(part)) as copy:
        for setting in ("secure_delete = ON", "journal_mode = MEMORY", "temp_store = MEMORY"):
            copy.execute(f"PRAGMA {setting}")  # nothing of what is deleted here is to reach a file
        with copy:
            for table in _PRIVATE:
                copy.execute(f"DELETE FROM {table}")
        copy.execute("VACUUM")
        if (found := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(found)
    _sync(part)


def _sync(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear_parts(folder: Path) -> None:
    for leftover in folder.glob(".askfirst-*.part*"):
        leftover.unlink(missing_ok=True)


def _drop_old(folder: Path, newest: Path) -> None:
    """Drop all but the last ones; never the one just made, whatever the clock said when others were."""
    others = [file for file in kept(folder) if file != newest]
    for file in others[: 1 - KEPT]:
        file.unlink()
        file.with_name(f"{file.name}-journal").unlink(missing_ok=True)


def _forget(file: Path, statements: Sequence[tuple[str, tuple[object, ...]]]) -> None:
    times = file.stat()
    try:
        with closing(sqlite3.connect(file, timeout=10)) as copy:
            copy.execute("PRAGMA secure_delete = ON")
            with copy:
                copy.execute("BEGIN IMMEDIATE")
                for statement, values in statements:
                    _run(copy, statement, values)
    finally:
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _run(copy: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> None:
    try:
        copy.execute(statement, values)
    except sqlite3.OperationalError as fault:
        if not str(fault).startswith("no such table"):  # of a version before the table: nothing to forget
            raise
