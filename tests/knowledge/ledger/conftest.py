from pathlib import Path

import pytest

from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.store import Store


@pytest.fixture
def reports(store: Store, tmp_path: Path) -> ContactReports:
    return ContactReports(store, read_key(tmp_path))
