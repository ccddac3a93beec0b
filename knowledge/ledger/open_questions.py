"""Chats that want to hear when a later build knows what they asked: of the question only its vector is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.database.store import Deletion, Store

QUESTIONS_A_CHAT = 3
KEPT_DAYS = 30
"""A question waits on its own day and on as many days after."""
Vector = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Asker:
    """A question that no build could answer yet."""

    id: int
    chat: int
    vector: Vector
    """Of the encoder's dimension, unit length."""


class Askers:
    """The questions in a store; every method may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, chat: int, vector: Vector, today: date, model: str) -> Literal["kept", "many"]:
        """Keep a question, once, with the name of the model that made its vector; a chat has three at most."""
        kept = np.ascontiguousarray(vector, dtype="<f4").tobytes()
        with self._store.transaction() as db:
            query = "SELECT vector FROM askers WHERE chat = ? AND day >= ? AND lost = 0"
            mine = db.execute(query, (chat, _first(today))).fetchall()
            if (kept,) in mine:
                return "kept"
            if len(mine) >= QUESTIONS_A_CHAT:
                return "many"
            row = (chat, kept, today.isoformat(), model)
            db.execute("INSERT INTO askers (chat, vector, day, model) VALUES (?, ?, ?, ?)", row)
        return "kept"

    def waiting(self, today: date, model: str) -> tuple[Asker, ...]:
        """Return the questions that are still open and were read by a model, the oldest first."""
        still_open = "found IS NULL AND lost = 0 AND model = ? AND day >= ?"
        query = f"SELECT id, chat, vector FROM askers WHERE {still_open} ORDER BY id"
        with self._store.reading() as db:
            rows = db.execute(query, (model, _first(today))).fetchall()
        return tuple(Asker(number, chat, np.frombuffer(vector, dtype="<f4")) for number, chat, vector in rows)

    def languages(self) -> dict[int, str]:
        """Return the language of each chat that waits and has chosen one; with a question itself none is kept."""
        query = """SELECT DISTINCT askers.chat, chats.language FROM askers JOIN chats USING (chat)
            WHERE chats.language IS NOT NULL AND chats.language != ''"""
        with self._store.reading() as db:
            return dict(db.execute(query).fetchall())

    def let_go(self, today: date, model: str) -> None:
        """Give up the open questions that another model read, since nothing can judge them any more.

        Their vectors are deleted, and each chat is to be told once.
        """
        with self._store.transaction() as db:
            others = "found IS NULL AND (model IS NULL OR model != ?) AND day >= ?"
            db.execute(f"UPDATE askers SET lost = 1, vector = ? WHERE {others}", (b"", model, _first(today)))
            first = "SELECT min(id) FROM askers WHERE lost = 1 GROUP BY chat"
            db.execute(f"DELETE FROM askers WHERE lost = 1 AND id NOT IN ({first})")
        self._store.clear_log()

    def found(self, patterns: Mapping[int, str]) -> None:
        """Note, by the id of the question, the pattern that answers it; the vector is then deleted."""
        with self._store.transaction() as db:
            statement = "UPDATE askers SET found = ?, vector = ? WHERE id = ?"
            db.executemany(statement, [(pattern, b"", number) for number, pattern in patterns.items()])
        self._store.clear_log()

    def to_tell(self) -> tuple[tuple[int, int, str | None], ...]:
        """Return id, chat and pattern of every question whose chat is to be told; None where it was let go."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT id, chat, found FROM askers WHERE found IS NOT NULL OR lost = 1 ORDER BY id"
            ).fetchall()
        return tuple(rows)

    def done(self, number: int) -> None:
        """Delete a question, since its chat was told, or cannot be told."""
        self._store.erase([("DELETE FROM askers WHERE id = ?", (number,))])

    def expire(self, today: date) -> int:
        """Delete what is older than 30 days, and return how many questions that were."""
        (gone,) = self._store.erase([("DELETE FROM askers WHERE day < ?", (_first(today),))])
        return gone

    def deletion(self, chat: int) -> Deletion:
        """Return what deletes a chat's questions in any copy of the database."""
        return "DELETE FROM askers WHERE chat = ?", (chat,)


def _first(today: date) -> str:
    """Return the first day, in ISO form, whose questions are still kept."""
    return (today - timedelta(days=KEPT_DAYS)).isoformat()
