from pathlib import Path

import pytest

from knowledge.database.store import Store
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.keyed_hash import read_key


@pytest.fixture
def reports(store: Store, tmp_path: Path) -> ContactReports:
    return ContactReports(store, read_key(tmp_path))
