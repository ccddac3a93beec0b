"""What differs between PostgreSQL and SQLite: places for values, texts without NUL, and the names of faults."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg

from knowledge.database.connection import Values

_PLACE = re.compile(r"""('(?:[^']|'')*'|"[^"]*"|::)|(\?)|:([a-z_][a-z_0-9]*)|(%)""")


class PostgresConnection:
    """A connection that takes statements as SQLite does."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Values = (), /) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run a statement; its values travel apart from it, so that none of them is in the server's log."""
        with sqlite_faults():
            return self._connection.execute(translated(statement).encode(), bound(values))

    def executemany(self, statement: str, rows: Iterable[Values], /) -> None:
        """Run a statement once for each row of values."""
        with sqlite_faults(), self._connection.cursor() as cursor:
            cursor.executemany(translated(statement).encode(), [bound(row) for row in rows])


@lru_cache(maxsize=512)
def translated(statement: str) -> str:
    """Return a statement with its places for values as psycopg has them."""

    def place(found: re.Match[str]) -> str:
        literal, mark, name, _ = found.groups()
        if literal:
            return str(literal).replace("%", "%%")
        return "%s" if mark else f"%({name})s" if name else "%%"

    return _PLACE.sub(place, statement)


def bound(values: Values) -> Values:
    """Return values as PostgreSQL takes them: NUL, which its texts cannot hold, becomes the replacement character."""
    if isinstance(values, Mapping):
        return {name: _bound(value) for name, value in values.items()}
    return [_bound(value) for value in values]


def _bound(value: Any) -> Any:
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


@contextmanager
def sqlite_faults() -> Iterator[None]:
    """Raise psycopg's faults as sqlite3's of the same meaning, without the row that a server may name in them.

    Raises:
        sqlite3.IntegrityError: a row or a value that the tables refuse.
        sqlite3.OperationalError: all else: no server, a lock that others hold, no room, a table that is not there.
    """
    try:
        yield
    except (psycopg.IntegrityError, psycopg.DataError) as fault:
        raise sqlite3.IntegrityError(_line(fault)) from None
    except psycopg.Error as fault:
        raise sqlite3.OperationalError(_line(fault)) from None


def _line(fault: psycopg.Error) -> str:
    lines = (fault.diag.message_primary or str(fault)).strip().splitlines() or [type(fault).__name__]
    return " ".join(lines[0].split())
