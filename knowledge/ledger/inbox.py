"""What was taken from Telegram and is not answered yet: who waits, and nothing of what they said."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.database.store import Deletion, Store
from knowledge.ledger.audit import stored

_CLEAR_EVERY = 100  # answered updates after which the log is emptied even while others wait


@dataclass(frozen=True)
class Waiting:
    """An update that waits for an answer."""

    update_id: int
    chat: int
    message_id: int | None
    """The message to answer, or the one whose button was pressed."""
    language: str | None
    """The interface language of the person's Telegram."""


class Inbox:
    """The updates in a store; every method may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._waiting: set[int] = set()
        self._since_cleared = 0

    def take(self, updates: Sequence[Waiting], now: datetime) -> None:
        """Remember updates until they are answered."""
        rows = [(each.update_id, each.chat, each.message_id, each.language, stored(now)) for each in updates]
        with self._store.transaction() as db:
            db.executemany(_TAKE, rows)
        with self._lock:
            self._waiting |= {each.update_id for each in updates}

    def answered(self, updates: Collection[int]) -> None:
        """Forget whom answered updates were from; their numbers stay until ``acknowledged``."""
        with self._store.transaction() as db:
            db.executemany(_ANSWERED, [(update,) for update in updates])
        with self._lock:
            self._waiting -= set(updates)
            self._since_cleared += len(updates)
            clearing = not self._waiting or self._since_cleared >= _CLEAR_EVERY
            self._since_cleared = 0 if clearing else self._since_cleared
        if clearing:
            self._store.clear_log()

    def acknowledged(self, below: int) -> None:
        """Delete the numbers of answered updates that Telegram will not send again: all lower ones."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM inbox WHERE chat IS NULL AND update_id < ?", (below,))

    def expire(self, now: datetime) -> None:
        """Delete the numbers of answered updates that are older than a day, which Telegram keeps none."""
        with self._store.transaction() as db:
            day_before = stored(now - timedelta(days=1))
            db.execute("DELETE FROM inbox WHERE chat IS NULL AND taken < ?", (day_before,))

    def left(self) -> tuple[tuple[Waiting, ...], frozenset[int]]:
        """Return what waits still, in the order it came, and the numbers of what was answered."""
        with self._store.reading() as db:
            rows = db.execute("SELECT update_id, chat, message_id, language FROM inbox ORDER BY update_id").fetchall()
        waiting = tuple(Waiting(*row) for row in rows if row[1] is not None)
        with self._lock:
            self._waiting |= {each.update_id for each in waiting}
        return waiting, frozenset(row[0] for row in rows if row[1] is None)


def waiting_of(chat: int) -> Deletion:
    """Return what deletes a chat's updates in any copy of the database."""
    return "DELETE FROM inbox WHERE chat = ?", (chat,)


_TAKE = """INSERT INTO inbox (update_id, chat, message_id, language, taken) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (update_id) DO UPDATE SET chat = excluded.chat, message_id = excluded.message_id,
    language = excluded.language, taken = excluded.taken"""
_ANSWERED = "UPDATE inbox SET chat = NULL, message_id = NULL, language = NULL WHERE update_id = ?"
