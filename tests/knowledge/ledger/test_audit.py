from datetime import timedelta
from typing import Any

import pytest

from knowledge.database.store import Store
from knowledge.ledger.audit import add_to_audit, audit_rows
from tests.reported import NOW


@pytest.fixture
def audited(store: Store) -> Store:
    """An audit of four acts, numbered in their order."""
    acts: list[tuple[int, str, dict[str, Any], dict[str, Any]]] = [
        (7, "propose 1", {}, {"pattern": "bank-otp"}),
        (8, "approve 1", {"pattern": "bank-otp"}, {"state": "approved"}),
        (7, "approve 12", {"pattern": "parcel-smish", "why": "as bank-otp"}, {}),
        (7, "confirm abc", {"patterns": ["bank-otp", "parcel-smish"]}, {"patterns": 40}),
    ]
    with store.transaction() as db:
        numbers = [
            add_to_audit(db, who, NOW + timedelta(hours=hour), what, before, after)
            for hour, (who, what, before, after) in enumerate(acts)
        ]
    assert numbers == [1, 2, 3, 4]
    return store


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [4, 3, 2, 1]),
        ({"most": 2}, [4, 3]),
        ({"who": 7}, [4, 3, 1]),
        ({"who": 0}, []),
        ({"about": "approve 1"}, [3, 2]),
        ({"about": "%"}, []),
        ({"act": "approve"}, [3, 2]),
        ({"act": "app"}, []),
        ({"pattern": "bank-otp"}, [4, 2, 1]),
        ({"pattern": "bank-otp", "most": 2}, [4, 2]),
        ({"pattern": "bank"}, []),
        ({"since": NOW + timedelta(hours=2)}, [4, 3]),
        ({"who": 7, "act": "approve", "pattern": "parcel-smish", "since": NOW}, [3]),
    ],
    ids=repr,
)
def test_acts_are_found_by_whatever_is_asked(audited: Store, asked: dict[str, Any], found: list[int]) -> None:
    assert [row.id for row in audit_rows(audited, **asked)] == found
