"""What waits for moderators, one after the other."""

from bot.moderation.queue import following


def test_what_follows_an_item_that_is_settled_meanwhile() -> None:
    items = ("p2", "p5", f"c{'x' * 43}", "n1")
    assert following(items, "p3") == "p5"
    assert following(items, f"a{'y' * 43}") == f"c{'x' * 43}"
    assert following(items, "n1") is None
    assert following(items, "n0") == "n1"
