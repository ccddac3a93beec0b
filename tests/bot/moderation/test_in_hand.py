"""What moderators have in hand."""

from bot.moderation.in_hand import CardInHand, Drafts


def test_only_the_latest_drafts_are_kept() -> None:
    drafts = Drafts()
    keys = [drafts.put(1, CardInHand(f"p{number}")) for number in range(21)]
    assert drafts.get(1, keys[0]) is None
    assert drafts.get(1, keys[20]) == CardInHand("p20")
    assert drafts.get(2, keys[20]) is None
    for chat in range(2, 52):
        for _ in range(20):
            drafts.put(chat, CardInHand("p1"))
    assert drafts.get(1, keys[20]) is None
    drafts.forget(51)
    drafts.shown(50, drafts.put(50, CardInHand("n1")), 9)
    assert drafts.under(50, 9)
    assert drafts.under(51, 9) is None
