"""The database file: opening it, holding it to read or to write, erasing in it, and copying it."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from knowledge.database.schema import NewerDatabase, bring_up_to_date
from knowledge.database.write_ahead_log import WriteAheadLog

WAIT = 10.0
"""Seconds to wait for another process that writes."""
Deletion = tuple[str, tuple[object, ...]]
"""A statement that deletes, with its values."""


class Store:
    """The database file; every method may be called from any thread."""

    def __init__(self, file: Path, wait: float = WAIT) -> None:
        """Open or create the file, and bring its tables up to date; later transactions wait as long for others too.

        Raises:
            sqlite3.Error: another process has not done writing, or the file cannot be used.
            NewerDatabase: a newer version has worked with it; nothing was changed.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file, self._wait = file, wait
        self._lock, self._reading = threading.Lock(), threading.Lock()
        with ExitStack() as connections:  # closed where one of the next steps fails
            self._connection = connections.enter_context(closing(self._opened(wait)))
            self._connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten with zeros
            self._db = Database(self._connection)
            self._db.enable_wal()
            self._log = WriteAheadLog(connections.enter_context(closing(self._opened(0))))
            with self.transaction():  # another process that opens a new file waits until its tables are there
                self._bring_up_to_date()
            self._reader = self._opened(wait)
            connections.pop_all()

    def _bring_up_to_date(self) -> None:
        try:
            bring_up_to_date(self._db)
        except NewerDatabase as newer:
            raise NewerDatabase(f"{self._file}: {newer}") from None

    def _opened(self, wait: float) -> sqlite3.Connection:
        return sqlite3.connect(self._file, check_same_thread=False, timeout=wait)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the database alone: all that is done with the connection is kept, or nothing of it on an exception."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
        self._log.clear_what_is_due()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold a connection for one query, which waits for nobody who writes."""
        with self._reading:
            yield self._reader

    def erase(self, deletions: Sequence[Deletion]) -> list[int]:
        """Run deletions, all or none, leave nothing of them in the log, and return how many rows each deleted."""
        with self.transaction() as db:
            counts = [db.execute(*deletion).rowcount for deletion in deletions]
        self.clear_log()
        return counts

    def copy(self, file: Path) -> None:
        """Write all that is kept now into an empty file; nobody waits for it.

        Raises:
            sqlite3.Error: the file cannot be written.
        """
        with closing(self._opened(self._wait)) as db:
            db.execute("VACUUM INTO ?", (str(file),))

    def clear_log(self) -> bool:
        """Empty the write-ahead log into the file, so that nothing deleted is left in it.

        Return False where somebody who reads keeps it from being emptied; it is then done after a later transaction,
        with the next deletion, or when the store is closed or opened.
        """
        return self._log.clear()

    def close(self) -> None:
        """Close the file."""
        self._log.close()
        with self._reading:
            self._reader.close()
        with self._lock:
            self._db.close()
