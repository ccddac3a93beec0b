"""Drafts, and trying them, with the small documents and words hashed into buckets."""

import tomllib
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from bot.moderation.proposing import NotModerator, Proposing, official_lines
from bot.terminal.proposal_lines import impact_line, outcomes, spans
from index.builds.build import Build
from index.model.cached_encoder import CachedEncoder
from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook
from knowledge.documents.toml import InvalidDocument, append_case, parse_pattern
from knowledge.ledger.roles import OPERATOR, Roles
from knowledge.proposals.impact import Impact
from knowledge.proposals.proposal import Draft, Proposal
from knowledge.proposals.queue import Proposals
from tests.fakes import HashingEncoder
from tests.paths import DOCUMENTS

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = NOW.date()
SMISH = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
NEW_CASE = "somebody from the post rang about a toll for a box and wants it through their page"


@pytest.fixture
def proposing(store: Store, proposals: Proposals, small_build: Build, casebook: Casebook) -> Proposing:
    roles = Roles(store, frozenset({77, 88}))
    return Proposing(lambda: small_build, HashingEncoder(), proposals, roles, lambda: casebook, ())


def approve(proposing: Proposing, draft: Draft) -> Proposal:
    """Propose, try and approve a draft."""
    (made,) = proposing.propose([draft], 77, NOW)
    proposing.proposals.tried([made.id], Impact().as_row(), "", NOW)
    decision = proposing.proposals.decide(made.id, True, 88, NOW, is_moderator=lambda _: True)
    assert decision.proposal is not None
    return decision.proposal


def faults(run: object, *given: object, **named: object) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        run(*given, **named)  # type: ignore[operator]
    return [str(fault) for fault in caught.value.faults]


def case(proposing: Proposing, text: str, pattern: str = "parcel-smish", *, emergency: bool = False) -> Draft:
    return proposing.case_draft(pattern, text, emergency=emergency, today=TODAY)


def test_documents_are_the_shipped_ones_with_what_was_approved(proposing: Proposing, casebook: Casebook) -> None:
    assert proposing.documents(TODAY) == casebook.documents
    approve(proposing, case(proposing, NEW_CASE))
    approve(proposing, proposing.retire_draft("sell-bank-card", "gone", TODAY))
    documents = proposing.documents(TODAY)
    assert set(documents) == {"bank-otp", "parcel-smish"}
    assert parse_pattern(documents["parcel-smish"], "x").cases[-1].text == NEW_CASE


def test_the_approved_are_replayed_once_until_they_change(
    store: Store, proposals: Proposals, small_build: Build, casebook: Casebook
) -> None:
    replays: list[None] = []

    def shipped() -> Casebook:
        replays.append(None)
        return casebook

    proposing = Proposing(
        lambda: small_build, HashingEncoder(), proposals, Roles(store, frozenset({77, 88})), shipped, ()
    )
    draft = case(proposing, NEW_CASE)
    for _ in range(3):
        proposing.preview(draft, TODAY)
        proposing.diff(draft, TODAY)
    assert len(replays) == 1
    (made,) = proposing.propose([draft], 77, NOW)
    proposals.tried([made.id], Impact().as_row(), "", NOW)
    assert proposing.documents(TODAY) == casebook.documents
    assert len(replays) == 1
    assert proposals.decide(made.id, True, 88, NOW, is_moderator=lambda _: True, urgent=True).outcome == "approved"
    assert [NEW_CASE in proposing.documents(TODAY)["parcel-smish"] for _ in range(2)] == [True, True]
    assert len(replays) == 2
    assert proposing.documents(TODAY + timedelta(days=8)) == casebook.documents  # it was urgent, and has ended
    assert NEW_CASE in proposing.documents(TODAY)["parcel-smish"]
    proposals.end_urgent(NOW + timedelta(days=8))
    assert proposing.documents(TODAY) == casebook.documents


def test_a_case_is_masked_and_its_language_told(proposing: Proposing) -> None:
    draft = case(proposing, "  a man called from +6591234567 about the parcel fee and i must pay now ", emergency=True)
    assert draft.case is not None
    assert "91234567" not in draft.case.text
    assert (draft.kind, draft.case.language, draft.case.emergency) == ("case", "en", True)
    chinese = case(proposing, "他们说快递丢了要给我三倍赔偿，叫我下载一个会议软件").case
    assert chinese is not None
    assert chinese.language == "zh"


@pytest.mark.parametrize(
    ("pattern", "text", "fault"),
    [
        ("no-such", "some words", "pattern: 'no-such', expected a known pattern's id"),
        ("bank-otp", "x" * 1501, "text: 1,501 characters, expected 2 to 1,500"),
        ("bank-otp", "   ", "text: 0 characters, expected 2 to 1,500"),
        ("bank-otp", "otp?", "text: too few words to tell its language, expected a whole sentence"),
        ("bank-otp", "words that\u200b hide", "text: holds the invisible character U+200B"),
        ("bank-otp", "I logged in myself and the code arrived late", "text: the same as cases.3, expected another"),
        ("bank-otp", "a code came when i paid in the shop app", "text: 9"),
    ],
)
def test_a_case_that_cannot_be_taken_is_refused(proposing: Proposing, pattern: str, text: str, fault: str) -> None:
    (found,) = faults(case, proposing, text, pattern)
    assert found.startswith(fault)
    assert "expected" in found


def test_a_case_is_compared_with_those_that_were_approved_since(proposing: Proposing) -> None:
    approve(proposing, case(proposing, NEW_CASE))
    assert faults(case, proposing, NEW_CASE)[0].startswith("text: the same as cases.8")


def test_a_document_of_a_new_id_is_a_pattern_and_of_a_known_one_an_edit(proposing: Proposing) -> None:
    new = SMISH.replace('id = "parcel-smish"', 'id = "parcel-toll"')
    assert proposing.document_draft(new, "parcel-toll.toml", TODAY).kind == "pattern"
    edit = proposing.document_draft(SMISH.replace("is held", "is kept"), "parcel-smish.toml", TODAY, why="clearer")
    assert (edit.kind, edit.pattern, edit.reason) == ("edit", "parcel-smish", "clearer")


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (SMISH, "document: the same as the one in use, expected a change"),
        (SMISH + "\n\n", "document: the same as the one in use"),
        (SMISH.replace('kind = "scam"', 'kind = "nice"'), "kind: Input should be"),
        (SMISH + "# " + "x" * 200_000, "document: 20"),
        (SMISH.replace("is held", "is <i>held</i>"), "en.how: holds '<i>'"),
        (SMISH.replace("is held", "is held, see evil.example.com"), "en.how: holds the link"),
        (SMISH.replace("is held", "is\u202e held"), "document: holds the invisible character U+202E"),
        ("id = ?\n", "line 1, column 6: not TOML"),
    ],
)
def test_a_document_that_cannot_be_taken_is_refused(proposing: Proposing, document: str, fault: str) -> None:
    assert any(one.startswith(fault) for one in faults(proposing.document_draft, document, "parcel-smish.toml", TODAY))


def test_all_that_guidance_may_not_hold_is_named_at_once(proposing: Proposing) -> None:
    text = SMISH.replace("is held", "is <i>held</i>").replace("Fake parcel fee", "Fake fee +6591234567")
    assert len(faults(proposing.document_draft, text, "parcel-smish.toml", TODAY)) == 2


def test_a_pattern_is_retired_with_a_reason_and_never_the_last_one(proposing: Proposing) -> None:
    assert faults(proposing.retire_draft, "sell-bank-card", " ", TODAY) == [
        "why: empty, expected the reason in a few words"
    ]
    assert faults(proposing.retire_draft, "no-such", "old", TODAY)[0].startswith("pattern: 'no-such', expected")
    approve(proposing, proposing.retire_draft("sell-bank-card", "old", TODAY))
    assert faults(proposing.retire_draft, "parcel-smish", "old", TODAY)[0].startswith(
        "pattern: 'parcel-smish' is the last"
    )
    assert "the last legitimate one" in faults(proposing.retire_draft, "bank-otp", "old", TODAY)[0]


def test_two_that_together_leave_one_side_empty_are_held(proposing: Proposing) -> None:
    drafts = [proposing.retire_draft(name, "old", TODAY) for name in ("sell-bank-card", "parcel-smish")]
    proposing.propose([Draft(one.kind, one.pattern, batch="b") for one in drafts], 77, NOW)
    proposing.try_untried(NOW)
    approve(proposing, drafts[0])
    (made,) = proposing.propose([drafts[1]], 77, NOW)
    (tried,) = proposing.try_untried(NOW)
    assert (tried.id, tried.held) == (made.id, "no dangerous pattern would be left")


def test_a_diff_shows_what_changes_and_a_preview_what_it_becomes(proposing: Proposing) -> None:
    edit = proposing.document_draft(SMISH.replace("is held", "is kept", 1), "parcel-smish.toml", TODAY)
    lines = proposing.diff(edit, TODAY).splitlines()
    assert lines[:2] == ["--- parcel-smish.toml in use", "+++ parcel-smish.toml proposed"]
    assert sum(line.startswith("+") for line in lines[2:]) == 1
    assert "is kept" in proposing.preview(edit, TODAY).guidance["en"].how
    added = case(proposing, NEW_CASE)
    assert f'+text = "{NEW_CASE}"' in proposing.diff(added, TODAY)
    assert proposing.preview(added, TODAY).cases[-1].text == NEW_CASE
    retired = proposing.retire_draft("sell-bank-card", "old", TODAY)
    assert '-id = "sell-bank-card"' in proposing.diff(retired, TODAY)
    assert proposing.preview(retired, TODAY).id == "sell-bank-card"


def test_the_template_is_a_valid_document_once_it_has_an_id_of_its_own(proposing: Proposing) -> None:
    day = date(2027, 3, 4)
    template = proposing.template(day)
    assert tomllib.loads(template)["sources"][0]["checked"] == day
    assert faults(proposing.document_draft, template, "my-new-pattern.toml", day) == [
        "id: 'my-new-pattern' is the template's, expected one of its own"
    ]
    own = template.replace("my-new-pattern", "bank-desk")
    assert proposing.document_draft(own, "bank-desk.toml", day).kind == "pattern"


def test_the_nearest_patterns_come_first_and_a_twin_is_named(proposing: Proposing) -> None:
    found = proposing.nearest("my parcel is held and i must pay a small fee by the link in a text message")
    assert found.patterns[0][0].id == "parcel-smish"
    assert len(found.patterns) == 3
    assert found.patterns[0][1] > found.patterns[1][1]
    twin = proposing.nearest("a text message says my parcel is held and i must pay a small fee by a link").twin
    assert twin is not None
    assert (twin[0], round(twin[1], 3)) == ("parcel-smish", 1)
    assert proposing.nearest("the weather is nice").twin is None


def test_only_moderators_propose(proposing: Proposing) -> None:
    draft = case(proposing, NEW_CASE)
    with pytest.raises(NotModerator, match="5: no moderator, expected the id of one"):
        proposing.propose([draft], 5, NOW)
    assert [one.author for one in proposing.propose([draft], OPERATOR, NOW)] == [OPERATOR]


def test_what_is_tried_keeps_its_effect_and_can_be_approved(proposing: Proposing) -> None:
    (made,) = proposing.propose([case(proposing, NEW_CASE)], 77, NOW)
    (tried,) = proposing.try_untried(NOW)
    assert (tried.id, tried.state) == (made.id, "waiting")
    assert tried.impact is not None
    assert impact_line(tried).startswith("fixes ")
    assert proposing.try_untried(NOW) == ()
    assert proposing.proposals.decide(made.id, True, 88, NOW, is_moderator=lambda _: True).outcome == "approved"


def test_a_case_with_nearly_the_words_of_another_is_held(proposing: Proposing) -> None:
    text = "a small fee by a link i must pay and my parcel is held says a text message"
    proposing.propose([Draft("case", "bank-otp", case=case(proposing, text).case)], 77, NOW)
    (tried,) = proposing.try_untried(NOW)
    assert tried.state == "held"
    assert "nearly the words" in impact_line(tried)


def test_of_a_batch_only_the_part_that_does_harm_is_held(proposing: Proposing) -> None:
    good = ("the toll page wants a card for a box from abroad", NEW_CASE, "a courier app asks me to log in with my id")
    bad = "a small fee by a link i must pay and my parcel is held says a text message"
    drafts = [
        Draft("case", "parcel-smish", case=case(proposing, text).case, batch="import 1")
        for text in (*good[:2], bad, good[2])
    ]
    proposing.propose(drafts, OPERATOR, NOW)
    tried = proposing.try_untried(NOW)
    assert [one.state for one in tried] == ["waiting", "waiting", "held", "waiting"]
    lines = list(outcomes(tried))
    assert lines[-1].startswith("proposal 3, case of parcel-smish: held: has nearly the words")


def test_cases_of_a_new_pattern_are_tried_with_it_also_when_its_batch_is_taken_apart(proposing: Proposing) -> None:
    new = Draft("pattern", "parcel-toll", SMISH.split("[[cases]]")[0].replace("parcel-smish", "parcel-toll"))
    document = append_case(new.content, "en", "they want a toll for a box at the border office")
    texts = (NEW_CASE, "a small fee by a link i must pay and my parcel is held says a text message")
    drafts = [Draft("pattern", "parcel-toll", document, batch="b")]
    drafts += [Draft("case", "parcel-toll", case=case(proposing, text).case, batch="b") for text in texts]
    proposing.propose(drafts, OPERATOR, NOW)
    tried = proposing.try_untried(NOW)
    assert [one.state for one in tried] == ["waiting", "waiting", "held"]
    assert "nearly the words" in tried[2].held


def test_what_no_longer_fits_the_documents_is_held_and_says_why(proposing: Proposing) -> None:
    proposing.propose([case(proposing, "the man at the bar wants my account for a week", "sell-bank-card")], 77, NOW)
    approve(proposing, proposing.retire_draft("sell-bank-card", "old", TODAY))
    held = next(one for one in proposing.try_untried(NOW) if one.draft.kind == "case")
    assert held.state == "held"
    assert "no such pattern" in impact_line(held)


def test_a_text_is_encoded_once_however_often_it_is_tried() -> None:
    encoder = HashingEncoder()
    remembering = CachedEncoder(encoder)
    twice = remembering.read(["one two", "three", "one two"])
    again = remembering.encode(["three", "four", "one two"])
    assert encoder.encoded == 3
    assert np.array_equal(twice.vectors[[1, 0]], again[[0, 2]])
    assert np.array_equal(again, encoder.encode(["three", "four", "one two"]))
    assert remembering.read([]).vectors.shape == (0, encoder.dimension)


def test_official_bodies_lines_are_there_in_every_language() -> None:
    lines = official_lines()
    assert len(lines) == len(set(lines))
    assert any("\u4e00" <= char <= "\u9fff" for line in lines for char in line)


def test_numbers_are_drawn_together() -> None:
    assert spans([7, 3, 4, 5, 9]) == "3-5, 7, 9"
