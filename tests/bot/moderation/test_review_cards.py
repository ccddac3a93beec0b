"""The cards on which moderators decide."""

from datetime import UTC, datetime

from bot.moderation.review_cards import View, proposal_card
from bot.words.reply import LIMIT
from bot.words.texts import Texts
from knowledge.proposals.edits import Edit
from knowledge.proposals.impact import Impact
from knowledge.proposals.proposal import Draft, Proposal
from tests.bot_api import html_problem
from tests.talk import ANN, BEN


def test_no_card_is_too_long_whatever_is_proposed(moderator_texts: dict[str, Texts]) -> None:
    many = tuple(f"en-{number}<&>" for number in range(400))
    impact = Impact(many, many, many, many, many, many, many, many, (("a", "<b>&" * 30, 1.0),) * 9)
    for language, words in moderator_texts.items():
        for body in ("<&>\n" * 60_000, "x" * 4000, "短" * 1500):
            draft = Draft("edit", "parcel-smish", content=body, reason="<&>" * 330)
            now = datetime.now(UTC)
            one = Proposal(1, draft, ANN, now, "held", impact.as_row(), "&" * 3000, "", None, None, None)
            edits = [Edit(ANN, now, body)] * 3
            card = proposal_card(
                View(one, body, edits), {}, {}, words, own=True, reason="<&>" * 330, first="⚠️ changed" + "x" * 900
            )
            assert html_problem(card.html) is None, language
            assert len(card.html.encode("utf-16-le")) // 2 <= LIMIT
            assert all(len(button.data.encode()) <= 64 for row in card.buttons for button in row)


def test_who_has_edited_a_proposal_is_named_and_may_reject_it_alone(moderator_texts: dict[str, Texts]) -> None:
    now = datetime.now(UTC)
    one = Proposal(1, Draft("edit", "parcel-smish", "x"), BEN, now, "waiting", {}, "", "", None, None, None)
    view = View(one, "x", [Edit(ANN, now, "y")])
    for language, words in moderator_texts.items():
        card = proposal_card(view, {}, {}, words, own=False, edited=True)
        assert str(words.of("edited_waits")) in card.html, language
        assert str(ANN) in card.html
        asked = [button.data.partition(":")[0] for row in card.buttons for button in row]
        assert asked == ["mod_reject", "mod_preview", "mod_file", "mod_next"]
