"""What is kept in SQLite, over sqlite-utils: of a chat, its country and its language, and nothing else."""

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database, Migrations

_migrations = Migrations("askfirst")


@_migrations()
def m001_chats(db: Database) -> None:
    """A chat's two settings."""
    db.table("chats").create({"chat": int, "country": str, "language": str}, pk="chat")


@dataclass(frozen=True)
class ChatSettings:
    """What a chat has chosen; None where it has not."""

    country: str | None = None
    """A country's code, as in the reporting documents."""
    language: str | None = None
    """An interface language."""


class Store:
    """The database file; every method may be called from any thread."""

    def __init__(self, file: Path) -> None:
        """Open or create the file, and bring its tables up to date."""
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(file, check_same_thread=False, timeout=10)
        self._db = Database(connection)
        self._db.enable_wal()
        self._lock = threading.Lock()
        _migrations.apply(self._db)

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
        """Drop everything kept about a chat."""
        with self._lock:
            self._db.table("chats").delete_where("chat = ?", [chat])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
