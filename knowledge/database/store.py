"""The database: an SQLite file, or where its address says so one of a PostgreSQL server that several bots share."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from knowledge.database.connection import Address, Connection, Database
from knowledge.database.copying import copy_rows
from knowledge.database.sqlite_file import SqliteFile

WAIT = 10.0
"""Seconds to wait for another process that writes."""
Deletion = tuple[str, tuple[object, ...]]
"""A statement that deletes, with its values."""


class Store:
    """The database; every method may be called from any thread."""

    def __init__(self, address: Address, wait: float = WAIT) -> None:
        """Open or create it, and bring its tables up to date; later transactions wait as long for others too.

        Raises:
            sqlite3.Error: another process has not done writing, or the database cannot be used.
            NewerDatabase: a newer version has worked with it; nothing was changed.
        """
        self._database = _opened(address, wait)

    @property
    def shared(self) -> bool:
        """Whether several bots may work on it at the same time."""
        return self._database.shared

    def transaction(self) -> AbstractContextManager[Connection]:
        """Hold the database alone: all that is done with the connection is kept, or nothing of it on an exception."""
        return self._database.transaction()

    def reading(self) -> AbstractContextManager[Connection]:
        """Hold a connection for one query, which waits for nobody who writes."""
        return self._database.reading()

    def alone(self, name: str, *, wait: bool = True) -> AbstractContextManager[bool]:
        """Hold a name that one process at a time holds, of all that share the database; say whether it is held.

        It always is where others are waited for. It ends with the process, however that ends.
        """
        return self._database.alone(name, wait=wait)

    def erase(self, deletions: Sequence[Deletion]) -> list[int]:
        """Run deletions, all or none, leave nothing of them in the log, and return how many rows each deleted."""
        with self.transaction() as db:
            counts = [db.execute(*deletion).rowcount for deletion in deletions]
        self.clear_log()
        return counts

    def copy(self, file: Path) -> None:
        """Write all that is kept now into an empty SQLite file; nobody waits for it.

        Raises:
            sqlite3.Error: the file cannot be written, or the database cannot be read.
        """
        self._database.copy(file)

    def copy_to(self, other: "Store") -> dict[str, int]:
        """Copy every row into another database, all or none, and return how many each table has.

        Raises:
            NotEmpty: the other has rows already.
            sqlite3.Error: one of them cannot be used; the other is as it was.
        """
        return copy_rows(self._database, other._database)

    def clear_log(self) -> bool:
        """Leave nothing deleted in a log beside the database.

        Return False where somebody who reads keeps it from being emptied; it is then done after a later transaction,
        with the next deletion, or when the store is closed or opened.
        """
        return self._database.clear_log()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()


def _opened(address: Address, wait: float) -> Database:
    if isinstance(address, Path):
        return SqliteFile(address, wait)
    from knowledge.database.postgres import PostgresDatabase  # an extra, which a file needs none of

    return PostgresDatabase(address, wait)
