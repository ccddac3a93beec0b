"""The database file: opening it, and holding it to read or to write; and a chat's two settings."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from knowledge.ledger.schema import migrations

WAIT = 10.0
"""Seconds to wait for another process that writes."""


@dataclass(frozen=True)
class ChatSettings:
    """What a chat has chosen; None where it has not."""

    country: str | None = None
    """A country's code, as in the reporting documents."""
    language: str | None = None
    """An interface language."""


class Store:
    """The database file; every method may be called from any thread."""

    def __init__(self, file: Path, wait: float = WAIT) -> None:
        """Open or create the file, and bring its tables up to date; later transactions wait as long for others too.

        Raises:
            sqlite3.Error: another process has not done writing, or the file cannot be used.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(file, check_same_thread=False, timeout=wait)
        self._connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten with zeros
        self._db = Database(self._connection)
        self._db.enable_wal()
        self._lock = threading.Lock()
        with self.transaction():  # another process that opens a new file waits until its tables are there
            migrations.apply(self._db)

    def settings_of(self, chat: int) -> ChatSettings:
        """Return what a chat has chosen."""
        with self._lock:
            rows = list(self._db.table("chats").rows_where("chat = ?", [chat]))
        return ChatSettings(rows[0]["country"], rows[0]["language"]) if rows else ChatSettings()

    def keep(self, chat: int, settings: ChatSettings) -> None:
        """Keep what a chat has chosen, in place of what it chose before."""
        row = {"chat": chat, "country": settings.country, "language": settings.language}
        with self._lock:
            self._db.table("chats").upsert(row, pk="chat")

    def forget(self, chat: int) -> None:
        """Drop what a chat has chosen."""
        with self._lock:
            self._db.table("chats").delete_where("chat = ?", [chat])

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the database alone: all that is done with the connection is kept, or nothing of it on an exception."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection for one query, which waits for no other process."""
        with self._lock:
            yield self._connection

    def clear_log(self) -> None:
        """Empty the write-ahead log into the file, so that nothing deleted is left in it."""
        with self._lock:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
