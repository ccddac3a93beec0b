"""Taking back what was decided on a proposal."""

from datetime import UTC, datetime, timedelta

import pytest

from knowledge.database.store import Store
from knowledge.documents.pattern import Case
from knowledge.ledger.audit import Undone, add_to_audit
from knowledge.ledger.night_reports import Nights
from knowledge.proposals.proposal import Draft
from knowledge.proposals.queue import Proposals
from knowledge.proposals.taking_back import take_back

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANN, BEN = 501, 502


def decided(proposals: Proposals, text: str, *, approve: bool = True) -> int:
    """Have Ann propose a case and Ben decide on it; return its number."""
    (one,) = proposals.propose([Draft("case", "parcel-smish", case=Case("en", text))], ANN, NOW)
    proposals.tried([one.id], {"fixes": []}, "", NOW)
    proposals.decide(one.id, approve, BEN, NOW, is_moderator=lambda _: True, reason="" if approve else "a copy")
    return one.id


def undone(store: Store, number: int, who: int = BEN, now: datetime = NOW) -> Undone:
    return take_back(store, number, who, now, is_moderator=lambda _: True)[0]


@pytest.mark.parametrize("approve", [True, False])
def test_a_decision_taken_back_leaves_a_proposal_that_waits(store: Store, proposals: Proposals, approve: bool) -> None:
    number = decided(proposals, "they hold my parcel", approve=approve)
    assert undone(store, number, ANN) == "not-yours"
    assert undone(store, number, now=NOW + 11 * MINUTE) == "late"
    assert undone(store, number) == "undone"
    one = proposals.get(number)
    assert one is not None
    assert (one.state, one.decided, one.decided_by, one.reason, one.impact) == (
        "waiting",
        None,
        None,
        "",
        {"fixes": []},
    )
    assert undone(store, number) == "changed"
    assert undone(store, 99) == "gone"
    assert take_back(store, number, BEN, NOW, is_moderator=lambda _: False) == ("not-moderator", None)


def test_what_a_build_has_or_is_made_of_stands(store: Store, proposals: Proposals) -> None:
    number, other = decided(proposals, "they hold my parcel"), decided(proposals, "no parcel", approve=False)
    nights = Nights(store)
    night = nights.begin(NOW)
    assert undone(store, number) == "published"
    nights.finish(night, {}, NOW)
    with store.transaction() as db:
        add_to_audit(db, 0, NOW, "rebuild 20261126-1", {}, {})
    assert undone(store, number) == "published"
    assert undone(store, other) == "undone"


def test_whoever_remembers_what_was_approved_notices_that_it_is_another(store: Store, proposals: Proposals) -> None:
    first, second = decided(proposals, "they hold my parcel"), decided(proposals, "my parcel is held", approve=False)
    before = proposals.approved_mark(NOW.date())
    undone(store, first)
    undone(store, second)
    proposals.decide(second, True, BEN, NOW, is_moderator=lambda _: True)
    assert [one.id for one in proposals.approved(NOW.date())] == [second]
    assert proposals.approved_mark(NOW.date()) != before
