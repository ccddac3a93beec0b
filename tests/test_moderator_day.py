from pathlib import Path

import pytest

from bench.moderator_day import MOST, Plan, moderator_day

pytestmark = pytest.mark.anyio


async def test_no_moderator_waits_long_for_a_reply(tmp_path: Path) -> None:
    plan = Plan(proposals=6, retirements=2, reviews=4)
    day = await moderator_day(tmp_path, plan)
    assert day.violations == []
    assert {what: max(times) for what, times in day.waited.items() if max(times) > MOST} == {}
    assert day.acts["propose"] == plan.proposals
    assert day.acts["approve"] + day.acts["reject"] == plan.reviews
    assert day.acts["rollback"] == 1
