"""All rows of one database into another, whichever each is: for backups, for moving to a server, and for restoring."""

from knowledge.database.connection import Database


class NotEmpty(Exception):
    """A database that rows were to be copied into has some already; the message names the table."""


def copy_rows(source: Database, target: Database) -> dict[str, int]:
    """Copy every row as it is at one moment, all or none, and return how many each table has.

    Raises:
        NotEmpty: the target has rows already.
        sqlite3.Error: one of them cannot be used; the target is as it was.
    """
    counts = {}
    with source.snapshot() as old, target.transaction() as new:
        tables = source.tables(old)
        for table in tables:
            if new.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone():
                raise NotEmpty(f"{table}: has rows already, expected a database without any")
        for table, columns in tables.items():
            names = ", ".join(f'"{column}"' for column in columns)
            rows = old.execute(f'SELECT {names} FROM "{table}"').fetchall()
            places = ", ".join("?" * len(columns))
            new.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)
            (counts[table],) = new.execute(f'SELECT count(*) FROM "{table}"').fetchone()
            if counts[table] != len(rows):
                raise RuntimeError(f"{table}: {counts[table]} rows arrived, expected {len(rows)}")
        for table, last in source.last_numbers(old).items():
            target.count_on(new, table, last)
    return counts
