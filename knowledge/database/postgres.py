"""A database of a PostgreSQL server, which any number of bots may share.

As in an SQLite file one process writes at a time, by a lock that ends with its transaction: what the ledger looks up
before it writes still holds when it does. A server that was away is met again with the next statement.
"""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from knowledge.database.connection import Connection, in_words
from knowledge.database.copying import copy_rows
from knowledge.database.postgres_schema import bring_up_to_date
from knowledge.database.postgres_sql import PostgresConnection, sqlite_faults
from knowledge.database.schema import NewerDatabase
from knowledge.database.sqlite_file import SqliteFile

Raw = psycopg.Connection[tuple[Any, ...]]
_WRITING = "writing"
_KEY = "hashtextextended('askfirst ' || current_schema() || ' ' || %s, 0)"
_SECONDS = 10
_SETTINGS = {
    "tcp_keepalives_idle": "15",  # so that the server lets go of what a machine that is gone has held
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "5min",
    "client_min_messages": "warning",
}


class PostgresDatabase:
    """The database; every method may be called from any thread."""

    shared = True

    def __init__(self, address: str, wait: float) -> None:
        """Connect, and bring the tables up to date.

        Raises:
            sqlite3.OperationalError: the server cannot be reached, or another process has not done writing.
            NewerDatabase: a newer version has worked with it; nothing was changed.
        """
        self._address, self._wait = address, wait
        self._writer, self._reader = _Line(address, wait), _Line(address, wait)
        self._lock, self._reading = threading.Lock(), threading.Lock()
        try:
            with self.transaction() as db:
                _bring_up_to_date(db, address)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Hold the database alone among those who write; all that is done is kept, or nothing on an exception."""
        with self._lock, sqlite_faults(), self._writer.connection() as db, db.transaction():
            db.execute(f"SELECT pg_advisory_xact_lock({_KEY})", (_WRITING,))
            yield PostgresConnection(db)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Hold a connection for one query, which waits for nobody who writes."""
        with self._reading, sqlite_faults(), self._reader.connection() as db:
            yield PostgresConnection(db)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Hold a connection that sees all tables as they are at one moment."""
        with sqlite_faults(), closing(connected(self._address, self._wait)) as db:
            db.execute("SET idle_in_transaction_session_timeout = 0")
            db.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield PostgresConnection(db)

    @contextmanager
    def alone(self, name: str, *, wait: bool = True) -> Iterator[bool]:
        """Hold a name that one process at a time holds, wherever it runs; say whether it is held.

        The server lets go of it when whoever holds it is gone.
        """
        with sqlite_faults():
            holding = connected(self._address, self._wait)
        with closing(holding):
            with sqlite_faults():
                holding.execute("SET lock_timeout = 0")
                lock = f"pg_advisory_lock({_KEY}) IS NOT NULL" if wait else f"pg_try_advisory_lock({_KEY})"
                row = holding.execute(f"SELECT {lock}", (name,)).fetchone()
            try:
                yield row == (True,)
            finally:
                with suppress(psycopg.Error):  # a broken connection holds nothing any more
                    holding.execute("SELECT pg_advisory_unlock_all()")  # or the server does, a moment after the end

    def copy(self, file: Path) -> None:
        """Write all that is kept now into an empty SQLite file."""
        with closing(SqliteFile(file, self._wait)) as copy:
            copy_rows(self, copy)

    def clear_log(self) -> bool:
        """Do nothing: the server's log and the room of deleted rows are its operator's, see docs/replicas.md."""
        return True

    def tables(self, db: Connection) -> dict[str, tuple[str, ...]]:
        """Return the columns of each table, in alphabetical order of the tables, without those for migrations."""
        rows = db.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND table_name != 'migrations' ORDER BY table_name, ordinal_position"
        ).fetchall()
        return {table: tuple(column for of, column in rows if of == table) for table in dict(rows)}

    def last_numbers(self, db: Connection) -> dict[str, int]:
        """Return the highest number ever given in each table that gives its rows numbers."""
        last = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM"
        return {table: db.execute(f"{last} {name}").fetchone()[0] for table, name in _numbers(db)}

    def count_on(self, db: Connection, table: str, last: int) -> None:
        """Let the next row of a table have a higher number than the last."""
        db.execute("SELECT setval(?::regclass, ?, ?)", (dict(_numbers(db))[table], max(last, 1), last > 0))

    def close(self) -> None:
        """Let go of the server."""
        for lock, line in ((self._lock, self._writer), (self._reading, self._reader)):
            with lock:
                line.close()


def _bring_up_to_date(db: Connection, address: str) -> None:
    try:
        bring_up_to_date(db)
    except NewerDatabase as newer:
        raise NewerDatabase(f"{in_words(address)}: {newer}") from None


class _Line:
    """One connection, made anew where the server or the network has broken it."""

    def __init__(self, address: str, wait: float) -> None:
        self._address, self._wait = address, wait
        self._connection: Raw | None = None

    @contextmanager
    def connection(self) -> Iterator[Raw]:
        if self._connection is None or not _answers(self._connection):
            self.close()
            self._connection = connected(self._address, self._wait)
        yield self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def connected(address: str, wait: float) -> Raw:
    """Return a new connection whose statements are kept one by one, and wait so many seconds for locks."""
    connection = psycopg.connect(
        address, autocommit=True, connect_timeout=_SECONDS, keepalives_idle=15, application_name="askfirst"
    )
    for name, value in {**_SETTINGS, "lock_timeout": f"{max(1, round(wait * 1000))}ms"}.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    return connection


def _answers(connection: Raw) -> bool:
    if connection.closed:
        return False
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _numbers(db: Connection) -> list[tuple[str, str]]:
    """Return each table that gives its rows numbers, with the name of what counts them."""
    return db.execute(
        "SELECT table_name, pg_get_serial_sequence(quote_ident(table_name), column_name)"
        " FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'"
    ).fetchall()
