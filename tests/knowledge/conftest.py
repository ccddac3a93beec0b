"""What is kept is tested on both databases: an SQLite file, and a PostgreSQL server where there can be one."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.database.connection import Address
from knowledge.database.store import Store


@pytest.fixture(params=["sqlite", "postgres"])  # a test of one of them says so by @on_sqlite
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """The address of an empty database."""
    if request.param == "sqlite":
        return tmp_path / "a.db"
    fresh: Address = request.getfixturevalue("postgres").fresh()
    return fresh


@pytest.fixture
def store(address: Address) -> Iterator[Store]:
    """An empty database."""
    with closing(Store(address)) as store:
        yield store
