"""What the ledger asks of a database, whichever it is, in SQL that SQLite and PostgreSQL both understand.

Flags are integers and are compared with one, what is inserted says its number by RETURNING, and what takes the place of
another row says so by ON CONFLICT. Faults are those of the standard library's sqlite3, on PostgreSQL too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

Address = Path | str
"""An SQLite file, or what ``postgresql://`` begins."""
Values = Sequence[Any] | Mapping[str, Any]
SERVER = re.compile(r"postgres(ql)?://\S+")
_PASSWORD = re.compile(r"(?<=://)([^:@/]*):[^@/]*@|(password=)[^&\s]*")


class Rows(Protocol):
    """What a statement found or changed."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchone(self) -> Any:
        """Return the next row, a tuple; None where there is none."""

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection to a database; places for values are ``?`` or ``:name``."""

    def execute(self, statement: str, values: Values = (), /) -> Rows:
        """Run a statement."""

    def executemany(self, statement: str, rows: Iterable[Values], /) -> object:
        """Run a statement once for each row of values."""


class Database(Protocol):
    """A database that is open; every method may be called from any thread."""

    shared: bool
    """Whether several bots may work on it at the same time."""

    def transaction(self) -> AbstractContextManager[Connection]:
        """Hold the database alone among those who write; all that is done is kept, or nothing on an exception."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Hold a connection for one query, which waits for nobody who writes."""

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Hold a connection that sees all tables as they are at one moment."""

    def alone(self, name: str, *, wait: bool = True) -> AbstractContextManager[bool]:
        """Hold a name that one process at a time holds, of all that share the database; say whether it is held."""

    def copy(self, file: Path) -> None:
        """Write all that is kept now into an empty SQLite file."""

    def clear_log(self) -> bool:
        """Leave nothing deleted in a log beside the database, and say whether that is done."""

    def tables(self, db: Connection) -> dict[str, tuple[str, ...]]:
        """Return the columns of each table, in alphabetical order of the tables, without those for migrations."""

    def last_numbers(self, db: Connection) -> dict[str, int]:
        """Return the highest number ever given in each table that gives its rows numbers."""

    def count_on(self, db: Connection, table: str, last: int) -> None:
        """Let the next row of a table have a higher number than the last."""

    def close(self) -> None:
        """Let go of the database."""


def in_words(address: Address) -> str:
    """Return an address as it may be shown: without a password."""
    return _PASSWORD.sub(lambda found: f"{found[1]}:…@" if found[2] is None else f"{found[2]}…", str(address))
