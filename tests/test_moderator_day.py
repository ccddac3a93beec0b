from pathlib import Path

import pytest

from bench.moderator_day import Plan, moderator_day

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_a_day_of_proposing_reviewing_and_going_back_leaves_what_was_done_in_the_audit(tmp_path: Path) -> None:
    plan = Plan(proposals=6, retirements=2, reviews=4)
    day = await moderator_day(tmp_path, plan)
    assert day.violations == []
    assert {"/retire", "/case", "a document", "propose", "decide", "author told", "/rollback"} <= set(day.waited)
    assert day.acts["propose"] == plan.proposals
    assert day.acts["approve"] + day.acts["reject"] == plan.reviews
    assert day.acts["rollback"] == 1
