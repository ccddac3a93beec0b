from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.database.store import Store
from tests.talk import staffed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The bot's database beside it, with two moderators."""
    opened = staffed(tmp_path)
    yield opened
    opened.close()
