import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from knowledge.database.connection import Address
from knowledge.database.store import Store
from knowledge.documents.pattern import Case
from knowledge.documents.toml import InvalidDocument
from knowledge.ledger.audit import audit_rows
from knowledge.ledger.roles import OPERATOR, Roles
from knowledge.proposals.proposal import Decision, Draft, Proposal, Slowed
from knowledge.proposals.queue import Proposals
from tests.paths import DOCUMENTS

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AUTHOR, MODERATOR, OTHER = 5, 6, 7
CASE = Draft(
    "case", "parcel-smish", case=Case("zh", "快递要我“付款”", emergency=True), reason="heard twice", batch="b1"
)
SMISH = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
IMPACT = {"fixes": ["g-1"], "near": [["bank-otp", "cases[0]", 0.93]]}


_NO_ROOM = {
    "sqlite": ("CREATE TRIGGER no_room BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END",),
    "postgres": (
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE 'disk full' USING ERRCODE = '23000'; END $$",
        "CREATE TRIGGER no_room BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION no_room()",
    ),
}
"""What keeps the audit from growing."""


def anybody(_person: int) -> bool:
    return True


def case(number: int = 0) -> Draft:
    return Draft("case", "parcel-smish", case=Case("en", f"they wrote {number} times"))


def proposed(proposals: Proposals, draft: Draft = CASE, author: int = AUTHOR, held: str = "") -> int:
    """Propose and try a draft."""
    (proposal,) = proposals.propose([draft], author, NOW)
    proposals.tried([proposal.id], IMPACT, held, NOW)
    return proposal.id


def decide(
    proposals: Proposals, id: int, approve: bool = True, moderator: int = MODERATOR, now: datetime = NOW
) -> Decision:
    return proposals.decide(id, approve, moderator, now, is_moderator=anybody)


def whats(store: Store) -> list[str]:
    return [row.what for row in audit_rows(store)][::-1]


# --- proposing


def test_what_is_proposed_waits_and_reads_back_as_it_was_given(proposals: Proposals, store: Store) -> None:
    drafts = [
        CASE,
        Draft("pattern", "parcel-smish", SMISH),
        Draft("edit", "parcel-smish", SMISH, reason="shorter"),
        Draft("retire", "parcel-smish", reason="nobody meets it any more"),
    ]
    made = proposals.propose(drafts, AUTHOR, NOW)
    assert [proposal.draft for proposal in made] == drafts
    assert made[0] == Proposal(1, CASE, AUTHOR, NOW, "waiting", None, "", "", None, None, None)
    assert proposals.queue() == proposals.untried() == made
    assert proposals.get(2) == made[1]
    assert [proposals.get(id) for id in (0, -1, 5, 1 << 70)] == [None] * 4
    assert whats(store) == ["propose 1", "propose 2", "propose 3", "propose 4"]


@pytest.mark.parametrize(
    ("draft", "fault"),
    [
        (Draft("case", "parcel-smish"), "case: missing, expected with"),
        (Draft("edit", "parcel-smish", SMISH, case=CASE.case), "case: given, expected with"),
        (Draft("case", "parcel-smish", "x", case=CASE.case), "content: given, expected none with the kind case"),
        (Draft("retire", "parcel-smish", "x"), "content: given, expected none with the kind retire"),
        (Draft("retire", "Not An Id"), "pattern: String should match pattern"),
        (Draft("retire", "parcel-smish", reason="x" * 1001), "reason: String should have at most 1000"),
        (Draft("case", "parcel-smish", case=Case("en", "x")), "case.text: String should have at least 2"),
        (Draft("case", "parcel-smish", case=Case("en", "x" * 1501)), "case.text: String should have at most 1500"),
        (Draft("case", "parcel-smish", case=Case("en", "lone \ud800")), "case.text: Input should be a valid string"),
        (Draft("case", "parcel-smish", case=Case("English", "a text")), "case.language: String should match"),
        (Draft("edit", "bank-otp", SMISH), "id: 'parcel-smish', expected the file's name"),
        (Draft("pattern", "parcel-smish", "id = "), "not TOML"),
        (Draft("pattern", "parcel-smish"), "sources: Field required"),
    ],
)
def test_an_invalid_draft_is_refused_with_all_that_came_with_it(
    proposals: Proposals, store: Store, draft: Draft, fault: str
) -> None:
    with pytest.raises(InvalidDocument, match=fault):
        proposals.propose([CASE, draft], AUTHOR, NOW)
    assert proposals.queue() == ()
    assert whats(store) == []


def test_a_thousand_cases_of_the_operator_come_in_at_once(proposals: Proposals) -> None:
    assert len(proposals.propose([case(number) for number in range(1000)], OPERATOR, NOW)) == 1000
    assert proposals.propose([], AUTHOR, NOW) == ()


def test_a_person_proposes_30_an_hour_and_others_go_on(proposals: Proposals) -> None:
    proposals.propose([case()] * 10, AUTHOR, NOW)
    proposals.propose([case()] * 20, AUTHOR, NOW + 10 * MINUTE)
    match = "proposals: 1 more after 30 within an hour, expected at most 30 together; next from 2026-11-26 13:00 UTC"
    with pytest.raises(Slowed, match=match) as slowed:
        proposals.propose([case()], AUTHOR, NOW + 59 * MINUTE)
    assert slowed.value.until == NOW + HOUR
    with pytest.raises(Slowed) as slowed:
        proposals.propose([case()] * 11, AUTHOR, NOW + 59 * MINUTE)
    assert slowed.value.until == NOW + 10 * MINUTE + HOUR
    proposals.propose([case()], OTHER, NOW + 59 * MINUTE)
    assert len(proposals.propose([case()] * 10, AUTHOR, NOW + HOUR)) == 10
    assert len(proposals.queue()) == 41


def test_a_person_proposes_100_a_day(proposals: Proposals) -> None:
    for hour in range(4):
        proposals.propose([case()] * 25, AUTHOR, NOW + hour * HOUR)
    with pytest.raises(Slowed, match="within 24 hours, expected at most 100 together") as slowed:
        proposals.propose([case()], AUTHOR, NOW + 20 * HOUR)
    assert slowed.value.until == NOW + DAY
    proposals.propose([case()] * 25, AUTHOR, NOW + DAY)


def test_more_at_once_than_ever_fits_is_refused_whole(proposals: Proposals) -> None:
    with pytest.raises(Slowed, match="31 more after 0 within an hour"):
        proposals.propose([case()] * 31, AUTHOR, NOW)
    assert proposals.queue() == ()


def test_a_person_whose_proposals_are_mostly_rejected_proposes_3_a_day(proposals: Proposals) -> None:
    for approve in (True, True, False, False, False, False):
        decide(proposals, proposed(proposals), approve)
    proposals.propose([case()], AUTHOR, NOW)
    decide(proposals, proposed(proposals), False)
    with pytest.raises(Slowed, match="1 more after 8 within 24 hours, expected at most 3 together"):
        proposals.propose([case()], AUTHOR, NOW)
    proposals.propose([case()] * 3, AUTHOR, NOW + DAY)
    with pytest.raises(Slowed):
        proposals.propose([case()], AUTHOR, NOW + DAY)
    proposals.propose([case()] * 30, OTHER, NOW)


def test_rejections_before_the_last_10_decisions_do_not_slow(proposals: Proposals) -> None:
    for number, approve in enumerate([False] * 5 + [True] * 6):
        (made,) = proposals.propose([case()], AUTHOR, NOW + number * DAY)
        proposals.tried([made.id], IMPACT, "", NOW)
        assert decide(proposals, made.id, approve, now=NOW + number * DAY).proposal
    assert len(proposals.propose([case()] * 4, AUTHOR, NOW + 11 * DAY)) == 4


def test_two_processes_together_take_no_more_than_the_limit(address: Address) -> None:
    stores = [Store(address) for _ in range(2)]

    def one(number: int) -> bool:
        try:
            Proposals(stores[number % 2], alone=False).propose([case(number)] * 10, AUTHOR, NOW)
        except Slowed:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(one, range(6))) == 3
    for store in stores:
        store.close()


# --- trying


def test_what_is_tried_keeps_its_effect_and_can_be_approved(proposals: Proposals, store: Store) -> None:
    id = proposed(proposals)
    assert proposals.untried() == ()
    (waiting,) = proposals.queue()
    assert (waiting.state, waiting.impact, waiting.held) == ("waiting", IMPACT, "")
    assert decide(proposals, id).outcome == "approved"
    assert whats(store) == ["propose 1", "approve 1"]


def test_what_a_trial_holds_stays_in_the_queue_and_can_only_be_rejected(proposals: Proposals, store: Store) -> None:
    id = proposed(proposals, held="breaks g-1,\n accuses bank-otp")
    (held,) = proposals.queue()
    assert (held.state, held.held) == ("held", "breaks g-1, accuses bank-otp")
    assert decide(proposals, id) == Decision("held", held)
    assert proposals.untried() == ()
    assert decide(proposals, id, False).outcome == "rejected"
    assert whats(store) == ["propose 1", "hold 1", "reject 1"]
    assert audit_rows(store, about="hold")[0].who == OPERATOR


def test_a_trial_that_ends_after_the_decision_changes_nothing(proposals: Proposals, store: Store) -> None:
    (made,) = proposals.propose([CASE], AUTHOR, NOW)
    rejected = decide(proposals, made.id, False).proposal
    proposals.tried([made.id, 99], IMPACT, "breaks g-1", NOW)
    assert proposals.get(made.id) == rejected
    assert whats(store) == ["propose 1", "reject 1"]


def test_another_build_makes_what_waits_untried_again(proposals: Proposals) -> None:
    waiting, held, done = proposed(proposals), proposed(proposals, held="breaks g-1"), proposed(proposals)
    decide(proposals, done)
    proposals.propose([CASE], AUTHOR, NOW)
    assert proposals.again() == 1
    assert [one.id for one in proposals.untried()] == [waiting, 4]
    after = [proposals.get(id) for id in (held, done)]
    assert [one.impact for one in after if one] == [IMPACT, IMPACT]


# --- deciding


def test_an_approved_one_says_by_whom_and_why_and_counts_from_then_on(proposals: Proposals) -> None:
    id = proposed(proposals)
    decision = proposals.decide(id, True, MODERATOR, NOW + MINUTE, is_moderator=anybody, reason="seen by police")
    approved = Proposal(id, CASE, AUTHOR, NOW, "approved", IMPACT, "", "seen by police", MODERATOR, NOW + MINUTE, None)
    assert decision == Decision("approved", approved)
    assert proposals.approved(TODAY) == (approved,)
    assert proposals.queue() == ()


def test_what_was_not_tried_can_only_be_rejected(proposals: Proposals) -> None:
    (made,) = proposals.propose([CASE], AUTHOR, NOW)
    assert decide(proposals, made.id) == Decision("untried", made)
    assert decide(proposals, made.id, False).outcome == "rejected"
    assert proposals.approved(TODAY) == ()


def test_an_author_cannot_approve_their_own_and_may_reject_it(proposals: Proposals) -> None:
    id = proposed(proposals)
    assert decide(proposals, id, moderator=AUTHOR).outcome == "own"
    assert decide(proposals, id, False, moderator=AUTHOR).outcome == "rejected"


def test_whoever_works_alone_approves_their_own(store: Store) -> None:
    proposals = Proposals(store, alone=True)
    assert decide(proposals, proposed(proposals), moderator=AUTHOR).outcome == "approved"


def test_what_is_decided_stays_so_and_what_is_not_there_is_gone(proposals: Proposals, store: Store) -> None:
    id = proposed(proposals)
    first = decide(proposals, id, False)
    assert decide(proposals, id, True, OTHER) == Decision("already", first.proposal)
    assert [decide(proposals, gone) for gone in (99, 1 << 70)] == [Decision("gone", None)] * 2
    assert whats(store) == ["propose 1", "reject 1"]


def test_only_moderators_decide(proposals: Proposals, store: Store) -> None:
    roles = Roles(store, frozenset())
    id = proposed(proposals)
    decision = proposals.decide(id, True, MODERATOR, NOW, is_moderator=roles.is_moderator)
    assert decision == Decision("not-moderator", None)
    roles.add(MODERATOR, OPERATOR, NOW)
    assert proposals.decide(id, True, MODERATOR, NOW, is_moderator=roles.is_moderator).outcome == "approved"


def test_a_moderator_removed_between_the_question_and_the_decision_decides_nothing(
    proposals: Proposals, store: Store
) -> None:
    roles = Roles(store, frozenset())
    roles.add(MODERATOR, OPERATOR, NOW)
    id = proposed(proposals)

    def asked_just_before(person: int) -> bool:
        return roles.remove(person, OPERATOR, NOW)

    decision = proposals.decide(id, True, MODERATOR, NOW, is_moderator=asked_just_before)
    assert decision == Decision("not-moderator", None)
    assert [one.state for one in proposals.queue()] == ["waiting"]


def test_a_decision_and_its_audit_row_are_kept_together_or_not_at_all(
    proposals: Proposals, store: Store, address: Address
) -> None:
    id = proposed(proposals)
    with store.transaction() as db:
        for statement in _NO_ROOM["postgres" if isinstance(address, str) else "sqlite"]:
            db.execute(statement)
    for act in (
        lambda: decide(proposals, id),
        lambda: proposals.withdraw(id, AUTHOR, NOW),
        lambda: proposals.propose([CASE], AUTHOR, NOW),
        lambda: proposals.tried([id], IMPACT, "breaks g-1", NOW),
    ):
        with pytest.raises(sqlite3.IntegrityError, match="disk full"):
            act()
    assert [one.state for one in proposals.queue()] == ["waiting"]


def test_a_reason_is_kept_and_its_identifiers_are_masked_in_the_audit(proposals: Proposals, store: Store) -> None:
    id = proposed(proposals)
    reason = "that is +65 9123 4567, a real bank"
    decision = proposals.decide(id, False, MODERATOR, NOW, is_moderator=anybody, reason=reason)
    assert decision.proposal
    assert decision.proposal.reason == reason
    row = audit_rows(store, about="reject")[0]
    head = {"kind": "case", "pattern": "parcel-smish"}
    assert row.before == head | {"state": "waiting"}
    assert row.after == head | {"state": "rejected", "reason": "that is +65 9••• ••67, a real bank", "expires": None}
    with pytest.raises(sqlite3.IntegrityError):
        proposals.decide(proposed(proposals), False, MODERATOR, NOW, is_moderator=anybody, reason="x" * 1001)


def test_the_order_of_approval_is_kept_also_within_a_second_and_when_the_clock_goes_back(proposals: Proposals) -> None:
    ids = [proposed(proposals, case(number)) for number in range(4)]
    for id, now in ((ids[2], NOW), (ids[0], NOW), (ids[3], NOW - HOUR), (ids[1], NOW)):
        decide(proposals, id, now=now)
    assert [one.id for one in proposals.approved(TODAY)] == [ids[2], ids[0], ids[3], ids[1]]


@pytest.mark.parametrize("round", range(10))
def test_of_two_processes_that_decide_at_once_one_decides(address: Address, round: int) -> None:
    stores = [Store(address) for _ in range(2)]
    id = proposed(Proposals(stores[0], alone=False))
    together = threading.Barrier(8)

    def one(number: int) -> Decision:
        proposals = Proposals(stores[number % 2], alone=False)
        together.wait()
        if number == 7:
            return proposals.withdraw(id, AUTHOR, NOW)
        return decide(proposals, id, approve=(number + round) % 3 > 0, moderator=10 + number)

    with ThreadPoolExecutor(8) as threads:
        decisions = list(threads.map(one, range(8)))
    assert sorted(decision.outcome == "already" for decision in decisions) == [False] + [True] * 7
    assert len({repr(decision.proposal) for decision in decisions}) == 1
    assert len(audit_rows(stores[0])) == 2
    for store in stores:
        store.close()


# --- withdrawing


def test_an_author_withdraws_what_is_not_decided(proposals: Proposals, store: Store) -> None:
    waiting, held, done = proposed(proposals), proposed(proposals, held="breaks g-1"), proposed(proposals)
    decided = decide(proposals, done).proposal
    outcomes = [proposals.withdraw(id, AUTHOR, NOW).outcome for id in (waiting, held, done, waiting, 99)]
    assert outcomes == ["withdrawn", "withdrawn", "already", "already", "gone"]
    assert proposals.get(done) == decided
    assert whats(store)[-2:] == ["withdraw 1", "withdraw 2"]


def test_nobody_withdraws_what_is_anothers(proposals: Proposals) -> None:
    assert proposals.withdraw(proposed(proposals), MODERATOR, NOW) == Decision("gone", None)
    assert len(proposals.queue()) == 1


# --- urgent ones


def test_an_urgent_approval_counts_for_7_days_and_its_end_is_noted_once(proposals: Proposals, store: Store) -> None:
    urgent, lasting = proposed(proposals), proposed(proposals)
    decision = proposals.decide(urgent, True, MODERATOR, NOW, is_moderator=anybody, urgent=True)
    assert decision.proposal
    assert decision.proposal.expires == date(2026, 12, 3)
    decide(proposals, lasting)
    assert [one.id for one in proposals.approved(TODAY + 6 * DAY)] == [urgent, lasting]
    assert [one.id for one in proposals.approved(TODAY + 7 * DAY)] == [lasting]
    assert proposals.end_urgent(NOW + 6 * DAY) == ()
    assert proposals.end_urgent(NOW + 7 * DAY) == (urgent,)
    assert proposals.end_urgent(NOW + 8 * DAY) == ()
    assert [one.id for one in proposals.approved(TODAY)] == [lasting]
    assert whats(store)[-1] == f"expire {urgent}"


def test_a_rejection_is_never_urgent(proposals: Proposals) -> None:
    decision = proposals.decide(proposed(proposals), False, MODERATOR, NOW, is_moderator=anybody, urgent=True)
    assert decision.proposal
    assert decision.proposal.expires is None
    assert proposals.end_urgent(NOW + 30 * DAY) == ()


def test_an_edit_takes_the_place_of_what_is_proposed_and_whoever_made_it_cannot_approve(proposals: Proposals) -> None:
    id = proposed(proposals, Draft("edit", "parcel-smish", SMISH), held="breaks g-1")
    opened = proposals.get(id)
    assert opened
    better = SMISH.replace("fee", "charge")
    assert proposals.edit(opened, better, OTHER, NOW + HOUR) == "edited"
    assert proposals.edit(opened, SMISH, MODERATOR, NOW + HOUR) == "changed"
    known = proposals.get(id)
    assert known
    assert (known.draft.content, known.state, known.impact, known.made) == (better, "waiting", None, NOW)
    proposals.tried([id], IMPACT, "", NOW, {id: SMISH})
    assert [one.id for one in proposals.untried()] == [id]
    proposals.tried([id], IMPACT, "", NOW, {id: better})
    assert proposals.edit(known, SMISH, OTHER, NOW + 2 * HOUR) == "edited"
    assert [(one.person, one.before) for one in proposals.edits(id)] == [(OTHER, SMISH), (OTHER, better)]
    proposals.tried([id], IMPACT, "", NOW)
    assert [decide(proposals, id, moderator=who).outcome for who in (OTHER, AUTHOR, MODERATOR)] == [
        "edited",
        "own",
        "approved",
    ]
    assert proposals.edit(known, better, OTHER, NOW) == "already"
    with pytest.raises(ValueError, match="expected a document of parcel-smish"):
        proposals.edit(known, SMISH.replace('id = "parcel-smish"', 'id = "parcel-fee"'), OTHER, NOW)
