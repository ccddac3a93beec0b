"""An SQLite file: opening it, holding it to read or to write, and copying it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

from filelock import FileLock, Timeout
from sqlite_utils import Database

from knowledge.database.connection import Connection
from knowledge.database.schema import NewerDatabase, bring_up_to_date
from knowledge.database.write_ahead_log import WriteAheadLog

_PAUSE = 0.02  # seconds, before another try


class SqliteFile:
    """The database file; every method may be called from any thread."""

    shared = False

    def __init__(self, file: Path, wait: float) -> None:
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
            self._write_ahead()
            self._log = WriteAheadLog(connections.enter_context(closing(self._opened(0))))
            with self.transaction():  # another process that opens a new file waits until its tables are there
                self._bring_up_to_date()
            self._reader = self._opened(wait)
            connections.pop_all()

    def _write_ahead(self) -> None:
        until = monotonic() + self._wait
        while True:
            try:
                return self._db.enable_wal()
            except sqlite3.OperationalError as fault:  # while another writes SQLite itself does not wait for this
                if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                    raise
            sleep(_PAUSE)

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

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Hold a connection that sees all tables as they are at one moment."""
        with closing(self._opened(self._wait)) as db:
            db.execute("BEGIN")
            yield db

    @contextmanager
    def alone(self, name: str, *, wait: bool = True) -> Iterator[bool]:
        """Hold a name that one process at a time holds, by a file beside the database; say whether it is held."""
        lock = FileLock(self._file.parent / f".{name}.lock", timeout=-1 if wait else 0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

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

    def tables(self, db: Connection) -> dict[str, tuple[str, ...]]:
        """Return the columns of each table, in alphabetical order of the tables, without those for migrations."""
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*sqlite_*' ORDER BY name"
        names = [name for (name,) in db.execute(query).fetchall()]
        columns = "SELECT name FROM pragma_table_info(?) ORDER BY cid"
        return {name: tuple(column for (column,) in db.execute(columns, (name,))) for name in names}

    def last_numbers(self, db: Connection) -> dict[str, int]:
        """Return the highest number ever given in each table that gives its rows numbers."""
        return dict(db.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def count_on(self, db: Connection, table: str, last: int) -> None:
        """Let the next row of a table have a higher number than the last."""
        db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))

    def close(self) -> None:
        """Close the file."""
        self._log.close()
        with self._reading:
            self._reader.close()
        with self._lock:
            self._db.close()
