"""Emptying SQLite's write-ahead log, where what was deleted stays until all of the log is in the file.

It cannot be emptied while anybody reads what was there before. That is never waited for with a lock held: it is tried a
few times, and what is not done then is due.
"""

import sqlite3
import threading
from time import sleep

_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4)  # seconds, each before another try


class WriteAheadLog:
    """The log of a database; every method may be called from any thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take a connection of its own, one that waits for nobody, and empty what a killed process left."""
        self._connection = connection
        self._lock = threading.Lock()
        self._due = True
        self.clear_what_is_due()

    def clear(self) -> bool:
        """Empty the log, and say whether that is done; where it is not, it is due."""
        self._due = True
        for pause in _PAUSES:
            if self._emptied():
                return True
            sleep(pause)
        return self._emptied()

    def clear_what_is_due(self) -> None:
        """Try once where an earlier try failed."""
        if self._due:
            self._emptied()

    def close(self) -> None:
        """Empty the log where that is due, and close the connection."""
        if self._due:
            self.clear()
        with self._lock:
            self._connection.close()

    def _emptied(self) -> bool:
        with self._lock:
            self._due = False  # before the try: what is deleted meanwhile makes it due again
            try:
                busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:  # somebody opens or closes the file just now, or the disk is full
                busy = True
            self._due = self._due or bool(busy)
        return not busy
