"""What was taken from Telegram and is not answered yet: who waits, and nothing of what they said.

Several bots may share it. Each row says who has taken it, so that of a bot that is gone, and of it alone, another takes
over whom it has left.
"""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

from knowledge.database.alive import Alive
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
    """The updates in a store, as one of its takers sees them; every method may be called from any thread."""

    def __init__(self, store: Store) -> None:
        """Become a taker until this is closed.

        Raises:
            sqlite3.Error: the database cannot be used.
        """
        self._store, self._alive = store, Alive(store)
        self._seemed_gone: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._waiting: set[int] = set()
        self._since_cleared = 0

    def take(self, updates: Sequence[Waiting], now: datetime) -> None:
        """Remember updates until they are answered."""
        taken, taker = stored(now), self._alive.name
        rows = [(each.update_id, each.chat, each.message_id, each.language, taken, taker) for each in updates]
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
        """Take over what takers that are gone have left; return it as it came, and the numbers of what was answered."""
        with self._store.reading() as db:
            answered = db.execute("SELECT update_id FROM inbox WHERE chat IS NULL").fetchall()
        return self._taken_over(self._gone()), frozenset(number for (number,) in answered)

    def abandoned(self) -> tuple[Waiting, ...]:
        """Take over what takers have left that were gone when this was last asked, too; return it as it came.

        One that only lost its connection has its name again by then, as it asks for this as often.
        """
        self._alive.renew()
        before, self._seemed_gone = self._seemed_gone, self._gone()
        return self._taken_over(before & self._seemed_gone)

    def _gone(self) -> frozenset[str]:
        """Return the takers that are gone, with the empty name for what nobody has taken."""
        with self._store.reading() as db:
            takers = db.execute("SELECT DISTINCT taker FROM inbox WHERE chat IS NOT NULL").fetchall()
        return frozenset(taker or "" for (taker,) in takers if not taker or self._alive.is_gone(taker))

    def _taken_over(self, gone: frozenset[str]) -> tuple[Waiting, ...]:
        if not gone:
            return ()
        with self._store.transaction() as db:
            rows = [row for one in sorted(gone) for row in db.execute(_TAKE_OVER, (self._alive.name, one)).fetchall()]
        with self._lock:
            self._waiting |= {row[0] for row in rows}
        return tuple(Waiting(*row) for row in sorted(rows, key=itemgetter(0)))

    def close(self) -> None:
        """Be no taker any more; whoever waits still is the others' from now on."""
        self._alive.close()


def waiting_of(chat: int) -> Deletion:
    """Return what deletes a chat's updates in any copy of the database."""
    return "DELETE FROM inbox WHERE chat = ?", (chat,)


_TAKE = """INSERT INTO inbox (update_id, chat, message_id, language, taken, taker) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (update_id) DO UPDATE SET chat = excluded.chat, message_id = excluded.message_id,
    language = excluded.language, taken = excluded.taken, taker = excluded.taker"""
_TAKE_OVER = """UPDATE inbox SET taker = ? WHERE chat IS NOT NULL AND COALESCE(taker, '') = ?
RETURNING update_id, chat, message_id, language"""
_ANSWERED = "UPDATE inbox SET chat = NULL, message_id = NULL, language = NULL, taker = NULL WHERE update_id = ?"
