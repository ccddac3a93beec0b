"""How moderators get a link to the console in Telegram."""

import re
from datetime import UTC, datetime

import pytest

from knowledge.database.store import Store
from knowledge.ledger.desk.sign_ins import SignIns
from tests.conftest import RunBot
from tests.talk import ANN, OWNER, Talk

pytestmark = pytest.mark.anyio


async def test_a_moderator_gets_a_link_that_signs_in_once(run_bot: RunBot, store: Store) -> None:
    async with run_bot(owners=str(OWNER), console_url="https://console.example.org") as api:
        told = (await Talk(api, ANN).write("/console")).text
        assert "cannot" not in told
    (secret,) = re.findall(r"https://console\.example\.org/sign-in/([\w-]{43})", told)
    sign_ins, now = SignIns(store), datetime.now(UTC)
    session = sign_ins.begin(secret, now)
    assert session is not None
    assert sign_ins.person(session, now) == ANN
    assert sign_ins.begin(secret, now) is None


async def test_nobody_else_gets_one_and_where_there_is_none_that_is_said(run_bot: RunBot, store: Store) -> None:
    async with run_bot(owners=str(OWNER)) as api:
        assert "No console is set up here" in (await Talk(api, ANN).write("/console")).text
        assert "console" not in (await Talk(api, 999).write("/console")).text.lower()
